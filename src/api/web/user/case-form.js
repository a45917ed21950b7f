/** The form of a litigation analysis: package, type, position, scenario, the user's own words, and documents. */

import { get } from "../base/api.js";
import { h, refresh } from "../base/dom.js";
import { day, language, number, texts } from "../base/i18n.js";
import { choice, field } from "./fields.js";
import { Uploads } from "./uploads.js";
import { word } from "./words.js";

const t = texts({
  package: ["规则包", "Rule package"],
  type: ["案件类型", "Kind of case"],
  position: ["我方地位", "Our side"],
  scenario: ["分析目的", "Purpose"],
  statement: ["案情陈述", "The case in your words"],
  statementHint: [
    "谁欠谁什么、发生了什么、想知道什么。没有材料也可以只写陈述。",
    "Who owes whom what, what happened, what you want to know. It also works without documents.",
  ],
  placeholder: [
    "例如：我公司供应的设备早已验收，对方至今没有付清货款……",
    "For example: the equipment we delivered was accepted long ago, and they still have not paid…",
  ],
  count: [(n) => `${number(n)} / 100,000 字`, (n) => `${number(n)} / 100,000 characters`],
  law: [(version, day) => `${version} 版，法规至 ${day}`, (version, day) => `version ${version}, law as of ${day}`],
  nothing: ["请上传材料或写下案情，至少一项。", "Add a document or describe the case, at least one of them."],
  failed: ["有材料没有传成功，请重传或移除。", "A document was not uploaded. Try again or remove it."],
});
const TEXT = 100_000;
const DRAFT = "casework.draft";

/** @typedef {{node: Element, fields: import("./fields.js").Field[], path: string, prefix: string, read: () => Promise<any>, reset: () => void}} Form */

/** @returns {Promise<Form>} */
export async function caseForm() {
  const packages = await get("/packages");
  const draft = stored();
  const chosen = () => packages.find((/** @type {any} */ each) => each.id === packaged.value) ?? packages[0];
  const packaged = choice(
    packages.map((/** @type {any} */ each) => each.id),
    (id) => named(packages.find((/** @type {any} */ each) => each.id === id)),
    draft.package_id ?? packages[0].id,
  );
  const dependent = [
    { key: "case_type", values: "case_types", label: t.type },
    { key: "case_position", values: "positions", label: t.position },
    { key: "analysis_scenario", values: "scenarios", label: t.scenario },
  ].map((each) => ({ ...each, field: field({ pointer: `/${each.key}`, label: each.label, control: h("select") }) }));
  const words = h("textarea", { maxlength: TEXT, rows: 6, placeholder: t.placeholder, value: draft.user_input ?? "" });
  const statement = field({ pointer: "/user_input", label: t.statement, control: words, hint: t.statementHint });
  const uploads = new Uploads(() => keep());
  const documents = {
    pointer: "/document_ids",
    node: uploads.node,
    control: uploads.input,
    fail: (/** @type {string} */ text) => uploads.fail(text),
    clear: () => uploads.fail(""),
  };
  const packageField = field({
    pointer: "/package_id",
    label: t.package,
    control: packaged,
    hint: () => t.law(chosen().version, day(chosen().law_as_of)),
  });

  function keep() {
    const values = Object.fromEntries(dependent.map((each) => [each.key, select(each).value]));
    remember({ package_id: packaged.value, ...values, user_input: words.value, documents: uploads.documents });
  }

  /** The choices that the package serves, what was chosen before kept where it can be. */
  function fill(/** @type {any} */ wanted) {
    for (const each of dependent) {
      const values = chosen()[each.values];
      const other = choice(values, word);
      const before = wanted[each.key] ?? select(each).value;
      select(each).replaceChildren(...other.childNodes);
      select(each).value = values.includes(before) ? before : values[0];
    }
    refresh(packageField.node);
  }

  const select = (/** @type {{field: {control: HTMLElement}}} */ each) =>
    /** @type {HTMLSelectElement} */ (each.field.control);
  packaged.addEventListener("change", () => (fill({}), keep()));
  for (const each of dependent) each.field.control.addEventListener("change", keep);
  words.addEventListener("input", () => (keep(), refresh(statement.node)));
  statement.node.append(h("p", { class: "hint count" }, () => t.count(words.value.length)));
  fill(draft);
  uploads.restore(draft.documents ?? []);

  const fields = [packageField, ...dependent.map((each) => each.field), statement, documents];
  return {
    path: "/litigation-analysis/start",
    prefix: "",
    fields,
    node: h(
      "div",
      { class: "stack" },
      h(
        "div",
        { class: "columns" },
        packageField.node,
        dependent.map((each) => each.field.node),
      ),
      uploads.node,
      statement.node,
    ),
    async read() {
      await uploads.settled();
      if (uploads.failed) return (uploads.fail(t.failed()), uploads.input.focus(), null);
      if (!uploads.documents.length && !words.value.trim()) return (statement.fail(t.nothing()), words.focus(), null);
      return {
        package_id: packaged.value,
        ...Object.fromEntries(dependent.map((each) => [each.key, select(each).value])),
        user_input: words.value,
        document_ids: uploads.documents.map((each) => each.id),
      };
    },
    reset() {
      words.value = "";
      uploads.clear();
      sessionStorage.removeItem(DRAFT);
    },
  };
}

const named = (/** @type {any} */ item) => (language() === "en" && item.name_en) || item.name;

/** What was written in this tab before a refresh: a case's words are for no other place. */
function stored() {
  try {
    return JSON.parse(sessionStorage.getItem(DRAFT) ?? "{}");
  } catch {
    return {};
  }
}

function remember(/** @type {any} */ draft) {
  try {
    sessionStorage.setItem(DRAFT, JSON.stringify(draft));
  } catch {
    // too long for it, or forbidden
  }
}
