/** The evidence of a case: what must be proved, by which documents it is, what is missing and what contradicts. */

import { h } from "../base/dom.js";
import { list, percent, texts } from "../base/i18n.js";
import { word } from "./words.js";

const t = texts({
  covered: [(share) => `覆盖 ${share}`, (share) => `${share} covered`],
  none: ["没有材料", "no document"],
  contradictions: ["矛盾之处", "Contradictions"],
  documents: ["各份材料", "The documents"],
  proves: [(facts) => `证明：${facts}`, (facts) => `proves: ${facts}`],
});

export function chain(rows) {
  if (!rows?.length) return null;
  return h(
    "ul",
    { class: "chain" },
    rows.map((row) =>
      h(
        "li",
        {},
        h(
          "div",
          { class: "row between" },
          h("span", { class: "strong" }, row.title),
          h("span", { class: "small muted" }, () => t.covered(percent(row.coverage * 100))),
        ),
        h(
          "div",
          {
            class: `bar thin ${row.coverage ? "good" : "bad"}`,
            role: "img",
            "aria-label": () => t.covered(percent(row.coverage * 100)),
          },
          h("span", { style: { width: `${row.coverage * 100}%` } }),
        ),
        h(
          "p",
          { class: `small ${row.gap ? "gap" : "muted"}` },
          row.gap ?? (() => (row.evidence.length ? list(row.evidence) : t.none())),
        ),
      ),
    ),
  );
}

export function evidence(result, marks) {
  const contradictions = result.contradictions ?? [];
  const items = result.evidence_assessment?.evidence_items ?? [];
  return h(
    "div",
    { class: "stack" },
    contradictions.length
      ? h(
          "div",
          { class: "note warn stack tight" },
          h("p", { class: "strong" }, t.contradictions),
          contradictions.map((each) => h("div", {}, h("p", {}, each.message), marks(each.spans))),
        )
      : null,
    items.length
      ? h(
          "details",
          {},
          h("summary", {}, t.documents),
          h(
            "ul",
            { class: "lines small" },
            items.map((each) =>
              h(
                "li",
                {},
                h(
                  "p",
                  { class: "row" },
                  h("span", { class: "strong" }, each.evidence_name),
                  h("span", { class: "badge plain" }, () => word(each.evidence_type)),
                ),
                each.facts_to_prove?.length
                  ? h("p", { class: "muted" }, () => t.proves(list(each.facts_to_prove)))
                  : null,
              ),
            ),
          ),
        )
      : null,
  );
}
