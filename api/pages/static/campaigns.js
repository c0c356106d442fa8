// The campaigns' page: follows the address, looks now and then how far campaigns are, and never under somebody's hands.

import { leave, Problem, whenEnded } from "./api.js";
import * as dialog from "./dialog.js";
import { byId, fill, h, tell } from "./dom.js";
import { enter, house, ofPlanning } from "./house.js";
import { draw as drawOne, forget, redrawCharts } from "./campaignone.js";
import { drawList, listed, readList } from "./campaignlist.js";
import { drawForbidden } from "./campaignforbidden.js";
import { drawForm, keepWritten } from "./campaignform.js";
import { drawFrontiers, redrawFrontier } from "./campaignfrontiers.js";
import "./campaignwords.js";
import { detail, say, t, turn } from "./words.js";

const EVERY = 20_000;
/** Views apart from that of a campaign; the last two are for who plans. */
const VIEWS = new Set(["frontier", "do-not-call", "new", "amend"]);
const SUPERVISORS = new Set(["manager", "lead", "quality"]);

/** What is shown: the view, the campaign shown last, and what else the address named. */
const here = { view: "campaign", campaign: "", code: "" };

start().catch(failed);

async function start() {
  whenEnded(stranger);
  listen();
  await enter();
  document.querySelector("[data-for=supervisor]").hidden = !house.me.roles.some((role) => SUPERVISORS.has(role));
  byId("new-campaign").hidden = !ofPlanning();
  say();
  await readList();
  await follow();
  setInterval(look, EVERY);
  document.documentElement.dataset.ready = "yes";
}

function listen() {
  addEventListener("hashchange", () => follow().catch(failed));
  addEventListener("focus", look);
  addEventListener("unhandledrejection", (event) => {
    if (!(event.reason instanceof Problem)) return;
    event.preventDefault();
    failed(event.reason);
  });
  byId("language").addEventListener("click", otherLanguage);
  byId("leave").addEventListener("click", out);
  new ResizeObserver(() => {
    redrawCharts();
    redrawFrontier();
  }).observe(byId("main"));
}

/** Shows what the address names: a campaign, the frontier, or the numbers not to be called. */
async function follow() {
  keepWritten();
  const [view, code] = place();
  document.body.dataset.view = view;
  for (const link of document.querySelectorAll(".views a")) {
    if (link.dataset.view === view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (view !== "campaign") forget();
  drawList(view === "campaign" ? code : null);
  if (view === "frontier") return drawFrontiers(code);
  if (view === "do-not-call") return drawForbidden();
  if (view !== "campaign") return ofPlanning() ? drawForm(view === "amend" ? code : "", { saved }) : nothing();
  return code ? one(code) : nothing();
}

/** Reads the address; one that names no campaign keeps what was shown, and a jump within the page changes nothing. */
function place() {
  const [, kind, code] = location.hash.match(/^(?:#\/([a-z-]*)\/?([\w-]*))?$/) ?? [null, here.view];
  if (kind === "campaign" && code) here.campaign = code;
  here.campaign ||= listed()[0]?.code ?? "";
  here.view = VIEWS.has(kind) ? kind : "campaign";
  if (code !== undefined) here.code = code;
  return [here.view, here.view === "campaign" ? here.campaign : here.code];
}

async function one(code) {
  try {
    await drawOne(code, { changed: again });
    drawList(place()[1]);
  } catch (problem) {
    if (problem.status !== 404) throw problem;
    forget();
    fill(byId("main"), h("p", { class: "empty card" }, t("noCampaign")));
  }
}

function nothing() {
  forget();
  fill(byId("main"), h("p", { class: "empty card" }, t("noCampaigns")));
}

/** Shows the campaign that was made, or amended. */
async function saved(code) {
  await readList();
  location.hash = `#/campaign/${code}`;
}

async function again() {
  await readList();
  await follow();
}

async function look() {
  if (document.hidden || dialog.isOpen()) return;
  const [view] = place();
  try {
    await readList();
    if (view === "campaign") await follow();
    else drawList(null);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
  }
}

async function otherLanguage() {
  turn();
  say();
  forget();
  await follow();
}

async function out() {
  await leave();
  location.replace("/login?to=campaigns");
}

function stranger() {
  location.replace("/login?to=campaigns");
}

function failed(problem) {
  if (!(problem instanceof Problem)) throw problem;
  if (problem.status !== 401) tell(detail(problem));
}
