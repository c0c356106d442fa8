// The agents as a list that can be sorted; who has been long in a state is marked.

import { fill, h, icon } from "./dom.js";
import { isStuck, STATES, stateName } from "./liveagents.js";
import { lasted, mark, put, span } from "./livefigures.js";
import { language, t } from "./words.js";

const ORDER = Object.keys(STATES);
const COLUMNS = {
  agent: (one) => one.agent,
  group: (one) => one.group ?? "",
  doing: (one) => ORDER.indexOf(one.state),
  lasting: (one) => (one.state === "offline" || !one.since ? Infinity : Date.parse(one.since)),
};
const sorted = { by: "doing", down: false };
const rows = new Map();
let table = null;
let agents = [];
let heads = "";

export function drawAgents(element, list) {
  [table, agents] = [element, list];
  if (heads !== language) drawHead();
  const body = table.tBodies[0];
  const names = new Set(list.map((one) => one.agent));
  for (const [name, row] of rows) if (!names.has(name)) forget(name, row);
  for (const one of list) change(one);
  const wanted = arranged().map((one) => rows.get(one.agent).element);
  wanted.forEach((element, n) => {
    if (body.children[n] !== element) body.insertBefore(element, body.children[n] ?? null);
  });
}

export function tickAgents(at) {
  for (const row of rows.values()) {
    const { state, since } = row.told;
    const seconds = state === "offline" ? null : lasted(since, at);
    const stuck = isStuck(state, seconds);
    put(row.time, span(seconds));
    mark(row.element, "data-stuck", stuck ? "yes" : null);
    if (row.stuck === stuck) continue;
    row.stuck = stuck;
    fill(row.flag, stuck && h("span", { class: "badge warn" }, icon("alert"), t("stuck")));
  }
}

function arranged() {
  const key = COLUMNS[sorted.by];
  const way = sorted.down ? -1 : 1;
  return agents.toSorted((a, b) => {
    const [x, y] = [key(a), key(b)];
    if (x !== y) return (x < y ? -1 : 1) * way;
    return a.agent < b.agent ? -1 : 1;
  });
}

function drawHead() {
  heads = language;
  const head = h("tr", {}, Object.keys(COLUMNS).map((name) => h("th", { scope: "col", "data-column": name }, h("button", { type: "button", class: "quiet", onclick: () => sort(name) }, t(name)))), h("th", { scope: "col" }, t("call")));
  if (!table.tHead) table.append(h("thead", {}), h("tbody", {}));
  fill(table.tHead, head);
  for (const row of rows.values()) row.stuck = null;
  sayOrder();
}

function sort(by) {
  sorted.down = sorted.by === by && !sorted.down;
  sorted.by = by;
  sayOrder();
  drawAgents(table, agents);
}

function sayOrder() {
  for (const head of table.tHead.querySelectorAll("[data-column]")) {
    mark(head, "aria-sort", head.dataset.column === sorted.by ? (sorted.down ? "descending" : "ascending") : null);
  }
}

function change(one) {
  if (!rows.has(one.agent)) rows.set(one.agent, made(one));
  const row = rows.get(one.agent);
  row.told = one;
  mark(row.element, "data-state", one.state);
  put(row.group, one.group ?? "—");
  put(row.word, stateName(one));
  put(row.call, one.call ?? "");
  if (row.state === one.state) return;
  row.state = one.state;
  fill(row.sign, icon(STATES[one.state]));
}

function made(one) {
  const parts = { group: h("td", {}), sign: h("span", { class: "sign" }), word: h("span", {}), time: h("span", { class: "time" }), flag: h("span", { class: "flag" }), call: h("td", { class: "number" }) };
  const element = h("tr", {}, h("th", { scope: "row" }, one.agent), parts.group, h("td", { class: "doing" }, parts.sign, parts.word), h("td", { class: "lasting" }, parts.time, parts.flag), parts.call);
  return { ...parts, element, told: one, state: null, stuck: null };
}

function forget(name, row) {
  row.element.remove();
  rows.delete(name);
}
