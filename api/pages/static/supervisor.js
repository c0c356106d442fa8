// The supervisor's page: the figures of the board with what is behind them, and what can be done about them.

import { get, leave, Problem, whenEnded } from "./api.js";
import { byId, tell } from "./dom.js";
import { follow, frame } from "./live.js";
import { drawCounts } from "./liveagents.js";
import { drawAlerts, listen, sayVoice } from "./livealerts.js";
import { levels, volumes } from "./livechart.js";
import { mark } from "./livefigures.js";
import { tellState } from "./livestate.js";
import "./livewords.js";
import { drawAgents, tickAgents } from "./supervisoragents.js";
import { drawCampaigns } from "./supervisorcampaigns.js";
import { drawCalls, drawQueues, tickCalls } from "./supervisorcalls.js";
import { drawMeasures, tickMeasures } from "./supervisorfigures.js";
import { drawMachine, past, travel } from "./supervisormachine.js";
import { drawOrders, readOrders } from "./supervisororders.js";
import { detail, say, turn } from "./words.js";

const TICK = 500;
const SUPERVISORS = new Set(["manager", "lead"]);

let supervisor = null;

start().catch(failed);

async function start() {
  say();
  whenEnded(stranger);
  addEventListener("unhandledrejection", (event) => {
    if (!(event.reason instanceof Problem)) return;
    event.preventDefault();
    failed(event.reason);
  });
  listen();
  byId("language").addEventListener("click", otherLanguage);
  byId("leave").addEventListener("click", out);
  travel({ drawn: draw });
  new ResizeObserver(drawCharts).observe(byId("volumes"));
  const { body: me } = await get("/v1/me");
  supervisor = me.roles.some((role) => SUPERVISORS.has(role)) ? me : null;
  await readOrders();
  setInterval(pass, TICK);
  follow({ drawn: draw, refused });
}

/** Gives the frame that is shown: one of the past while somebody looks back, else the newest. */
function shown() {
  return past() ?? frame();
}

function draw() {
  const board = shown();
  if (!board) return;
  drawMachine(frame());
  drawMeasures(byId("measures"), board);
  drawCharts();
  drawQueues(byId("queues"), board);
  drawCampaigns(board);
  drawCounts(byId("states"), board.agents.by_state);
  drawAgents(byId("agents"), board.agents.list);
  drawCalls(board);
  drawOrders(board, { may: supervisor !== null });
  drawAlerts(byId("alerts"), board.alerts, { me: board.replay ? null : supervisor });
  pass();
  mark(document.documentElement, "data-ready", "yes");
}

function drawCharts() {
  const board = shown();
  if (!board) return;
  volumes(byId("volumes"), board);
  levels(byId("levels"), board);
}

function pass() {
  const live = tellState();
  const board = shown();
  if (!board) return;
  const at = board.replay ? Date.parse(board.now) : live;
  tickMeasures(board, at);
  tickAgents(at);
  tickCalls(at);
}

function otherLanguage() {
  turn();
  say();
  sayVoice();
  draw();
}

async function out() {
  await leave();
  location.replace("/login?to=supervisor");
}

function stranger() {
  location.replace("/login?to=supervisor");
}

function refused(status) {
  if (status === 401) stranger();
}

function failed(problem) {
  if (!(problem instanceof Problem)) throw problem;
  if (problem.status !== 401) tell(detail(problem));
}
