/** The log of a task: its journal in words, what came before read once, what comes now added. */

import { call } from "../base/api.js";
import { h, refresh } from "../base/dom.js";
import { clock, duration, exactly, number, texts, titled } from "../base/i18n.js";
import { word } from "./words.js";

const t = texts({
  title: ["记录", "Log"],
  ticks: ["显示每次进度", "Show every progress report"],
  more: [(n) => `再显示 ${number(n)} 条`, (n) => `Show ${number(n)} more`],
  older: ["更早的记录没有载入", "Older entries are not loaded"],
  here: ["以上是您离开后发生的", "Above: since you were here last"],
  queued: [
    (queue) => `已提交，进入${queue}优先级队列`,
    (queue) => `Submitted to the ${queue.toLowerCase()} priority queue`,
  ],
  retried: ["手动重试，重新排队", "Retried by hand, queued again"],
  started: [(n) => `开始第 ${n} 次尝试`, (n) => `Attempt ${n} begins`],
  restored: [(n) => `，保留 ${n} 个已完成的步骤`, (n) => `, ${n} finished ${n === 1 ? "step" : "steps"} kept`],
  begun: [(step) => `开始：${step}`, (step) => `${step}: begins`],
  again: [(n) => `（第 ${n} 次执行）`, (n) => ` (run number ${n})`],
  done: [
    (step, seconds) => `完成：${step}，${duration(seconds)}`,
    (step, seconds) => `${step}: done in ${duration(seconds)}`,
  ],
  broke: [(step, error) => `出错：${step}，${error}`, (step, error) => `${step}: ${error}`],
  retrying: [
    (seconds, error) => `${error}，${duration(seconds)}后重试`,
    (seconds, error) => `${error}; tried again in ${duration(seconds)}`,
  ],
  worker_stopped: ["执行进程被停止，重新排队", "The worker was stopped; queued again"],
  worker_lost: ["执行进程中断，重新排队", "The worker was lost; queued again"],
  moved: [
    (from, to) => `从${from}移到${to}优先级队列`,
    (from, to) => `Moved from the ${from.toLowerCase()} to the ${to.toLowerCase()} priority queue`,
  ],
  cancelling: [(by) => `${by} 请求取消`, (by) => `${by} asked to cancel`],
  succeeded: [
    (seconds) => `任务完成，用时 ${duration(seconds)}`,
    (seconds) => `The task is done, ${duration(seconds)}`,
  ],
  failed: [(error) => `任务失败：${error}`, (error) => `The task failed: ${error}`],
  cancelled: ["任务已取消", "The task is cancelled"],
});
const HISTORY = 2_000;
const SHOWN = 25;
const TONES = {
  "task.succeeded": "good",
  "step.failed": "bad",
  "task.failed": "bad",
  "task.retrying": "warn",
  "task.interrupted": "warn",
  "task.cancelled": "warn",
  "task.cancelling": "warn",
};

/** @param {string} id @param {number} upTo what the page has already @param {() => any[]} steps */
export function journal(id, upTo, steps) {
  /** @type {any[]} */
  let past = [];
  /** @type {any[]} */
  let fresh = [];
  let ticks = false;
  let limit = SHOWN;
  let mark = 0;
  const start = Math.max(0, upTo - HISTORY);
  const step = (/** @type {string} */ name) => {
    const found = steps().find((each) => each.name === name);
    return found ? titled(found.title) : name;
  };

  const sentence = (/** @type {any} */ event) => {
    switch (event.type) {
      case "task.queued":
        return event.reason === "retried" ? t.retried() : t.queued(word(event.queue));
      case "task.started":
        return t.started(event.attempt) + (event.restored.length ? t.restored(event.restored.length) : "");
      case "step.started":
        return t.begun(step(event.step)) + (event.execution > 1 ? t.again(event.execution) : "");
      case "step.progressed":
        return [step(event.step), event.message].filter(Boolean).join(" · ");
      case "step.succeeded":
        return t.done(step(event.step), event.run_seconds);
      case "step.failed":
        return t.broke(step(event.step), event.error.message);
      case "task.log":
        return event.message;
      case "task.retrying":
        return t.retrying(event.retry_in_seconds, event.error.message);
      case "task.interrupted":
        return t[event.reason]();
      case "task.moved":
        return t.moved(word(event.from_queue), word(event.queue));
      case "task.cancelling":
        return t.cancelling(event.by);
      case "task.succeeded":
        return t.succeeded(event.run_seconds);
      case "task.failed":
        return t.failed(event.error.message);
      default:
        return t.cancelled();
    }
  };
  const tone = (/** @type {any} */ event) =>
    event.type === "task.log" ? ({ warning: "warn", error: "bad" }[event.level] ?? "") : (TONES[event.type] ?? "");

  const list = h("ol", { class: "log" });
  const rows = () => [...past, ...fresh].filter((event) => ticks || event.type !== "step.progressed");

  function draw() {
    const shown = rows().slice(-limit).reverse();
    const items = [];
    let marked = !mark;
    for (const event of shown) {
      if (!marked && event.seq <= mark) {
        marked = true;
        if (items.length) items.push(h("li", { class: "mark small" }, t.here));
      }
      items.push(entry(event));
    }
    list.replaceChildren(...items);
    refresh(card);
  }

  const entry = (/** @type {any} */ event) =>
    h(
      "li",
      { class: tone(event) },
      h("time", { class: "muted mono", datetime: event.at, title: () => exactly(event.at) }, () => clock(event.at)),
      h("span", {}, () => sentence(event)),
    );

  const hidden = () => Math.max(0, rows().length - limit);
  const card = h(
    "section",
    { class: "card", "aria-labelledby": "log-title" },
    h(
      "header",
      { class: "row between" },
      h("h2", { id: "log-title" }, t.title),
      h(
        "label",
        { class: "row small muted" },
        h("input", {
          type: "checkbox",
          onchange: (/** @type {any} */ event) => ((ticks = event.target.checked), draw()),
        }),
        t.ticks,
      ),
    ),
    list,
    h(
      "button",
      { type: "button", class: "quiet", hidden: () => !hidden(), onclick: () => ((limit += 250), draw()) },
      () => t.more(Math.min(250, hidden())),
    ),
    h("p", { class: "muted small", hidden: () => !start }, t.older),
  );

  const loaded = (async () => {
    let after = start;
    while (after < upTo) {
      const page = await call("GET", `/tasks/${id}/events?after=${after}&limit=500`).catch(() => null);
      if (!page?.events.length) break;
      past = past.concat(page.events.filter((/** @type {any} */ event) => event.seq <= upTo));
      after = page.events.at(-1).seq;
    }
    draw();
    return past;
  })();

  let asked = 0;
  return {
    card,
    /** The journal up to where the page began. */
    loaded,
    add(/** @type {any} */ event) {
      fresh.push(event);
      if (fresh.length > 2 * HISTORY)
        fresh = fresh.filter((each) => each.type !== "step.progressed" || each.seq > event.seq - HISTORY);
      if (event.type === "step.progressed" && !ticks) return;
      asked ||= setTimeout(() => ((asked = 0), draw()), 100);
    },
    /** Draw a line under what came after this seq. */
    since(/** @type {number} */ seq) {
      mark = seq;
      draw();
    },
  };
}
