// Chooses a service by typing: its name, a word of its citizens, or initial consonants.

import { fill, h } from "./dom.js";
import { house, service } from "./house.js";
import { placeIn } from "./hangul.js";
import { named, t } from "./words.js";

const BEST = 0;
const NAME = 1;
const KEYWORD = 2;
const OTHER = 3;
const NOT = 9;

/** Returns services that fit what was typed, best first; all of them if nothing was. */
export function found(text) {
  if (!text.trim()) return house.services;
  const ranked = house.services.map((one) => [rank(one, text), one]).filter(([value]) => value < NOT);
  return ranked.sort(([a], [b]) => a - b).map(([, one]) => one);
}

/** Makes a combobox (WAI-ARIA); `changed` hears each choice, and each choice undone. */
export function pickService(id, { given = null, changed = () => {} } = {}) {
  const input = h("input", {
    id, role: "combobox", autocomplete: "off", spellcheck: "false", required: true, maxlength: 60,
    "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${id}-list`,
    placeholder: t("serviceFind"), "data-wrong": t("chooseService"),
  });
  const list = h("ul", { id: `${id}-list`, role: "listbox", class: "picks", hidden: true, "aria-label": t("service") });
  const picker = { input, list, changed, shown: [], active: -1, chosen: null };
  input.addEventListener("input", () => typed(picker));
  input.addEventListener("focus", () => input.select());
  input.addEventListener("click", () => open(picker));
  input.addEventListener("keydown", (event) => pressed(picker, event));
  input.addEventListener("blur", () => shut(picker));
  if (given && service(given)) take(picker, service(given));
  return { element: h("div", { class: "combo" }, input, list), input, code: () => picker.chosen?.code };
}

function rank(one, text) {
  const at = Math.min(...[one.name_ko, one.name_en].map((name) => placeIn(name, text)).map((n) => (n < 0 ? NOT : Math.min(n, 1))));
  if (at < NOT) return at === 0 ? BEST : NAME;
  if (one.keywords.some((keyword) => placeIn(keyword, text) >= 0)) return KEYWORD;
  return [one.group_ko, one.code].some((name) => placeIn(name, text) >= 0) ? OTHER : NOT;
}

function typed(picker) {
  if (picker.chosen) {
    picker.chosen = null;
    picker.changed(null);
  }
  picker.input.setCustomValidity(picker.input.value ? t("chooseService") : "");
  open(picker);
}

function open(picker) {
  const text = picker.chosen ? "" : picker.input.value;
  picker.shown = found(text);
  picker.active = picker.shown.length && text.trim() ? 0 : picker.shown.indexOf(picker.chosen);
  fill(picker.list, ...options(picker));
  picker.list.hidden = false;
  picker.input.setAttribute("aria-expanded", "true");
  activate(picker, picker.active);
}

function options(picker) {
  if (picker.shown.length === 0) return [h("li", { class: "empty", role: "presentation" }, t("noService"))];
  return picker.shown.map((one, n) =>
    h("li", { id: `${picker.list.id}-${n}`, role: "option", "aria-selected": "false", onmousedown: (event) => clicked(picker, event, one) },
      h("span", {}, named(one)), h("small", {}, `${one.group_ko} · ${one.period.name_ko}`)),
  );
}

function clicked(picker, event, one) {
  event.preventDefault();
  choose(picker, one);
}

function pressed(picker, event) {
  if (event.isComposing) return;
  const isOpen = !picker.list.hidden;
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in steps) {
    event.preventDefault();
    if (!isOpen) open(picker);
    else activate(picker, wrapped(picker.active + steps[event.key], picker.shown.length));
  } else if (event.key === "Tab" && isOpen) {
    takeMarked(picker);
  } else if (event.key === "Enter" && isOpen && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    if (picker.active >= 0) choose(picker, picker.shown[picker.active]);
  } else if (event.key === "Escape" && isOpen) {
    event.preventDefault();
    event.stopPropagation();
    shut(picker);
  }
}

/** Takes what is marked before Tab goes on, so that it goes on to the questions of that service. */
function takeMarked(picker) {
  const typedSomething = !picker.chosen && picker.input.value.trim() !== "";
  if (typedSomething && picker.active >= 0) choose(picker, picker.shown[picker.active]);
}

function choose(picker, one) {
  const other = picker.chosen !== one;
  take(picker, one);
  shut(picker);
  if (other) picker.changed(one);
}

function take(picker, one) {
  picker.chosen = one;
  picker.input.value = named(one);
  picker.input.setCustomValidity("");
}

function shut(picker) {
  picker.list.hidden = true;
  picker.input.setAttribute("aria-expanded", "false");
  picker.input.removeAttribute("aria-activedescendant");
}

function activate(picker, n) {
  picker.active = n;
  for (const [index, option] of [...picker.list.children].entries()) {
    if (picker.shown.length) option.setAttribute("aria-selected", String(index === n));
  }
  const option = picker.shown.length && n >= 0 ? picker.list.children[n] : null;
  if (!option) return;
  picker.input.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function wrapped(n, count) {
  return count ? (n + count) % count : -1;
}
