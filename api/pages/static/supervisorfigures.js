// The figures, each of them a question that may be asked: what it means, and which calls are in it.

import { get, Problem } from "./api.js";
import * as dialog from "./dialog.js";
import { fill, h, icon, table } from "./dom.js";
import { aim } from "./livechart.js";
import { count, lasted, mark, mean, percent, put, signed, span } from "./livefigures.js";
import { spelt } from "./liveformula.js";
import { callList } from "./supervisorcalls.js";
import { detail, language, t } from "./words.js";

const LEVELS = ["sl-a", "sl-b", "sl-c", "sl-d", "sl-e"];
const SIGNS = { ok: "check", warn: "clock", bad: "alert", unknown: "dash" };

/** What is shown: its word, the id of its definition, how a frame says it, and a note below it. */
const MEASURES = [
  { name: "waiting", id: "waiting", value: ({ waiting }) => count(waiting.count), parts: ({ waiting }) => [waiting.count] },
  { name: "longest", id: "waiting", value: () => null },
  { name: "serviceLevel", id: null, wide: true, value: ({ today }) => percent(today.service_level.value), note: ({ definition, today }) => [definition.id.toUpperCase(), `${definition.threshold_s} s`, aim(today.service_level.target)].filter(Boolean).join(" · "), parts: ({ today }) => [today.service_level.numerator, today.service_level.denominator], status: ({ today }) => today.service_level.status },
  { name: "offered", id: "offered", value: ({ today }) => count(today.offered), note: ({ forecast }) => `${t("forecast")} ${signed(forecast.deviation)}`, parts: ({ today }) => [today.offered] },
  { name: "answered", id: "answered", value: ({ today }) => count(today.answered), parts: ({ today }) => [today.answered] },
  { name: "abandoned", id: "hung_up", value: ({ today }) => count(today.abandoned), parts: ({ today }) => [today.abandoned] },
  { name: "flowedOut", id: "left_otherwise", value: ({ today }) => count(today.flowed_out), parts: ({ today }) => [today.flowed_out] },
  { name: "answerRate", id: "answer_rate", value: ({ today }) => percent(today.answer_rate), parts: ({ today }) => [today.answered, today.offered] },
  { name: "abandonRate", id: "hang_up_rate", value: ({ today }) => percent(today.abandon_rate), parts: ({ today }) => [today.abandoned, today.offered] },
  { name: "asa", id: "asa", value: ({ today }) => mean(today.asa_s) },
  { name: "aht", id: "mean_handling", value: ({ today }) => mean(today.aht_s) },
  { name: "att", id: "mean_talk", value: ({ today }) => mean(today.att_s) },
  { name: "holdTime", id: "mean_hold", value: ({ today }) => mean(today.hold_s) },
  { name: "acwTime", id: "mean_wrap", value: ({ today }) => mean(today.acw_s) },
  { name: "occupancy", id: "occupancy", callless: true, value: ({ today }) => percent(today.occupancy) },
  { name: "transfers", id: "transfers_out", value: ({ today }) => count(today.transfers), parts: ({ today }) => [today.transfers] },
  { name: "csat", id: "csat", callless: true, value: ({ csat }) => percent(csat.value), note: ({ csat }) => (csat.low === null ? "" : `${percent(csat.low)}–${percent(csat.high)} · n ${count(csat.responses)}`), parts: ({ csat }) => [csat.satisfied, csat.responses] },
];

const buttons = new Map();
let shown = null;
let definitions = null;

export function drawMeasures(box, board) {
  shown = board;
  if (buttons.size === 0) fill(box, MEASURES.map(made));
  for (const measure of MEASURES) {
    const { name, value, note, button } = buttons.get(measure.name);
    put(name, t(measure.name));
    if (measure.name !== "longest") put(value, measure.value(board));
    put(note, measure.note?.(board) ?? "");
    drawStatus(button, measure.status?.(board));
  }
}

/** Lets the longest wait grow. */
export function tickMeasures(board, at) {
  const { longest_since: since, count: many } = board.waiting;
  put(buttons.get("longest").value, many ? span(lasted(since, at)) : "0:00");
}

function made(measure) {
  const parts = { name: h("span", { class: "name" }), value: h("span", { class: "value figure" }), note: h("span", { class: "aside" }), sign: h("span", { class: "sign" }) };
  const button = h("button", { type: "button", class: measure.wide ? "measure wide" : "measure", "data-measure": measure.name, onclick: () => explain(measure) }, parts.name, h("span", { class: "line" }, parts.value, parts.sign), parts.note);
  buttons.set(measure.name, { ...parts, button });
  return button;
}

function drawStatus(button, status) {
  if (!status || button.dataset.status === status + language) return;
  button.dataset.status = status + language;
  mark(button, "data-mood", status);
  fill(button.querySelector(".sign"), icon(SIGNS[status] ?? "dash"), h("span", {}, t(status)));
}

async function explain(measure) {
  const board = shown;
  const box = h("div", { class: "explained" }, h("p", { class: "soft" }, "…"));
  dialog.show(`${t(measure.name)} ${buttons.get(measure.name).value.textContent}`, box, dialog.closing());
  const known = await definitionsOf(board.day);
  const id = measure.id ?? board.definition.id;
  fill(box, measure.id === "csat" ? h("p", { class: "formula" }, t("csatFormula")) : account(known.get(id)),
    share(measure, board),
    measure.id === null && [provisional(board), others(board, known)],
    behind(measure, board, id));
}

/** Reads what figures mean on a day, once. */
async function definitionsOf(day) {
  if (definitions?.day === day) return definitions.known;
  const known = new Map();
  try {
    const { body } = await get("/v1/definitions");
    for (const one of body.toSorted((a, b) => a.version - b.version)) if (one.valid_from <= day) known.set(one.id, one);
    definitions = { day, known };
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
  }
  return known;
}

function account(one) {
  if (!one) return h("p", { class: "soft" }, t("noDefinition"));
  return [
    h("p", { class: "formula", lang: "ko" }, `${one.ko} = ${spelt(one, "ko")}`),
    h("p", { class: "formula", lang: "en" }, `${one.en} = ${spelt(one, "en")}`),
    table([
      [t("version"), `${one.id} v${one.version}${one.version > 1 ? ` · ${t("validFrom")} ${one.valid_from}` : ""}`],
      [t("threshold"), `T ${one.threshold_s} s · S ${one.short_s} s`],
      ...(one.goal === null ? [] : [[t("target"), percent(one.goal)]]),
      [t("population"), inWords(one, "population")],
      [t("origin"), inWords(one, "source")],
    ]),
  ];
}

/** Says it in the language of the page; in English where nobody has said it in Korean. */
function inWords(one, name) {
  return (language !== "en" && one[`${name}_ko`]) || one[name];
}

function share(measure, board) {
  const [numerator, denominator] = measure.parts?.(board) ?? [];
  if (denominator === undefined) return null;
  return h("p", { class: "share" }, `${t("numerator")} ${count(numerator)} ÷ ${t("denominator")} ${count(denominator)} = ${measure.value(board)}`);
}

function provisional({ today }) {
  return today.service_level.provisional && h("p", { class: "hint" }, t("soFar"));
}

/** Shows all five service levels beside each other: the same calls, five numbers. */
function others({ today, definition }, known) {
  const lines = LEVELS.filter((id) => today.service_levels[id]).map((id) => {
    const { value, numerator, denominator } = today.service_levels[id];
    const mine = id === definition.id;
    return h("tr", { class: mine ? "mine" : "" }, h("th", { scope: "row" }, id.toUpperCase()), h("td", { class: "value" }, percent(value)),
      h("td", {}, `${count(numerator)} ÷ ${count(denominator)}`), h("td", { class: "soft" }, known.has(id) ? spelt(known.get(id)) : ""));
  });
  return [h("h3", {}, t("otherDefinitions")), h("div", { class: "sheet" }, h("table", { class: "levels" }, h("tbody", {}, lines)))];
}

/** Lists the calls a figure counts, as they are known now: not in a replay, where the figure is another one. */
function behind(measure, board, id) {
  if (measure.callless || board.replay) return null;
  const box = h("div", { class: "sheet" });
  const look = (side) => callList(box, { behind: `${id}.${side}`, first: board.day, last: board.day }).catch((problem) => {
    if (!(problem instanceof Problem)) throw problem;
    fill(box, h("p", { class: "fault" }, detail(problem)));
  });
  const sides = /^sl-|rate$|^asa$|^mean_/.test(id) ? ["numerator", "denominator"] : ["numerator"];
  const choice = (side, n) => h("label", { class: "chip" }, h("input", { type: "radio", name: "side", value: side, checked: n === 0, onchange: () => look(side) }), t(side === "numerator" ? "inNumerator" : "inDenominator"));
  look("numerator");
  return [h("h3", {}, t("behind")), sides.length > 1 && h("div", { class: "chips" }, sides.map(choice)), box];
}
