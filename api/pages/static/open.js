// Opens a ticket while the caller speaks: one form for the keyboard, one number at the end of it.

import { get, newKey, send } from "./api.js";
import { summary } from "./clocks.js";
import { byId, calmly, fill, h } from "./dom.js";
import { drop, keep, kept } from "./draft.js";
import { chip, clearFaults, faultsOf, grouped, labelled, localFaults, showFaults, whole } from "./fields.js";
import { house, service, unit, word } from "./house.js";
import { again } from "./lists.js";
import { deadline } from "./moments.js";
import { placeFields } from "./place.js";
import { questionFields } from "./questions.js";
import { pickService } from "./services.js";
import { showOfCaller, showSimilar } from "./similar.js";
import { named, t } from "./words.js";

const PREFIX = "new";
const TITLE = 60;
const PERSONAL = ["name", "phone", "email"];

let form = null;

addEventListener("pagehide", () => form && save(form));

/** Shows the form, with what was typed before. */
export function show() {
  const draft = kept();
  form = begun(draft ?? { key: newKey() });
  draw(form, Boolean(draft?.body || draft?.title || draft?.service));
  scrollTo(0, 0);
  form.picker.input.focus();
}

/** Shows the form in another language; what was typed stays, names too. */
export function redraw() {
  if (!form) return;
  const personal = Object.fromEntries(PERSONAL.map((name) => [name, form.controls[name].value]));
  form = begun({ ...said(form), key: form.key });
  draw(form, false);
  for (const [name, value] of Object.entries(personal)) form.controls[name].value = value;
}

export function forget() {
  form = null;
}

export function isBegun() {
  return form !== null;
}

function begun(draft) {
  const made = { key: draft.key, sent: null, questions: null, answers: draft.attributes ?? {} };
  made.picker = pickService(`${PREFIX}-service`, { given: draft.service, changed: () => chosen(made) });
  made.place = placeFields(PREFIX, { address: draft.address, ...draft.point });
  const text = (name, properties = {}) => h("input", { id: `${PREFIX}-${name}`, name, autocomplete: "off", value: draft[name] ?? "", ...properties });
  made.controls = {
    title: text("title", { maxlength: 200 }),
    body: h("textarea", { id: `${PREFIX}-body`, name: "body", rows: 6, maxlength: 4000, required: true, value: draft.body ?? "" }),
    name: text("name", { maxlength: 80 }),
    phone: text("phone", { type: "tel", maxlength: 30 }),
    email: text("email", { type: "email", maxlength: 254 }),
    channel: h("select", { id: `${PREFIX}-channel` }, ...Object.keys(house.words.channels).map((code) => h("option", { value: code }, word("channels", code)))),
  };
  made.controls.channel.value = draft.channel ?? "phone120";
  made.boxes = { terms: h("p", { class: "hint terms" }), questions: h("div", { class: "questions" }), similar: aside("similar"), caller: aside("earlier"), rest: h("div", { class: "fault", role: "alert", hidden: true }) };
  made.consents = ["sms", "email"].map((way) => chip("checkbox", { name: "consents", value: way, label: t(way), checked: true }));
  made.button = h("button", { class: "primary big-button" }, t("submit"), " ", h("kbd", { "aria-hidden": "true" }, "Ctrl+Enter"));
  return made;
}

function draw(made, hadDraft) {
  const { controls, boxes } = made;
  made.element = h("form", { class: "open", novalidate: true, "aria-labelledby": "open-title", autocomplete: "off" },
    h("header", { class: "head" }, h("h2", { id: "open-title" }, t("openTitle"))),
    hadDraft && h("p", { class: "note", role: "status" }, t("draft"), " ", h("button", { type: "button", class: "quiet", onclick: afresh }, t("discard"))),
    h("div", { class: "sides" },
      h("div", { class: "side card" },
        labelled(`${PREFIX}-service`, t("service"), made.picker.element), boxes.terms, boxes.questions,
        labelled(`${PREFIX}-body`, t("body"), controls.body),
        labelled(`${PREFIX}-title`, t("title"), controls.title, { optional: true, hint: t("titleHint") }),
        h("div", { class: "pair" }, ...made.place.elements), boxes.similar),
      h("div", { class: "side card about" },
        labelled(`${PREFIX}-phone`, t("phone"), controls.phone),
        labelled(`${PREFIX}-name`, t("name"), controls.name),
        labelled(`${PREFIX}-email`, t("email"), controls.email, { optional: true }),
        grouped(`${PREFIX}-consents`, t("consentHint"), made.consents),
        labelled(`${PREFIX}-channel`, t("channel"), controls.channel), boxes.rest,
        h("div", { class: "ends" }, made.button), boxes.caller)));
  listen(made);
  fill(byId("main"), made.element);
  document.title = t("openTitle");
  chosen(made);
}

function listen(made) {
  const { element, controls, boxes, place } = made;
  const similar = calmly(() => showSimilar(boxes.similar, complaint(made)).catch(() => {}), 500);
  const caller = calmly(() => showOfCaller(boxes.caller, controls.phone.value).catch(() => {}), 500);
  const later = calmly(() => form === made && save(made), 200);
  made.look = similar;
  element.addEventListener("input", later);
  for (const control of [place.address, place.coordinates, controls.body]) control.addEventListener("input", similar);
  controls.phone.addEventListener("input", caller);
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(made);
  });
  element.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) element.requestSubmit();
    else if (event.key === "Enter" && event.target.matches("input")) event.preventDefault();
  });
}

/** Follows the chosen service: its terms, its questions, whether a place or a name is needed. */
function chosen(made) {
  const one = service(made.picker.code());
  if (made.questions) Object.assign(made.answers, made.questions.read());
  made.questions = one ? questionFields(one, made.answers) : null;
  fill(made.boxes.questions, ...(made.questions?.elements ?? []));
  made.boxes.terms.textContent = one ? `${one.petition_class_ko} · ${one.period.name_ko}` : "";
  made.controls.name.required = Boolean(one?.needs_identity);
  made.look?.();
}

function save(made) {
  keep({ ...said(made), key: made.key });
}

/** Says what is known so far of the problem. */
function complaint(made) {
  const code = made.picker.code();
  const text = `${made.controls.title.value} ${made.controls.body.value}`.trim();
  return { service: code, text: text || named(service(code)), place: made.place.read() };
}

/** Reads what was typed, but for names and ways to reach anybody. */
function said(made) {
  const { controls, place } = made;
  const { address, lat, lon } = place.read();
  return {
    service: made.picker.code(),
    title: controls.title.value,
    body: controls.body.value,
    address,
    point: { lat, lon },
    attributes: { ...made.answers, ...made.questions?.read() },
    channel: controls.channel.value,
  };
}

function petition(made) {
  const { service: code, title, body, address, point, channel } = said(made);
  const person = Object.fromEntries(PERSONAL.map((name) => [name, made.controls[name].value.trim() || null]));
  const consents = made.consents.map((one) => one.firstChild).filter((box) => box.checked).map((box) => box.value);
  const known = Object.values(person).some(Boolean);
  return {
    channel,
    service: code,
    title: title.trim() || firstLine(body),
    body: body.trim(),
    place: { address, ...point },
    attributes: made.questions.read(),
    petitioner: known ? { ...person, consents } : null,
  };
}

async function submit(made) {
  if (made.button.disabled) return;
  clearFaults(made.element, made.boxes.rest);
  const faults = [...localFaults(made.element), ...missing(made)];
  if (faults.length) return showFaults(made.element, faults, made.boxes.rest);
  made.button.disabled = true;
  try {
    const asked = petition(made);
    made.sent ??= asked;
    await opened(await post(made, asked));
  } catch (problem) {
    await refused(made, problem);
  } finally {
    made.button.disabled = false;
  }
  return null;
}

async function post(made, asked) {
  return (await send("POST", "/v1/tickets", asked, { "Idempotency-Key": made.key })).body;
}

/** Finds what the service needs and no single field can know. */
function missing(made) {
  const one = service(made.picker.code());
  if (!one) return [];
  const faults = [];
  const { address, lat } = made.place.read();
  if (one.location_required && !address && lat === null) faults.push({ field: `${PREFIX}-address`, text: t("placeNeeded") });
  const answers = made.questions.read();
  for (const question of one.questions) {
    const isBoxes = question.required && question.datatype === "multivaluelist";
    if (isBoxes && !answers[question.code]) faults.push({ field: `${PREFIX}-attributes-${question.code}`, text: t("required") });
  }
  return faults;
}

async function refused(made, problem) {
  const { element, boxes } = made;
  const alone = (text) => showFaults(element, [{ field: null, text }], boxes.rest);
  if (problem.lost) return alone(t("lostAnswer"));
  if (problem.code === "key-reused") return openedBefore(made, alone);
  made.sent = null;
  const faults = problem.code === "bad-contact" ? contacts(made) : faultsOf(problem, element, PREFIX);
  return showFaults(element, faults.length ? faults : [whole(problem)], boxes.rest);
}

/** Marks what may be no number or no address: the problem does not repeat which it was. */
function contacts(made) {
  const given = ["phone", "email"].filter((name) => made.controls[name].value.trim());
  return given.map((name) => ({ field: `${PREFIX}-${name}`, text: t(`${name}Wrong`) }));
}

/** The answer to what was sent first was lost, and the form changed since: ask for that answer again. */
async function openedBefore(made, alone) {
  try {
    await opened(await post(made, made.sent), t("openedBefore"));
  } catch {
    made.key = newKey();
    made.sent = null;
    alone(t("keyUsed"));
  }
}

async function opened(ticket, note = null) {
  form = null;
  drop();
  const { body: clocks } = await get(`/v1/tickets/${ticket.number}/clocks`).catch(() => ({ body: [] }));
  const statutory = clocks.find((clock) => clock.kind === "statutory");
  const office = unit(ticket.unit?.code);
  fill(byId("main"), h("section", { class: "card opened", "aria-labelledby": "opened" },
    h("h2", { id: "opened", tabindex: "-1" }, t("opened")),
    note && h("p", { class: "note" }, note),
    h("p", { class: "big number" }, ticket.number),
    statutory && h("p", { class: "date" }, deadline(statutory.due_at)),
    statutory && h("p", { class: "sentence" }, summary(statutory)),
    office && h("p", {}, `${t("department")}: ${named(office)}${office.contact ? ` (${office.contact})` : ""}`),
    h("p", { class: "soft" }, t("tellCaller")),
    h("div", { class: "ends" },
      h("button", { type: "button", onclick: show }, t("again"), " ", h("kbd", { "aria-hidden": "true" }, "N")),
      h("a", { class: "button primary", href: `#/ticket/${ticket.number}` }, t("show")))));
  scrollTo(0, 0);
  byId("opened").focus({ preventScroll: true });
  again();
}

function afresh() {
  drop();
  show();
}

function aside(kind) {
  return h("section", { class: kind, role: "status", hidden: true });
}

function firstLine(body) {
  const line = body.trim().split("\n")[0].trim();
  return line.length <= TITLE ? line : `${line.slice(0, TITLE - 1)}…`;
}
