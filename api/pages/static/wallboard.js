// The board on the wall: draws each frame, and lets the seconds pass between them.

import { get, Problem, whenEnded } from "./api.js";
import { byId, fill, h, icon } from "./dom.js";
import { credentials, follow, frame } from "./live.js";
import { drawCounts, drawTiles, tickTiles } from "./liveagents.js";
import { drawAlerts, listen, sayVoice } from "./livealerts.js";
import { anHour, drawCampaigns, droppedOf } from "./livecampaigns.js";
import { aim, levels, volumes } from "./livechart.js";
import { count, day, lasted, mark, mean, percent, put, signed as difference, span, time, write } from "./livefigures.js";
import { spelt } from "./liveformula.js";
import { tellState } from "./livestate.js";
import "./livewords.js";
import { say, t, turn } from "./words.js";

const TICK = 250;
const FAST = 1000;
const CRY = 3;
const SHOWN_ALERTS = 3;
const SHOWN_QUEUES = 4;
const SHOWN_CAMPAIGNS = 8;
/** So many signs of three counts stand beside each other in large type, and so many in smaller. */
const LONG = 11;
const VERY_LONG = 14;
const SIGNS = { ok: "check", warn: "clock", bad: "alert", unknown: "dash" };
const SUPERVISORS = new Set(["manager", "lead"]);

let me = null;

start();

async function start() {
  say();
  whenEnded(stranger);
  listen();
  byId("language").addEventListener("click", otherLanguage);
  new ResizeObserver(drawCharts).observe(byId("volumes"));
  tick();
  await recognise();
  follow({ drawn: draw, refused });
}

/** Finds out who may take alerts; a screen with a key is nobody. */
async function recognise() {
  if (credentials()["X-Api-Key"]) return;
  try {
    const { body } = await get("/v1/me");
    me = body.roles.some((role) => SUPERVISORS.has(role)) ? body : null;
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
  }
}

function draw(shown) {
  drawWaiting(shown);
  drawLevel(shown);
  drawToday(shown);
  drawTimes(shown.today);
  drawCsat(shown.csat);
  drawTickets(shown);
  drawOutbound(shown);
  drawAgents(shown.agents);
  drawCharts();
  drawAlerts(byId("alerts"), shown.alerts, { me, most: SHOWN_ALERTS });
  pass();
  mark(document.documentElement, "data-ready", "yes");
}

function drawWaiting({ waiting, queues }) {
  write("waiting", count(waiting.count));
  const several = queues.length > 1 ? queues.slice(0, SHOWN_QUEUES) : [];
  const list = byId("queues");
  if (list.childElementCount !== several.length) fill(list, several.map(() => h("li", {}, h("span", {}), h("b", {}))));
  several.forEach((queue, n) => {
    put(list.children[n].firstChild, queue.queue);
    put(list.children[n].lastChild, count(queue.waiting));
  });
}

function drawLevel({ today: { service_level: level }, definition }) {
  const status = level.status in SIGNS ? level.status : "unknown";
  write("level", percent(level.value));
  write("level-status", t(status));
  write("level-target", aim(level.target));
  signed("level", status);
  mark(byId("level-card"), "data-status", status);
  const share = level.denominator ? ` = ${count(level.numerator)} ÷ ${count(level.denominator)}` : "";
  write("definition", `${spelt(definition)}${share} · ${definition.id.toUpperCase()} v${definition.version}`);
}

function drawToday({ today, forecast, last_week: past }) {
  for (const name of ["offered", "answered", "abandoned"]) write(name, count(today[name]));
  const digits = ["offered", "answered", "abandoned"].reduce((sum, name) => sum + byId(name).textContent.length, 0);
  mark(byId("today"), "data-long", digits > VERY_LONG ? "very" : digits > LONG ? "rather" : null);
  write("answer-rate", percent(today.answer_rate));
  write("abandon-rate", percent(today.abandon_rate));
  write("deviation", difference(forecast?.deviation));
  write("last-week", difference(past?.by_now ? today.offered / past.by_now - 1 : null));
}

function drawTimes(today) {
  for (const [id, name] of [["aht", "aht_s"], ["att", "att_s"], ["acw", "acw_s"], ["asa", "asa_s"]]) write(id, mean(today[name]));
  write("occupancy", percent(today.occupancy, 0));
}

function drawCsat(csat) {
  write("csat", percent(csat.value));
  write("csat-interval", csat.low === null ? "—" : `${percent(csat.low)}–${percent(csat.high)}`);
  write("csat-n", count(csat.responses));
}

function drawTickets({ tickets, day: today }) {
  write("due-today", count(tickets?.due_today));
  write("overdue", count(tickets?.overdue));
  mark(byId("overdue"), "data-status", tickets?.overdue > 0 ? "bad" : null);
  const next = tickets?.soon[0];
  const far = next && next.due_at.slice(0, 10) !== today;
  write("next-due", next ? `${next.number} · ${far ? `${day(next.due_at)} ` : ""}${time(next.due_at)}` : t("nothingDue"));
}

/** Draws what was dialled, where anybody was: a centre without campaigns has the room for its chart. */
function drawOutbound({ outbound, campaigns }) {
  byId("campaigns-card").hidden = campaigns.length === 0;
  write("on-line", count(outbound.on_line));
  write("successes", count(outbound.today));
  write("contacts", anHour(outbound.contacts_per_hour));
  write("dropped", droppedOf(outbound));
  mark(byId("dropped"), "data-status", outbound.dropped > 0 ? "warn" : null);
  drawCampaigns(byId("campaigns"), byId("more-campaigns"), campaigns, SHOWN_CAMPAIGNS);
}

function drawAgents({ by_state: states, list }) {
  drawCounts(byId("states"), states);
  drawTiles(byId("tiles"), list);
  write("on-duty", count(list.filter((one) => one.state !== "offline").length));
}

function drawCharts() {
  const shown = frame();
  if (!shown) return;
  volumes(byId("volumes"), shown);
  levels(byId("levels"), shown);
}

/** Lets time pass; figures of a played day run, so they are written once a second. */
function tick() {
  pass();
  setTimeout(tick, (frame()?.speed ?? 1) > 1 ? FAST : TICK);
}

function pass() {
  const at = tellState();
  const shown = frame();
  if (!shown) return;
  tickWaiting(shown, at);
  tickTiles(at);
}

/** Writes how long callers wait; past the service level's threshold it warns, past three times of it it cries. */
function tickWaiting({ waiting, definition }, at) {
  const seconds = waiting.count ? lasted(waiting.longest_since, at) : 0;
  const late = (times) => seconds !== null && seconds > times * definition.threshold_s;
  const status = late(CRY) ? "bad" : late(1) ? "warn" : "ok";
  const over = waiting.calls.filter((call) => lasted(call.since, at) > definition.threshold_s);
  write("longest", span(seconds));
  write("over-name", `${definition.threshold_s}${t("over")}`);
  write("over", count(over.length));
  signed("longest", status);
  mark(byId("longest"), "data-status", status === "ok" ? null : status);
}

/** Puts the drawing of a status beside a figure, if it is another one. */
function signed(name, status) {
  const sign = byId(`${name}-sign`);
  if (sign.dataset.status === status) return;
  fill(sign, icon(SIGNS[status]));
  mark(sign, "data-status", status);
}

function otherLanguage() {
  turn();
  say();
  sayVoice();
  if (frame()) draw(frame());
}

function refused(status) {
  if (status === 401 && !credentials()["X-Api-Key"]) stranger();
}

function stranger() {
  location.replace("/login?to=wallboard");
}
