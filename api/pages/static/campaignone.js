// One campaign: what it is, what may be told to it, how far it is, and when it will be done.

import { get, Problem, send } from "./api.js";
import * as dialog from "./dialog.js";
import { byId, fill, h, tell } from "./dom.js";
import { now, ofPlanning } from "./house.js";
import { courseOf, courseTable, drawBurndown, nameOf } from "./campaignburn.js";
import { daysText, windowsText } from "./campaigndays.js";
import { drawFigures, figuresBox } from "./campaignfigures.js";
import { closeImports, importCard } from "./campaignimport.js";
import { note, stateBadge } from "./campaignlist.js";
import { cellsTable, historyList, leadsParts, ratesTable } from "./campaigntables.js";
import { title } from "./campaignwords.js";
import { detail, language, t } from "./words.js";

let shown = null;
let asked = 0;
let parts = new Map();

/** Shows a campaign, or what is new of the one that is shown already. */
export async function draw(code, { changed }) {
  asked += 1;
  const mine = asked;
  const path = `/v1/campaigns/${encodeURIComponent(code)}`;
  const [campaign, progress, history] = await Promise.all([path, `${path}/progress`, `${path}/history`].map((one) => get(one)));
  if (mine !== asked) return;
  const another = shown?.code !== code || shown.language !== language;
  shown = { code, language, campaign: campaign.body, etag: campaign.etag, progress: progress.body, history: history.body, changed };
  note(progress.body);
  if (another) lay();
  drawParts();
}

/** Forgets what is shown, so that it is laid out anew. */
export function forget() {
  asked += 1;
  shown = null;
}

export function redrawCharts() {
  if (shown && byId("burndown")) drawCourse();
}

/** Lays out the sections; what is in them is drawn apart, each only when it changes. */
function lay() {
  parts = new Map();
  const card = (name, word, ...content) => h("section", { class: `card ${name}`, "aria-labelledby": `n-${name}` }, h("h3", { id: `n-${name}` }, t(word)), ...content);
  const box = (id) => h("div", { id });
  const sheet = (id, name, kind = "sheet tall") => h("div", { id, class: kind, role: "region", "aria-labelledby": `n-${name}`, tabindex: 0 });
  fill(byId("main"), h("article", { class: "campaign", "data-campaign": shown.code },
    h("header", { class: "head", id: "campaign-head" }),
    figuresBox(),
    h("section", { class: "card burn", "aria-labelledby": "n-burn" },
      h("div", { class: "heading" }, h("h3", { id: "n-burn" }), box("burn-legend")),
      h("div", { id: "burndown", class: "chart", role: "img", "aria-label": t("burndown") }),
      h("details", { id: "burn-table" }, h("summary", {}, t("figures")), sheet("burn-rows", "burn"))),
    card("cells", "cells", sheet("cells", "cells")),
    card("rates", "rates", sheet("rates", "rates", "sheet")),
    card("leads", "leads", box("leads")),
    ofPlanning() && importCard(shown.code, { changed: () => shown.changed() }),
    card("told", "history", box("history"))));
}

function drawParts() {
  const { campaign, progress, history } = shown;
  part("campaign-head", [campaign], () => [...headOf(campaign), commandsOf(campaign)]);
  drawFigures(campaign, progress);
  drawCourse();
  part("cells", [progress.cells, progress.whole], () => cellsTable(progress));
  part("rates", progress.rates, () => ratesTable(progress));
  part("leads", [progress.leads, progress.dispositions], () => leadsParts(progress));
  part("history", history, () => historyList(history));
  closeImports(campaign.state === "finished");
}

/** Draws a section anew if its facts changed, and gives the focus back to the same button. */
function part(id, facts, made) {
  const signature = JSON.stringify(facts);
  if (parts.get(id) === signature) return;
  parts.set(id, signature);
  const box = byId(id);
  const focused = box.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  fill(box, made());
  if (focused) box.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

function drawCourse() {
  const { campaign, progress } = shown;
  const course = courseOf(campaign, progress, now());
  const figure = byId("burndown");
  part("n-burn", course.rises, () => t(course.rises ? "rising" : "burndownHint"));
  part("burn-legend", [course.rises, Boolean(course.finish)], () => legend(course));
  drawBurndown(figure, course);
  part("burn-rows", course.actual, () => courseTable(course));
}

function legend(course) {
  const key = (kind, word) => h("span", { class: kind }, t(word));
  return h("p", { class: "legend", "aria-hidden": "true" }, key("k-burnt", nameOf(course)), !course.rises && key("k-pace", "burnPace"), course.finish && key("k-fan", "burnFan"));
}

function headOf(campaign) {
  const fact = (word, value) => h("div", {}, h("dt", {}, t(word)), h("dd", {}, value));
  return [
    h("div", { class: "line" }, h("h2", {}, title(campaign)), stateBadge(campaign), h("span", { class: "soft" }, campaign.field), h("code", { class: "soft" }, campaign.code)),
    h("dl", { class: "rules" }, fact("period", daysText(campaign.first_day, campaign.last_day)), fact("windows", windowsText(campaign)),
      fact("attemptsAtMost", `${campaign.attempts}${t("times")}`), fact("mode", t(campaign.mode))),
  ];
}

// --- Commands ---------------------------------------------------------------------------------------------

function commandsOf(campaign) {
  const given = (campaign.commands ?? []).map((one) => one.command ?? one).filter((one) => one in SURE);
  const named = (command) => t(command === "start" && campaign.state === "paused" ? "resume" : command);
  const amend = (campaign.commands ?? []).some((one) => one.command === "amend");
  const button = (command) => h("button", { type: "button", class: command === "start" ? "onward" : "", "data-key": command, onclick: () => review(command, named(command)) }, named(command));
  const [first, ...others] = given.map(button);
  const form = amend && h("a", { class: "button", href: `#/amend/${campaign.code}`, "data-key": "amend" }, t("amend"));
  return h("div", { class: "commands", role: "group", "aria-label": t("commands") }, first, form, others);
}

const SURE = { start: "startSure", pause: "pauseSure", finish: "finishSure", abandon: "abandonSure" };

function review(command, name) {
  const { campaign } = shown;
  const fault = h("p", { class: "fault", role: "alert", hidden: true });
  const button = h("button", { type: "button", class: "primary", autofocus: true, onclick: () => give(command, { button, fault, name }) }, name);
  dialog.show(`${title(campaign)} · ${name}`, h("p", { class: "sentence" }, t(SURE[command])), fault,
    h("div", { class: "ends" }, h("button", { type: "button", onclick: dialog.close }, t("cancel")), button));
}

async function give(command, { button, fault, name }) {
  const { code, etag } = shown;
  button.disabled = true;
  try {
    await send("POST", `/v1/campaigns/${encodeURIComponent(code)}/${command}`, {}, { "If-Match": etag });
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    button.disabled = false;
    fault.textContent = problem.status === 412 ? t("overtakenCampaign") : detail(problem);
    fault.hidden = false;
    if (problem.status === 412) await shown.changed();
    return;
  }
  dialog.close();
  tell(`${name}: ${t("done")}`);
  await shown.changed();
}
