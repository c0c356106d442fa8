// Draws the day: calls against forecast and last week, and the service level below them.

import { fill, svg } from "./dom.js";
import { count, mark, percent, time } from "./livefigures.js";
import { t } from "./words.js";

const LEFT = 3.2;
const TOP = 1.5;
const FOOT = 1.7;
const drawn = new WeakMap();

/** Draws calls by half hour; the same data in the same room is not drawn again. */
export function volumes(figure, board) {
  const intervals = begun(board);
  draw(figure, intervals, "volumes", (room) => {
    const most = nice(Math.max(4, ...intervals.flatMap((one) => [one.offered, one.forecast, one.last_week].map((value) => value ?? 0))));
    const scale = scales(room, intervals.length, most);
    return [
      ...unsure(scale, intervals),
      ...grid(scale, [0, most / 2, most].map((value) => [value, count(value)])),
      ...intervals.flatMap((one, n) => bar(scale, one, n)),
      path(scale, intervals, (one) => one.last_week, "past"),
      path(scale, intervals, (one) => one.forecast, "foreseen"),
      ...hours(scale, intervals),
    ];
  });
  mark(figure, "aria-label", `${t("volumeChart")}: ${summary(intervals, (one) => count(one.offered))}`);
}

/** Draws the service level of calls by the half hour they came in; hollow where calls are still open. */
export function levels(figure, board) {
  const intervals = begun(board);
  const goal = board.today.service_level.target;
  draw(figure, intervals, `levels ${goal}`, (room) => {
    const scale = scales(room, intervals.length, 1);
    const known = intervals.map((one, n) => ({ ...one, n })).filter((one) => one.service_level !== null);
    return [
      ...unsure(scale, intervals),
      ...grid(scale, [0, 0.5, 1].map((value) => [value, crowded(scale, value, goal) ? "" : percent(value, 0)])),
      ...target(scale, goal),
      path(scale, intervals, (one) => one.service_level, "level"),
      ...known.map((one) => point(scale, one)),
      ...hours(scale, intervals),
    ];
  });
  mark(figure, "aria-label", `${[t("levelChart"), aim(goal)].filter(Boolean).join(", ")}: ${summary(intervals, (one) => percent(one.service_level) + (one.provisional ? ` ${t("provisional")}` : ""))}`);
}

/** Says what a share aims at; nothing where nobody said. */
export function aim(goal) {
  return goal === null || goal === undefined ? "" : `${t("target")} ${percent(goal, Math.round(goal * 1000) % 10 ? 1 : 0)}`;
}

/** Takes away what half hours that are still to come say of calls. */
function begun({ intervals, now }) {
  const at = Date.parse(now);
  return intervals.map((one) => (Date.parse(one.start) <= at ? one : { ...one, offered: 0, abandoned: 0, service_level: null, provisional: false }));
}

function draw(figure, intervals, kind, parts) {
  const em = parseFloat(getComputedStyle(figure).fontSize);
  const room = { width: figure.clientWidth, height: figure.clientHeight, em };
  const signature = JSON.stringify([room, kind, intervals, t("provisional")]);
  if (drawn.get(figure) === signature || !room.width || !room.height) return;
  drawn.set(figure, signature);
  fill(figure, svg("svg", { viewBox: `0 0 ${room.width} ${room.height}`, "aria-hidden": "true" }, ...parts(room)));
}

function scales({ width, height, em }, many, most) {
  const [left, top, bottom] = [LEFT * em, TOP * em, height - FOOT * em];
  const step = (width - left) / Math.max(1, many);
  return { left, top, bottom, right: width, em, step, x: (n) => left + step * (n + 0.5), y: (value) => bottom - ((bottom - top) * value) / most };
}

function grid({ left, right, y, em }, lines) {
  return lines.flatMap(([value, label]) => [
    svg("line", { x1: left, x2: right, y1: y(value), y2: y(value), class: "grid" }),
    svg("text", { x: left - em * 0.5, y: y(value) + em * 0.35, class: "axis", "text-anchor": "end" }, label),
  ]);
}

/** Finds out whether a label would be written over that of the goal. */
function crowded({ y, em }, value, goal) {
  return goal !== null && goal !== undefined && Math.abs(y(value) - y(goal)) < em * 1.15;
}

/** Draws the line that a share should not fall below, named where it begins. */
function target({ left, right, y, em }, goal) {
  if (goal === null || goal === undefined) return [];
  return [
    svg("line", { x1: left, x2: right, y1: y(goal), y2: y(goal), class: "aim" }),
    svg("text", { x: left - em * 0.5, y: y(goal) + em * 0.35, class: "axis aimed", "text-anchor": "end" }, percent(goal, 0)),
  ];
}

/** Names full hours, as many as there is room for. */
function hours({ x, step, bottom, em }, intervals) {
  const every = Math.max(1, Math.ceil((3.2 * em) / (step * 2)));
  const whole = intervals.map((one, n) => ({ n, label: time(one.start) })).filter((one) => one.label.endsWith(":00"));
  return whole.filter((_, place) => place % every === 0).map(({ n, label }) =>
    svg("text", { x: x(n) - step / 2, y: bottom + em * 1.3, class: "axis", "text-anchor": n ? "middle" : "start" }, label.slice(0, 2)));
}

function bar({ x, y, step, bottom }, one, n) {
  if (!one.offered) return [];
  const width = step * 0.68;
  const kind = one.provisional ? "bar unsure" : "bar";
  const box = (top, foot, name) => svg("rect", { x: x(n) - width / 2, y: top, width, height: Math.max(0, foot - top), rx: 2, class: name });
  return [box(y(one.offered), bottom, kind), one.abandoned ? box(y(one.abandoned), bottom, "lost") : null];
}

function point({ x, y, em }, one) {
  return svg("circle", { cx: x(one.n), cy: y(one.service_level), r: em * 0.24, class: one.provisional ? "dot unsure" : "dot" });
}

/** Shades the half hours whose calls have not all ended, and says that their figures will change. */
function unsure({ x, step, top, bottom, em, right }, intervals) {
  const places = intervals.flatMap((one, n) => (one.provisional ? [n] : []));
  if (places.length === 0) return [];
  const [from, to] = [x(places[0]) - step / 2, x(places.at(-1)) + step / 2];
  return [
    svg("rect", { x: from, y: top, width: to - from, height: bottom - top, class: "shade" }),
    svg("text", { x: Math.min((from + to) / 2, right - em * 1.2), y: em * 1.1, class: "axis unsure", "text-anchor": "middle" }, t("provisional")),
  ];
}

/** Joins neighbours; a gap in what is known is a gap in the line. */
function path({ x, y }, intervals, value, name) {
  let pen = "M";
  let d = "";
  intervals.forEach((one, n) => {
    const here = value(one);
    if (here === null || here === undefined) pen = "M";
    else {
      d += `${pen}${x(n).toFixed(1)} ${y(here).toFixed(1)}`;
      pen = "L";
    }
  });
  return d && svg("path", { d, class: name });
}

/** Finds the next round figure above a value: 1, 2, 4, 6 or 8 and noughts, or ten of them. */
function nice(value) {
  const size = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 6, 8, 10].map((one) => one * size).find((one) => one >= value);
}

function summary(intervals, told) {
  return intervals.filter((one) => one.offered > 0).map((one) => `${time(one.start)} ${told(one)}`).join(", ");
}
