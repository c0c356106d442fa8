// The figures of a campaign, each of them a question that may be asked: what it is made of.

import * as dialog from "./dialog.js";
import { fill, h, icon, table } from "./dom.js";
import { now } from "./house.js";
import { count, mark, percent, put } from "./livefigures.js";
import { dayOrNot, neededPace } from "./campaignburn.js";
import { dayText } from "./campaigndays.js";
import { bar } from "./campaignlist.js";
import { t } from "./words.js";

const SIGNS = { ok: "check", warn: "clock", bad: "alert" };

/** What is shown, how it reads, what it is made of. `of` gets the campaign, its progress and the day. */
const FIGURES = [
  { name: "successes", wide: true, value: ({ whole }) => count(whole.successes), note: ({ whole }) => (whole.quota === null ? t("noQuota") : `${t("quota")} ${count(whole.quota)} · ${percent(whole.successes / whole.quota)}`), ko: "결과가 '성공'인 시도의 수", en: "attempts whose outcome is a success", parts: ({ whole }) => [whole.successes, whole.quota] },
  { name: "finishDay", wide: true, value: (progress) => finishText(progress), note: (progress) => finishNote(progress), status: (progress, campaign) => finishStatus(progress, campaign), ko: "최근 14일의 성공 수와 발신 가능 시간에서: 감마-포아송, 다섯 번에 네 번은 이 구간 안", en: "from the successes of the last 14 days and the hours in which it could call: gamma-Poisson; within the interval four times in five" },
  { name: "remaining", value: ({ whole }) => (whole.quota === null ? null : count(Math.max(0, whole.quota - whole.successes))), note: ({ whole }) => `${t("leadsLeft")} ${count(whole.left)}`, status: ({ whole, state }) => (whole.quota !== null && state !== "finished" && whole.quota - whole.successes > whole.left ? "bad" : null), ko: "목표 − 성공", en: "quota − successes" },
  { name: "successesPerHour", value: (progress) => decimal(progress.successes_per_hour), note: (progress, campaign) => needed(progress, campaign), status: (progress, campaign) => paceStatus(progress, campaign), ko: "성공 ÷ 시작한 뒤 발신할 수 있었던 시간 (일시중지 포함)", en: "successes ÷ hours in which it could call since the start (pauses count)", parts: ({ whole, calling_hours: hours }) => [whole.successes, hours] },
  { name: "attempts", value: ({ attempts }) => count(attempts), note: () => "", ko: "결과가 기록된 발신의 수", en: "diallings whose outcome was told" },
  { name: "contacts", value: ({ contacts }) => count(contacts), note: ({ contacts, attempts }) => (attempts ? `${percent(contacts / attempts)} ${t("perAttempt")}` : ""), ko: "시민이 상담사와 통화한 시도의 수 (성공·일부 응답·재통화 약속·거절·결번이 아닌 오번호)", en: "attempts in which a citizen spoke to an agent (success, partial, call later, refusal, wrong number)", parts: ({ contacts, attempts }) => [contacts, attempts] },
  { name: "contactsPerHour", value: (progress) => decimal(progress.contacts_per_hour), note: ({ agent_hours: hours }) => `${decimal(hours)}${t("hours")}`, ko: "접촉 ÷ 상담사가 시도에 쓴 시간", en: "contacts ÷ agents' hours spent on attempts", parts: ({ contacts, agent_hours: hours }) => [contacts, hours] },
  { name: "dropped", value: ({ dispositions }) => count(dispositions.dropped), note: (progress) => dropShare(progress), status: ({ dispositions }) => (dispositions.dropped > 0 ? "warn" : null), ko: "시민이 받았으나 상담사가 없어 끊긴 시도; 비율의 분모는 사람이 받은 모든 시도", en: "answered by a citizen while no agent was free; its share is of all attempts a person answered", parts: ({ dispositions }) => [dispositions.dropped, live(dispositions)] },
];
const LIVE = ["wrong_number", "refusal", "call_later", "partial", "success", "dropped"];

const shown = { campaign: null, progress: null, tiles: new Map() };

/** Makes the tiles, empty; they are filled by `drawFigures` and keep the focus. */
export function figuresBox() {
  shown.tiles = new Map();
  return h("section", { class: "measures", "aria-label": t("measures") }, FIGURES.map(made));
}

export function drawFigures(campaign, progress) {
  Object.assign(shown, { campaign, progress });
  for (const figure of FIGURES) {
    const { value, note, button, sign, track } = shown.tiles.get(figure.name);
    put(value, figure.value(progress, campaign) ?? "—");
    put(note, figure.note(progress, campaign) ?? "");
    const status = figure.status?.(progress, campaign) ?? null;
    mark(button, "data-mood", status);
    fill(sign, status && [icon(SIGNS[status]), h("span", {}, statusWord(figure.name, status, progress))]);
    if (track) fill(track, progress.whole.quota !== null && bar(progress.whole.successes, progress.whole.quota));
  }
}

function made(figure) {
  const parts = { value: h("span", { class: "value figure" }), note: h("span", { class: "aside" }), sign: h("span", { class: "sign" }), track: figure.name === "successes" ? h("span", { class: "track-room" }) : null };
  const button = h("button", { type: "button", class: figure.wide ? "measure wide" : "measure", "data-measure": figure.name, onclick: () => explain(figure) },
    h("span", { class: "name" }, t(figure.name)), h("span", { class: "line" }, parts.value, parts.sign), parts.track, parts.note);
  shown.tiles.set(figure.name, { ...parts, button });
  return button;
}

function explain(figure) {
  const { campaign, progress } = shown;
  const [above, below] = figure.parts?.(progress) ?? [];
  dialog.show(`${t(figure.name)} ${figure.value(progress, campaign) ?? "—"}`,
    h("div", { class: "explained" },
      h("p", { class: "formula", lang: "ko" }, figure.ko), h("p", { class: "formula", lang: "en" }, figure.en),
      below !== undefined && below !== null && h("p", { class: "share" }, `${decimal(above)} ÷ ${decimal(below)}`),
      figure.name === "finishDay" && finishTable(campaign, progress)),
    dialog.closing());
}

// --- When it is done --------------------------------------------------------------------------------------

function finishText({ whole, finish }) {
  if (whole.quota !== null && whole.successes >= whole.quota) return t("reached");
  return finish ? dayOrNot(finish.expected) : t("unknownFinish");
}

function finishNote(progress) {
  const { finish } = progress;
  if (finish) return `${t("interval80")} ${dayOrNot(finish.low)} – ${dayOrNot(finish.high)}`;
  return whyUnknown(progress);
}

function whyUnknown({ whole, state }) {
  if (whole.quota !== null && whole.successes >= whole.quota) return "";
  if (state === "finished") return t("whyEnded");
  if (whole.quota === null) return t("whyNoQuota");
  if (whole.quota - whole.successes > whole.left) return t("whyNoLeads");
  return t("whyNoSuccess");
}

function finishStatus({ whole, finish }, { last_day: last }) {
  if (whole.quota !== null && whole.successes >= whole.quota) return "ok";
  if (!finish) return null;
  if (finish.high && finish.high <= last) return "ok";
  return finish.expected && finish.expected <= last ? "warn" : "bad";
}

function finishTable({ last_day: last }, { finish }) {
  if (!finish) return null;
  return table([[t("finishDay"), dayOrNot(finish.expected)], [t("interval80"), `${dayOrNot(finish.low)} – ${dayOrNot(finish.high)}`], [t("lastDay"), dayText(last)]]);
}

function needed(progress, campaign) {
  const pace = progress.state === "finished" ? null : neededPace(campaign, progress, now());
  return pace === null ? "" : `${t("needed")} ${decimal(pace)}`;
}

function paceStatus(progress, campaign) {
  const pace = neededPace(campaign, progress, now());
  if (pace === null || progress.successes_per_hour === null || progress.state !== "running") return null;
  return progress.successes_per_hour >= pace ? "ok" : "warn";
}

function statusWord(name, status) {
  if (name === "finishDay") return t({ ok: "inTime", warn: "atRisk", bad: "tooLate" }[status]);
  return name === "remaining" ? t("short") : "";
}

// --- Shares -----------------------------------------------------------------------------------------------

function live(dispositions) {
  return LIVE.reduce((sum, name) => sum + (dispositions[name] ?? 0), 0);
}

function dropShare({ dispositions }) {
  const answered = live(dispositions);
  return answered ? `${percent(dispositions.dropped / answered, 2)} ${t("ofLive")}` : "";
}

/** Writes whole numbers plainly and others with one digit, two where they are small. */
function decimal(value) {
  if (value === null || value === undefined) return "—";
  if (Number.isInteger(value)) return count(value);
  return value.toLocaleString(undefined, { maximumFractionDigits: value < 1 ? 2 : 1, minimumFractionDigits: value < 1 ? 2 : 1 });
}
