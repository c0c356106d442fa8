// Who asks: behind masks, and in full for a purpose that is recorded before anything is shown.

import { send } from "./api.js";
import { close, show } from "./dialog.js";
import { fill, h, icon, table } from "./dom.js";
import { clearFaults, labelled, showFaults, whole } from "./fields.js";
import { ofPetitioners, row } from "./lists.js";
import { language, t } from "./words.js";

const FIELDS = { name: "name", phone: "phone", email: "email", address: "home" };
const SHOWN_FOR = 120_000;
const TAKEN_OUT = /\[[가-힣]+\]/;

export function petitionerCard({ ticket, person }) {
  const card = h("section", { class: "card", "aria-labelledby": "petitioner" });
  draw(card, ticket, person);
  return card;
}

function draw(card, ticket, person, original = null) {
  const buttons = person && [
    h("button", { type: "button", onclick: () => ask(card, ticket, person) }, icon("eye"), t("look")),
    TAKEN_OUT.test(ticket.body) && !original && h("button", { type: "button", onclick: () => askOriginal(card, ticket, person) }, icon("eye"), t("showOriginal")),
    h("button", { type: "button", onclick: (event) => others(event.currentTarget, ticket) }, t("earlier")),
  ];
  fill(card, h("h3", { id: "petitioner" }, t("petitioner")),
    person ? table(lines(person)) : h("p", { class: "soft" }, t("anonymous")),
    original && h("div", {}, h("h4", {}, t("original")), h("p", { class: "body" }, original)),
    buttons && h("div", { class: "commands" }, ...buttons));
}

function lines(person) {
  const told = person.consents.map((way) => t(way)).join(", ") || t("nothingConsented");
  const known = Object.entries(FIELDS).filter(([field]) => person[field]);
  return [...known.map(([field, key]) => [t(key), person[field]]), [t("consents"), told]];
}

function ask(card, ticket, person) {
  const known = Object.entries(FIELDS).filter(([field]) => person[field]);
  const boxes = known.map(([field, key]) => h("label", { class: "chip" }, h("input", { type: "checkbox", name: "fields", value: field, checked: field === "phone" }), t(key)));
  purposeDialog(t("lookTitle"), h("fieldset", { class: "choices" }, h("legend", {}, t("look")), h("div", { class: "chips" }, ...boxes)), async (purpose, form) => {
    const fields = [...form.querySelectorAll("[name=fields]:checked")].map((box) => box.value);
    if (!fields.length) return t("nothingChosen");
    const { body } = await send("POST", `/v1/tickets/${ticket.number}/petitioner/look`, { fields, purpose });
    draw(card, ticket, body);
    maskLater(card, ticket, person);
    return null;
  });
}

function askOriginal(card, ticket, person) {
  purposeDialog(t("original"), null, async (purpose) => {
    const { body } = await send("POST", `/v1/tickets/${ticket.number}/original`, { purpose });
    draw(card, ticket, person, body.body ?? t("noOriginal"));
    maskLater(card, ticket, person);
    return null;
  });
}

function maskLater(card, ticket, person) {
  setTimeout(() => draw(card, ticket, person), SHOWN_FOR);
}

/** Asks for a purpose; `look` returns what is wrong, or nothing once it is done. */
function purposeDialog(title, more, look) {
  const usual = h("datalist", { id: "purposes" }, ...t("purposes").split("\n").map((text) => h("option", { value: text })));
  const purpose = h("input", { id: "look-purpose", list: "purposes", required: true, minlength: 4, maxlength: 200, autocomplete: "off" });
  const rest = h("div", { class: "fault", role: "alert", hidden: true });
  const button = h("button", { class: "primary" }, t("look"));
  const form = h("form", { novalidate: true, lang: language }, more, labelled("look-purpose", t("purpose"), purpose, { hint: t("lookHint") }), usual, rest,
    h("div", { class: "ends" }, h("button", { type: "button", onclick: close }, t("cancel")), button));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearFaults(form, rest);
    const said = purpose.value.trim();
    if (said.length < 4) return showFaults(form, [{ field: "look-purpose", text: t("purposeShort") }], rest);
    button.disabled = true;
    try {
      const wrong = await look(said, form);
      if (wrong) showFaults(form, [{ field: null, text: wrong }], rest);
      else close();
    } catch (problem) {
      showFaults(form, [whole(problem)], rest);
    } finally {
      button.disabled = false;
    }
    return null;
  });
  show(title, form);
  purpose.focus();
}

async function others(button, ticket) {
  button.disabled = true;
  const found = (await ofPetitioners([ticket.petitioner])).filter((one) => one.number !== ticket.number);
  button.replaceWith(found.length ? h("ol", { class: "plain" }, ...found.map((one) => h("li", {}, row(one)))) : h("p", { class: "soft" }, t("none")));
}
