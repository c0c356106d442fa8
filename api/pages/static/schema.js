// Fields made from the JSON Schema of what a command takes.

import { h } from "./dom.js";
import { labelled, ticked } from "./fields.js";
import { house, word } from "./house.js";
import { placeFields } from "./place.js";
import { pickService } from "./services.js";
import { fieldName, named, t } from "./words.js";

const LONG = 1000;
const WORDS_OF = { outcome: "outcomes", result: "visits", phase: "phases", unit: "units" };
/** Outcomes that have commands of their own. */
const ELSEWHERE = new Set(["rejected", "withdrawn", "transferred"]);

/** Makes the fields of a schema; `read` gives what was said, without what was left empty. */
export function schemaFields(schema, { prefix, given = {} }) {
  const required = new Set(schema.required);
  const parts = Object.entries(schema.properties ?? {}).map(([name, part]) => {
    const wanted = { name, id: `${prefix}-${name}`, needed: required.has(name), given: given?.[name] };
    return [name, fieldOf(resolved(part, schema), wanted, prefix)];
  });
  const said = () => parts.map(([name, field]) => [name, field.read()]).filter(([, value]) => value !== undefined);
  return { elements: parts.flatMap(([, field]) => field.elements), read: () => Object.fromEntries(said()) };
}

/** Follows references and forgets that something may be left out, which `required` says already. */
function resolved(part, schema) {
  const real = part.anyOf ? part.anyOf.find((one) => one.type !== "null") : part;
  const found = real.$ref ? schema.$defs[real.$ref.split("/").pop()] : real;
  return { ...found, $defs: schema.$defs };
}

function fieldOf(part, wanted, prefix) {
  const { name, id, given } = wanted;
  if (name === "place") return placeFields(prefix, given);
  if (name === "service") return serviceField(wanted);
  if (name === "team") return select(wanted, house.units.filter(isTeam).map((one) => [one.code, named(one)]));
  if (part.enum) return select(wanted, codes(name, part.enum));
  if (name === "unit") return select(wanted, house.units.map((one) => [one.code, named(one)]));
  if (part.properties) return group(part, wanted);
  if (part.type === "boolean") return { elements: [ticked(id, fieldName(name))], read: () => document.getElementById(id).checked };
  if (part.type === "integer") return written(wanted, h("input", { id, type: "number", min: part.minimum, max: part.maximum }), Number);
  if (part.format === "date-time") return written(wanted, h("input", { id, type: "datetime-local" }), (text) => `${text}:00+09:00`);
  const isLong = (part.maxLength ?? LONG) >= LONG;
  return written({ ...wanted, given }, isLong ? h("textarea", { id, rows: 4, maxlength: part.maxLength }) : h("input", { id, maxlength: part.maxLength, autocomplete: "off" }));
}

function written({ name, id, needed, given }, control, as = (text) => text) {
  control.required = needed;
  if (given !== undefined && given !== null) control.value = given;
  const read = () => (control.value.trim() ? as(control.value.trim()) : undefined);
  return { elements: [labelled(id, fieldName(name), control, { optional: !needed })], read };
}

function select({ name, id, needed, given }, options) {
  const control = h("select", { id, required: needed }, h("option", { value: "" }, t("choosePlease")), ...options.map(([code, text]) => h("option", { value: code }, text)));
  if (options.some(([code]) => code === given)) control.value = given;
  return { elements: [labelled(id, fieldName(name), control, { optional: !needed })], read: () => control.value || undefined };
}

function group(part, { name, id, given }) {
  const { elements, read } = schemaFields(part, { prefix: id, given });
  return { elements: [h("fieldset", { class: "pair" }, h("legend", {}, fieldName(name)), ...elements)], read };
}

function serviceField({ name, id, given }) {
  const picker = pickService(id, { given });
  return { elements: [labelled(id, fieldName(name), picker.element)], read: picker.code };
}

function isTeam(one) {
  return one.kind === "immediate-team" || house.services.some((service) => service.field_team === one.code);
}

function codes(name, known) {
  const offered = name === "outcome" ? known.filter((code) => !ELSEWHERE.has(code)) : known;
  return offered.map((code) => [code, word(WORDS_OF[name], code)]);
}
