/** The findings of a litigation analysis, readable in the page; each part stands alone, so that one that is missing takes none with it. */

import { h } from "../base/dom.js";
import { day, number, texts } from "../base/i18n.js";
import { chain, evidence } from "./findings-evidence.js";
import { basis, law, parties, timeline } from "./findings-facts.js";
import { drafts, issues, model, next } from "./findings-advice.js";
import { claims, ledger, yuan } from "./findings-money.js";
import { sources } from "./sources.js";
import { word } from "./words.js";

const t = texts({
  title: ["结论", "Findings"],
  arrears: ["欠款", "Owed"],
  claimed: ["可请求总额", "Can be claimed"],
  limitation: ["诉讼时效最后一日", "Limitation ends"],
  left: [
    (n) => (n < 0 ? `已过 ${number(-n)} 天` : `还有 ${number(n)} 天`),
    (n) => (n < 0 ? `${number(-n)} days ago` : `${number(n)} days left`),
  ],
  score: ["证据与程序完备度", "Evidence and procedure"],
  of: [(n) => `${number(n)} / 100`, (n) => `${number(n)} of 100`],
  missing: ["需要补充", "To be handed in"],
  warnings: [(n) => `${number(n)} 条提示`, (n) => `${number(n)} ${n === 1 ? "remark" : "remarks"}`],
  next: ["下一步", "What to do"],
  drafts: ["文书草稿", "Drafts"],
  issues: ["争议焦点", "Questions the court will ask"],
  model: ["语言模型的补充", "Added by a language model"],
  limits: ["这份报告的局限", "What this report cannot tell"],
  risks: ["风险", "Risks"],
  noRisks: ["没有触发风险规则。", "No risk rule applies."],
  timeline: ["时间线", "Timeline"],
  money: ["款项与请求", "Money and claims"],
  law: ["时效与管辖", "Limitation and venue"],
  evidence: ["证据", "Evidence"],
  parties: ["当事人", "Parties"],
  basis: ["法律依据", "Legal basis"],
  contents: ["目录", "Contents"],
});
const SEVERITY = { high: "bad", medium: "warn", low: "" };

/** @param {any} result @param {any} page */
export function findings(result, page) {
  const marks = sources(result, page);
  const parts = [
    ["next", () => next(result)],
    ["drafts", () => drafts(result.drafts, page)],
    ["issues", () => issues(result.legal_issues)],
    ["risks", () => risks(result)],
    ["money", () => [ledger(result.ledger, marks), claims(result)]],
    ["timeline", () => timeline(result.timeline_events, marks)],
    ["law", () => law(result, marks)],
    ["evidence", () => [chain(result.evidence_chain), evidence(result, marks)]],
    ["parties", () => parties(result.parties, marks)],
    ["basis", () => basis(result.legal_basis)],
    ["model", () => model(result.language_model)],
  ];
  const shown = parts
    .map(([name, make]) => [name, guarded(make)])
    .filter(([, content]) => content && (!Array.isArray(content) || content.some(Boolean)));
  return [
    h(
      "section",
      { class: "card findings", "aria-labelledby": "findings-title" },
      h("h2", { id: "findings-title" }, t.title),
      h("p", { class: "lead" }, result.case_summary ?? ""),
      guarded(() => figures(result)),
      guarded(() => missing(result)),
      h(
        "nav",
        { class: "contents small", "aria-label": t.contents },
        shown.map(([name]) => h("a", { href: `#part-${name}` }, t[name])),
      ),
    ),
    shown.map(([name, content]) =>
      h(
        "section",
        { class: "card part", id: `part-${name}`, "aria-labelledby": `title-${name}` },
        h("h2", { id: `title-${name}` }, t[name]),
        content,
      ),
    ),
    h(
      "div",
      { class: "muted small stack tight" },
      result.disclaimer ? h("p", {}, result.disclaimer) : null,
      result.known_limits?.length
        ? h(
            "details",
            {},
            h("summary", {}, t.limits),
            h(
              "ul",
              { class: "dots" },
              result.known_limits.map((each) => h("li", {}, each)),
            ),
          )
        : null,
    ),
  ];
}

/** A part that cannot be drawn, say of a result of another version, is left out. */
function guarded(make) {
  try {
    return make();
  } catch (error) {
    console.warn("a part of the result is not shown", error);
    return null;
  }
}

function figures(result) {
  const period = result.limitation?.proven ?? result.limitation?.with_statement;
  const total = result.fees?.claim_value;
  const score = result.score?.total;
  const figure = (name, value, more = null, tone = "") =>
    h("div", { class: `figure ${tone}` }, h("dt", {}, name), h("dd", {}, value, more));
  return h(
    "dl",
    { class: "figures" },
    result.ledger?.arrears ? figure(t.arrears, () => yuan(result.ledger.arrears)) : null,
    total ? figure(t.claimed, () => yuan(total)) : null,
    period
      ? figure(
          t.limitation,
          () => day(period.expires),
          h("span", { class: "small" }, () => t.left(period.days_left)),
          period.days_left < 0 ? "bad" : period.days_left < 180 ? "warn" : "",
        )
      : null,
    score === undefined
      ? null
      : figure(
          () => t.score(),
          () => t.of(score),
          h("span", { class: "bar thin", "aria-hidden": "true" }, h("span", { style: { width: `${score}%` } })),
        ),
  );
}

function missing(result) {
  const gaps = result.missing ?? [];
  const warnings = result.warnings ?? [];
  return [
    gaps.length
      ? h(
          "div",
          { class: "note warn" },
          h("p", { class: "strong" }, t.missing),
          h(
            "ul",
            { class: "dots" },
            gaps.map((each) => h("li", {}, each)),
          ),
        )
      : null,
    warnings.length
      ? h(
          "details",
          { class: "small" },
          h("summary", {}, () => t.warnings(warnings.length)),
          h(
            "ul",
            { class: "dots muted" },
            warnings.map((each) => h("li", {}, each)),
          ),
        )
      : null,
  ];
}

function risks(result) {
  const found = result.risk_warnings ?? [];
  if (!found.length) return h("p", { class: "muted" }, t.noRisks);
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
          h("span", { class: `badge plain ${SEVERITY[each.severity] ?? ""}` }, () => word(each.severity)),
          h("span", { class: "strong" }, each.name),
        ),
        h("p", {}, each.message),
      ),
    ),
  );
}
