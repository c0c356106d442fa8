// The quota cells of a campaign: who is wanted, and how many of each.

import { byId, h } from "./dom.js";
import { filled } from "./campaignwords.js";
import { count } from "./livefigures.js";
import { t } from "./words.js";

export function cellsField(cells) {
  const box = h("div", { id: "c-cell-rows", class: "cell-rows" }, cells.map(row));
  const add = () => {
    box.append(row({ code: "", ko: "", quota: null }, box.children.length));
    box.lastElementChild.querySelector("input").focus();
  };
  return h("fieldset", { class: "field", "data-field": "c-cells" }, h("legend", {}, t("cells")), h("p", { class: "hint" }, t("cellsHint")),
    h("p", { class: "fault", id: "c-cells-fault", hidden: true }), box, h("button", { type: "button", id: "c-add-cell", onclick: add }, t("addCell")));
}

export function readCells(form) {
  return [...form.querySelectorAll(".cell-row")].map((one) => {
    const [code, ko, quota] = [...one.querySelectorAll("input")].map((input) => input.value.trim());
    return { code, ko, quota: quota === "" ? null : Number(quota) };
  });
}

function row(cell, place) {
  const field = (name, label, control) => {
    const id = `c-cells-${place}-${name}`;
    control.id = id;
    control.setAttribute("aria-describedby", `${id}-fault`);
    return h("div", { class: "field", "data-field": id }, h("label", { for: id }, label), control, h("p", { class: "fault", id: `${id}-fault`, hidden: true }));
  };
  const { code, ko, quota } = cell;
  const element = h("div", { class: "cell-row", role: "group", "aria-label": `${t("cell")} ${place + 1}` },
    field("code", t("cellCode"), h("input", { value: code, required: true, autocomplete: "off", pattern: "[\\p{L}\\p{N}_][\\p{L}\\p{N}_ .·\\-]{0,59}", "data-wrong": t("cellCodeHint") })),
    field("ko", t("cellName"), h("input", { value: ko, required: true, autocomplete: "off", maxlength: 200 })),
    field("quota", t("cellQuota"), h("input", { value: quota ?? "", type: "number", inputmode: "numeric", min: 1, max: 1_000_000, step: 1, "data-wrong": filled(t("between"), 1, count(1_000_000)) })),
    h("button", { type: "button", class: "quiet", onclick: () => remove(element) }, t("removeCell")));
  return element;
}

/** Takes a cell out; those below move up, so that a fault of the n-th is shown at the n-th. */
function remove(element) {
  const box = element.parentElement;
  element.remove();
  box.replaceChildren(...readCells(box).map(row));
  byId("c-add-cell").focus();
}
