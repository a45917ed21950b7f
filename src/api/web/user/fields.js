/** A form's fields: label, hint and error together, and the errors of a 422 put where their pointers say. */

import { Problem } from "../base/api.js";
import { h, refresh } from "../base/dom.js";
import { explain, explainField } from "../base/problems.js";

/**
 * @typedef {{pointer: string, node: HTMLElement, control: HTMLElement, fail: (detail: string) => void, clear: () => void}} Field
 * @param {{pointer: string, label: () => string, control: HTMLElement, hint?: () => string}} parts
 * @returns {Field}
 */
export function field({ pointer, label, control, hint }) {
  const id = control.id || `f${pointer.replaceAll("/", "-")}`;
  control.id = id;
  let detail = "";
  const error = h("p", { class: "error", id: `${id}-error` }, () => (detail ? explainField(detail) : ""));
  const told = hint ? h("p", { class: "hint", id: `${id}-hint` }, hint) : null;
  control.setAttribute("aria-describedby", [told?.id, error.id].filter(Boolean).join(" "));
  const node = h("div", { class: "field" }, h("label", { for: id }, label), control, told, error);
  const show = (/** @type {string} */ text) => {
    detail = text;
    if (text) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
    refresh(error);
  };
  control.addEventListener("input", () => show(""));
  return { pointer, node, control, fail: show, clear: () => show("") };
}

/** A choice; values are words of the API. @param {string[]} values @param {(value: string) => string} name */
export function choice(values, name, chosen = values[0]) {
  const control = /** @type {HTMLSelectElement} */ (
    h(
      "select",
      {},
      values.map((value) => h("option", { value }, () => name(value))),
    )
  );
  control.value = chosen;
  return control;
}

/**
 * Put a refusal where it belongs: at the fields its pointers name, the rest into the form's own message; the first bad
 * field gets the focus. @param {unknown} error @param {Field[]} fields @param {string} [prefix] @returns {string}
 */
export function place(error, fields, prefix = "") {
  for (const each of fields) each.clear();
  if (!(error instanceof Problem)) return explain(error);
  const rest = [];
  let first = /** @type {HTMLElement | null} */ (null);
  for (const { pointer, detail } of error.errors) {
    const name = pointer.startsWith(prefix) ? pointer.slice(prefix.length) : pointer;
    const found = fields.find((each) => name === each.pointer || name.startsWith(`${each.pointer}/`));
    if (found) {
      found.fail(detail);
      first ??= found.control;
    } else rest.push(`${pointer.split("/").pop()}: ${explainField(detail)}`);
  }
  first?.focus();
  return rest.length ? `${explain(error)} ${rest.join(" ")}` : explain(error);
}
