/** What the documents tell: the timeline, limitation and venue, the parties, and the law that is cited. */

import { h } from "../base/dom.js";
import { day, list, number, texts } from "../base/i18n.js";

const t = texts({
  left: [
    (n) => (n < 0 ? `已过 ${number(-n)} 天` : `还有 ${number(n)} 天`),
    (n) => (n < 0 ? `${number(-n)} days ago` : `${number(n)} days left`),
  ],
  stated: ["只有陈述，没有书证", "stated only, no document"],
  proven: ["按书证", "By the documents"],
  withStatement: ["加上我方陈述", "With our own statement"],
  from: [(start, end) => `${start} 起算，${end} 届满`, (start, end) => `from ${start}, ends ${end}`],
  arbitration: ["合同约定仲裁", "The contract provides for arbitration"],
  valid: ["证件号码校验通过", "number checked"],
  invalid: ["证件号码校验不通过", "number does not check"],
  article: [(law, n) => `《${law}》第 ${n} 条`, (law, n) => `${law}, art. ${n}`],
});

export function timeline(events, marks) {
  if (!events?.length) return null;
  return h(
    "ol",
    { class: "timeline" },
    events.map((each) =>
      h(
        "li",
        { class: each.importance },
        h("time", { class: "small strong", datetime: each.event_date }, () => day(each.event_date)),
        h(
          "div",
          { class: "stack tight" },
          h(
            "p",
            {},
            h("span", { class: "strong" }, each.title),
            " ",
            each.stated_only ? h("span", { class: "badge warn plain" }, t.stated) : null,
          ),
          h("p", {}, each.description),
          marks(each.spans),
        ),
      ),
    ),
  );
}

export function law(result, marks) {
  const { limitation, jurisdiction } = result;
  const period = (name, each) =>
    each &&
    h(
      "li",
      {},
      h(
        "p",
        { class: "row" },
        h("span", { class: "strong" }, name),
        h("span", { class: `badge plain ${each.days_left < 0 ? "bad" : each.days_left < 180 ? "warn" : "good"}` }, () =>
          t.left(each.days_left),
        ),
      ),
      h("p", {}, () => t.from(day(each.start), day(each.expires))),
      h("p", { class: "muted small" }, each.basis),
    );
  return [
    h(
      "ul",
      { class: "lines" },
      period(t.proven, limitation?.proven),
      period(t.withStatement, limitation?.with_statement),
      jurisdiction?.hint
        ? h(
            "li",
            {},
            jurisdiction.arbitration ? h("p", { class: "strong" }, t.arbitration) : null,
            h("p", {}, jurisdiction.hint),
            marks(jurisdiction.span),
            jurisdiction.conflict ? h("p", { class: "gap" }, jurisdiction.conflict) : null,
            (jurisdiction.courts ?? []).map((each) => h("p", { class: "small" }, each)),
          )
        : null,
    ),
    limitation?.note ? h("p", { class: "muted small" }, limitation.note) : null,
  ];
}

export function parties(found, marks) {
  if (!found?.length) return null;
  return h(
    "ul",
    { class: "lines" },
    found.map((each) =>
      h(
        "li",
        {},
        h(
          "p",
          { class: "row" },
          h("span", { class: "strong" }, each.name),
          each.roles.length ? h("span", { class: "muted" }, () => list(each.roles)) : null,
        ),
        each.number
          ? h(
              "p",
              { class: "small" },
              h("code", {}, each.number),
              " ",
              each.number_valid === null
                ? null
                : h(
                    "span",
                    { class: `badge plain ${each.number_valid ? "good" : "bad"}` },
                    each.number_valid ? t.valid : t.invalid,
                  ),
            )
          : null,
        marks(each.spans),
      ),
    ),
  );
}

export function basis(statutes) {
  if (!statutes?.length) return null;
  return h(
    "ul",
    { class: "lines small" },
    statutes.map((each) =>
      h(
        "li",
        {},
        h("span", { class: "strong" }, () => t.article(each.law, each.article)),
        " ",
        each.gist,
      ),
    ),
  );
}
