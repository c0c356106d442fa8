// The one dialog of the page.

import { byId, fill, h } from "./dom.js";
import { t } from "./words.js";

/** Shows a dialog; what had the focus gets it back when it closes. */
export function show(title, ...content) {
  const dialog = byId("dialog");
  const before = document.activeElement;
  fill(dialog, h("h2", { id: "dialog-title" }, title), ...content);
  dialog.addEventListener("close", () => before?.isConnected && before.focus(), { once: true });
  if (!dialog.open) dialog.showModal();
  return dialog;
}

export function close() {
  byId("dialog").close();
}

export function isOpen() {
  return byId("dialog").open;
}

export function closing() {
  return h("div", { class: "ends" }, h("button", { type: "button", autofocus: true, onclick: close }, t("close")));
}
