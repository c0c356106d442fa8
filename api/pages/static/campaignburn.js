// Draws what is still wanted by day, the pace to the end date, and when it will be done.

import { h, svg } from "./dom.js";
import { count, mark } from "./livefigures.js";
import { draw, line, path, rulers, scales, steps, words } from "./campaignplot.js";
import { dayOf, dayText, following, hourOf, hoursOn, shortDay } from "./campaigndays.js";
import { t } from "./words.js";

const NEVER = 400;
/** The chart ends so many days after the end date at the latest, whatever the forecast says. */
const BEYOND = 14;

/**
 * Puts a course together: what was wanted still at the end of each day, and what is foreseen. Without a quota
 * it rises instead: what was achieved by the end of each day.
 */
export function courseOf(campaign, progress, at) {
  const today = dayOf(at);
  const { quota, successes } = progress.whole;
  const { first_day: first, last_day: last } = campaign;
  const reaches = [last, progress.finish?.high, today < first ? first : today].filter(Boolean).toSorted().at(-1);
  const latest = following(last, BEYOND);
  const span = days(first, reaches < latest ? reaches : [latest, today].toSorted().at(-1));
  const byDay = new Map(progress.days.map((one) => [one.day, one.successes]));
  let sum = 0;
  const achieved = span.filter((day) => day <= today).map((day) => [day, (sum += byDay.get(day) ?? 0)]);
  const hour = hourOf(at);
  if (quota === null) return { rises: true, most: Math.max(10, successes), last, today, hour, span, begin: 0, actual: achieved, pace: [], now: successes, finish: null };
  const now = Math.max(0, quota - successes);
  const actual = achieved.map(([day, many]) => [day, Math.max(0, quota - many)]);
  const pace = descent(campaign, first, last, quota).map(([, left]) => left);
  return { rises: false, most: quota, begin: quota, last, today, hour, span, actual, pace, now, finish: now > 0 ? progress.finish : null, ...foreseen(campaign, progress, { today, hour, now }) };
}

/** Says how many successes an open hour would have to bring for the end date to be met; `null` if it cannot. */
export function neededPace(campaign, progress, at) {
  const today = dayOf(at);
  if (progress.whole.quota === null || today > campaign.last_day) return null;
  const from = today < campaign.first_day ? campaign.first_day : today;
  const hours = days(from, campaign.last_day).reduce((sum, day) => sum + hoursOn(campaign, day, day === today ? hourOf(at) : 0), 0);
  const wanted = progress.whole.quota - progress.whole.successes;
  return hours > 0 && wanted > 0 ? wanted / hours : null;
}

export function drawBurndown(figure, course) {
  draw(figure, course, (room) => {
    const scale = scales(room, { across: [0, course.span.length], up: [0, course.most], left: 4.2, top: 1.7, bottom: 1.8, right: 0.8 });
    return [
      ...rulers(scale, steps(0, course.most, Math.min(6, Math.max(1, course.most))), count),
      ...calendar(scale, course),
      ...pace(scale, course),
      ...fan(scale, course),
      ...edges(scale, course),
      actualLine(scale, course),
    ];
  });
  mark(figure, "aria-label", told(course));
}

/** Writes the course as a table, for who reads better than they see. */
export function courseTable(course) {
  const lines = course.actual.map(([day, rest]) => h("tr", {}, h("th", { scope: "row" }, dayText(day)), h("td", {}, count(rest))));
  return h("table", { class: "grid-table" }, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("day")), h("th", { scope: "col" }, t(nameOf(course))))), h("tbody", {}, lines.toReversed()));
}

function told(course) {
  const { finish } = course;
  const last = [`${t(course.rises ? "rising" : "burndown")}: `, course.rises ? "" : `${t("quota")} ${count(course.most)}, `, `${t(nameOf(course))} ${count(course.now)}, ${t("lastDay")} ${dayText(course.last)}`].join("");
  return finish ? `${last}, ${t("finishDay")} ${dayOrNot(finish.expected)} (${dayOrNot(finish.low)} – ${dayOrNot(finish.high)})` : last;
}

/** Names what the line shows. */
export function nameOf(course) {
  return course.rises ? "successes" : "burnActual";
}

export function dayOrNot(day) {
  return day ? dayText(day) : t("notInAYear");
}

/** Follows a forecast day by day, as fast as the calling hours let it. */
function foreseen(campaign, { finish }, { today, hour, now }) {
  if (!finish || now <= 0) return { low: [], expected: [], high: [] };
  const started = today >= campaign.first_day;
  const from = started ? today : campaign.first_day;
  const to = (day) => descent(campaign, from, day ?? following(from, NEVER), now, started ? hour : 0);
  return { low: to(finish.low), expected: to(finish.expected), high: to(finish.high) };
}

function descent(campaign, from, to, wanted, hour = 0) {
  const open = days(from, to).map((day) => [day, hoursOn(campaign, day, day === from ? hour : 0)]);
  const all = open.reduce((sum, [, hours]) => sum + hours, 0);
  let spent = 0;
  return open.map(([day, hours]) => [day, all ? wanted * (1 - (spent += hours) / all) : 0]);
}

function days(from, to) {
  const found = [];
  for (let day = from; day <= to && found.length < 800; day = following(day, 1)) found.push(day);
  return found;
}

/** Says how far along the chart now is: within its day. */
function nowAt({ span, today, hour }) {
  return Math.max(0, span.indexOf(today)) + hour / 24;
}

function actualLine({ x, y }, course) {
  const { actual, begin, today } = course;
  const points = [[0, begin], ...actual.map(([day, rest], n) => [day === today ? nowAt(course) : n + 1, rest])];
  return path(points.map(([n, rest]) => [x(n), y(rest)]), "burnt");
}

/** Leads from the quota to the end date along the calling hours. */
function pace({ x, y }, course) {
  const end = course.span.indexOf(course.last);
  return course.pace.length && end >= 0 ? [path([[0, course.most], ...course.pace.map((rest, n) => [n + 1, rest])].map(([n, rest]) => [x(n), y(rest)]), "pace")] : [];
}

function fan(scale, course) {
  if (!course.finish) return [];
  const { x, y, left, right, top, bottom } = scale;
  const start = course.span.indexOf(course.expected[0]?.[0]);
  const begin = course.expected[0][0] === course.today ? nowAt(course) : start;
  const along = (points) => [[x(begin), y(course.now)], ...points.map(([, rest], n) => [x(start + n + 1), y(rest)])];
  const foot = (points) => [x(start + points.length), y(0)];
  const clip = svg("clipPath", { id: "burn-room" }, svg("rect", { x: left, y: top, width: right - left, height: bottom - top + 2 }));
  const around = [...along(course.low), foot(course.high), ...along(course.high).toReversed()];
  const inside = svg("g", { "clip-path": "url(#burn-room)" }, path(around, "fan", { closed: true }), path(along(course.expected), "expected"));
  const done = course.expected.length + start <= course.span.length ? svg("circle", { cx: x(start + course.expected.length), cy: y(0), r: scale.em * 0.35, class: "done" }) : null;
  return [clip, inside, done].filter(Boolean);
}

/** Marks today and the end date. */
function edges({ x, top, bottom, em, right, left }, course) {
  const end = course.span.indexOf(course.last) + 1;
  const here = course.span.includes(course.today) ? nowAt(course) : 0;
  const label = (at, text, kind) => words(Math.min(Math.max(at, left + em * 1.5), right - em * 2.6), em * 1.1, text, "middle", `axis ${kind}`);
  const close = here > 0 && Math.abs(x(end) - x(here)) < em * 7;
  return [
    end > 0 && line([x(end), x(end)], [top, bottom], "aim"),
    end > 0 && label(close ? x(end) + em * (end >= here ? 3.5 : -3.5) : x(end), `${t("lastDay")} ${shortDay(course.last)}`, "aimed"),
    here > 0 && line([x(here), x(here)], [top, bottom], "now-line"),
    here > 0 && label(x(here), t("today"), "now-word"),
  ].filter(Boolean);
}

/** Names days, as many as there is room for: Mondays, or first days of months. */
function calendar({ x, bottom, em, left, right }, { span }) {
  const week = x(7) - x(0);
  const every = Math.max(1, Math.ceil((4 * em) / week));
  const mondays = span.map((day, n) => ({ day, n })).filter(({ day }) => new Date(`${day}T00:00:00Z`).getUTCDay() === 1);
  return mondays.filter((_, place) => place % every === 0).flatMap(({ day, n }) => {
    const at = x(n);
    return at < left + em || at > right - em * 1.5 ? [] : [line([at, at], [bottom, bottom + em * 0.3], "grid"), words(at, bottom + em * 1.35, shortDay(day))];
  });
}
