// The time machine: the figures as they stood at any minute of the day, by all that is known of it now.

import { get, query } from "./api.js";
import { byId, calmly } from "./dom.js";
import { mark, put, time } from "./livefigures.js";
import { t } from "./words.js";

const MINUTE = 60_000;

const machine = { past: null, first: 0, asked: 0, drawn: () => {} };

/** Gives the frame of the past that somebody looks at; nothing while it is now. */
export function past() {
  return machine.past;
}

export function travel({ drawn }) {
  machine.drawn = drawn;
  const slider = byId("minute");
  const go = calmly(look, 150);
  slider.addEventListener("input", () => {
    sayMinute();
    go();
  });
  byId("back").addEventListener("click", back);
}

/** Lays the slider on the day: from its first half hour to the minute it is. */
export function drawMachine(live) {
  if (!live) return;
  const slider = byId("minute");
  const from = live.intervals.length ? Date.parse(live.intervals[0].start) : Date.parse(`${live.day}T00:00:00+09:00`);
  const last = Math.max(0, Math.floor((Date.parse(live.now) - from) / MINUTE));
  if (machine.past && machine.past.day !== live.day) return back();
  machine.first = from;
  slider.max = String(last);
  slider.disabled = last === 0;
  if (!machine.past && document.activeElement !== slider) slider.value = String(last);
  sayMinute();
  sayReplay();
  return undefined;
}

function minute() {
  return machine.first + Number(byId("minute").value) * MINUTE;
}

function sayMinute() {
  put(byId("minute-told"), time(minute()));
  mark(byId("minute"), "aria-valuetext", time(minute()));
}

function sayReplay() {
  const { past: seen } = machine;
  mark(document.body, "data-replay", seen ? "yes" : null);
  byId("back").hidden = !seen;
  put(byId("replayed"), seen ? `${time(seen.now)} ${t("replayed")}` : "");
}

async function look() {
  const asked = ++machine.asked;
  const { body } = await get(`/v1/live?${query({ at: new Date(minute()).toISOString() })}`);
  if (asked !== machine.asked) return;
  machine.past = body;
  machine.drawn();
}

function back() {
  machine.asked += 1;
  machine.past = null;
  byId("minute").blur();
  const { max } = byId("minute");
  byId("minute").value = max;
  sayReplay();
  machine.drawn();
}
