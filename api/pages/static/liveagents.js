// Agents: what each does and for how long. Everybody keeps a place of their own.

import { fill, h, icon } from "./dom.js";
import { count, lasted, mark, put, short } from "./livefigures.js";
import { t } from "./words.js";

/** States in the order a day needs them, each with a drawing. */
export const STATES = { ready: "check", ringing: "bell", talking: "phone", hold: "hold", acw: "pen", aux: "away", offline: "dash" };
/** Seconds after which somebody may have been forgotten in a state: no rule, a hint to look. */
const LONG = { ringing: 30, talking: 900, hold: 180, acw: 300, aux: 4200 };

/** How a crowd is called that so many tiles no longer hold: each is drawn smaller, the last without words. */
const CROWDS = [[70, "throng"], [35, "many"], [28, "some"]];

const tiles = new Map();
let order = "";

export function isStuck(state, seconds) {
  return seconds !== null && seconds > (LONG[state] ?? Infinity);
}

/** Names a state, and why somebody is away. */
export function stateName({ state, reason }) {
  return state === "aux" && reason ? t(reason) : t(state);
}

export function drawCounts(box, byState) {
  const names = Object.keys(STATES);
  if (box.childElementCount !== names.length) {
    fill(box, names.map((name) => h("div", { class: "tally", "data-state": name }, h("dt", {}, icon(STATES[name]), h("span", {})), h("dd", {}))));
  }
  for (const tally of box.children) {
    const name = tally.dataset.state;
    put(tally.querySelector("span"), t(name));
    put(tally.querySelector("dd"), count(byState[name] ?? 0));
  }
}

/** Draws a tile for everybody; a tile is made once and changed after that. */
export function drawTiles(box, agents) {
  const names = JSON.stringify(agents.map((one) => one.agent));
  if (names !== order) arrange(box, agents, names);
  for (const one of agents) {
    const tile = tiles.get(one.agent);
    tile.told = one;
    mark(tile.element, "data-state", one.state);
    put(tile.word, stateName(one));
    if (tile.state !== one.state) {
      tile.state = one.state;
      fill(tile.sign, icon(STATES[one.state]));
    }
  }
}

/** Lets time pass on the tiles. */
export function tickTiles(at) {
  for (const tile of tiles.values()) {
    const { state, since } = tile.told;
    const seconds = state === "offline" ? null : lasted(since, at);
    put(tile.time, seconds === null ? "" : short(seconds));
    mark(tile.element, "data-stuck", isStuck(state, seconds) ? "yes" : null);
  }
}

function arrange(box, agents, names) {
  order = names;
  mark(box, "data-crowd", CROWDS.find(([most]) => agents.length > most)?.[1] ?? null);
  const gone = new Set(tiles.keys());
  for (const one of agents) {
    gone.delete(one.agent);
    if (!tiles.has(one.agent)) tiles.set(one.agent, tileOf());
    box.append(tiles.get(one.agent).element);
  }
  for (const name of gone) {
    tiles.get(name).element.remove();
    tiles.delete(name);
  }
}

function tileOf() {
  const [sign, word, time] = [h("span", { class: "sign" }), h("span", { class: "word" }), h("span", { class: "time" })];
  return { element: h("li", { class: "tile" }, h("span", { class: "name" }, sign, word), time), sign, word, time, state: null, told: null };
}
