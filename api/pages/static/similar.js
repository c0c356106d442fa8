// Open tickets about the same thing near by, while a new one is typed; and what this caller asked before.

import { get, query, send } from "./api.js";
import { fill, h } from "./dom.js";
import { ofCentre } from "./house.js";
import { ofPetitioners, row } from "./lists.js";
import { metres, pointOf } from "./place.js";
import { t } from "./words.js";

const NEAR = 200;
const MOST = 5;
const LOOKED_AT = 100;
const DIGITS = /\d/g;
const WHOLE_NUMBER = 9;

/** Shows open tickets of the same service with the same words in their place, or near the same point. */
export async function showSimilar(box, { service, address, coordinates }) {
  const asked = box.dataset.asked = JSON.stringify([service, address, coordinates]);
  const found = service ? await near({ service, address: address.trim(), point: pointOf(coordinates) }) : [];
  if (box.dataset.asked !== asked) return;
  draw(box, t("similar"), t("similarHint"), found.slice(0, MOST));
}

/** Shows what was opened for a telephone number before. */
export async function showOfCaller(box, phone) {
  const asked = box.dataset.asked = phone;
  const whole = ofCentre() && (phone.match(DIGITS) ?? []).length >= WHOLE_NUMBER;
  const found = whole ? await ofNumber(phone) : [];
  if (box.dataset.asked !== asked) return;
  draw(box, t("callerTickets"), null, found.slice(0, MOST));
}

async function near({ service, address, point }) {
  const open = { service, open: true };
  const [named, around] = await Promise.all([
    address.length >= 2 ? items({ ...open, q: address, limit: MOST }) : [],
    point.lat === null ? [] : items({ ...open, limit: LOOKED_AT }),
  ]);
  const close = around.filter((one) => one.place.lat !== null && metres(one.place, point) <= NEAR);
  return [...new Map([...close, ...named].map((one) => [one.number, one])).values()];
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

async function items(asked) {
  return (await get(`/v1/tickets?${query(asked)}`)).body.items;
}

function draw(box, title, hint, found) {
  box.hidden = found.length === 0;
  if (box.hidden) return fill(box);
  const links = found.map((ticket) => {
    const link = row(ticket);
    link.target = "_blank";
    return h("li", {}, link);
  });
  return fill(box, h("h3", {}, title), h("ol", { class: "plain" }, ...links), hint && h("p", { class: "hint" }, hint));
}
