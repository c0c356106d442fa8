// Draws the frontier: what each number of agents kept idle brings outbound, and leaves to inbound.

import { svg } from "./dom.js";
import { count, mark, percent } from "./livefigures.js";
import { draw, line, path, rulers, scales, steps, words } from "./campaignplot.js";
import { t } from "./words.js";

/** How large a label is, and how far it stands from its dot, in ems. */
const BOX = { width: 5.6, height: 1.2 };
const ASIDE = 1.1;
const FAR = 2;
/** Where a label is tried, beside its dot first. */
const LEVELS = [-1, 1, 0, -2, 2, -3, 3, -4, 4, -5, 5];

/** Gives the chance that counts: that of the successes wanted, or that all campaigns are finished. */
export function chanceOf(point) {
  return point.reached ?? point.finished;
}

export function drawFrontier(figure, told, chosen) {
  const frontier = { ...told, points: told.points.filter(isKnown) };
  draw(figure, [frontier, chosen], (room) => {
    const scale = scales(room, { ...domains(frontier), left: 4.2, top: 3, bottom: 3.1, right: 1.4 });
    const front = frontier.points.filter((one) => one.dominated_by === null).toSorted((a, b) => a.values.successes.value - b.values.successes.value);
    return [
      ...meeting(scale, frontier),
      ...rulers(scale, steps(...domains(frontier).up, 5), (value) => percent(value, 0)),
      ...feet(scale, domains(frontier).across),
      ...wishes(scale, frontier),
      path(front.map((one) => at(scale, one)), "front"),
      ...frontier.points.flatMap((one) => whiskers(scale, one)),
      ...frontier.points.map((one) => dot(scale, one, one.threshold === chosen)),
      ...labels(scale, frontier.points, chosen),
      ...titles(scale, room),
    ];
  });
  mark(figure, "aria-label", `${t("frontierChart")}: ${frontier.points.map(summary).join("; ")}`);
}

/** Leaves out what no place can be found for: nobody called, or nobody was called. */
function isKnown({ values }) {
  return values.service_level.value !== null && values.successes.value !== null;
}

/** Says a point in a few words. */
function summary(point) {
  const { service_level: level, successes } = point.values;
  const marks = [point.best && t("best"), point.dominated_by !== null && t("dominated")].filter(Boolean).map((one) => `, ${one}`).join("");
  return `k=${point.threshold}: ${t("level")} ${percent(level.value)}, ${t("successes")} ${count(successes.value)}, ${t("chance")} ${percent(chanceOf(point).share, 0)}${marks}`;
}

function domains({ points, wanted, target }) {
  const across = spread(points.map(({ values }) => values.successes), wanted);
  const up = spread(points.map(({ values }) => values.service_level), levelGoal(target));
  return { across: [Math.max(0, across[0]), across[1]], up: [Math.max(0, up[0]), Math.min(1, up[1])] };
}

/** Reads the goal off the target, if the target is a service level. */
export function levelGoal(target) {
  return target?.measure.startsWith("service_level") ? target.goal : null;
}

/** Gives room to all intervals, and to a wish unless that is so far off that nothing else could be told apart. */
function spread(figures, wish) {
  const known = figures.flatMap((one) => [one.low, one.value, one.high]).filter((value) => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const size = high - low || Math.abs(high) * 0.1 || 1;
  const near = wish !== null && wish >= low - size * FAR && wish <= high + size * FAR;
  const [from, to] = near ? [Math.min(low, wish), Math.max(high, wish)] : [low, high];
  return [from - (to - from || size) * 0.1, to + (to - from || size) * 0.1];
}

function at({ x, y }, { values }) {
  return [x(values.successes.value), y(values.service_level.value)];
}

/** Shades where both wishes are met. */
function meeting({ x, y, left, right, top, bottom }, { wanted, target }) {
  const goal = levelGoal(target);
  if (goal === null || wanted === null) return [];
  const [from, foot] = [Math.max(left, x(wanted)), Math.min(bottom, y(goal))];
  return [svg("rect", { x: from, y: top, width: Math.max(0, right - from), height: Math.max(0, foot - top), class: "wished" })];
}

/** Draws what is wished as lines, the target across and the successes upright; an arrow where one is off the chart. */
function wishes({ x, y, left, right, top, bottom, em }, { wanted, target }) {
  const goal = levelGoal(target);
  const parts = [];
  if (goal !== null) {
    const text = `${t("target")} ${percent(goal, 0)}`;
    const here = y(goal) >= top && y(goal) <= bottom;
    if (here) parts.push(line([left, right], [y(goal), y(goal)], "aim"));
    parts.push(words(left + em * 0.4, (here ? y(goal) : bottom) - em * 0.35, here ? text : `${text} ↓`, "start", "axis aimed"));
  }
  if (wanted !== null) {
    const text = `${t("wanted")} ${count(wanted)}`;
    const here = x(wanted) >= left && x(wanted) <= right;
    if (here) parts.push(line([x(wanted), x(wanted)], [top, bottom], "aim"));
    const place = here ? x(wanted) : x(wanted) < left ? left : right;
    parts.push(words(place, top - em * 0.5, here ? text : x(wanted) < left ? `← ${text}` : `${text} →`, anchor(place, left, right, em), "axis aimed"));
  }
  return parts;
}

function anchor(place, left, right, em) {
  if (place < left + em * 4) return "start";
  return place > right - em * 4 ? "end" : "middle";
}

function feet({ x, bottom, top, em }, across) {
  return steps(...across, 6).flatMap((value) => [line([x(value), x(value)], [top, bottom], "grid"), words(x(value), bottom + em * 1.3, count(value))]);
}

function titles({ left, right, em }, { height }) {
  return [words((left + right) / 2, height - em * 0.3, `${t("outboundSuccesses")} →`, "middle", "axis name"), words(left - em * 3.7, em * 1.1, `↑ ${t("inboundLevel")}`, "start", "axis name")];
}

function whiskers({ x, y, em }, point) {
  const { service_level: level, successes } = point.values;
  const kind = point.dominated_by === null ? "whisker" : "whisker beaten";
  const [cx, cy] = [x(successes.value), y(level.value)];
  const cap = em * 0.3;
  const parts = [];
  if (level.low !== null) parts.push(line([cx, cx], [y(level.low), y(level.high)], kind), ...[level.low, level.high].map((end) => line([cx - cap, cx + cap], [y(end), y(end)], kind)));
  if (successes.low !== null) parts.push(line([x(successes.low), x(successes.high)], [cy, cy], kind), ...[successes.low, successes.high].map((end) => line([x(end), x(end)], [cy - cap, cy + cap], kind)));
  return parts;
}

function dot(scale, point, isChosen) {
  const [cx, cy] = at(scale, point);
  const kind = ["point", point.dominated_by !== null && "beaten", point.best && "best"].filter(Boolean).join(" ");
  const ring = isChosen && svg("circle", { cx, cy, r: scale.em * 0.95, class: "ring" });
  return svg("g", {}, ring, svg("circle", { cx, cy, r: scale.em * 0.48, class: kind, "data-threshold": point.threshold }));
}

/** Names the points, each where it covers nothing else: beside, above or below its dot. */
function labels(scale, points, chosen) {
  const taken = points.map((one) => around(...at(scale, one), scale.em));
  return points.map((point) => {
    const [cx, cy] = at(scale, point);
    const places = LEVELS.flatMap((level) => [boxAt(scale, cx, cy, 1, level), boxAt(scale, cx, cy, -1, level)]);
    const place = places.find((box) => inside(scale, box) && taken.every((other) => !overlap(box, other))) ?? places[0];
    taken.push(place);
    const text = `k=${point.threshold} · ${percent(chanceOf(point).share, 0)}`;
    return words(place.anchor === "start" ? place.x1 : place.x2, place.y2 - scale.em * 0.25, text, place.anchor, point.threshold === chosen ? "axis label chosen" : point.dominated_by === null ? "axis label" : "axis label beaten");
  });
}

function boxAt({ em }, cx, cy, side, level) {
  const [x1, x2] = side > 0 ? [cx + em * ASIDE, cx + em * (ASIDE + BOX.width)] : [cx - em * (ASIDE + BOX.width), cx - em * ASIDE];
  const middle = cy + level * em * 0.9;
  return { x1, x2, y1: middle - (em * BOX.height) / 2, y2: middle + (em * BOX.height) / 2, anchor: side > 0 ? "start" : "end" };
}

function around(cx, cy, em) {
  return { x1: cx - em * 0.55, x2: cx + em * 0.55, y1: cy - em * 0.55, y2: cy + em * 0.55 };
}

function inside({ left, right, top, bottom }, box) {
  return box.x1 >= left && box.x2 <= right && box.y1 >= top && box.y2 <= bottom;
}

function overlap(one, other) {
  return one.x1 < other.x2 && other.x1 < one.x2 && one.y1 < other.y2 && other.y1 < one.y2;
}
