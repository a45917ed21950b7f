/** A task's log for people: its own lines, and what happened to it, newest last. */

import { h, refresh, replace } from "../base/dom.js";
import { clock, duration, exactly, number, texts } from "../base/i18n.js";
import { word } from "./parts.js";

const t = texts({
  title: ["日志", "Log"],
  none: ["还没有日志", "Nothing logged yet"],
  older: [(n) => `更早的 ${n} 行未显示`, (n) => `${n} earlier lines are not shown`],
  "task.queued": [(e) => `进入${word(e.queue)}优先级队列`, (e) => `Queued in ${word(e.queue)}`],
  "task.started": [(e) => `第 ${e.attempt} 次尝试开始于 ${e.worker}`, (e) => `Attempt ${e.attempt} started on ${e.worker}`],
  "step.started": [(e, name) => `${name}：开始`, (e, name) => `${name}: started`],
  "step.succeeded": [(e, name) => `${name}：完成，用时${duration(e.run_seconds)}`, (e, name) => `${name}: done in ${duration(e.run_seconds)}`],
  "step.failed": [(e, name) => `${name}：${e.error.type}：${e.error.message}`, (e, name) => `${name}: ${e.error.type}: ${e.error.message}`],
  "task.retrying": [(e) => `${duration(e.retry_in_seconds)}后第 ${e.next_attempt} 次尝试`, (e) => `Attempt ${e.next_attempt} follows in ${duration(e.retry_in_seconds)}`],
  "task.interrupted": [(e) => (e.reason === "worker_lost" ? "工作进程失联，由别的进程接着跑" : "工作进程退出，由别的进程接着跑"), (e) => (e.reason === "worker_lost" ? "Its worker was lost; another one goes on" : "Its worker stopped; another one goes on")],
  "task.moved": [(e) => `从${word(e.from_queue)}移到${word(e.queue)}优先级队列`, (e) => `Moved from ${word(e.from_queue)} to ${word(e.queue)}`],
  "task.cancelling": [(e) => `${e.by} 要求取消`, (e) => `${e.by} asked it to stop`],
  "task.succeeded": [(e) => `成功，用时${duration(e.run_seconds)}`, (e) => `Succeeded in ${duration(e.run_seconds)}`],
  "task.failed": [(e) => `失败：${e.error.type}：${e.error.message}`, (e) => `Failed: ${e.error.type}: ${e.error.message}`],
  "task.cancelled": [(e) => `已取消${e.by ? `（${e.by}）` : ""}`, (e) => `Cancelled${e.by ? ` by ${e.by}` : ""}`],
});
const SHOWN = 500;
const LEVELS = { "step.failed": "bad", "task.failed": "bad", "task.retrying": "warn", "task.interrupted": "warn", "task.succeeded": "good" };
const TONES = { error: "bad", critical: "bad", warning: "warn", warn: "warn" };

/** @param {(step: string) => string} titleOf */
export function journal(titleOf) {
  let lines = /** @type {any[]} */ ([]);
  let drawn = 0;
  const list = h("ol", {});
  const older = h("p", { class: "small muted", hidden: () => lines.length <= SHOWN }, () => t.older(number(lines.length - SHOWN)));
  const none = h("p", { class: "empty", hidden: () => lines.length > 0 }, t.none);
  const box = h("div", { class: "log code", tabindex: "0", role: "region", "aria-label": t.title, hidden: () => !lines.length }, older, list);
  const element = h("section", { class: "card stack" }, h("h2", {}, t.title), none, box);
  const say = (event) => (event.type === "task.log" ? `${event.step ? `${titleOf(event.step)}: ` : ""}${event.message}` : t[event.type](event, event.step ? titleOf(event.step) : ""));
  const line = (event) =>
    h("li", { class: LEVELS[event.type] ?? TONES[event.level] ?? (event.type === "task.log" ? "said" : "") }, h("time", { datetime: event.at, title: () => exactly(event.at) }, () => clock(event.at)), h("span", {}, () => say(event)));
  return {
    element,
    take: (/** @type {any} */ event) => event.type !== "step.progressed" && t[event.type] !== undefined || event.type === "task.log" ? lines.push(event) : 0,
    clear: () => ((lines = []), (drawn = 0), replace(list)),
    draw() {
      const below = box.scrollHeight - box.scrollTop - box.clientHeight < 40;
      list.append(...lines.slice(Math.max(drawn, lines.length - SHOWN)).map(line));
      while (list.childElementCount > SHOWN) list.firstElementChild?.remove();
      drawn = lines.length;
      refresh(element);
      if (below) box.scrollTop = box.scrollHeight;
    },
  };
}
