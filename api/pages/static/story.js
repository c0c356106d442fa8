// Everything that happened to a ticket, the latest first.

import { h } from "./dom.js";
import { service, unit, word } from "./house.js";
import { moment } from "./moments.js";
import { fieldName, language, named, t } from "./words.js";

/** What an event says that is shown elsewhere, or only for machines. */
const SILENT = new Set(["petitioner", "external_ref", "media_url", "public", "goal_minutes", "calendar", "rule", "attributes", "sha256", "size", "service_version"]);
const SUBMISSION = new Set(["title", "body", "place", "service"]);
const LONG = 60;

export function story(history) {
  return h("section", { class: "card", "aria-labelledby": "story" },
    h("h3", { id: "story" }, t("story")),
    h("ol", { class: "story", reversed: true }, ...history.toReversed().map(event)));
}

/** Says who did what and when, in a line: for whoever was overtaken. */
export function line(one) {
  return `${moment(one.at)} · ${who(one)} · ${word("events", one.kind)}`;
}

function event(one) {
  const said = Object.entries(one.said).filter(([name, value]) => isTold(one.kind, name, value)).map(([name, value]) => [name, spoken(name, value)]);
  const short = said.filter(([, text]) => text.length <= LONG);
  const long = said.filter(([, text]) => text.length > LONG);
  const label = (name) => said.length > 1 && h("span", { class: "soft" }, `${fieldName(name)} `);
  return h("li", {},
    h("div", { class: "line" }, h("strong", {}, word("events", one.kind)), h("span", { class: "soft" }, who(one)), h("time", { datetime: one.at }, moment(one.at))),
    short.length ? h("p", {}, short.map(([name, text], n) => [n ? " · " : "", label(name), text])) : null,
    ...long.map(([name, text]) => h("p", { class: "body" }, label(name), text)));
}

function isTold(kind, name, value) {
  if (SILENT.has(name) || value === null || value === "" || value === false) return false;
  return !(kind === "submitted" && SUBMISSION.has(name));
}

function spoken(name, value) {
  switch (name) {
    case "unit": case "team": return named(unit(value)) === "–" ? value : named(unit(value));
    case "service": return service(value) ? named(service(value)) : value;
    case "channel": return word("channels", value);
    case "outcome": return word("outcomes", value);
    case "result": return word("visits", value);
    case "phase": return word("phases", value);
    case "sitting": return moment(value);
    case "period": case "reply_period": return period(value);
    case "place": return [value.address, value.lat === null ? null : `${value.lat}, ${value.lon}`].filter(Boolean).join(" · ") || "–";
    default: return value === true ? t("yes") : String(value);
  }
}

function period({ qty, unit: measure }) {
  if (measure === "immediate") return word("units", measure);
  return `${qty}${language === "en" ? " " : ""}${word("units", measure)}`;
}

function who(one) {
  const name = one.actor === "system" ? t("system") : one.actor;
  return one.actor_unit && unit(one.actor_unit) ? `${name} (${named(unit(one.actor_unit))})` : name;
}
