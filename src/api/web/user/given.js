/** What was submitted: the choices, the documents, the user's words. */

import { h } from "../base/dom.js";
import { bytes, language, number, texts } from "../base/i18n.js";
import { fieldName } from "./schema-form.js";
import { word } from "./words.js";

const t = texts({
  title: ["提交的内容", "What was submitted"],
  package_id: ["规则包", "Rule package"],
  case_type: ["案件类型", "Kind of case"],
  case_position: ["我方地位", "Our side"],
  analysis_scenario: ["分析目的", "Purpose"],
  documents: ["材料", "Documents"],
  statement: ["案情陈述", "In your words"],
  id: ["任务编号", "Task id"],
  gone: ["（已删除）", "(deleted)"],
});
const SHOWN = ["case_type", "case_position", "analysis_scenario", "package_id"];
const SKIPPED = [...SHOWN, "document_ids", "user_input", "analysis_mode", "selected_model", "package_version"];

/** @param {any} page */
export function given(page) {
  const { input, task_id: id } = page.task;
  const others = Object.entries(input).filter(([name, value]) => !SKIPPED.includes(name) && value !== null);
  const value = (/** @type {any} */ each) =>
    typeof each === "number" ? number(each) : typeof each === "string" ? word(each) : JSON.stringify(each);
  const said = (/** @type {string} */ name) => {
    const known = name === "package_id" && page.packages.get(input[name]);
    return known ? (language() === "en" && known.name_en) || known.name : word(input[name]);
  };
  const documents = (input.document_ids ?? []).map((/** @type {string} */ each) => [each, page.names.get(each)]);
  return h(
    "section",
    { class: "card stack given", "aria-labelledby": "given-title" },
    h("h2", { id: "given-title" }, t.title),
    documents.length
      ? h(
          "div",
          {},
          h("h3", { class: "small muted" }, t.documents),
          h(
            "ul",
            { class: "stack tight" },
            documents.map(([each, document]) =>
              h(
                "li",
                { class: "row between small" },
                document
                  ? h(
                      "a",
                      { class: "grow", href: `/api/v1/documents/${each}/content`, download: document.name },
                      document.name,
                    )
                  : h("span", { class: "grow muted" }, each.slice(-6), t.gone),
                document ? h("span", { class: "muted" }, () => bytes(document.size)) : null,
              ),
            ),
          ),
        )
      : null,
    input.user_input?.trim()
      ? h("div", {}, h("h3", { class: "small muted" }, t.statement), h("p", { class: "words" }, input.user_input))
      : null,
    h(
      "dl",
      { class: "facts small" },
      SHOWN.filter((name) => input[name]).map((name) =>
        h(
          "div",
          {},
          h("dt", {}, t[name]),
          h("dd", {}, () => said(name)),
        ),
      ),
      others.map(([name, each]) =>
        h(
          "div",
          {},
          h("dt", {}, () => fieldName(name)),
          h("dd", {}, () => value(each)),
        ),
      ),
    ),
    h("p", { class: "muted small" }, t.id, " ", h("code", {}, id)),
  );
}
