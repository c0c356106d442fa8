// How a ticket stands against the law's date: a colour, a drawing and words, never a colour alone.

import { h, icon } from "./dom.js";
import { now } from "./house.js";
import { deadline, duration, workingMinutes } from "./moments.js";
import { t } from "./words.js";

const SOON = 8 * 60;
const YEAR = 365 * 86_400_000;

/** Says level (good, calm, warn, bad, still), drawing and words. */
export function standing(ticket) {
  if (ticket.on_time === true) return { level: "good", drawing: "check", text: t("met") };
  if (ticket.on_time === false) return { level: "bad", drawing: "alert", text: t("missed") };
  if (ticket.state.code === "supplement") return { level: "still", drawing: "pause", text: t("paused") };
  if (ticket.state.code === "closed") return { level: "still", drawing: "dash", text: t("noDue") };
  if (!ticket.statutory_due_at) return { level: "still", drawing: "dash", text: t(ticket.accepted_at ? "noDue" : "notYet") };
  return running(Date.parse(ticket.statutory_due_at));
}

export function badge(ticket) {
  const { level, drawing, text } = standing(ticket);
  const about = ticket.statutory_due_at ? `${deadline(ticket.statutory_due_at)} · ${t("workTime")}` : null;
  return h("span", { class: `badge ${level}`, title: about }, icon(drawing), text);
}

function running(due) {
  const at = now();
  if (due < at) return { level: "bad", drawing: "alert", text: late(due, at) };
  const minutes = due - at > YEAR ? Infinity : Math.ceil(workingMinutes(at, due));
  const level = minutes <= SOON ? "warn" : "calm";
  return { level, drawing: "clock", text: left(minutes) };
}

function late(due, at) {
  if (at - due > YEAR) return t("longLate");
  return `${duration(Math.floor(workingMinutes(due, at)))} ${t("late")}`;
}

function left(minutes) {
  if (minutes === 0) return t("today");
  return minutes === Infinity ? t("longLeft") : `${duration(minutes)} ${t("left")}`;
}
