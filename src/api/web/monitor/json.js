/** JSON to look at: folded, opened level by level, built only when it is opened. */

import { h, replace } from "../base/dom.js";
import { number, texts } from "../base/i18n.js";

const t = texts({
  members: [(n) => `${n} 项`, (n) => `${n} ${n === "1" ? "member" : "members"}`],
  more: [(n) => `再显示 ${n} 项`, (n) => `Show ${n} more`],
});
const PAGE = 100;
const LONG = 400;

/** @param {any} value @param {string | null} [name] @param {boolean} [open] */
export function tree(value, name = null, open = true) {
  const label = name === null ? null : h("span", { class: "key-name" }, `${name}: `);
  if (value === null || typeof value !== "object") return h("div", { class: "leaf" }, label, leaf(value));
  const entries = Array.isArray(value) ? value.map((each, index) => /** @type {[string, any]} */ ([String(index), each])) : Object.entries(value);
  const [before, after] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  if (!entries.length) return h("div", { class: "leaf" }, label, before + after);
  const inside = h("div", { class: "inside" });
  const details = h("details", { open, ontoggle: () => details.open && fill() }, h("summary", {}, label, h("span", { class: "muted" }, before, " ", () => t.members(number(entries.length)), " ", after)), inside);
  function fill(shown = PAGE) {
    if (inside.childElementCount && shown === PAGE) return;
    replace(inside, entries.slice(0, shown).map(([key, each]) => tree(each, key, false)),
      entries.length > shown ? h("button", { type: "button", class: "link", onclick: () => fill(shown + PAGE * 10) }, () => t.more(number(entries.length - shown))) : null);
  }
  if (open) fill();
  return details;
}

function leaf(/** @type {any} */ value) {
  if (typeof value !== "string") return h("span", { class: "value other" }, JSON.stringify(value));
  if (value.length <= LONG) return h("span", { class: "value text" }, JSON.stringify(value));
  const text = h("span", { class: "value text" }, `${JSON.stringify(value.slice(0, LONG))}…`);
  const all = h("button", { type: "button", class: "link", onclick: () => ((text.textContent = JSON.stringify(value)), all.remove()) }, () => t.more(number(value.length - LONG)));
  return h("span", {}, text, " ", all);
}
