// What a supervisor tells the switch: a form, a look at what it says, and the switch's answer.

import { get, Problem, send } from "./api.js";
import * as dialog from "./dialog.js";
import { byId, fill, h, tell } from "./dom.js";
import { campaignName } from "./livecampaigns.js";
import { time } from "./livefigures.js";
import { detail, language, t } from "./words.js";

const LOOKS = 30;
const EVERY = 1000;
const LATEST = 6;
const ERRANDS = ["training", "break", "meeting"];

/** What each order takes, in the order of its sentence. */
const ORDERS = {
  move_agents: ["count", "group", "to"],
  send_agents: ["count", "group", "errand"],
  recall_agents: ["count", "group"],
  set_overflow: ["queue", "group", "opened"],
  surge: ["queue", "factor", "minutes"],
  set_campaign: ["campaign", "running"],
};
const TRUTHS = new Set(["opened", "running"]);
const NUMBERS = { count: { min: 1, max: 100, step: 1, value: 1 }, factor: { min: 1.1, max: 10, step: 0.1, value: 1.5 }, minutes: { min: 1, max: 240, step: 1, value: 30 } };

const desk = { choices: {}, drawn: "", order: "move_agents", past: [], readable: false };

/** Reads what was told before; who may not see it sees no commands at all. */
export async function readOrders() {
  try {
    const { body } = await get(`/v1/live/commands?limit=${LATEST}`);
    Object.assign(desk, { past: body, readable: true });
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
  }
}

export function drawOrders(board, { may }) {
  document.querySelector(".orders").hidden = !desk.readable;
  const groups = [...new Set(board.agents.list.map((one) => one.group).filter(Boolean))].toSorted();
  if (!board.replay) desk.choices = { source: board.sources.map((one) => one.source), queue: board.queues.map((one) => one.queue), group: groups, to: groups, campaign: board.campaigns.map((one) => [one.code, campaignName(one)]) };
  const signature = JSON.stringify([desk.choices, language, may, board.replay, desk.past]);
  if (signature === desk.drawn) return;
  desk.drawn = signature;
  drawForm(may, board.replay);
  drawPast();
}

function drawForm(may, replay) {
  const form = byId("order-form");
  if (form.contains(document.activeElement) && form.dataset.may === `${may}${replay}${language}`) return;
  form.dataset.may = `${may}${replay}${language}`;
  form.hidden = !may;
  const kinds = h("select", { id: "order", onchange: (event) => drawFields(event.target.value) }, orders().map((order) => h("option", { value: order, selected: order === desk.order }, t(order))));
  fill(form, field("order", kinds), h("div", { id: "order-fields", class: "pair" }), replay && h("p", { class: "hint" }, t("notInReplay")),
    h("p", { id: "order-fault", class: "fault", role: "alert", hidden: true }),
    h("div", { class: "ends" }, h("button", { class: "primary", disabled: replay }, t("review"))));
  form.onsubmit = review;
  drawFields(desk.order);
}

/** Gives what can be ordered here: nothing about campaigns where there are none. */
function orders() {
  return Object.keys(ORDERS).filter((order) => order !== "set_campaign" || desk.choices.campaign?.length);
}

function drawFields(order) {
  desk.order = order;
  const several = desk.choices.source.length > 1 ? ["source"] : [];
  fill(byId("order-fields"), [...several, ...ORDERS[order]].map((name) => field(name, control(name))));
}

function field(name, input) {
  return h("div", { class: "field" }, h("label", { for: input.id }, t(name === "group" && desk.order === "move_agents" ? "from" : name)), input);
}

function control(name) {
  const id = `order-${name}`;
  if (name in NUMBERS) return h("input", { id, type: "number", inputmode: "decimal", required: true, ...NUMBERS[name] });
  return h("select", { id }, options(name).map(([value, text], n) => h("option", { value, selected: name === "to" && n === 1 }, text)));
}

function options(name) {
  if (name === "errand") return ERRANDS.map((one) => [one, t(one)]);
  if (name === "opened") return [["true", t("overflowOpen")], ["false", t("overflowShut")]];
  if (name === "running") return [["false", t("campaignPause")], ["true", t("campaignStart")]];
  return desk.choices[name].map((one) => (Array.isArray(one) ? one : [one, one]));
}

function review(event) {
  event.preventDefault();
  const form = byId("order-form");
  const wrong = [...form.querySelectorAll("input")].find((input) => !input.checkValidity());
  const fault = byId("order-fault");
  fault.hidden = !wrong;
  fault.textContent = wrong?.validationMessage ?? "";
  if (wrong) return wrong.focus();
  const command = written();
  const source = byId("order-source")?.value ?? desk.choices.source[0];
  const button = h("button", { type: "button", class: "primary", autofocus: true, onclick: () => give(button, { source, command }) }, t("sendNow"));
  dialog.show(t("reviewTitle"), h("p", { class: "sentence" }, sentence(command)), h("p", { class: "hint" }, `${t("source")}: ${source}`),
    h("div", { class: "ends" }, h("button", { type: "button", onclick: dialog.close }, t("cancel")), button));
  return undefined;
}

function written() {
  const command = { order: desk.order };
  for (const name of ORDERS[desk.order]) {
    const { value } = byId(`order-${name}`);
    command[name] = name in NUMBERS ? Number(value) : TRUTHS.has(name) ? value === "true" : value;
  }
  return command;
}

function sentence({ order, count, group, to, errand, queue, opened, factor, minutes, campaign, running }) {
  const english = language === "en";
  switch (order) {
    case "move_agents": return english ? `Move ${count} agents from ${group} to ${to}.` : `${group}의 상담사 ${count}명을 ${to}(으)로 옮깁니다.`;
    case "send_agents": return english ? `Send ${count} agents of ${group} to ${t(errand)}.` : `${group}의 상담사 ${count}명을 ${t(errand)}(으)로 보냅니다.`;
    case "recall_agents": return english ? `Recall ${count} agents of ${group}.` : `${group}의 상담사 ${count}명을 다시 부릅니다.`;
    case "set_overflow": return english ? `${opened ? "Let" : "No longer let"} ${group} take calls of ${queue}.` : `${group}이(가) ${queue}의 전화를 ${opened ? "함께 받게 합니다." : "더는 받지 않게 합니다."}`;
    case "surge": return english ? `${factor} times as many calls to ${queue} for ${minutes} minutes.` : `${minutes}분 동안 ${queue}의 인입을 ${factor}배로 늘립니다.`;
    case "set_campaign": return english ? `${running ? "Start" : "Pause"} campaign ${nameOf(campaign)}.` : `${nameOf(campaign)} 캠페인을 ${running ? "시작합니다." : "일시중지합니다."}`;
    default: return order;
  }
}

function nameOf(code) {
  return desk.choices.campaign?.find(([one]) => one === code)?.[1] ?? code;
}

async function give(button, asked) {
  button.disabled = true;
  try {
    const { body } = await send("POST", "/v1/live/commands", asked);
    dialog.close();
    tell(t("sent"));
    await answered(body.id);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    button.disabled = false;
    tell(detail(problem));
  }
}

/** Looks until the switch has answered; one that is away may answer later. */
async function answered(id) {
  for (let look = 0; look < LOOKS; look += 1) {
    await readOrders();
    drawPast();
    const found = desk.past.find((one) => one.id === id);
    if (found?.answer) return tell(answerOf(found));
    await new Promise((done) => setTimeout(done, EVERY));
  }
  return undefined;
}

function drawPast() {
  const lines = desk.past.map((one) => h("li", { class: "order", "data-accepted": one.accepted === null ? "pending" : String(one.accepted) },
    h("p", {}, sentence(one.command)), h("p", { class: "soft" }, `${time(one.at)} · ${one.actor} · ${answerOf(one)}`)));
  fill(byId("past-orders"), lines.length ? lines : h("li", { class: "empty" }, t("noCommandsYet")));
}

function answerOf({ accepted, answer }) {
  if (!answer) return t("pending");
  return `${t(accepted ? "accepted" : "declined")}: ${language === "en" ? answer.en : answer.ko}`;
}
