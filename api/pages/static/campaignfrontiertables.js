// Tables of a frontier: its thresholds, what each campaign comes to at one, and what was assumed.

import { h } from "./dom.js";
import { count, mean, percent } from "./livefigures.js";
import { bar } from "./campaignlist.js";
import { shortDay } from "./campaigndays.js";
import { chanceOf } from "./campaignfrontierchart.js";
import { language, t } from "./words.js";

/** Measures beside the two of the chart, as far as a frontier has them. */
const WRITTEN = { asa: mean, abandonment_rate: percent, occupancy: percent, dropped: count, outbound_hours: count, leads_left: count, citizens_satisfied: percent };

export function pointsTable(frontier, { chosen, choose }) {
  const more = Object.keys(WRITTEN).filter((name) => frontier.points[0].values[name]);
  const head = [t("idle"), "", t("level"), t("successes"), t("chance"), t("change"), ...more.map((name) => t(`m_${name}`))];
  const row = (point) => h("tr", { "data-threshold": point.threshold },
    h("th", { scope: "row" }, h("label", { class: "tick" }, h("input", { type: "radio", name: "threshold", value: point.threshold, checked: point.threshold === chosen, onchange: () => choose(point.threshold) }), `k=${point.threshold}`)), h("td", {}, marks(frontier, point)),
    measured(point.values.service_level, percent), measured(point.values.successes, count), h("td", { class: "meter" }, chance(chanceOf(point))), h("td", { class: "n" }, changes(point.change)),
    more.map((name) => measured(point.values[name], WRITTEN[name])));
  return h("table", { class: "grid-table" }, h("thead", {}, h("tr", {}, head.map((text, n) => (text ? h("th", { scope: "col", class: n && n !== 4 ? "n" : "" }, text) : h("td", {}))))), h("tbody", {}, frontier.points.map(row)));
}

function measured(figure, write) {
  return h("td", { class: "n" }, h("b", {}, write(figure.value)), figure.low === null ? null : h("small", { class: "soft" }, ` ${write(figure.low)}–${write(figure.high)}`));
}

function chance({ share, low, high, reached, of }) {
  return [h("span", {}, h("b", {}, percent(share, 0)), " ", h("small", { class: "soft" }, `${percent(low, 0)}–${percent(high, 0)} · ${reached}/${of}`)), bar(share, 1)];
}

function changes(change) {
  if (!change) return "";
  const parts = [change.service_level && `${signed(change.service_level.value && change.service_level.value * 100, 1)} %p`, change.successes && signed(change.successes.value, 0)].filter(Boolean);
  return parts.join(" · ");
}

function signed(value, digits) {
  if (value === null) return "—";
  const text = Math.abs(value).toLocaleString(language, { maximumFractionDigits: digits, minimumFractionDigits: digits });
  return `${value > 0 ? "+" : value < 0 ? "−" : "±"}${text}`;
}

function marks(frontier, point) {
  return [
    point.best && h("span", { class: "badge good" }, t("best")),
    point.threshold === frontier.written && h("span", { class: "badge calm" }, t("written")),
    point.dominated_by !== null && h("span", { class: "badge still" }, `${t("dominatedBy")} k=${point.dominated_by}`),
    point.kept?.value === false && h("span", { class: "badge bad" }, t("targetMissed")),
  ];
}

/** Lists the campaigns at one threshold: how much each brings, and when it is done. */
export function campaignsTable(frontier, point) {
  const planned = new Map(frontier.campaigns.map((one) => [one.name, one]));
  const head = ["campaign", "successes", "chance", "doneOn"].map((name, n) => h("th", { scope: "col", class: n === 1 ? "n" : "" }, t(name)));
  const row = (one) => h("tr", {}, h("th", { scope: "row" }, language === "en" ? one.name : (planned.get(one.name)?.field ?? one.name)), measured(one.successes, count), h("td", { class: "meter" }, chance(one.finished)), h("td", {}, finishDays(one.finish_day)));
  return h("table", { class: "grid-table" }, h("thead", {}, h("tr", {}, head)), h("tbody", {}, point.campaigns.map(row)));
}

function finishDays({ p5, p50, p95 }) {
  const day = (one) => (one ? shortDay(one) : t("never"));
  return [h("b", {}, day(p50)), h("small", { class: "soft" }, ` ${day(p5)} – ${day(p95)}`)];
}

export function assumedList({ assumed }) {
  const lines = Object.entries(assumed);
  if (lines.length === 0) return h("p", { class: "empty" }, t("nothingAssumed"));
  return h("details", {}, h("summary", {}, `${count(lines.length)}${t("assumedShow")}`), h("dl", { class: "facts wide-facts" }, lines.map(([path, why]) => [h("dt", {}, h("code", {}, path)), h("dd", {}, why)])));
}
