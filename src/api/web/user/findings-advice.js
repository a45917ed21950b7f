/** What follows from it: what to do by when, which ways there are, drafts to start from, what a language model added. */

import { h } from "../base/dom.js";
import { day, list, number, texts } from "../base/i18n.js";

const t = texts({
  by: [(date) => `${date}前`, (date) => `by ${date}`],
  left: [
    (n) => (n < 0 ? `已过 ${number(-n)} 天` : `还有 ${number(n)} 天`),
    (n) => (n < 0 ? `${number(-n)} days ago` : `${number(n)} days left`),
  ],
  deadlines: ["期限", "Deadlines"],
  stars: [(n) => `推荐 ${n} / 5`, (n) => `recommended ${n} of 5`],
  expected: ["预期结果", "Expected"],
  risk: ["风险应对", "Against the risk"],
  download: ["下载 Word", "Download for Word"],
  read: ["查看内容", "Read it"],
  critical: ["关键", "Critical"],
  degraded: [
    "语言模型的部分内容没有得到，报告的其余部分不受影响。",
    "Some of what the model was asked for is missing; the rest of the report does not depend on it.",
  ],
  checked: [
    "由语言模型写出，事实与法条已与规则的结果核对；请自行判断。",
    "Written by a language model; its facts and articles were checked against what the rules found. Judge for yourself.",
  ],
});
const PLACEHOLDER = /(【[^】]*】)/;

export function next(result) {
  const actions = result.recommendations ?? [];
  const ways = result.strategies ?? [];
  const deadlines = result.deadlines ?? [];
  if (!actions.length && !ways.length && !deadlines.length) return null;
  return [
    actions.length ? h("ol", { class: "actions-list" }, actions.map(action)) : null,
    deadlines.length
      ? h("div", {}, h("h3", {}, t.deadlines), h("ul", { class: "lines" }, deadlines.map(deadline)))
      : null,
    h("div", { class: "ways" }, ways.map(way)),
  ];
}

const due = (each) => h("span", { class: "badge warn plain" }, () => t.by(day(each.due)));

const action = (each) =>
  h(
    "li",
    {},
    h(
      "p",
      { class: "row" },
      h("span", { class: "strong" }, each.what),
      each.due ? due(each) : null,
      each.executor ? h("span", { class: "muted small" }, each.executor) : null,
    ),
    each.why ? h("p", { class: "muted small" }, each.why) : null,
  );

const deadline = (each) =>
  h(
    "li",
    {},
    h(
      "p",
      { class: "row" },
      h("span", { class: "strong" }, each.what),
      due(each),
      h("span", { class: "muted small" }, () => t.left(each.days_left)),
    ),
    each.basis ? h("p", { class: "muted small" }, each.basis) : null,
  );

function way(each) {
  const stars = each.recommendation_score ?? 0;
  const more = (name, text) =>
    text ? h("p", { class: "small" }, h("span", { class: "muted" }, name, "："), text) : null;
  return h(
    "article",
    { class: "way" },
    h(
      "div",
      { class: "row between" },
      h("h3", {}, each.title),
      h(
        "span",
        { class: "small muted", role: "img", "aria-label": () => t.stars(stars) },
        "★".repeat(stars),
        "☆".repeat(Math.max(0, 5 - stars)),
      ),
    ),
    h("p", { class: "small" }, each.description),
    each.steps?.length ? h("ol", { class: "dots small" }, each.steps.map(step)) : null,
    more(t.expected, each.expected_outcome),
    more(t.risk, each.risk_mitigation),
  );
}

/** A step of a way: a sentence, or with who does it by when. */
const step = (each) =>
  typeof each === "string"
    ? h("li", { class: "muted" }, each)
    : h(
        "li",
        {},
        h("span", { class: "strong" }, each.step_name),
        " ",
        h("span", { class: "muted" }, [each.description, each.executor, each.deadline].filter(Boolean).join(" · ")),
      );

export function issues(found) {
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
          h("span", { class: "strong" }, each.title),
          each.importance === "critical" ? h("span", { class: "badge warn plain" }, t.critical) : null,
        ),
        h("p", {}, each.description),
      ),
    ),
  );
}

/** What is still to be filled in is marked. */
export function drafts(found, page) {
  if (!found?.length) return null;
  const url = (name) => page.result?.artifacts.find((each) => each.name === name)?.url;
  return h(
    "ul",
    { class: "lines" },
    found.map((each) =>
      h(
        "li",
        { class: "stack tight" },
        h(
          "div",
          { class: "row between" },
          h("h3", {}, each.title),
          url(each.name) ? h("a", { class: "button", href: url(each.name), download: each.name }, t.download) : null,
        ),
        h("details", {}, h("summary", { class: "small" }, t.read), h("div", { class: "draft" }, each.lines.map(line))),
      ),
    ),
  );
}

function line(text) {
  const marked = (words) =>
    words.split(PLACEHOLDER).map((part) => (PLACEHOLDER.test(part) ? h("mark", {}, part) : part));
  if (text.startsWith("## ")) return h("p", { class: "strong" }, marked(text.slice(3)));
  if (text.startsWith("# ")) return h("p", { class: "strong center" }, marked(text.slice(2)));
  return h("p", {}, marked(text));
}

export function model(advice) {
  if (!advice?.notes?.length && !advice?.degraded) return null;
  return [
    advice.degraded ? h("p", { class: "note warn" }, t.degraded) : null,
    advice.notes.length ? h("p", { class: "muted small" }, t.checked, " ", h("code", {}, advice.model ?? "")) : null,
    h(
      "ul",
      { class: "lines" },
      advice.notes.map((each) =>
        h(
          "li",
          {},
          h("p", { class: "strong" }, each.title),
          h("p", {}, each.text),
          each.statutes?.length ? h("p", { class: "muted small" }, () => list(each.statutes)) : null,
        ),
      ),
    ),
  ];
}
