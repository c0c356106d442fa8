// How a ticket stands against the law's date: a colour, a drawing and words, never a colour alone.

import { h, icon } from "./dom.js";
import { now } from "./house.js";
import { deadline, duration, workingMinutes } from "./moments.js";
import { t } from "./words.js";

const SOON = 8 * 60;

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
  const minutes = workingMinutes(at, due);
  if (due < at) return { level: "bad", drawing: "alert", text: `${duration(-minutes)} ${t("late")}` };
  if (minutes === 0) return { level: "warn", drawing: "clock", text: t("today") };
  return { level: minutes <= SOON ? "warn" : "calm", drawing: "clock", text: `${duration(minutes)} ${t("left")}` };
}
