// The commands this user may give to this ticket now: a button each, and a form of what it takes.

import { newKey, send } from "./api.js";
import { close, show } from "./dialog.js";
import { fill, h, tell } from "./dom.js";
import { clearFaults, faultsOf, localFaults, showFaults, whole } from "./fields.js";
import { fileFields } from "./files.js";
import { house, word } from "./house.js";
import { schemaFields } from "./schema.js";
import { line } from "./story.js";
import { read } from "./reading.js";
import { t } from "./words.js";

const ATTACH = "attach";
/** Commands without a form here. */
const ELSEWHERE = new Set(["link_case"]);
/** What moves a ticket on; the rest is shown more quietly. */
const ONWARD = new Set(["accept", "take", "arrive", "report_visit", "receive_supplement", "answer_cooperation", "record_decision", "resolve", "notify_result", "close"]);

export function commandBar(view, { done }) {
  const given = offered(view.commands);
  const buttons = given.map((command, n) =>
    h("button", { type: "button", class: ONWARD.has(command.command) ? "onward" : "", "data-command": command.command, onclick: () => open(view, command, done) },
      word("commands", command.command), n < 9 && h("kbd", { "aria-hidden": "true" }, String(n + 1))));
  return h("section", { class: "commands", "aria-label": t("commands") }, given.length ? buttons : h("p", { class: "soft" }, t("noCommands")));
}

function offered(commands) {
  const shown = commands.filter((command) => !ELSEWHERE.has(command.command));
  const rank = (command) => (ONWARD.has(command.command) ? 0 : 1);
  return shown.toSorted((a, b) => rank(a) - rank(b));
}

function open(view, command, done) {
  const given = knownOf(view.ticket, command.command);
  const fields = command.command === ATTACH ? fileFields("give") : schemaFields(command.needs, { prefix: "give", given });
  const overtaken = h("div", { class: "overtaken", role: "alert", hidden: true });
  const rest = h("div", { class: "fault", role: "alert", hidden: true });
  const button = h("button", { class: "primary" }, word("commands", command.command));
  const form = h("form", { novalidate: true }, overtaken, ...fields.elements,
    command.notice && h("p", { class: "hint" }, t("owed")), rest,
    h("div", { class: "ends" }, h("button", { type: "button", onclick: close }, t("cancel")), button));
  const giving = { view, command, fields, form, rest, overtaken, button, done, key: newKey() };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    give(giving);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) form.requestSubmit();
  });
  show(`${word("commands", command.command)} · ${view.ticket.number}`, form);
  (form.querySelector("input, select, textarea") ?? button).focus();
}

async function give(giving) {
  const { view, command, fields, form, rest, button } = giving;
  if (button.disabled) return;
  clearFaults(form, rest);
  const faults = localFaults(form);
  if (faults.length) return showFaults(form, faults, rest);
  button.disabled = true;
  try {
    await send("POST", pathOf(view, command), fields.read(), { "If-Match": view.etag, "Idempotency-Key": giving.key });
  } catch (problem) {
    button.disabled = false;
    return refused(giving, problem);
  }
  close();
  tell(`${word("commands", command.command)}: ${t("done")}`);
  return giving.done(view.ticket.number);
}

function pathOf({ ticket }, { command }) {
  return `/v1/tickets/${ticket.number}/${command === ATTACH ? "attachments" : `commands/${command}`}`;
}

async function refused(giving, problem) {
  const { form, rest } = giving;
  if (problem.status === 412 || problem.status === 409) return overtake(giving, problem);
  if (problem.code === "key-reused") {
    giving.key = newKey();
    return showFaults(form, [{ field: null, text: t("stored") }], rest);
  }
  const faults = problem.lost ? [{ field: null, text: t("lostAnswer") }] : faultsOf(problem, form, "give");
  return showFaults(form, faults.length ? faults : [whole(problem)], rest);
}

/** Says who changed what meanwhile, keeps what was typed, and lets it be given to the ticket as it is now. */
async function overtake(giving, problem) {
  const before = giving.view.ticket.seq;
  const view = await read(giving.view.ticket.number);
  Object.assign(giving, { view, key: newKey() });
  const news = view.history.filter((event) => event.seq > before);
  const still = view.commands.some((one) => one.command === giving.command.command);
  giving.button.disabled = !still;
  if (problem.status === 409 && news.length === 0) return showFaults(giving.form, [whole(problem)], giving.rest);
  fill(giving.overtaken, h("p", {}, still ? t("changed") : t("noLonger")), h("ul", {}, ...news.map((event) => h("li", {}, line(event)))));
  giving.overtaken.hidden = false;
  giving.done(view.ticket.number, { behind: true });
  return null;
}

/** Says what is known already of what a command takes. */
function knownOf(ticket, command) {
  switch (command) {
    case "amend": return { title: ticket.title, body: ticket.body, place: ticket.place };
    case "extend": return { period: ticket.period };
    case "ask_cooperation": return { reply_period: { qty: 5, unit: "day" } };
    case "assign": return { officer: house.me.login };
    default: return {};
  }
}
