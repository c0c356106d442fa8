// One ticket: how it stands, what may be done, whose it is, and everything that happened to it.

import { get } from "./api.js";
import { badge } from "./badge.js";
import { caseCard } from "./cases.js";
import { deadlines } from "./clocks.js";
import { commandBar } from "./commands.js";
import { byId, fill, h, icon, table } from "./dom.js";
import { files } from "./files.js";
import { house, service, unit, word } from "./house.js";
import { again } from "./lists.js";
import { moment } from "./moments.js";
import { petitionerCard } from "./petitioner.js";
import { read } from "./reading.js";
import { story } from "./story.js";
import { named, t } from "./words.js";

let wanted = null;
let shown = null;

/** Shows a ticket; `focus` puts the reader at its beginning. */
export async function show(number, { focus = true } = {}) {
  wanted = number;
  const view = await read(number);
  if (wanted !== number) return;
  shown = view;
  draw(focus);
}

/** Reads the ticket again if it changed; says whether it did. */
export async function refresh() {
  if (!shown) return false;
  const { body } = await get(`/v1/tickets/${shown.ticket.number}`);
  if (body.seq === shown.ticket.seq) return false;
  await show(shown.ticket.number, { focus: false });
  return true;
}

export function forget() {
  wanted = null;
  shown = null;
}

export function redraw() {
  if (shown) draw(false);
}

async function done(number, { behind = false } = {}) {
  await Promise.all([show(number, { focus: !behind }), again()]);
}

function draw(focus) {
  const { ticket } = shown;
  const held = byId("main").contains(document.activeElement);
  fill(byId("main"),
    h("article", { class: "ticket", "aria-labelledby": "ticket-title" },
      heading(ticket),
      commandBar(shown, { done }),
      h("div", { class: "sides" },
        h("div", { class: "side" }, text(ticket), files(shown)),
        h("div", { class: "side about" }, deadlines(shown), petitionerCard(shown), facts(ticket)),
        h("div", { class: "side" }, story(shown.history), caseCard(shown, { done })))));
  document.title = `${ticket.number} ${ticket.title}`;
  if (focus) scrollTo(0, 0);
  if (focus || held) byId("main").focus({ preventScroll: true });
}

function heading(ticket) {
  return h("header", { class: "head" },
    h("a", { class: "button back", href: "#/list" }, icon("back"), t("back")),
    h("div", { class: "line" },
      h("span", { class: "number" }, ticket.number),
      h("span", { class: "state" }, word("states", ticket.state.code)),
      badge(ticket),
      h("button", { type: "button", class: "quiet print", onclick: () => window.print() }, t("print"))),
    h("h2", { id: "ticket-title" }, ticket.title));
}

function text(ticket) {
  const answer = ticket.answer && h("section", { class: "card answer" },
    h("h3", {}, t("answer"), ticket.outcome && h("span", { class: "state" }, word("outcomes", ticket.outcome.code))),
    h("p", { class: "body" }, ticket.answer));
  return [h("section", { class: "card", "aria-label": t("body") }, h("p", { class: "body" }, ticket.body), answers(ticket), media(ticket)), answer];
}

/** Leads to a picture that lies elsewhere; it is not shown, so that nobody elsewhere learns who looks. */
function media({ media_url: url }) {
  return url && /^https?:/.test(url) ? h("p", {}, h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, url)) : null;
}

/** Shows what was answered to the questions of the service. */
function answers(ticket) {
  const asked = service(ticket.service.code)?.questions ?? [];
  const lines = Object.entries(ticket.attributes).map(([code, values]) => {
    const question = asked.find((one) => one.code === code);
    return [question ? named(question) : code, values.map((value) => answered(question, value)).join(", ")];
  });
  return lines.length ? table(lines) : null;
}

function answered(question, value) {
  const listed = question?.values.find((one) => one.key === value);
  if (listed) return named(listed);
  return question?.datatype === "datetime" ? moment(value) : value;
}

function facts(ticket) {
  const { place } = ticket;
  const lines = [
    [t("service"), named(ticket.service)],
    [t("department"), unitLine(ticket.unit)],
    [t("officer"), ticket.officer],
    [t("team"), ticket.team && named(unit(ticket.team))],
    [t("cooperating"), ticket.cooperating_unit && named(unit(ticket.cooperating_unit))],
    [t("place"), place.address],
    [t("coordinates"), place.lat === null ? null : `${place.lat}, ${place.lon}`],
    [t("channel"), word("channels", ticket.channel.code)],
    [t("submittedAt"), moment(ticket.submitted_at)],
    [t("acceptedAt"), ticket.accepted_at && moment(ticket.accepted_at)],
    [t("hops"), ticket.hops > 1 ? `${ticket.hops}${t("times")}` : null],
    [t("extensions"), ticket.extensions ? `${ticket.extensions}${t("times")}` : null],
    [t("reopenings"), ticket.reopenings ? `${ticket.reopenings}${t("times")}` : null],
  ];
  return h("section", { class: "card" }, h("h3", {}, t("facts")), table(lines.filter(([, value]) => value)));
}

function unitLine(one) {
  if (!one) return null;
  const contact = unit(one.code)?.contact;
  const mine = one.code === house.me.unit;
  return [named(one), mine && ` (${t("unit")})`, contact && h("span", { class: "soft" }, ` ${contact}`)];
}
