// The frontier of inbound service level and outbound successes: those that are kept, one of them, and its thresholds.

import { get, Problem, send } from "./api.js";
import { byId, fill, h, icon, tell } from "./dom.js";
import { labelled } from "./fields.js";
import { ofPlanning } from "./house.js";
import { count, percent, time } from "./livefigures.js";
import { dayOf, daysText, dayText, shortDay } from "./campaigndays.js";
import { chanceOf, drawFrontier } from "./campaignfrontierchart.js";
import { assumedList, campaignsTable, pointsTable } from "./campaignfrontiertables.js";
import { droppable } from "./campaignimport.js";
import { detail, faultText, language, t } from "./words.js";

const COMMAND = "callcenter campaign frontier SCENARIO --json frontier.json";
const MOST_FAULTS = 6;

let shown = null;
let chosen = null;
let asked = 0;

/** Shows a frontier by its number, or the newest; what may be kept, who plans keeps here. */
export async function drawFrontiers(id) {
  asked += 1;
  const mine = asked;
  const kept = (await get("/v1/frontiers?limit=50")).body.items;
  const wanted = Number(id) || kept[0]?.id;
  const same = shown && shown.id === wanted && shown.language === language && byId("frontier");
  const found = same || !wanted ? shown : (await get(`/v1/frontiers/${wanted}`)).body;
  if (mine !== asked || document.body.dataset.view !== "frontier") return;
  shown = wanted ? { ...found, language } : null;
  if (!same) {
    chosen = shown && preferred(shown.frontier);
    lay();
  }
  listKept(kept);
}

export function redrawFrontier() {
  const figure = byId("frontier-chart");
  if (figure && shown) drawFrontier(figure, shown.frontier, chosen);
}

/** Chooses the best threshold, else the scenario's own, else the first. */
function preferred({ points, written }) {
  return (points.find((one) => one.best) ?? points.find((one) => one.threshold === written) ?? points[0]).threshold;
}

function lay() {
  fill(byId("main"), h("article", { class: "campaign", id: "frontier" },
    h("header", { class: "head" }, h("h2", {}, t("frontier")), h("p", { class: "soft" }, t("frontierHint"))),
    h("section", { class: "card shelf", "aria-labelledby": "n-kept" }, h("h3", { id: "n-kept" }, t("keptFrontiers")), h("ul", { id: "kept", class: "plain" }), ofPlanning() && dropForm()),
    shown ? about() : h("section", { class: "card verdict" }, h("div", { class: "empty" }, h("p", {}, t("noFrontiers")), h("p", {}, h("code", {}, COMMAND))))));
  if (shown) choose(chosen);
}

function about() {
  const { frontier } = shown;
  return [
    h("section", { class: "card verdict", "aria-labelledby": "n-chart" },
      h("div", { class: "heading" }, h("h3", { id: "n-chart" }, shown.title[language]), h("span", { class: "soft" }, described(frontier))),
      h("p", { id: "verdict", role: "status" }),
      h("div", { id: "frontier-chart", class: "chart tall", role: "img", "aria-label": t("frontierChart") }),
      h("p", { class: "legend", "aria-hidden": "true" }, ["k-front", "k-beaten", "k-ring", frontier.wanted !== null && frontier.target && "k-wished"].filter(Boolean).map((kind) => h("span", { class: kind }, t(kind))))),
    h("section", { class: "card points", "aria-labelledby": "n-points" }, h("h3", { id: "n-points" }, t("thresholds")), h("div", { id: "points", class: "sheet", role: "region", "aria-labelledby": "n-points", tabindex: 0 })),
    h("section", { class: "card of-point", "aria-labelledby": "n-of-point" }, h("h3", { id: "n-of-point" }), h("div", { id: "of-point", class: "sheet tall", role: "region", "aria-labelledby": "n-of-point", tabindex: 0 })),
    h("section", { class: "card assumed", "aria-labelledby": "n-assumed" }, h("h3", { id: "n-assumed" }, t("assumedInputs")), assumedList(frontier)),
  ];
}

function described({ first_day: first, last_day: last, replications, by }) {
  return `${daysText(first, last)} · ${t("byDay")} ${dayText(by)} · ${t("replications")} ${count(replications)}`;
}

/** Marks a threshold on the chart, in the sentence and in the tables. */
function choose(threshold) {
  chosen = threshold;
  const { frontier } = shown;
  const point = frontier.points.find((one) => one.threshold === chosen);
  fill(byId("verdict"), verdict(frontier, point));
  redrawFrontier();
  if (byId("points").childElementCount === 0) fill(byId("points"), pointsTable(frontier, { chosen, choose }));
  for (const row of byId("points").querySelectorAll("tbody tr")) row.classList.toggle("mine", Number(row.dataset.threshold) === chosen);
  byId("n-of-point").textContent = `${t("campaignsAt")} k=${chosen}`;
  fill(byId("of-point"), campaignsTable(frontier, point));
}

function verdict(frontier, point) {
  const { service_level: level, successes } = point.values;
  const between = (one, written) => (one.low === null ? "" : ` (${written(one.low)}–${written(one.high)})`);
  const chance = chanceOf(point);
  const aim = frontier.wanted === null ? t("allFinished") : `${count(frontier.wanted)}`;
  const numbers = [percent(level.value) + between(level, percent), count(successes.value) + between(successes, count), `${percent(chance.share, 0)}${between(chance, (value) => percent(value, 0))}`];
  return [
    point.best && h("span", { class: "badge good" }, icon("check"), t("best")),
    point.threshold === frontier.written && h("span", { class: "badge calm" }, t("written")),
    point.dominated_by !== null && h("span", { class: "badge warn" }, icon("alert"), `${t("dominatedBy")} k=${point.dominated_by}`),
    point.kept && point.kept.value === false && h("span", { class: "badge bad" }, icon("alert"), t("targetMissed")),
    point.values.leads_left?.value === 0 && h("span", { class: "badge still" }, t("listsOut")),
    h("span", {}, sentence(point.threshold, numbers, { aim, by: shortDay(frontier.by) })),
  ];
}

function sentence(k, [level, successes, chance], { aim, by }) {
  if (language === "en") return `Calling out only while ${k === 0 ? "any agent is" : `more than ${k} ${k === 1 ? "agent is" : "agents are"}`} idle: service level ${level}, ${successes} successes, ${aim} by ${by} with probability ${chance}.`;
  return `${k === 0 ? "대기 상담사가 있을 때마다" : `대기 상담사가 ${k}명보다 많을 때만`} 발신하면: 서비스레벨 ${level}, 성공 ${successes}건, ${by}까지 ${aim} 달성 확률 ${chance}.`;
}

// --- What is kept -----------------------------------------------------------------------------------------

function listKept(kept) {
  const link = (one) => h("a", { class: "row", href: `#/frontier/${one.id}`, "aria-current": one.id === shown?.id ? "true" : null },
    h("strong", {}, one.title[language]), h("span", { class: "line" }, h("span", {}, daysText(one.first_day, one.last_day, shortDay)), h("span", {}, `${shortDay(dayOf(Date.parse(one.kept_at)))} ${time(one.kept_at)} · ${one.kept_by}`)));
  fill(byId("kept"), kept.length ? kept.map((one) => h("li", {}, link(one))) : h("li", { class: "empty" }, t("noneKept")));
}

function dropForm() {
  const input = h("input", { id: "frontier-file", type: "file", accept: ".json,application/json" });
  const fault = h("div", { class: "fault", id: "frontier-fault", role: "alert", hidden: true });
  const form = h("form", { class: "drop", novalidate: true }, labelled(input.id, t("frontierFile"), input, { hint: t("frontierFileHint") }), fault);
  input.addEventListener("change", () => keep(input, fault));
  droppable(form, input);
  return form;
}

async function keep(input, fault) {
  const [file] = input.files;
  fault.hidden = true;
  if (!file) return;
  try {
    const { body } = await send("POST", "/v1/frontiers", JSON.parse(await file.text()));
    tell(t("frontierKept"));
    location.hash = `#/frontier/${body.id}`;
  } catch (problem) {
    if (!(problem instanceof Problem) && !(problem instanceof SyntaxError)) throw problem;
    fill(fault, faultsIn(problem).map((text) => h("p", {}, text)));
    fault.hidden = false;
  } finally {
    input.value = "";
  }
}

function faultsIn(problem) {
  if (problem instanceof SyntaxError) return [t("noJson")];
  const faults = (problem.body.errors ?? []).map((one) => `${(one.pointer ?? "").replace(/^#?\/?/, "")}: ${faultText(one)}`);
  const more = faults.length - MOST_FAULTS;
  return faults.length ? [t("noFrontier"), ...faults.slice(0, MOST_FAULTS), ...(more > 0 ? [`+ ${count(more)}`] : [])] : [detail(problem)];
}
