// Campaigns as a supervisor sees them: today and in all, and the calls behind each.

import * as dialog from "./dialog.js";
import { byId, fill, h, icon } from "./dom.js";
import { achieved, anHour, CAMPAIGN_SIGNS, campaignName, droppedOf } from "./livecampaigns.js";
import { count, mark, put } from "./livefigures.js";
import { callList } from "./supervisorcalls.js";
import { language, t } from "./words.js";

const HEADS = ["campaign", "doing", "achieved", "successesToday", "attempts", "contacts", "contactsAnHour", "droppedCalls", "finishes"];

/** Lines by code; a line is made once and changed after that, so that nobody loses what is in hand. */
const lines = new Map();
let shown = null;
let drawn = "";

export function drawCampaigns(board) {
  shown = board;
  byId("dialled-card").hidden = board.campaigns.length === 0;
  const signature = JSON.stringify([board.campaigns.map((one) => one.code), language]);
  if (drawn !== signature) arrange(board.campaigns, signature);
  for (const one of board.campaigns) drawLine(lines.get(one.code), one);
  const { outbound } = board;
  [...byId("dialled").tFoot.rows[0].cells].slice(1).forEach((cell, n) => put(cell, [`${count(outbound.on_line)} ${t("onLine")}`, "", ...figures(outbound), ""][n]));
}

function arrange(campaigns, signature) {
  drawn = signature;
  for (const { code } of campaigns) if (!lines.has(code)) lines.set(code, lineOf(code));
  fill(byId("dialled"), h("thead", {}, h("tr", {}, HEADS.map((name) => h("th", { scope: "col" }, t(name))))),
    h("tbody", {}, campaigns.map(({ code }) => lines.get(code).element)),
    h("tfoot", {}, h("tr", {}, h("th", { scope: "row" }, t("together")), HEADS.slice(1).map(() => h("td", {})))));
}

function lineOf(code) {
  const name = h("button", { type: "button", class: "quiet link", onclick: () => explain(code) });
  const [sign, word] = [h("span", { class: "sign" }), h("span", {})];
  const doing = h("td", { class: "doing" }, sign, " ", word);
  const cells = HEADS.slice(2).map(() => h("td", {}));
  return { element: h("tr", { "data-campaign": code }, h("th", { scope: "row" }, name), doing, cells), name, doing, sign, word, cells };
}

function drawLine(line, one) {
  put(line.name, campaignName(one));
  if (line.doing.dataset.calls !== one.state) fill(line.sign, icon(CAMPAIGN_SIGNS[one.state]));
  mark(line.doing, "data-calls", one.state);
  put(line.word, t(`c_${one.state}`));
  [achieved(one), ...figures(one), finishing(one.finish)].forEach((text, n) => put(line.cells[n], text));
}

function figures(one) {
  return [count(one.today), count(one.attempts), count(one.contacts), anHour(one.contacts_per_hour), droppedOf(one)];
}

/** Writes when a campaign ends, and the days between which that is to be expected. */
function finishing(finish) {
  return finish?.expected ? `${finish.expected} (${finish.low ?? "…"} ~ ${finish.high ?? "…"})` : "—";
}

async function explain(code) {
  const { campaigns, day } = shown;
  const one = campaigns.find((known) => known.code === code);
  const box = h("div", { class: "sheet" });
  dialog.show(`${campaignName(one)} ${achieved(one)}`, h("div", { class: "explained" },
    h("p", { class: "formula" }, t("campaignFormulas")),
    h("p", { class: "share" }, `${t("contacts")} ${count(one.contacts)} = ${count(one.live_answers)} − ${count(one.dropped)} · ${t("droppedCalls")} ${droppedOf(one)}`),
    h("h3", {}, t("campaignCalls")), box), dialog.closing());
  await callList(box, { first: day, last: day, queue: code });
}
