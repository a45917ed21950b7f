/** Short news at the foot of the page, read out by screen readers; and questions before something is done. */

import { h, byId } from "./dom.js";
import { texts } from "./i18n.js";

const t = texts({ no: ["返回", "Go back"] });
const TOAST_MS = 6_000;

/** Tell something in passing. @param {string} message */
export function toast(message) {
  const place =
    byId("toasts") ?? document.body.appendChild(h("div", { id: "toasts", class: "toasts", role: "status" }));
  const shown = h("div", {}, message);
  place.append(shown);
  setTimeout(() => shown.remove(), TOAST_MS);
}

/**
 * Ask; gives whether it was confirmed. Escape and the way back mean no.
 * @param {{title: string, text?: string, yes: string, danger?: boolean}} question
 * @returns {Promise<boolean>}
 */
export function confirm({ title, text = "", yes, danger = false }) {
  const dialog = h(
    "dialog",
    { "aria-labelledby": "question" },
    h(
      "form",
      { method: "dialog" },
      h("h2", { id: "question" }, title),
      text ? h("p", { class: "muted" }, text) : null,
      h(
        "div",
        { class: "actions" },
        h("button", { value: "no", autofocus: true }, t.no()),
        h("button", { value: "yes", class: danger ? "danger" : "primary" }, yes),
      ),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => (dialog.remove(), resolve(dialog.returnValue === "yes")));
  });
}
