// Moments in Korea's time, and how much working time lies between two of them.

import { now, house } from "./house.js";
import { language, t } from "./words.js";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const KOREA = 9 * HOUR;
const WEEKDAYS = { ko: ["일", "월", "화", "수", "목", "금", "토"], en: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] };
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export function moment(text) {
  if (!text) return "–";
  const at = inKorea(text);
  return `${dayOf(at)} ${clockOf(at)}`;
}

/** Writes a deadline; one that ends with a day is told as that day, not as the next one's midnight. */
export function deadline(text) {
  if (!text) return "–";
  const at = inKorea(text);
  const wholeDay = at.getTime() % DAY === 0;
  const day = dayOf(wholeDay ? new Date(at.getTime() - 1) : at);
  const shown = wholeDay ? day : `${day} ${clockOf(at)}`;
  return language === "en" ? `by ${shown}` : `${shown}${t("until")}`;
}

export function plainDay(text) {
  return dayOf(new Date(`${text}T00:00:00Z`));
}

/** Measures working time between two moments, the earlier one first, in minutes and parts of one. */
export function workingMinutes(from, to) {
  let worked = 0;
  const [start, end] = [from + KOREA, to + KOREA];
  for (let day = start - (start % DAY); day < end; day += DAY) {
    if (isFree(new Date(day))) continue;
    for (const [opens, closes] of house.hours) worked += Math.max(0, Math.min(end, day + closes) - Math.max(start, day + opens));
  }
  return worked / 60_000;
}

/** Says a working time in days of working hours: 2일 3시간. */
export function duration(minutes) {
  const day = house.hours.reduce((sum, [opens, closes]) => sum + closes - opens, 0) / 60_000;
  const parts = [
    [Math.floor(minutes / day), "days"],
    [Math.floor((minutes % day) / 60), "hours"],
    [minutes % 60, "minutes"],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) return `0${t("minutes")}`;
  const shown = parts.slice(first, first + 2).filter(([count]) => count > 0);
  return shown.map(([count, unit]) => `${count}${t(unit)}`).join(" ");
}

/** Gives the first second after the next working day, as the API reads moments. */
export function afterNextWorkingDay() {
  let day = now() + KOREA;
  day -= day % DAY;
  do day += DAY;
  while (isFree(new Date(day)));
  return new Date(day + DAY - KOREA + 1000).toISOString();
}

function isFree(day) {
  const weekday = day.getUTCDay();
  return weekday === 0 || weekday === 6 || day.toISOString().slice(0, 10) in house.holidays;
}

function inKorea(text) {
  return new Date(Date.parse(text) + KOREA);
}

function clockOf(at) {
  return at.toISOString().slice(11, 16);
}

function dayOf(at) {
  const [year, month, day, weekday] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate(), at.getUTCDay()];
  const otherYear = year !== new Date(now() + KOREA).getUTCFullYear();
  if (language === "en") return `${WEEKDAYS.en[weekday]} ${day} ${MONTHS[month]}${otherYear ? ` ${year}` : ""}`;
  return `${otherYear ? `${year}년 ` : ""}${month + 1}월 ${day}일(${WEEKDAYS.ko[weekday]})`;
}
