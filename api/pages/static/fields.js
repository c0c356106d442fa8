// Fields of forms: a label, what is labelled, and a place for what is wrong with it.

import { fill, h } from "./dom.js";
import { detail, faultText, t } from "./words.js";

/** Where a fault belongs whose name is not a field's. */
const ALIAS = { lat: "coordinates", lon: "coordinates", place: "address", petitioner: "name" };

/** Wraps a control; `hint` is shown below it and read out with it. */
export function labelled(id, label, control, { optional = false, hint = null } = {}) {
  describe(control.matches("input, select, textarea") ? control : control.querySelector("input, select, textarea"), id, hint);
  const name = h("label", { for: id }, label, optional && h("small", {}, ` ${t("optional")}`));
  return h("div", { class: "field", "data-field": id }, name, control, about(id, hint), faultPlace(id));
}

/** Wraps choices that share a name, with a hint as above. */
export function grouped(id, label, controls, { optional = false, hint = null } = {}) {
  const name = h("legend", {}, label, optional && h("small", {}, ` ${t("optional")}`));
  const element = h("fieldset", { class: "field choices", "data-field": id }, name, h("div", { class: "chips" }, ...controls), about(id, hint), faultPlace(id));
  describe(element, id, hint);
  return element;
}

/** Wraps a box to tick. */
export function ticked(id, label, { checked = false, value = null } = {}) {
  const control = h("input", { id, type: "checkbox", checked, value: value ?? "on", "aria-describedby": `${id}-fault` });
  return h("div", { class: "field", "data-field": id }, h("label", { class: "tick", for: id }, control, label), faultPlace(id));
}

export function chip(type, { name, value, label, checked = false, required = false }) {
  return h("label", { class: "chip" }, h("input", { type, name, value, checked, required }), label);
}

/** Says what the browser itself finds wrong, in our words. */
export function localFaults(form) {
  const wrong = [...form.elements].filter((control) => control.willValidate && !control.validity.valid);
  return wrong.map((control) => ({
    field: control.closest("[data-field]").dataset.field,
    text: control.validity.valueMissing ? t("required") : control.dataset.wrong || control.validationMessage,
  }));
}

/** Reads the faults out of a problem body, and finds the fields they belong to. */
export function faultsOf(problem, form, prefix) {
  return (problem.body.errors || []).map((fault) => ({
    field: fieldOf(form, prefix, fault.pointer || ""),
    text: faultText(fault),
  }));
}

/** Says what a problem is where no field is to blame; a login that ended can be renewed beside the form. */
export function whole(problem) {
  const again = () => [t("ended"), " ", h("a", { href: "/login", target: "_blank" }, t("loginAgain"))];
  return { field: null, text: problem.status === 401 ? again() : detail(problem) };
}

/** Shows faults beside their fields, and those of none in `rest`; puts the cursor where the first is. */
export function showFaults(form, faults, rest) {
  clearFaults(form, rest);
  const others = [];
  for (const { field, text } of faults) {
    const shown = field && place(form, field);
    if (shown) mark(shown, text);
    else others.push(text);
  }
  fill(rest, ...others.map((text) => h("p", {}, text)));
  rest.hidden = others.length === 0;
  form.querySelector("[aria-invalid]")?.focus();
}

export function clearFaults(form, rest) {
  for (const fault of form.querySelectorAll(".field .fault")) fault.hidden = true;
  for (const control of form.querySelectorAll("[aria-invalid]")) control.removeAttribute("aria-invalid");
  rest.hidden = true;
}

function about(id, hint) {
  return hint && h("p", { class: "hint", id: `${id}-hint` }, hint);
}

function describe(control, id, hint) {
  control.setAttribute("aria-describedby", hint ? `${id}-hint ${id}-fault` : `${id}-fault`);
}

function faultPlace(id) {
  return h("p", { class: "fault", id: `${id}-fault`, hidden: true });
}

function fieldOf(form, prefix, pointer) {
  const parts = pointer.replace(/^#\/?/, "").split("/");
  const last = parts.at(-1);
  const names = [parts.join("-"), last, ALIAS[last], parts[0], ALIAS[parts[0]]];
  return names.filter(Boolean).map((name) => `${prefix}-${name}`).find((id) => place(form, id));
}

function place(form, id) {
  return form.querySelector(`[data-field="${CSS.escape(id)}"]`);
}

function mark(field, text) {
  const fault = field.querySelector(":scope > .fault");
  fault.textContent = text;
  fault.hidden = false;
  for (const control of field.querySelectorAll("input, select, textarea")) control.setAttribute("aria-invalid", "true");
}
