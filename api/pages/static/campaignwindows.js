// The hours of each weekday in which a campaign calls, written as 09:30-11:30, 14:00-18:00.

import { h } from "./dom.js";
import { filled, weekday } from "./campaignwords.js";
import { t } from "./words.js";

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const WORKDAYS = DAYS.slice(1, 5);
const HOUR = "([01]?[0-9]|2[0-3]):[0-5][0-9]";
const WINDOW = `${HOUR}\\s*[\\-~–]\\s*${HOUR}`;

export function windowsField(windows) {
  const name = (day) => `c-windows-${day}`;
  const one = (day) => {
    const control = h("input", { id: name(day), name: `windows-${day}`, value: (windows[day] ?? []).join(", "), autocomplete: "off", pattern: `\\s*(${WINDOW}\\s*(,\\s*${WINDOW}\\s*)*)?`, "data-wrong": t("windowWrong"), "aria-describedby": `c-windows-hint ${name(day)}-fault` });
    return h("div", { class: "field of-day", "data-field": name(day) }, h("label", { for: control.id }, filled(t("onWeekday"), weekday(day))), control, h("p", { class: "fault", id: `${name(day)}-fault`, hidden: true }));
  };
  const same = (event) => {
    const { elements } = event.target.form;
    for (const day of WORKDAYS) elements.namedItem(`windows-${day}`).value = elements.namedItem("windows-mon").value;
  };
  return h("fieldset", { class: "field", "data-field": "c-windows" }, h("legend", {}, t("windows")), h("p", { class: "hint", id: "c-windows-hint" }, t("windowsHint")),
    h("p", { class: "fault", id: "c-windows-fault", hidden: true }),
    h("div", { class: "of-days" }, DAYS.map(one)), h("button", { type: "button", onclick: same }, t("sameAsMonday")));
}

export function readWindows(form) {
  return Object.fromEntries(DAYS.map((day) => [day, windowsOf(form.elements.namedItem(`windows-${day}`).value)]));
}

/** Reads `9:30 ~ 11:30` as the house writes it: `09:30-11:30`. */
function windowsOf(text) {
  return text.split(",").map((one) => one.trim()).filter(Boolean).map((one) => one.split(/\s*[-~–]\s*/).map((hour) => hour.padStart(5, "0")).join("-"));
}
