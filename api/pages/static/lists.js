// The lists beside a ticket: whose they are, what is due, what was searched for.

import { get, query, send } from "./api.js";
import { badge, standing } from "./badge.js";
import { byId, fill, h } from "./dom.js";
import { house, now, ofCentre, word } from "./house.js";
import { afterNextWorkingDay, moment } from "./moments.js";
import { named, t } from "./words.js";

const PAGE = 50;
const MOST_LOOKS = 5;
const NUMBER = /^\s*(\d{4})-?(\d{6,9})\s*$/;
const TELEPHONE = /^[\d\s()+.-]{8,20}$/;

const list = { name: null, words: null, wanted: null, asked: null, items: [], next: null, current: null };

/** Names the lists of whoever is here, in the order of the day's work. */
export function names() {
  const own = house.me.unit ? ["unit"] : [];
  return ["mine", ...own, "due", "overdue", ...(ofCentre() ? ["submitted"] : []), "routed", "open", "all"];
}

/** Reads a list and shows it; a list that is shown already is read again from its beginning. */
export async function show(name, words = null) {
  const asked = askedOf(name, words);
  list.wanted = asked;
  const { items, next } = await page(asked, null);
  if (list.wanted !== asked) return;
  Object.assign(list, { name, words, asked, items, next });
  draw();
}

export async function again() {
  if (list.name) await show(list.name, list.words);
}

/** Reads the list again, unless somebody has gone further than its first page. */
export async function freshen() {
  if (list.items.length <= PAGE) await again();
}

export function isShown() {
  return list.name !== null;
}

/** Marks the ticket that is being read. */
export function mark(number) {
  list.current = number;
  for (const row of document.querySelectorAll("#rows .row")) {
    if (row.dataset.number === number) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

/** Moves the focus along the list. */
export function step(by) {
  const rows = [...document.querySelectorAll("#rows .row")];
  const here = rows.indexOf(document.activeElement);
  const current = here >= 0 ? here : rows.findIndex((row) => row.dataset.number === list.current);
  rows[Math.min(Math.max(current + by, 0), rows.length - 1)]?.focus();
}

/** Says where a search leads: to a ticket, to the tickets of a telephone number, or to a list of hits. */
export async function sought(text) {
  const number = NUMBER.exec(text);
  if (number) return `#/ticket/${number[1]}-${number[2]}`;
  if (!TELEPHONE.test(text) || !ofCentre()) return `#/find/${encodeURIComponent(text.trim())}`;
  const found = await send("POST", "/v1/people/search", { phone: text.trim() });
  return `#/caller/${found.body.join(",") || "P0"}`;
}

/** Reads the tickets of petitioners, newest first. */
export async function ofPetitioners(references, { limit = 20 } = {}) {
  const answers = await Promise.all(references.slice(0, 10).map((one) => get(`/v1/tickets?${query({ petitioner: one, limit })}`)));
  return answers.flatMap((answer) => answer.body.items).sort((a, b) => b.submitted_at.localeCompare(a.submitted_at));
}

export function row(ticket) {
  const { level } = standing(ticket);
  return h("a", { class: `row ${level}`, href: `#/ticket/${ticket.number}`, "data-number": ticket.number, "aria-current": ticket.number === list.current ? "true" : null },
    h("strong", {}, ticket.title),
    h("span", { class: "line" }, h("span", { class: "what" }, h("span", {}, named(ticket.service)), ` · ${word("states", ticket.state.code)}`), badge(ticket)),
    h("span", { class: "line" }, h("span", { class: "number" }, ticket.number), h("time", { datetime: ticket.submitted_at }, moment(ticket.submitted_at))),
  );
}

function askedOf(name, words) {
  switch (name) {
    case "mine": return { officer: house.me.login, open: true, order: "due" };
    case "unit": return { unit: house.me.unit, open: true, order: "due" };
    case "due": return { due_before: afterNextWorkingDay(), order: "due" };
    case "overdue": return { overdue: true, order: "due" };
    case "submitted": return { state: "submitted", order: "newest" };
    case "routed": return { state: "routed", unit: ofCentre() ? undefined : house.me.unit ?? undefined, order: "newest" };
    case "open": return { open: true };
    case "found": return { q: words };
    case "ofCaller": return { petitioners: words.split(",") };
    default: return {};
  }
}

async function page(asked, cursor) {
  if (asked.petitioners) return { items: await ofPetitioners(asked.petitioners), next: null };
  let [items, next] = [[], cursor];
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    const answer = await get(`/v1/tickets?${query({ ...asked, limit: PAGE, cursor: next ?? undefined })}`);
    items = items.concat(answer.body.items.filter((ticket) => asked.due_before === undefined || isDue(ticket)));
    next = answer.body.next ?? null;
    if (items.length >= PAGE || !next || (!asked.due_before && !asked.q)) break;
  }
  return { items, next };
}

/** Leaves out of what is due soon what is late already or decided: both have lists of their own. */
function isDue(ticket) {
  return ticket.on_time === null && Date.parse(ticket.statutory_due_at) >= now();
}

async function more() {
  const { items, next } = await page(list.asked, list.next);
  const before = list.items.length;
  list.items = list.items.concat(items);
  list.next = next;
  draw();
  document.querySelectorAll("#rows .row")[before]?.focus();
}

function draw() {
  drawNames();
  const held = document.activeElement.closest("#rows .row")?.dataset.number;
  byId("list-name").textContent = list.name === "found" ? `${t("found")}: ${list.words}` : t(list.name);
  const further = list.next && h("button", { type: "button", class: "more", onclick: more }, t("more"));
  fill(byId("rows"), list.items.length || further ? null : h("p", { class: "empty" }, t("none")),
    h("ol", { class: "plain" }, ...list.items.map((ticket) => h("li", {}, row(ticket)))), further);
  if (held) document.querySelector(`#rows .row[data-number="${held}"]`)?.focus();
}

export function drawNames() {
  const links = names().map((name) => h("a", { href: `#/list/${name}`, "aria-current": name === list.name ? "page" : null }, t(name)));
  fill(byId("lists"), ...links);
}
