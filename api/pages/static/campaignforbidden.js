// Numbers that are not to be called: put on the list and taken off it; nobody can read one off it.

import { get, Problem, query, send } from "./api.js";
import { byId, fill, h, tell } from "./dom.js";
import { clearFaults, faultsOf, labelled, localFaults, showFaults, whole } from "./fields.js";
import { ofPlanning } from "./house.js";
import { time } from "./livefigures.js";
import { dayOf, dayText } from "./campaigndays.js";
import { language, t } from "./words.js";

let drawnIn = null;

export async function drawForbidden() {
  if (drawnIn === language && byId("forbidden")) return;
  drawnIn = language;
  fill(byId("main"), h("article", { class: "campaign", id: "forbidden" },
    h("header", { class: "head" }, h("h2", {}, t("dncTitle")), h("p", { class: "soft" }, t("dncHint"))),
    h("div", { class: "halves" }, ofPlanning() && form(), h("section", { class: "card", "aria-labelledby": "n-entries" }, h("h3", { id: "n-entries" }, t("dncLatest")), h("ul", { id: "entries", class: "plain told-list" }), h("div", { id: "entries-more" })))));
  await readEntries();
}

function form() {
  const phone = h("input", { id: "dnc-phone", type: "tel", inputmode: "tel", autocomplete: "off", required: true, maxlength: 30 });
  const reason = h("input", { id: "dnc-reason", required: true, maxlength: 200, autocomplete: "off" });
  const rest = h("div", { class: "fault", role: "alert", hidden: true });
  const give = (path, said) => async (event) => {
    event.preventDefault();
    clearFaults(element, rest);
    const faults = localFaults(element);
    if (faults.length) return showFaults(element, faults, rest);
    try {
      await send("POST", path, { phone: phone.value, reason: reason.value });
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      return showFaults(element, faultsIn(problem, element), rest);
    }
    element.reset();
    tell(t(said));
    phone.focus();
    return readEntries();
  };
  const element = h("form", { class: "card", novalidate: true, onsubmit: give("/v1/do-not-call", "dncAdded") },
    labelled(phone.id, t("phone"), phone, { hint: t("phoneHint") }), labelled(reason.id, t("dncReason"), reason), rest,
    h("div", { class: "ends" }, h("button", { type: "button", onclick: give("/v1/do-not-call/remove", "dncRemoved") }, t("dncRemove")), h("button", { class: "primary" }, t("dncAdd"))));
  return element;
}

/** Finds what was wrong; a number that is none is told without repeating it. */
function faultsIn(problem, form) {
  if (problem.code === "bad-contact") return [{ field: "dnc-phone", text: t("phoneWrong") }];
  const found = faultsOf(problem, form, "dnc");
  return found.length ? found : [whole(problem)];
}

async function readEntries(cursor) {
  const { body } = await get(`/v1/do-not-call?${query({ cursor, limit: 50 })}`);
  const list = byId("entries");
  if (!list) return;
  const lines = body.items.map((one) => h("li", {}, h("span", {}, one.reason), h("span", { class: "soft" }, `${dayText(dayOf(Date.parse(one.added_at)))} ${time(one.added_at)} · ${one.added_by}`)));
  if (!cursor) fill(list, lines.length ? lines : h("li", { class: "empty" }, t("dncNone")));
  else list.append(...lines);
  fill(byId("entries-more"), body.next && h("button", { type: "button", class: "more", onclick: () => readEntries(body.next) }, t("more")));
}
