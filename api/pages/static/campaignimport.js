// Leads from a file: tried first, then imported, with what becomes of every row.

import { Problem, send } from "./api.js";
import { byId, fill, h, icon } from "./dom.js";
import { labelled } from "./fields.js";
import { count } from "./livefigures.js";
import { rowReason } from "./campaignwords.js";
import { detail, t } from "./words.js";

const MOST_SHOWN = 300;

/** Makes the card; `changed` is called when leads came in. */
export function importCard(code, { changed }) {
  const input = h("input", { id: "leads-file", type: "file", accept: ".csv,text/csv", required: true });
  const result = h("div", { id: "leads-result", role: "status" });
  const trying = h("button", { class: "primary" }, t("tryFile"));
  const job = { code, changed, input, result, trying };
  const form = h("form", { id: "leads-form", class: "drop", novalidate: true }, labelled(input.id, t("chooseFile"), input, { hint: t("importHint") }), trying, result);
  input.addEventListener("change", () => fill(result));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run(job, { dry: true });
  });
  droppable(form, input);
  return h("section", { class: "card imports", "aria-labelledby": "n-imports" }, h("h3", { id: "n-imports" }, t("imports")), form,
    h("p", { id: "leads-finished", class: "empty", hidden: true }, t("importFinished")));
}

/** Takes no more files, or takes them again; there is nothing to close for who may import none. */
export function closeImports(closed) {
  if (!byId("leads-form")) return;
  byId("leads-form").hidden = closed;
  byId("leads-finished").hidden = !closed;
}

/** Lets a file be dropped where it could be chosen. */
export function droppable(box, input) {
  const over = (on) => (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    box.toggleAttribute("data-over", on);
  };
  box.addEventListener("dragover", over(true));
  box.addEventListener("dragleave", over(false));
  box.addEventListener("drop", (event) => {
    over(false)(event);
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change"));
  });
}

async function run(job, { dry }) {
  const { code, input, result, trying } = job;
  const [file] = input.files;
  if (!file) return fault(result, t("noFile"));
  const form = new FormData();
  form.set("file", file);
  form.set("dry_run", String(dry));
  trying.disabled = true;
  try {
    const { body } = await send("POST", `/v1/campaigns/${encodeURIComponent(code)}/leads`, form);
    fill(result, outcome(job, body));
    if (!dry) {
      input.value = "";
      await job.changed();
    }
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    fault(result, problem.lost ? t("lostAnswer") : whyNot(problem));
  } finally {
    trying.disabled = false;
  }
}

/** Says why a file is none; what was expected of which line the house says in English alone. */
function whyNot(problem) {
  return problem.status === 422 ? `${t("badFile")} (${problem.body.detail_en})` : detail(problem);
}

function fault(result, text) {
  fill(result, h("p", { class: "fault", role: "alert" }, text));
  byId("leads-file").focus();
}

/** Says what becomes of the file: a sum, a way to do it if it was only tried, and each row. */
function outcome(job, { created, refused, rows, dry_run: dry }) {
  const sum = h("p", { class: "sum-line" }, h("span", { class: "badge good" }, icon("check"), `${t(dry ? "wouldCome" : "came")} ${count(created)}`),
    h("span", { class: refused ? "badge warn" : "badge still" }, icon(refused ? "alert" : "dash"), `${t("refusedRows")} ${count(refused)}`), ...reasons(rows));
  const doing = dry && created > 0 && h("button", { type: "button", class: "primary", id: "leads-import", onclick: (event) => {
    event.target.disabled = true;
    run(job, { dry: false });
  } }, `${t("doImport")} (${count(created)})`);
  const box = h("div", { class: "sheet tall", role: "region", "aria-label": t("result"), tabindex: 0 });
  const only = h("input", { type: "checkbox", id: "leads-only", checked: refused > 0, onchange: () => fill(box, rowsTable(rows, only.checked)) });
  fill(box, rowsTable(rows, refused > 0));
  return [h("p", { class: "hint" }, t(dry ? "tried" : "importDone")), sum, doing, h("label", { class: "tick", for: only.id }, only, t("onlyRefused")), box];
}

function reasons(rows) {
  const counts = new Map();
  for (const row of rows) if (row.reason) counts.set(row.reason, (counts.get(row.reason) ?? 0) + 1);
  return [...counts].map(([reason, many]) => h("span", { class: "soft" }, `${t(reason)} ${count(many)}`));
}

function rowsTable(rows, onlyRefused) {
  const chosen = onlyRefused ? rows.filter((row) => row.status === "refused") : rows;
  const shown = chosen.slice(0, MOST_SHOWN);
  const line = (row) => h("tr", {}, h("th", { scope: "row", class: "n" }, count(row.row)), h("td", {}, h("span", { class: row.status === "created" ? "badge good" : "badge warn" }, rowReason(row))), h("td", { class: "soft wrap" }, row.error ?? ""));
  const heads = ["row", "result", "reason"].map((name) => h("th", { scope: "col", class: name === "row" ? "n" : "" }, t(name)));
  return [
    h("table", { class: "grid-table" }, h("thead", {}, h("tr", {}, heads)), h("tbody", {}, shown.map(line))),
    chosen.length > shown.length && h("p", { class: "hint" }, `${t("moreRows")}: ${count(chosen.length - shown.length)}`),
  ];
}
