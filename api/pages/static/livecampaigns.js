// Campaigns: what was dialled today, and how far each is. A line is made once and changed after that.

import { fill, h, icon } from "./dom.js";
import { count, mark, percent, put } from "./livefigures.js";
import { language, t } from "./words.js";

/** States in the order of their urgency, each with a drawing. */
export const CAMPAIGN_SIGNS = { calling: "phone", paused: "pause", idle: "dash" };
const RANKS = Object.keys(CAMPAIGN_SIGNS);

/** Names a campaign in the language of the page. */
export function campaignName(one) {
  return language === "en" ? one.en : one.ko;
}

/** Writes contacts an hour of agents' work. */
export function anHour(value) {
  return value === null ? "—" : value.toFixed(1);
}

/** Writes how many were dropped, and which share of those who answered. */
export function droppedOf({ dropped, dropped_rate: rate }) {
  return `${count(dropped)} (${percent(rate)})`;
}

/** Writes successes in all, against those wanted if anybody said how many. */
export function achieved({ successes, quota }) {
  return quota === null ? count(successes) : `${count(successes)}/${count(quota)}`;
}

/** Draws those that call first, then those that are paused; `rest` says how many more there are. */
export function drawCampaigns(list, rest, campaigns, most) {
  const shown = campaigns.toSorted((a, b) => RANKS.indexOf(a.state) - RANKS.indexOf(b.state) || b.attempts - a.attempts).slice(0, most);
  if (list.childElementCount !== shown.length) fill(list, shown.map(lineOf));
  shown.forEach((one, n) => drawLine(list.children[n], one));
  put(rest, campaigns.length > shown.length ? `+${campaigns.length - shown.length}` : "");
}

function lineOf() {
  return h("li", { class: "campaign" }, h("span", { class: "sign" }), h("span", { class: "name" }), h("span", { class: "done figure" }), h("span", { class: "rate figure" }), h("span", { class: "lost figure" }));
}

function drawLine(element, one) {
  const [sign, name, done, rate, lost] = element.children;
  if (element.dataset.drawn !== one.state + language) {
    element.dataset.drawn = one.state + language;
    mark(element, "data-calls", one.state);
    fill(sign, icon(CAMPAIGN_SIGNS[one.state]), h("span", { class: "hidden" }, t(`c_${one.state}`)));
  }
  put(name, campaignName(one));
  put(done, achieved(one));
  put(rate, anHour(one.contacts_per_hour));
  put(lost, count(one.dropped));
  mark(lost, "data-status", one.dropped > 0 ? "warn" : null);
  element.style.setProperty("--part", one.quota ? `${Math.min(100, (100 * one.successes) / one.quota)}%` : "0%");
}
