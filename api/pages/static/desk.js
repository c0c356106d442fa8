// The desk: follows the address, listens to keys, and looks now and then what has changed.

import { leave, Problem, whenEnded } from "./api.js";
import * as dialog from "./dialog.js";
import { byId, fill, h, tell } from "./dom.js";
import { drop } from "./draft.js";
import { enter, house, ofCampaigns, ofCentre } from "./house.js";
import * as lists from "./lists.js";
import * as opening from "./open.js";
import * as ticket from "./ticket.js";
import { detail, named, say, t, turn } from "./words.js";

const EVERY = 60_000;
const KEYS = "single-keys";

let writing = false;

start().catch(failed);

async function start() {
  whenEnded(ended);
  await enter();
  listen();
  drawPage();
  await follow();
  setInterval(look, EVERY);
  document.documentElement.dataset.ready = "yes";
}

function drawPage() {
  say();
  const { me } = house;
  const unit = house.units.find((one) => one.code === me.unit);
  fill(byId("me"), h("strong", {}, me.name ?? me.login), h("span", { class: "soft" }, [...me.role_names, unit && named(unit)].filter(Boolean).join(" · ")));
  byId("board").hidden = !ofCentre();
  byId("campaigns").hidden = !ofCampaigns();
  lists.drawNames();
}

function listen() {
  addEventListener("hashchange", () => follow().catch(failed));
  addEventListener("focus", look);
  addEventListener("keydown", pressed);
  addEventListener("unhandledrejection", (event) => {
    if (!(event.reason instanceof Problem)) return;
    event.preventDefault();
    failed(event.reason);
  });
  byId("search").addEventListener("submit", search);
  byId("new").addEventListener("click", another);
  byId("language").addEventListener("click", otherLanguage);
  byId("leave").addEventListener("click", out);
  byId("help").addEventListener("click", help);
}

/** Shows what the address names; a ticket leaves the list beside it as it is. */
async function follow() {
  const [, kind = "list", rest = ""] = location.hash.match(/^#\/([a-z]+)\/?(.*)$/) ?? [];
  writing = kind === "new";
  document.body.classList.toggle("reading", kind === "ticket" || writing);
  if (!writing) opening.forget();
  if (kind !== "ticket") ticket.forget();
  lists.mark(kind === "ticket" ? rest : null);
  if (kind === "ticket" || writing) {
    const beside = lists.isShown() ? null : lists.show(lists.names()[0]);
    await Promise.all([beside, writing ? opening.show() : one(rest)]);
    return;
  }
  document.title = t("desk");
  nothingChosen();
  if (kind === "find") await lists.show("found", plain(rest));
  else if (kind === "caller") await lists.show("ofCaller", rest);
  else if (rest && lists.names().includes(rest)) await lists.show(rest);
  else if (!lists.isShown()) await lists.show(lists.names()[0]);
}

function plain(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

async function one(number) {
  try {
    await ticket.show(number);
    lists.mark(number);
  } catch (problem) {
    if (problem.status !== 404 && problem.status !== 422) throw problem;
    fill(byId("main"), h("p", { class: "empty card" }, t("gone")));
  }
}

function nothingChosen() {
  fill(byId("main"), h("div", { class: "empty card" }, h("p", {}, t("choose")), h("p", { class: "soft" }, t("chooseKeys"))));
}

async function search(event) {
  event.preventDefault();
  const text = byId("q").value.trim();
  if (!text) return;
  const there = await lists.sought(text);
  if (location.hash === there) await follow();
  else location.hash = there;
}

/** Shows the form at once, before the next key can fall beside it; a form begun stays as it is. */
function another(event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (location.hash !== "#/new") {
    history.pushState(null, "", "#/new");
    follow().catch(failed);
  } else if (!opening.isBegun()) opening.show();
}

/** Looks whether something changed, but never under somebody's hands. */
async function look() {
  if (document.hidden || dialog.isOpen()) return;
  try {
    await lists.freshen();
    if (!writing && (await ticket.refresh())) tell(t("refreshed"));
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
  }
}

async function otherLanguage() {
  turn();
  drawPage();
  if (writing) opening.redraw();
  else if (location.hash.startsWith("#/ticket/")) ticket.redraw();
  else nothingChosen();
  await lists.again();
}

async function out() {
  drop();
  await leave();
  location.replace("/login");
}

function ended() {
  if (!writing && !dialog.isOpen()) location.replace(`/login${location.hash}`);
}

function failed(problem) {
  if (!(problem instanceof Problem)) throw problem;
  if (problem.status === 403 && !house.me) {
    fill(byId("main"), h("p", { class: "empty card" }, t("notForYou")));
    byId("leave").addEventListener("click", out);
    return;
  }
  if (problem.status !== 401) tell(detail(problem));
}

// --- Keys -------------------------------------------------------------------------------------------------

function pressed(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (dialog.isOpen() || !singleKeys() || event.target.matches("input, textarea, select")) return;
  const action = actionOf(event);
  if (!action) return;
  event.preventDefault();
  action();
}

/** Reads keys by their place too: with a Korean layout N says ㅜ. */
function actionOf(event) {
  if (event.key === "?") return help;
  if (event.key === "/" || event.code === "Slash") return () => byId("q").select();
  if (/^Digit[1-9]$/.test(event.code)) return commandOf(Number(event.code.at(-1)));
  return { KeyN: () => byId("new").click(), KeyJ: () => lists.step(1), KeyK: () => lists.step(-1) }[event.code];
}

function commandOf(place) {
  const button = document.querySelectorAll(".commands [data-command]")[place - 1];
  return button && (() => button.click());
}

function singleKeys() {
  return localStorage.getItem(KEYS) !== "off";
}

function help() {
  const keys = [["/", "keySearch"], ["N", "keyNew"], ["J K", "keyMove"], ["1–9", "keyCommand"], ["Ctrl+Enter", "keySubmit"], ["?", "keyHelp"]];
  const box = h("input", { type: "checkbox", id: "keys-on", checked: singleKeys(), onchange: (event) => localStorage.setItem(KEYS, event.target.checked ? "on" : "off") });
  dialog.show(t("keys"),
    h("dl", { class: "facts" }, ...keys.map(([key, name]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, t(name))])),
    h("label", { class: "tick", for: "keys-on" }, box, t("keysOn")),
    dialog.closing());
}
