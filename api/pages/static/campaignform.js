// A campaign written by hand: made as a draft, or another draft in the place of one; what is wrong is said at its field.

import { get, Problem, send } from "./api.js";
import { byId, fill, h, tell } from "./dom.js";
import { clearFaults, faultsOf, labelled, localFaults, showFaults, ticked, whole } from "./fields.js";
import { cellsField, readCells } from "./campaigncells.js";
import { faultsWithin } from "./campaignfaults.js";
import { listed } from "./campaignlist.js";
import { readWindows, windowsField } from "./campaignwindows.js";
import { count } from "./livefigures.js";
import { disposition, filled } from "./campaignwords.js";
import { language, t } from "./words.js";

const PREFIX = "c";
const WEEK = ["09:30-11:30", "14:00-18:00"];

/** What a draft begins with; waits are minutes, as the house usually takes them. */
const BLANK = {
  code: "", name_ko: "", name_en: "", field: "", first_day: "", last_day: "",
  windows: { mon: WEEK, tue: WEEK, wed: WEEK, thu: WEEK, fri: WEEK },
  on_holidays: false, attempts: 5, waits: { no_answer: 180, busy: 20, machine: 180, call_later: 120, dropped: 1440 }, change_hour: true,
  quota: null, cells: [], priority: 0, mode: "preview", keep_days: 90,
};

let asked = 0;
let written = null;

/** Opens the form for a new draft, or for the draft of a code; what was written before and not sent is there again. */
export async function drawForm(code, { saved }) {
  asked += 1;
  const mine = asked;
  if (written?.code !== code) {
    const found = code ? await get(`/v1/campaigns/${encodeURIComponent(code)}`) : { body: BLANK, etag: null };
    if (mine !== asked) return;
    written = { code, etag: found.etag, said: found.body };
  }
  if (code && written.said.state !== "draft") return locked();
  fill(byId("main"), formOf(written.said, { saved }));
  byId(code ? "c-name_ko" : "c-code").focus();
}

/** Keeps what is written, for when the form is drawn again. */
export function keepWritten() {
  asked += 1;
  const form = byId("campaign-form");
  if (form && written) written.said = { ...written.said, ...valuesOf(form) };
}

function locked() {
  written = null;
  fill(byId("main"), h("p", { class: "empty card" }, t("onlyDrafts")));
}

function formOf(said, { saved }) {
  const amended = Boolean(written.code);
  const rest = h("div", { class: "fault", role: "alert", hidden: true });
  const button = h("button", { class: "primary" }, t(amended ? "saveDraft" : "makeDraft"));
  const form = h("form", { id: "campaign-form", class: "card campaign-form", novalidate: true, "aria-labelledby": "n-form" },
    h("h2", { id: "n-form" }, t(amended ? "amendTitle" : "newTitle"), amended && h("code", { class: "soft" }, ` ${written.code}`)),
    whatPart(said, amended), whenPart(said), oftenPart(said), wantedPart(said), moreDetails(said), rest,
    h("div", { class: "ends" }, h("a", { class: "button", href: amended ? `#/campaign/${written.code}` : "#/", onclick: drop }, t("cancel")), button));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit({ form, rest, button, saved });
  });
  return form;
}

// --- Its parts --------------------------------------------------------------------------------------------

function whatPart(said, amended) {
  const fields = [...new Set(listed().map((one) => one.field))];
  return group("whatPart",
    !amended && line("code", said, { hint: t("codeHint"), pattern: "[a-z0-9][a-z0-9_\\-]{0,59}", wrong: t("codeHint"), spellcheck: "false", lang: "en" }),
    line("name_ko", said, { maxlength: 200, lang: "ko" }), line("name_en", said, { maxlength: 200, lang: "en" }),
    line("field", said, { maxlength: 80, list: "c-fields", hint: t("fieldHint") }), h("datalist", { id: "c-fields" }, fields.map((value) => h("option", { value }))));
}

function whenPart(said) {
  return group("whenPart", line("first_day", said, { type: "date", wrong: t("dateWrong") }), line("last_day", said, { type: "date", wrong: t("dateWrong") }),
    h("div", { class: "across" }, windowsField(said.windows), ticked("c-on_holidays", t("onHolidaysToo"), { checked: said.on_holidays })));
}

function oftenPart(said) {
  const wait = ([name, minutes]) => number(`waits-${name}`, filled(t("after"), disposition(name)), minutes, { min: 0, max: 129_600 });
  return group("oftenPart", number("attempts", t("attemptsAtMost"), said.attempts, { min: 1, max: 50 }),
    h("fieldset", { class: "across pair" }, h("legend", {}, t("waits")), Object.entries(said.waits).map(wait)),
    h("div", { class: "across" }, ticked("c-change_hour", t("changeHour"), { checked: said.change_hour })));
}

function wantedPart(said) {
  return group("wantedPart", number("quota", t("quotaWhole"), said.quota, { min: 1, max: 1_000_000, optional: true, hint: t("quotaHint") }),
    h("div", { class: "across" }, cellsField(said.cells)));
}

function moreDetails(said) {
  const modes = ["preview", "progressive"].map((value) => h("option", { value, selected: value === said.mode }, t(`mode_${value}`)));
  return group("morePart", labelled("c-mode", t("mode"), h("select", { id: "c-mode", name: "mode" }, modes)),
    number("priority", t("priority"), said.priority, { min: -1000, max: 1000, hint: t("priorityHint") }),
    number("keep_days", t("keepDays"), said.keep_days, { min: 0, max: 1096, hint: t("keepDaysHint") }));
}

function group(word, ...content) {
  return h("fieldset", { class: "pair" }, h("legend", {}, h("h3", {}, t(word))), ...content);
}

function line(name, said, { hint = null, wrong = null, type = "text", ...more }) {
  const control = h("input", { id: `c-${name}`, name, type, required: true, autocomplete: "off", value: said[name], "data-wrong": wrong, ...more });
  return labelled(control.id, t(`c_${name}`), control, { hint });
}

function number(name, label, value, { min, max, optional = false, hint = null }) {
  const control = h("input", { id: `c-${name}`, name, type: "number", inputmode: "numeric", min, max, step: 1, required: !optional, value: value ?? "", "data-wrong": filled(t("between"), count(min), count(max)) });
  return labelled(control.id, label, control, { optional, hint });
}

// --- What it says, and sending it --------------------------------------------------------------------------

function valuesOf(form) {
  const text = (name) => form.elements.namedItem(name).value.trim();
  const whole = (name) => (text(name) === "" ? null : Number(text(name)));
  const waits = Object.fromEntries(Object.keys(BLANK.waits).map((name) => [name, whole(`waits-${name}`)]));
  const said = { waits, windows: readWindows(form), cells: readCells(form), mode: text("mode"), on_holidays: byId("c-on_holidays").checked, change_hour: byId("c-change_hour").checked };
  for (const name of ["name_ko", "name_en", "field", "first_day", "last_day"]) said[name] = text(name);
  for (const name of ["attempts", "quota", "priority", "keep_days"]) said[name] = whole(name);
  return written.code ? said : { code: text("code"), ...said };
}

async function submit({ form, rest, button, saved }) {
  clearFaults(form, rest);
  const said = valuesOf(form);
  const faults = localFaults(form);
  if (!faults.length) faults.push(...faultsWithin(said));
  if (faults.length) return showFaults(form, faults, rest);
  button.disabled = true;
  try {
    const { body } = written.code ? await send("PUT", `/v1/campaigns/${encodeURIComponent(written.code)}`, said, { "If-Match": written.etag }) : await send("POST", "/v1/campaigns", said);
    drop();
    tell(t(body.version > 1 ? "draftSaved" : "draftMade"));
    await saved(body.code);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    button.disabled = false;
    showFaults(form, faultsIn(problem, form), rest);
  }
}

function faultsIn(problem, form) {
  if (problem.status === 409 && problem.code === "conflict") return [{ field: "c-code", text: t("codeTaken") }];
  if (problem.body.reason === "cell-in-use") return [{ field: "c-cells", text: language === "en" ? problem.body.detail_en : problem.body.detail }];
  if (problem.status === 412) return [{ field: null, text: t("draftOvertaken") }];
  const found = faultsOf(problem, form, PREFIX).map((fault) => (/_day$/.test(fault.field) ? { ...fault, text: t("dayUnknown") } : fault));
  return found.length ? found : [whole(problem)];
}

function drop() {
  written = null;
}
