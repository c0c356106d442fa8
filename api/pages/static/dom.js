// Makes elements. Text is always text: nothing here reads markup out of data.

const SVG = "http://www.w3.org/2000/svg";

const SHAPES = {
  check: "M3 8.5l3.2 3.2L13 4.8",
  clock: "M8 4.2V8l2.6 1.7M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8z",
  alert: "M8 5.6v3.6M8 11.6v.1M8 1.9L14.6 13.6H1.4z",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  dash: "M3.5 8h9",
  eye: "M1.4 8S3.8 3.6 8 3.6 14.6 8 14.6 8 12.2 12.4 8 12.4 1.4 8 1.4 8zM8 6.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6z",
  back: "M10 3L5 8l5 5",
  cross: "M4 4l8 8M12 4l-8 8",
  phone: "M4.2 2.2l2 .3 1 2.700-1.400 1.300a8 8 0 0 0 3.700 3.700l1.300-1.400 2.700 1 .3 2c0 1-.9 1.900-2 1.900A10.200 10.200 0 0 1 2.300 4.200c0-1.100.9-2 1.900-2z",
  bell: "M4 11V7a4 4 0 0 1 8 0v4l1.300 1.500H2.700zM6.700 14.200h2.600",
  pen: "M3 13l.6-2.600L10.800 3.200l2 2-7.200 7.200z",
  away: "M3 5h8v4.500A2.500 2.500 0 0 1 8.500 12h-3A2.500 2.500 0 0 1 3 9.500zM11 6.200h1.300a1.500 1.500 0 0 1 0 3H11M5.500 2v1M8.500 2v1",
  hold: "M4 2.500h8M4 13.500h8M5 2.500c0 3 6 3.500 6 5.500s-6 2.500-6 5.500M11 2.500c0 3-6 3.500-6 5.500s6 2.500 6 5.500",
};

export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...kept(children));
  return element;
}

export function fill(element, ...children) {
  element.replaceChildren(...kept(children));
}

/** Makes an element of a drawing. */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...kept(children));
  return element;
}

export function icon(name) {
  return svg("svg", { viewBox: "0 0 16 16", class: "icon", "aria-hidden": "true" }, svg("path", { d: SHAPES[name] }));
}

/** Makes a table of names and what they stand for. */
export function table(lines) {
  return h("dl", { class: "facts" }, ...lines.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}

export function byId(id) {
  return document.getElementById(id);
}

/** Says something in a corner, to screen readers too, and takes it away after a while. */
export function tell(message, ...more) {
  const line = h("p", {}, message, ...more);
  byId("told").append(line);
  setTimeout(() => line.remove(), 9000);
}

/** Waits until nothing was asked for a moment, then asks once. */
export function calmly(action, milliseconds = 300) {
  let waiting;
  return (...said) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => action(...said), milliseconds);
  };
}

function kept(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}
