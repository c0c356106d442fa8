// The list of campaigns: how each stands, how far it is, and whether it will be done in time.

import { get } from "./api.js";
import { byId, fill, h, icon, svg } from "./dom.js";
import { count, percent } from "./livefigures.js";
import { shortDay } from "./campaigndays.js";
import { title } from "./campaignwords.js";
import { language, t } from "./words.js";

const SIGNS = { draft: "pen", running: "phone", paused: "pause", finished: "check" };
const LEVELS = { draft: "still", running: "good", paused: "warn", finished: "calm" };

/** How far campaigns are is read for so many of them, and every so many looks. */
const MOST = 40;
const LOOKS = 3;

let campaigns = [];
let looks = 0;
const far = new Map();
let drawn = "";

/** Reads the campaigns; how far they are more seldom. */
export async function readList() {
  campaigns = (await get("/v1/campaigns")).body;
  looks += 1;
  if (looks % LOOKS === 1) await Promise.all(campaigns.filter((one) => one.state !== "draft").slice(0, MOST).map(readProgress));
}

async function readProgress({ code }) {
  note((await get(`/v1/campaigns/${encodeURIComponent(code)}/progress`)).body);
}

/** Takes over how far a campaign is from whoever has read it. */
export function note({ code, whole }) {
  far.set(code, whole.successes);
}

export function listed() {
  return campaigns;
}

/** Draws the list and marks the one that is shown; what did not change is not touched. */
export function drawList(code) {
  const signature = JSON.stringify([campaigns, [...far], language]);
  const rows = byId("rows");
  if (signature !== drawn) {
    drawn = signature;
    const focused = document.activeElement?.dataset?.campaign;
    fill(rows, campaigns.map(row));
    if (focused) rows.querySelector(`[data-campaign="${CSS.escape(focused)}"]`)?.focus();
  }
  for (const link of rows.querySelectorAll("a")) {
    if (link.dataset.campaign === code) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

export function stateBadge(campaign) {
  return h("span", { class: `badge ${LEVELS[campaign.state]}` }, icon(SIGNS[campaign.state]), t(campaign.state));
}

/** Draws how much of a quota is reached; a campaign without one has an empty bar. */
export function bar(successes, quota) {
  const share = quota ? Math.min(1, successes / quota) : 0;
  return svg("svg", { class: share >= 1 ? "track full" : "track", "aria-hidden": "true" }, svg("rect", { class: "room", width: "100%", height: "100%", rx: 3 }),
    svg("rect", { class: "share", width: `${(share * 100).toFixed(2)}%`, height: "100%", rx: 3 }));
}

function row(campaign) {
  const { code, quota, state } = campaign;
  const successes = state === "draft" ? 0 : far.get(code);
  return h("li", {}, h("a", { class: "row", href: `#/campaign/${code}`, "data-campaign": code },
    h("span", { class: "line" }, h("strong", {}, title(campaign)), stateBadge(campaign)),
    bar(successes ?? 0, quota),
    h("span", { class: "line" }, h("span", {}, successes === undefined ? "—" : reached(successes, quota)), h("span", {}, `~ ${shortDay(campaign.last_day)}`))));
}

function reached(successes, quota) {
  return quota ? `${count(successes)} / ${count(quota)} · ${percent(successes / quota, 0)}` : `${count(successes)} · ${t("noQuota")}`;
}
