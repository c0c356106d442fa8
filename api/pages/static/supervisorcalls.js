// Calls one by one: who waits, who gave up, all of today, or those behind a figure.

import { get, query } from "./api.js";
import * as dialog from "./dialog.js";
import { byId, fill, h } from "./dom.js";
import { count, lasted, mark, percent, put, span, time } from "./livefigures.js";
import { language, t } from "./words.js";

const KINDS = ["waitingCalls", "abandonedCalls", "allCalls"];
const ASKED = { abandonedCalls: { outcome: "abandoned" }, allCalls: {} };
const PAGE = 50;
const EVERY = 20_000;
/** What the head of a call's story says already. */
const KNOWN = new Set(["call", "leg"]);

const shown = { kind: KINDS[0], day: null, drawn: "", read: 0, ages: [] };

export function drawQueues(table, { queues }) {
  const signature = JSON.stringify([queues.map((one) => ({ ...one, longest_since: null })), language]);
  if (table.dataset.drawn === signature) return;
  table.dataset.drawn = signature;
  const heads = ["queue", "waiting", "offered", "answered", "abandoned", "serviceLevel", "asa", "aht"];
  const lines = queues.map((one) => [one.queue, count(one.waiting), count(one.offered), count(one.answered), count(one.abandoned), percent(one.service_level), span(one.asa_s), span(one.aht_s)]);
  fill(table, h("thead", {}, h("tr", {}, heads.map((name) => h("th", { scope: "col" }, t(name))))),
    h("tbody", {}, lines.map(([first, ...rest]) => h("tr", {}, h("th", { scope: "row" }, first), rest.map((cell) => h("td", {}, cell))))));
}

/** Draws the chosen list: who waits from the frame, the rest read now and then. */
export function drawCalls(board) {
  drawKinds(board);
  if (shown.kind === "waitingCalls") return drawWaiting(board);
  if (shown.day === board.day && performance.now() - shown.read < EVERY) return undefined;
  return readChosen(board);
}

export function tickCalls(at) {
  for (const { element, since } of shown.ages) put(element, span(lasted(since, at)));
}

/** Reads calls into a box, the newest first, more on request. */
export async function callList(box, asked) {
  const body = h("tbody", {});
  const more = h("button", { type: "button", class: "more", hidden: true }, t("moreCalls"));
  let cursor = null;
  const read = async () => {
    const { body: page } = await get(`/v1/calls?${query({ ...asked, limit: PAGE, cursor: cursor ?? undefined })}`);
    body.append(...page.items.map(row));
    cursor = page.next ?? null;
    more.hidden = cursor === null;
  };
  more.addEventListener("click", read);
  await read();
  if (body.childElementCount === 0) fill(box, h("p", { class: "empty" }, t("noCalls")));
  else fill(box, h("table", { class: "calls" }, head(["arrived", "call", "queue", "outcome", "waited", "talked", "agent"]), body), more);
}

function drawKinds(board) {
  const box = byId("kinds");
  if (box.dataset.drawn === language) return;
  box.dataset.drawn = language;
  fill(box, KINDS.map((kind) => h("label", { class: "chip" }, h("input", { type: "radio", name: "kind", value: kind, checked: kind === shown.kind, onchange: () => choose(kind, board) }), t(kind))));
}

function choose(kind, board) {
  Object.assign(shown, { kind, drawn: "", day: null, ages: [] });
  drawCalls(board);
}

function drawWaiting({ waiting }) {
  const signature = JSON.stringify([waiting.calls, language]);
  if (shown.drawn === signature) return;
  shown.drawn = signature;
  shown.ages = waiting.calls.map(({ since }) => ({ since, element: h("td", { class: "time" }) }));
  const lines = waiting.calls.map((one, n) => h("tr", {}, h("td", {}, time(one.since, { seconds: true })), h("th", { scope: "row" }, one.call ?? "—"), h("td", {}, one.queue), shown.ages[n].element));
  fill(byId("calls"), lines.length ? h("table", {}, head(["arrived", "call", "queue", "waited"]), h("tbody", {}, lines)) : h("p", { class: "empty" }, t("noCalls")));
}

async function readChosen(board) {
  const { kind } = shown;
  Object.assign(shown, { day: board.day, read: performance.now(), drawn: kind });
  const box = h("div", {});
  await callList(box, { ...ASKED[kind], first: board.day, last: board.day });
  if (shown.kind === kind) fill(byId("calls"), box);
}

function head(names) {
  return h("thead", {}, h("tr", {}, names.map((name) => h("th", { scope: "col" }, t(name)))));
}

function row(one) {
  const element = h("tr", {}, h("td", {}, time(one.arrived, { seconds: true })), h("th", { scope: "row" }, h("button", { type: "button", class: "quiet link", onclick: () => tellStory(one) }, one.call)), h("td", {}, one.queue),
    h("td", {}, t(one.disposition ? `d_${one.disposition}` : `o_${one.outcome}`), one.derived && h("span", { class: "badge still" }, t("derived"))),
    h("td", { class: "time" }, span(one.waited_s)), h("td", { class: "time" }, span(one.talked_s)), h("td", {}, one.agent ?? "—"));
  mark(element, "data-outcome", one.outcome);
  return element;
}

/** Tells a call in the order in which the switch told it. */
async function tellStory({ source, call }) {
  const { body } = await get(`/v1/calls/${encodeURIComponent(source)}/${encodeURIComponent(call)}`);
  const lines = body.events.map((one) => h("tr", {}, h("td", {}, time(one.at, { seconds: true })), h("th", { scope: "row" }, one.kind, one.derived && h("span", { class: "badge still" }, t("derived"))), h("td", { class: "soft" }, said(one.said))));
  dialog.show(`${t("call")} ${call} · ${source}`, h("div", { class: "explained" }, h("div", { class: "sheet" }, h("table", {}, h("tbody", {}, lines)))), dialog.closing());
}

/** Writes what an event says besides whose it is; spans of microseconds as seconds. */
function said(parts) {
  return Object.entries(parts).filter(([name, value]) => value !== null && !KNOWN.has(name)).map(([name, value]) => {
    if (name.endsWith("_us")) return `${name.slice(0, -3)} ${(value / 1e6).toFixed(1)} s`;
    return `${name} ${typeof value === "object" ? JSON.stringify(value) : value}`;
  }).join(" · ");
}
