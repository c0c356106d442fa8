// Open tickets about the same thing near by, while a new one is typed; and what this caller asked before.

import { get, send } from "./api.js";
import { fill, h } from "./dom.js";
import { ofCentre } from "./house.js";
import { ofPetitioners, row } from "./lists.js";
import { language, t } from "./words.js";

const MOST = 5;
const DIGITS = /\d/g;
const WHOLE_NUMBER = 9;

/** Shows open tickets that may be about the same problem, as soon as it is known what and where. */
export async function showSimilar(box, { service, text, place }) {
  const asked = JSON.stringify([service, text, place]);
  box.dataset.asked = asked;
  const known = service && text && (place.address || place.lat !== null);
  const found = known ? await like({ service, text, place }) : [];
  if (box.dataset.asked !== asked) return;
  draw(box, t("similar"), t("similarHint"), found.map((one) => [newWindow(one.ticket), reason(one)]));
}

export function reason(suggestion) {
  return h("p", { class: "hint" }, language === "en" ? suggestion.reason_en : suggestion.reason_ko);
}

/** Shows what was opened for a telephone number before. */
export async function showOfCaller(box, phone) {
  box.dataset.asked = phone;
  const whole = ofCentre() && (phone.match(DIGITS) ?? []).length >= WHOLE_NUMBER;
  const found = whole ? await ofNumber(phone) : [];
  if (box.dataset.asked !== phone) return;
  draw(box, t("callerTickets"), null, found.slice(0, MOST).map(newWindow));
}

/** Asks the house, with the words typed so far; a place is what it compares first. */
async function like({ service, text, place }) {
  const { body } = await send("POST", "/v1/similar", { service, text, place });
  return withTickets(body.slice(0, MOST));
}

/** Reads the tickets of suggestions, so that people see what they are about. */
export async function withTickets(suggestions) {
  const read = await Promise.all(suggestions.map((one) => get(`/v1/tickets/${one.number}`)));
  return suggestions.map((one, n) => ({ ...one, ticket: read[n].body }));
}

async function ofNumber(phone) {
  try {
    const { body } = await send("POST", "/v1/people/search", { phone });
    return await ofPetitioners(body, { limit: MOST });
  } catch (problem) {
    if (problem.status === 422) return [];
    throw problem;
  }
}

function newWindow(ticket) {
  const link = row(ticket);
  link.target = "_blank";
  return link;
}

function draw(box, title, hint, found) {
  box.hidden = found.length === 0;
  if (box.hidden) return fill(box);
  return fill(box, h("h3", {}, title), h("ol", { class: "plain" }, ...found.map((one) => h("li", {}, one))), hint && h("p", { class: "hint" }, hint));
}
