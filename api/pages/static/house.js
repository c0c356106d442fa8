// What the desk knows beforehand: who is at it, what there is, what things are called, what time it is.

import { get } from "./api.js";
import { language } from "./words.js";

export const house = { me: null, services: [], units: [], hours: [], holidays: {}, words: {}, ahead: 0 };

const CENTRE = new Set(["manager", "quality", "lead", "agent"]);
const PLANNERS = new Set(["manager", "lead", "planner"]);
const WATCHERS = new Set([...PLANNERS, "quality"]);

export async function enter() {
  const [me, told, services, units] = await Promise.all(
    ["/v1/me", "/desk/house", "/v1/service-types", "/v1/departments"].map((path) => get(path)),
  );
  house.me = me.body;
  house.services = services.body;
  house.units = units.body;
  house.hours = told.body.hours.map((segment) => segment.map(ofDay));
  house.holidays = told.body.holidays;
  house.words = told.body.words;
  house.ahead = Date.parse(told.body.now) - Date.now();
}

/** Gives the time of the house, whatever the clock of this machine says. */
export function now() {
  return Date.now() + house.ahead;
}

/** Names a code of some kind: states, channels, outcomes, events, commands, clocks, units of time. */
export function word(kind, code) {
  const name = house.words[kind]?.[code];
  return name ? name[language] : code;
}

export function service(code) {
  return house.services.find((one) => one.code === code);
}

export function unit(code) {
  return house.units.find((one) => one.code === code);
}

export function ofCentre() {
  return house.me.roles.some((role) => CENTRE.has(role));
}

/** Says whether somebody plans campaigns and commands them. */
export function ofPlanning() {
  return house.me.roles.some((role) => PLANNERS.has(role));
}

/** Says whether somebody plans campaigns, commands them or judges them. */
export function ofCampaigns() {
  return house.me.roles.some((role) => WATCHERS.has(role));
}

export function ofStaff() {
  return ofCentre() || house.me.roles.includes("officer");
}

/** Reads `09:00` as milliseconds of a day. */
function ofDay(text) {
  const [hours, minutes] = text.split(":").map(Number);
  return (hours * 60 + minutes) * 60_000;
}
