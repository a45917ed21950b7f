/** The waterfall as a table: what, its lane on the time axis, when it began and how long it took. */

import { each, h, refresh, replace } from "../base/dom.js";
import { duration, exactly, texts } from "../base/i18n.js";
import { word } from "./parts.js";
import { scale, ticks } from "./scale.js";
import { running, span, spent } from "./waterfall.js";

const t = texts({
  title: ["时间线", "Waterfall"],
  what: ["阶段", "What"],
  when: ["开始", "Begins"],
  took: ["用时", "Took"],
  lane: ["时间轴", "Time"],
  queue: [(name) => `在${name}优先级队列等待`, (name) => `Waits in ${name}`],
  backoff: ["等待重试", "Backs off"],
  attempt: [(n) => `第 ${n} 次尝试`, (n) => `Attempt ${n}`],
  restored: [(name) => `${name}（沿用）`, (name) => `${name} (kept)`],
  apart: ["不显示等待时间", "Leave waiting out"],
  inQueue: ["排队", "In queues"],
  inBackoff: ["退避", "Backing off"],
  inRun: ["运行", "Running"],
  none: ["还没有发生什么", "Nothing has happened yet"],
});
const MARKS = 5;

/**
 * @param {() => ReturnType<typeof import("./waterfall.js").empty>} fall
 * @param {() => number} now the moment up to which it is drawn
 * @param {(step: string) => string} titleOf a step's name for people
 */
export function lanes(fall, now, titleOf) {
  let apart = false;
  let x = scale(0, 1, 0, 100);
  let begin = 0;
  const toggle = h("input", { type: "checkbox", onchange: () => ((apart = toggle.checked), draw()) });
  const body = h("tbody", {});
  const axis = h("div", { class: "axis", "aria-hidden": "true" });
  const sums = h("dl", { class: "sums" });
  const table = h("table", { class: "waterfall" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t.what), h("th", { scope: "col", class: "lane-cell" }, h("span", { class: "visually-hidden" }, t.lane), axis), h("th", { scope: "col", class: "number" }, t.when), h("th", { scope: "col", class: "number" }, t.took))),
    body);
  const element = h("section", { class: "card stack", "aria-label": t.title },
    h("header", { class: "row between" }, h("h2", {}, t.title), h("label", { class: "row small" }, toggle, t.apart)),
    sums, h("div", { class: "table" }, table));
  const sum = (name, kind, tone) => h("div", { hidden: () => kind === "backoff" && !spent(fall(), now()).backoff }, h("dt", {}, h("i", { class: `key ${tone}` }), name), h("dd", {}, () => duration(spent(fall(), now())[kind])));
  replace(sums, sum(t.inQueue, "queue", "wait"), sum(t.inBackoff, "backoff", "backoff"), sum(t.inRun, "run", "run"));

  const key = (row) => [row.level, row.kind, row.attempt, row.name, row.from].join("|");
  const say = (row) => (row.level === "wait" ? (row.kind === "backoff" ? t.backoff() : t.queue(word(row.name))) : row.level === "attempt" ? t.attempt(row.attempt) : row.kind === "restored" ? t.restored(titleOf(row.name)) : titleOf(row.name));
  const end = (row) => row.to ?? now();
  const make = (row) => {
    const place = () => x(row.from);
    const width = () => Math.max(0.4, x(end(row)) - x(row.from));
    return h("tr", { class: () => `${row.level} ${row.outcome}` },
      h("th", { scope: "row", title: () => (row.level === "attempt" ? row.worker ?? "" : "") }, () => say(row)),
      h("td", { class: "lane-cell" }, h("div", { class: "lane" }, h("span", { class: () => `${row.level === "wait" ? (row.kind === "backoff" ? "backoff" : "wait") : row.outcome}`, style: { left: () => `${place()}%`, width: () => `${width()}%` } })),
        h("span", { class: "visually-hidden" }, () => word(row.outcome))),
      h("td", { class: "number muted", title: () => exactly(row.from) }, () => `+${duration((row.from - begin) / 1000)}`),
      h("td", { class: "number" }, () => (row.kind === "restored" ? "–" : duration((end(row) - row.from) / 1000))));
  };

  function draw() {
    const { from, to } = span(fall(), now());
    const squeezed = apart ? running(fall(), now()) : (at) => at - from;
    const length = Math.max(1, squeezed(to));
    const along = scale(0, length, 0, 100);
    x = (at) => along(squeezed(at));
    begin = from;
    const marks = ticks(length / 1000, MARKS).filter((each) => each * 1000 <= length * 1.001);
    replace(axis, marks.map((each) => h("span", { style: { left: `${along(each * 1000)}%` } }, each ? duration(each) : "0")));
    const rows = fall().rows.filter((row) => !(apart && row.level === "wait"));
    each(body, rows, key, make);
    refresh(element);
  }
  return { element, draw };
}
