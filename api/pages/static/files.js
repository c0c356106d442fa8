// Files of a ticket: photographs before and after, and evidence.

import { h } from "./dom.js";
import { labelled } from "./fields.js";
import { word } from "./house.js";
import { fieldName, t } from "./words.js";

const TAKEN = "image/jpeg,image/png,image/webp,application/pdf";

export function files({ ticket, history }) {
  const attached = history.filter((event) => event.kind === "attached").map((event) => event.said);
  if (attached.length === 0) return null;
  return h("section", { class: "card", "aria-labelledby": "files" },
    h("h3", { id: "files" }, t("files")),
    h("ul", { class: "files" }, ...attached.map((file) => h("li", {}, link(ticket, file)))));
}

/** Makes the fields of the command that attaches a file; `read` gives a form to send. */
export function fileFields(prefix) {
  const file = h("input", { id: `${prefix}-file`, type: "file", accept: TAKEN, required: true });
  const phase = h("select", { id: `${prefix}-phase` }, ...["before", "after", "evidence"].map((code) => h("option", { value: code }, word("phases", code))));
  const read = () => {
    const form = new FormData();
    form.set("file", file.files[0]);
    form.set("phase", phase.value);
    return form;
  };
  return { elements: [labelled(file.id, fieldName("name"), file, { hint: t("fileHint") }), labelled(phase.id, fieldName("phase"), phase)], read };
}

function link(ticket, file) {
  const path = `/v1/tickets/${ticket.number}/attachments/${file.sha256}`;
  const isPicture = file.media_type.startsWith("image/");
  return h("a", { href: path, download: file.name },
    isPicture && h("img", { src: path, alt: "", loading: "lazy" }),
    h("span", { class: "name" }, file.name),
    h("span", { class: "soft" }, word("phases", file.phase)));
}
