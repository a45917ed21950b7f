/** What came of a task: the findings of an analysis, or the result of any other workflow; and the files to download. */

import { h, refresh, replace } from "../base/dom.js";
import { bytes, number, texts } from "../base/i18n.js";
import { findings } from "./findings.js";
import { t as shared } from "./words.js";

const t = texts({
  title: ["结果", "Result"],
  files: ["下载", "Downloads"],
  report: ["分析报告", "Report"],
  loading: ["正在载入结果…", "Loading the result…"],
  waiting: [
    "完成后，结论和报告会显示在这里。可以关掉页面，办理不会停。",
    "The findings and the report appear here when it is done. You may close the page: the work goes on.",
  ],
});
const KINDS = { "report.docx": "Word", "report.md": "Markdown", "report.json": "JSON", "report.pdf": "PDF" };

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

/** @param {any} page */
export function files(page) {
  let drawn = /** @type {any} */ (null);
  const list = h("ul", { class: "downloads" });
  const artifacts = () => page.result?.artifacts ?? [];
  return h(
    "section",
    {
      class: "card",
      "aria-labelledby": "files-title",
      hidden: () => {
        if (page.result !== drawn) {
          drawn = page.result;
          replace(
            list,
            artifacts().map((/** @type {any} */ file) =>
              h(
                "li",
                {},
                h(
                  "a",
                  { class: "button", href: file.url, download: file.name },
                  h("span", { class: "grow" }, () =>
                    KINDS[file.name] ? `${t.report()} · ${KINDS[file.name]}` : file.name,
                  ),
                  h("span", { class: "muted small" }, () => bytes(file.size)),
                  h("span", { class: "visually-hidden" }, shared.download),
                ),
              ),
            ),
          );
        }
        return !artifacts().length;
      },
    },
    h("h2", { id: "files-title" }, t.files),
    list,
  );
}
