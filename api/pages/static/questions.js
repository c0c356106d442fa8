// The questions of a service, as fields.

import { h } from "./dom.js";
import { chip, grouped, labelled } from "./fields.js";
import { language, named, t } from "./words.js";

const PREFIX = "new-attributes";

/** Makes a field for each question; `read` gives the answers by the question's code. */
export function questionFields(service, given = {}) {
  const asked = service.questions.toSorted((a, b) => a.order - b.order).map((question) => [question.code, field(question, given[question.code] ?? [])]);
  const said = () => asked.map(([code, { read }]) => [code, read()]).filter(([, values]) => values.length);
  return {
    elements: asked.length ? [h("h3", {}, t("questions")), ...asked.map(([, { element }]) => element)] : [],
    read: () => Object.fromEntries(said()),
  };
}

function field(question, given) {
  const id = `${PREFIX}-${question.code}`;
  const hint = language === "en" ? question.hint_en : question.hint_ko;
  if (question.values.length) return choices(id, question, { given, hint });
  const control = control_(id, question, given[0] ?? "");
  const read = () => (control.value.trim() ? [written(question, control.value.trim())] : []);
  return { element: labelled(id, named(question), control, { optional: !question.required, hint }), read };
}

function choices(id, question, { given, hint }) {
  const type = question.datatype === "multivaluelist" ? "checkbox" : "radio";
  const required = question.required && type === "radio";
  const chips = question.values.map((value) => chip(type, { name: id, value: value.key, label: named(value), checked: given.includes(value.key), required }));
  const element = grouped(id, named(question), chips, { optional: !question.required, hint });
  return { element, read: () => [...element.querySelectorAll(":checked")].map((one) => one.value) };
}

function control_(id, question, value) {
  const shared = { id, value, required: question.required, autocomplete: "off", maxlength: 200 };
  switch (question.datatype) {
    case "number": return h("input", { ...shared, inputmode: "decimal" });
    case "datetime": return h("input", { ...shared, type: "datetime-local", value: value.slice(0, 16) });
    case "text": return h("textarea", { ...shared, rows: 2 });
    default: return h("input", shared);
  }
}

function written(question, text) {
  return question.datatype === "datetime" ? `${text}:00+09:00` : text;
}
