// Writes figures: what is unknown is a dash and never a nought. Touches the page only where something changed.

import { byId } from "./dom.js";
import { language } from "./words.js";

const KOREA = 9 * 3_600_000;
const NONE = "—";

export function count(value) {
  return known(value) ? Math.round(value).toLocaleString(language) : NONE;
}

/** Cuts instead of rounding, so that 79.96 % never reads as the 80.0 % it has missed. */
export function percent(value, digits = 1) {
  if (!known(value)) return NONE;
  if (value === 1) return "100%";
  const scale = 10 ** digits;
  return `${(Math.floor(value * 100 * scale + 1e-6) / scale).toFixed(digits)}%`;
}

/** Writes a difference with its sign: +1.2%. */
export function signed(value) {
  if (!known(value)) return NONE;
  const shown = Math.abs(value * 100).toFixed(1);
  return `${shown === "0.0" ? "±" : value > 0 ? "+" : "−"}${shown}%`;
}

/** Writes a span of seconds as a clock does: 0:07, 12:34, 1:02:03. */
export function span(seconds) {
  if (!known(seconds)) return NONE;
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = String(rest).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

/** Writes a span in little room: 0:07, 62:03, and from a hundred minutes on 1h40. */
export function short(seconds) {
  if (!known(seconds)) return NONE;
  const minutes = Math.max(0, Math.floor(seconds / 60));
  if (minutes < 100) return `${minutes}:${String(Math.max(0, Math.floor(seconds)) % 60).padStart(2, "0")}`;
  return `${Math.floor(minutes / 60)}h${String(minutes % 60).padStart(2, "0")}`;
}

/** Writes a mean of seconds, rounded. */
export function mean(seconds) {
  return known(seconds) ? span(Math.round(seconds)) : NONE;
}

/** Measures how long something has lasted at a moment, in seconds. */
export function lasted(since, at) {
  return since && at !== null ? (at - Date.parse(since)) / 1000 : null;
}

/** Writes a moment as the time of day in Korea. */
export function time(moment, { seconds = false } = {}) {
  if (moment === null || moment === undefined) return NONE;
  const at = typeof moment === "number" ? moment : Date.parse(moment);
  return new Date(at + KOREA).toISOString().slice(11, seconds ? 19 : 16);
}

export function day(moment) {
  const at = new Date((typeof moment === "number" ? moment : Date.parse(moment)) + KOREA);
  const shown = { month: language === "en" ? "short" : "long", day: "numeric", weekday: "short", timeZone: "UTC" };
  return at.toLocaleDateString(language === "en" ? "en-GB" : "ko-KR", shown);
}

/** Changes the text of an element, if it is another one. */
export function put(element, text) {
  const [only] = element.childNodes;
  if (only?.nodeType === Node.TEXT_NODE && element.childNodes.length === 1) {
    if (only.data !== text) only.data = text;
  } else element.textContent = text;
}

export function write(id, text) {
  put(byId(id), text);
}

/** Changes an attribute, if it has another value; `null` takes it away. */
export function mark(element, name, value) {
  if (element.getAttribute(name) === value) return;
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

function known(value) {
  return value !== null && value !== undefined && Number.isFinite(value);
}
