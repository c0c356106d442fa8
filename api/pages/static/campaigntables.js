// Tables of a campaign: quota cells, AAPOR's rates, leads by state, outcomes, and what it was told.

import * as dialog from "./dialog.js";
import { h, svg } from "./dom.js";
import { count, percent, time } from "./livefigures.js";
import { dayOf, shortDay } from "./campaigndays.js";
import { bar } from "./campaignlist.js";
import { disposition, leadState, lettersOf, rateName } from "./campaignwords.js";
import { t } from "./words.js";

/** Leads in the order of a life: still to come, won, lost. */
const STATES = ["waiting", "call_back", "in_hand", "succeeded", "partial", "refused", "wrong_number", "exhausted", "do_not_call", "quota_full", "expired"];
const OUTCOMES = ["success", "partial", "call_later", "refusal", "no_answer", "busy", "machine", "wrong_number", "dropped"];

/** Lists the cells with how far each is; a cell with fewer leads than it wants says so. */
export function cellsTable({ cells, whole }) {
  if (cells.length === 0) return h("p", { class: "empty" }, t("noCells"));
  const sum = cells.length > 1 ? [line({ ...whole, cell: "", ko: t("all"), whole: true })] : [];
  return h("table", { class: "grid-table" }, headings(["cell", "achieved", "leadsHere"], 1), h("tbody", {}, cells.map(line), sum));
}

function line(one) {
  const wanted = one.quota === null ? 0 : one.quota - one.successes;
  const mark = one.quota === null ? null : wanted <= 0 ? badge("good", t("full")) : wanted > one.left ? badge("bad", t("short")) : null;
  const share = one.quota === null ? t("noQuota") : percent(one.successes / one.quota, 0);
  return h("tr", { class: one.whole ? "sum" : "" },
    h("th", { scope: "row", class: "named" }, h("span", {}, one.ko || one.cell, " ", mark), bar(one.successes, one.quota)),
    h("td", { class: "n" }, h("b", {}, count(one.successes)), one.quota === null ? null : ` / ${count(one.quota)}`, h("br"), h("span", { class: "soft" }, share)),
    h("td", { class: "n" }, count(one.left)));
}

function badge(level, text) {
  return h("span", { class: `badge ${level}` }, text);
}

/** Lists the rates; each is a button that spells its formula out. */
export function ratesTable({ rates }) {
  const button = (rate) => h("button", { type: "button", class: "link", "data-key": rate.name, onclick: () => explain(rate) }, rate.name);
  const rows = rates.map((rate) => h("tr", {}, h("th", { scope: "row" }, button(rate), " ", h("span", {}, rateName(rate)), h("small", { class: "soft spelt" }, rate.formula)),
    h("td", { class: "n big-n" }, percent(rate.value)), h("td", { class: "n soft" }, `${count(rate.numerator)} ÷ ${count(rate.denominator)}`)));
  return [h("table", { class: "grid-table" }, headings(["rate", "result", "formula"], 1), h("tbody", {}, rows)), h("p", { class: "hint" }, t("aaporCases"))];
}

function explain(rate) {
  dialog.show(`${rate.name} · ${rateName(rate)} ${percent(rate.value)}`,
    h("div", { class: "explained" }, h("p", { class: "formula" }, `${rate.name} = ${rate.formula}`), h("p", { class: "soft" }, lettersOf(rate.formula)),
      h("p", { class: "share" }, `${count(rate.numerator)} ÷ ${count(rate.denominator)} = ${percent(rate.value)}`), h("p", {}, t("aaporCases")), h("p", { class: "soft" }, t("aaporSource"))),
    dialog.closing());
}

/** Draws the leads as one bar and a list, and the outcomes of attempts below them. */
export function leadsParts({ leads, dispositions }) {
  const all = Object.values(leads).reduce((sum, many) => sum + many, 0);
  const tried = Object.values(dispositions).reduce((sum, many) => sum + many, 0);
  return [
    all ? [stack(leads, all), tallies(STATES, leads, leadState, all)] : h("p", { class: "empty" }, t("noLeads")),
    h("h4", {}, t("dispositions")),
    tried ? tallies(OUTCOMES, dispositions, disposition, tried, { coloured: false }) : h("p", { class: "empty" }, t("noAttempts")),
  ];
}

function stack(leads, all) {
  let from = 0;
  const parts = STATES.map((state) => {
    const share = ((leads[state] ?? 0) / all) * 100;
    const part = svg("rect", { class: "part", "data-lead": state, x: `${from.toFixed(2)}%`, width: `${share.toFixed(2)}%`, height: "100%" });
    from += share;
    return share > 0 ? part : null;
  });
  return svg("svg", { class: "stack", "aria-hidden": "true" }, parts);
}

/** Lists what there is, however little; what there is none of is left out. */
function tallies(names, counts, word, all, { coloured = true } = {}) {
  const some = names.filter((name) => counts[name]);
  return h("dl", { class: "tallies" }, some.map((name) => h("div", { "data-lead": coloured && name }, h("dt", {}, word(name)), h("dd", {}, h("b", {}, count(counts[name])), " ", h("span", { class: "soft" }, percent(counts[name] / all, all > 999 ? 1 : 0))))));
}

export function historyList(history) {
  const lines = history.toReversed().map((one) => h("li", {}, h("span", {}, t(`told_${one.command}`)), h("span", { class: "soft" }, `${shortDay(dayOf(Date.parse(one.at)))} ${time(one.at)} · ${one.by}`)));
  return h("ul", { class: "plain told-list" }, lines);
}

function headings(names, left) {
  return h("thead", {}, h("tr", {}, names.map((name, n) => (name ? h("th", { scope: "col", class: n < left ? "" : "n" }, t(name)) : h("td", {})))));
}
