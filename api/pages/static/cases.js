// The problem behind a ticket: which tickets are about it, and which others may be.

import { get, send } from "./api.js";
import { fill, h, tell } from "./dom.js";
import { row } from "./lists.js";
import { reason, withTickets } from "./similar.js";
import { t } from "./words.js";

const MOST = 4;

/** Makes a card that fills itself, and stays hidden where there is nothing to say. */
export function caseCard(view, { done }) {
  const card = h("section", { class: "card", "aria-labelledby": "same-problem", hidden: true });
  fillIn(card, view, done).catch(() => {});
  return card;
}

async function fillIn(card, { ticket, commands }, done) {
  const [others, alike] = await Promise.all([together(ticket), suggested(ticket)]);
  const may = commands.some((one) => one.command === "link_case");
  const unlinked = alike.filter((one) => !others.some((other) => other.number === one.number)).slice(0, MOST);
  card.hidden = others.length === 0 && unlinked.length === 0;
  fill(card, h("h3", { id: "same-problem" }, t("sameProblem")),
    others.length ? [h("h4", {}, t("caseTickets")), h("ol", { class: "plain" }, ...others.map((one) => h("li", {}, row(one))))] : null,
    unlinked.length ? [h("h4", {}, t("mayBeSame")), h("ol", { class: "plain" }, ...unlinked.map((one) => suggestion(one, ticket, may, done)))] : null);
}

async function together(ticket) {
  if (!ticket.work_case) return [];
  const { body } = await get(`/v1/work-cases/${ticket.work_case}`);
  const numbers = body.tickets.filter((number) => number !== ticket.number);
  return Promise.all(numbers.slice(0, MOST).map(async (number) => (await get(`/v1/tickets/${number}`)).body));
}

async function suggested(ticket) {
  if (ticket.state.code === "closed") return [];
  const { body } = await get(`/v1/tickets/${ticket.number}/similar`);
  return withTickets(body.slice(0, MOST));
}

function suggestion(one, ticket, may, done) {
  const both = ticket.work_case && one.work_case;
  const button = may && !both && h("button", { type: "button", class: "quiet", onclick: () => join(button, one, ticket, done) }, t("join"));
  return h("li", {}, row(one.ticket), h("div", { class: "beside" }, reason(one), button));
}

async function join(button, one, ticket, done) {
  button.disabled = true;
  try {
    const code = ticket.work_case ?? one.work_case ?? (await send("POST", "/v1/work-cases", { ticket: one.number })).body.code;
    await send("POST", `/v1/work-cases/${code}/tickets`, { tickets: [ticket.work_case ? one.number : ticket.number] });
    tell(t("joined"));
    await done(ticket.number);
  } finally {
    button.disabled = false;
  }
}
