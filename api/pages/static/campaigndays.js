// Days of a campaign: how they are written, and how long it calls on each.

import { house, now } from "./house.js";
import { language, t } from "./words.js";
import { weekday } from "./campaignwords.js";

const DAY = 86_400_000;
const NAMES = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** Gives the day in Korea at a moment: 2026-11-23. */
export function dayOf(at) {
  return new Date(at + 9 * 3_600_000).toISOString().slice(0, 10);
}

export function following(day, many) {
  return new Date(Date.parse(`${day}T00:00:00Z`) + many * DAY).toISOString().slice(0, 10);
}

/** Writes a day with its weekday: 12월 31일(목), Thu 31 Dec; with its year if that is another one than now. */
export function dayText(day) {
  const at = new Date(`${day}T00:00:00Z`);
  const year = day.slice(0, 4) === dayOf(now()).slice(0, 4) ? "" : day.slice(0, 4);
  if (language === "en") return [at.toLocaleDateString("en-GB", { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" }).replace(",", ""), year].filter(Boolean).join(" ");
  return `${year && `${year}년 `}${at.getUTCMonth() + 1}월 ${at.getUTCDate()}일(${weekday(NAMES[at.getUTCDay()])})`;
}

/** Writes a day in little room: 12. 31., 31 Dec. */
export function shortDay(day) {
  const at = new Date(`${day}T00:00:00Z`);
  if (language === "en") return at.toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
  return `${at.getUTCMonth() + 1}. ${at.getUTCDate()}.`;
}

/** Adds up the hours a campaign may call on a day from an hour on: none on holidays unless it says so. */
export function hoursOn(campaign, day, from = 0) {
  if (day < campaign.first_day || (house.holidays[day] && !campaign.on_holidays)) return 0;
  const name = NAMES[new Date(`${day}T00:00:00Z`).getUTCDay()];
  return (campaign.windows[name] ?? []).map(edgesOf).reduce((sum, [opens, closes]) => sum + Math.max(0, closes - Math.max(opens, from)), 0);
}

/** Writes a stretch of days. */
export function daysText(first, last, write = dayText) {
  return `${write(first)} ${language === "en" ? "–" : "~"} ${write(last)}`;
}

/** Gives the hour of the day in Korea at a moment, to the quarter: 14.25. */
export function hourOf(at) {
  return Math.floor(((at / 3_600_000 + 9) % 24) * 4) / 4;
}

/** Writes the calling windows, weekdays with the same ones together. */
export function windowsText({ windows, on_holidays: onHolidays }) {
  const groups = [];
  for (const name of ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]) {
    const text = (windows[name] ?? []).join(", ");
    if (!text) continue;
    if (groups.at(-1)?.text === text && groups.at(-1).next === name) groups.at(-1).names.push(name);
    else groups.push({ text, names: [name] });
    groups.at(-1).next = NAMES[(NAMES.indexOf(name) + 1) % 7];
  }
  const told = groups.map(({ text, names }) => `${[...new Set([weekday(names[0]), weekday(names.at(-1))])].join(language === "en" ? "–" : "~")} ${text}`);
  return [...told, onHolidays && t("onHolidays")].filter(Boolean).join(" · ");
}

/** Reads `09:30-11:30` as hours of a day. */
function edgesOf(window) {
  return window.split("-").map((text) => Number(text.slice(0, 2)) + Number(text.slice(3)) / 60);
}
