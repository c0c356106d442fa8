// Follows the stream of frames. Knows what the centre's clock says now, how old that is, and whether the server is there.
//
// Reads the stream with fetch, not EventSource: that one shows no heartbeats and no status, and sends no key.

const STREAM = "/v1/live/stream";
/** The server says something every 15 s; a line that is quiet for longer is dead, whatever TCP thinks. */
const QUIET = 25_000;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;
const KEY = "wallboard-key";

/** Milliseconds without a frame after which a broken line is worth a word. */
const BLINK = 2_000;
/** Seconds of silence after which data is late, and after which it says nothing about now. */
export const LATE = 15;
export const SILENT = 60;

const line = { frame: null, heard: 0, broken: 0, refused: false, pause: FIRST_PAUSE, hurry: () => {} };

/** Calls `drawn` with every frame, for ever; `refused` with 401 or 403 when the server does not want to. */
export async function follow({ drawn, refused }) {
  addEventListener("online", () => line.hurry());
  line.broken = performance.now();
  for (;;) {
    const status = await listened(drawn);
    line.broken ||= performance.now();
    if (status === 401 || status === 403) {
      line.refused = true;
      return refused(status);
    }
    await paused();
  }
}

export function frame() {
  return line.frame;
}

/** Gives the moment it is in the centre, in milliseconds; it stands still while nobody knows what happens. */
export function now() {
  if (!line.frame) return null;
  const passed = Math.min(performance.now() - line.heard, SILENT * 1000);
  return Date.parse(line.frame.now) + passed * line.frame.speed;
}

/** Says how far to trust what is shown: `live`, `late`, `silent`, `lost`, `refused` or `none`, for how many seconds, and whose silence it is. */
export function standing() {
  const at = performance.now();
  if (line.refused) return { state: "refused", seconds: 0, frozen: true };
  if (line.broken && at - line.broken > BLINK) return { state: "lost", seconds: (at - (line.heard || line.broken)) / 1000, frozen: stale(at) };
  if (!line.frame) return { state: "none", seconds: 0, frozen: true };
  const since = (at - line.heard) / 1000;
  const quiet = line.frame.sources.map((one) => ({ source: one.source, seconds: one.silent_seconds + since }));
  if (quiet.length === 0) return { state: "silent", seconds: since, source: null, frozen: true };
  const worst = quiet.reduce((a, b) => (a.seconds > b.seconds ? a : b));
  const best = Math.min(...quiet.map((one) => one.seconds));
  const state = worst.seconds > SILENT ? "silent" : worst.seconds > LATE ? "late" : "live";
  return { state, seconds: state === "live" ? best : worst.seconds, source: worst.source, frozen: best > SILENT };
}

/** Says what a screen that nobody logs in at shows of itself: a key in the address behind `#key=`, never sent as part of it. */
export function credentials() {
  const given = new URLSearchParams(location.hash.slice(1)).get("key");
  if (given) {
    sessionStorage.setItem(KEY, given);
    history.replaceState(null, "", location.pathname + location.search);
  }
  const key = given ?? sessionStorage.getItem(KEY);
  return key ? { "X-Api-Key": key } : {};
}

function stale(at) {
  return !line.frame || (at - line.heard) / 1000 > SILENT;
}

/** Reads one connection to its end; returns the status of an answer that was none. */
async function listened(drawn) {
  const stop = new AbortController();
  let patience = setTimeout(() => stop.abort(), QUIET);
  try {
    const answer = await fetch(STREAM, { headers: { Accept: "text/event-stream", ...credentials() }, cache: "no-store", signal: stop.signal });
    if (!answer.ok) return answer.status;
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return null;
      clearTimeout(patience);
      patience = setTimeout(() => stop.abort(), QUIET);
      rest = taken(rest + value, drawn);
    }
  } catch {
    return null;
  } finally {
    clearTimeout(patience);
    stop.abort();
  }
}

/** Draws the newest whole frame of a text and returns what is not whole yet. */
function taken(text, drawn) {
  const parts = text.split("\n\n");
  const rest = parts.pop();
  const newest = parts.map(dataOf).findLast(Boolean);
  if (newest) {
    Object.assign(line, { frame: JSON.parse(newest), heard: performance.now(), broken: 0, pause: FIRST_PAUSE });
    queueMicrotask(() => drawn(line.frame));
  }
  return rest;
}

function dataOf(part) {
  return part.split("\n").filter((one) => one.startsWith("data:")).map((one) => one.slice(5).trimStart()).join("\n");
}

/** Waits before the next attempt, each time longer, and not all screens at once. */
function paused() {
  const pause = line.pause * (0.5 + Math.random());
  line.pause = Math.min(line.pause * 2, LONGEST_PAUSE);
  return new Promise((done) => {
    const waiting = setTimeout(done, pause);
    line.hurry = () => {
      clearTimeout(waiting);
      done();
    };
  });
}
