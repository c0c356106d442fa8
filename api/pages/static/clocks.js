// The dates of a ticket, and the day-by-day account behind each of them.

import { closing, show } from "./dialog.js";
import { h, icon } from "./dom.js";
import { word } from "./house.js";
import { deadline, plainDay } from "./moments.js";
import { language, t } from "./words.js";

const LEVEL = { met: "good", missed: "bad", paused: "still", running: "calm", void: "still" };
const DRAWING = { met: "check", missed: "alert", paused: "pause", running: "clock", void: "dash" };

export function deadlines({ ticket, clocks }) {
  const statutory = clocks.filter((clock) => clock.kind === "statutory").at(-1);
  const others = clocks.filter((clock) => clock !== statutory && clock.state !== "void");
  return h("section", { class: "card due", "aria-labelledby": "clocks" },
    h("h3", { id: "clocks" }, t("clocks")),
    statutory ? law(ticket, statutory) : h("p", { class: "soft" }, t("notYet")),
    others.length ? h("ul", { class: "clocks" }, ...others.map(other)) : null);
}

/** Says a clock in one sentence, as it is said to a caller. */
export function summary(clock) {
  return language === "en" ? clock.summary_en : clock.summary_ko;
}

function law(ticket, clock) {
  const moved = ticket.promised_due_at && ticket.promised_due_at !== ticket.statutory_due_at;
  return [
    h("p", { class: "date" }, clock.due_at ? deadline(clock.due_at) : t("paused")),
    moved && h("p", { class: "soft" }, `${t("promised")}: ${deadline(ticket.promised_due_at)}`),
    h("p", { class: "soft" }, `${clock.period.name_ko} · ${ticket.legal_basis ?? ""}`),
    h("button", { type: "button", onclick: () => explain(clock) }, t("why")),
  ];
}

function other(clock) {
  const state = h("span", { class: `badge ${LEVEL[clock.state]}` }, icon(DRAWING[clock.state]), t(clock.state));
  const name = h("button", { type: "button", class: "quiet", title: t("why"), onclick: () => explain(clock) }, word("clocks", clock.kind));
  return h("li", {}, name, state, h("span", { class: "soft" }, clock.due_at ? deadline(clock.due_at) : "–"));
}

function explain(clock) {
  const rows = clock.days.map((day) => h("tr", { class: day.counted ? "in" : "out" },
    h("th", { scope: "row" }, plainDay(day.day)),
    h("td", { class: "tally" }, day.number ?? (day.counted ? "●" : "–"), h("span", { class: "hidden" }, day.counted ? t("yes") : t("no"))),
    h("td", {}, language === "en" ? day.reason_en : day.reason_ko)));
  show(`${word("clocks", clock.kind)} · ${t("whyTitle")}`,
    h("p", { class: "sentence" }, summary(clock)),
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("whyTitle") },
      h("table", { class: "days" },
        h("thead", {}, h("tr", {}, ...["day", "counted", "reason"].map((key) => h("th", { scope: "col" }, t(key))))),
        h("tbody", {}, ...rows))),
    h("p", { class: "soft" }, `${t("rule")} ${clock.rule} · ${t("calendar")} ${clock.calendar_version}`),
    closing());
}
