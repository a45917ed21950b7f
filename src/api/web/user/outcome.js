/** What came of a task: the findings of an analysis, or the result of any other workflow; and the files to download. */

import { h, refresh, replace } from "../base/dom.js";
import { bytes, language, number, texts } from "../base/i18n.js";
import { findings } from "./findings.js";
import { t as shared } from "./words.js";

const t = texts({
  title: ["结果", "Result"],
  files: ["下载", "Downloads"],
  report: ["分析报告", "Report"],
  more: ["其他格式和语言", "Other formats and languages"],
  loading: ["正在载入结果…", "Loading the result…"],
  waiting: [
    "完成后，结论和报告会显示在这里。可以关掉页面，办理不会停。",
    "The findings and the report appear here when it is done. You may close the page: the work goes on.",
  ],
});
const KINDS = { pdf: "PDF", docx: "Word", html: "HTML", md: "Markdown", json: "JSON" };

/** Redrawn when the result comes, not with every event. @param {any} page */
export function outcome(page) {
  let drawn = /** @type {any} */ (undefined);
  const place = h("div", { class: "stack loose", id: "result" });
  const content = () => {
    const { result, task } = page;
    if (result?.result?.timeline_events) return findings(result.result, page);
    if (result) return h("section", { class: "card" }, h("h2", {}, t.title), plain(result.result));
    if (task.status === "succeeded")
      return h("section", { class: "card" }, h("p", { class: "muted", role: "status" }, t.loading));
    if (["failed", "cancelled"].includes(task.status)) return null;
    return h("section", { class: "card empty" }, h("p", {}, t.waiting));
  };
  const check = h("span", {
    hidden: () => {
      const { result, task } = page;
      const state = result ?? task.status;
      if (state !== drawn) {
        drawn = state;
        replace(place, content());
        refresh(place);
      }
      return true;
    },
  });
  return h("div", {}, check, place);
}

/** Any JSON, readable. @param {any} value @returns {any} */
function plain(value) {
  if (value === null || value === undefined) return h("span", { class: "muted" }, "–");
  if (typeof value === "number") return () => number(value);
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value))
    return h(
      "ol",
      { class: "json" },
      value.map((each) => h("li", {}, plain(each))),
    );
  return h(
    "dl",
    { class: "json" },
    Object.entries(value).map(([name, each]) => [h("dt", {}, name), h("dd", {}, plain(each))]),
  );
}

/** The report in the language of the moment first, then the drafts; all other formats and languages below. @param {any} page */
export function files(page) {
  let drawn = "";
  const first = h("ul", { class: "downloads" });
  const rest = h("ul", { class: "downloads" });
  const more = h("details", {}, h("summary", { class: "small" }, t.more), rest);
  const draw = () => {
    const all = (page.result?.artifacts ?? []).map((/** @type {any} */ file) => ({
      ...file,
      ...named(file.name, page.result.result?.drafts ?? []),
    }));
    const main = all
      .filter((/** @type {any} */ file) => file.main)
      .sort((/** @type {any} */ a, /** @type {any} */ b) => a.order - b.order);
    const shown = main.length ? main : all;
    replace(first, shown.map(download));
    replace(rest, all.filter((/** @type {any} */ file) => !shown.includes(file)).map(download));
    more.hidden = !rest.childElementCount;
  };
  return h(
    "section",
    {
      class: "card",
      "aria-labelledby": "files-title",
      hidden: () => {
        const now = `${language()} ${page.result ? "result" : ""}`;
        if (now !== drawn) draw();
        drawn = now;
        return !first.childElementCount;
      },
    },
    h("h2", { id: "files-title" }, t.files),
    first,
    more,
  );
}

/** @param {any} file */
const download = (file) =>
  h(
    "li",
    {},
    h(
      "a",
      { class: "button", href: file.url, download: file.name },
      h("span", { class: "grow" }, file.label),
      h("span", { class: "muted small" }, () => bytes(file.size)),
      h("span", { class: "visually-hidden" }, shared.download),
    ),
  );

/** What a file is, by its name. @param {string} name @param {{name: string, title: string}[]} drafts */
function named(name, drafts) {
  const report = /^report(\.en)?\.(\w+)$/.exec(name);
  const kind = KINDS[report?.[2] ?? ""];
  const draft = drafts.find((each) => each.name === name);
  if (!kind) return { label: draft?.title ?? name, main: Boolean(draft), order: 9 };
  const mine = kind === "JSON" || (report?.[1] ? "en" : "zh") === language();
  const label = mine ? `${t.report()} · ${kind}` : `${t.report()} (${report?.[1] ? "English" : "中文"}) · ${kind}`;
  return { label, main: mine && ["PDF", "Word"].includes(kind), order: kind === "PDF" ? 0 : 1 };
}
