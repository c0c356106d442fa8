// What charts of the campaigns' page share: room, axes, and not being drawn twice.

import { fill, svg } from "./dom.js";
import { language } from "./words.js";

const drawn = new WeakMap();

/** Draws into a figure what `parts` makes of its room; the same facts in the same room are not drawn again. */
export function draw(figure, facts, parts) {
  const em = parseFloat(getComputedStyle(figure).fontSize);
  const room = { width: figure.clientWidth, height: figure.clientHeight, em };
  const signature = JSON.stringify([room, language, facts]);
  if (drawn.get(figure) === signature || !room.width || !room.height) return;
  drawn.set(figure, signature);
  fill(figure, svg("svg", { viewBox: `0 0 ${room.width} ${room.height}`, "aria-hidden": "true" }, ...parts(room)));
}

/** Makes places of values: `x` and `y` map the two domains onto a room with margins in ems. */
export function scales({ width, height, em }, { across, up, left, top, bottom, right }) {
  const edge = { left: left * em, top: top * em, right: width - right * em, bottom: height - bottom * em };
  const place = ([low, high], from, to) => (value) => from + ((to - from) * (value - low)) / (high - low || 1);
  return { em, ...edge, x: place(across, edge.left, edge.right), y: place(up, edge.bottom, edge.top) };
}

/** Draws lines across at values, each with its label at the left. */
export function rulers({ left, right, y, em }, values, label) {
  return values.flatMap((value) => [
    line([left, right], [y(value), y(value)], "grid"),
    words(left - em * 0.5, y(value) + em * 0.35, label(value), "end"),
  ]);
}

export function line([x1, x2], [y1, y2], kind) {
  return svg("line", { x1, x2, y1, y2, class: kind });
}

export function words(x, y, text, anchor = "middle", kind = "axis") {
  return svg("text", { x, y, class: kind, "text-anchor": anchor }, text);
}

/** Joins points with a line, or fills what they go around. */
export function path(points, kind, { closed = false } = {}) {
  const d = points.map(([x, y], n) => `${n ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
  return svg("path", { d: closed ? `${d}Z` : d, class: kind });
}

/** Gives round values from one to another: steps of 1, 2 or 5 and noughts, about as many as wanted. */
export function steps(low, high, wanted) {
  const rough = (high - low || 1) / wanted;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((one) => one * size).find((one) => one >= rough);
  const values = [];
  for (let n = Math.ceil(low / step - 1e-9); n * step <= high + step * 1e-9; n += 1) values.push(Number((n * step).toPrecision(12)));
  return values;
}
