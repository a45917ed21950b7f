/** The top of a task's page: how far it is, how long it still takes, its place in the queue, and what can be done with it. */

import { h, refresh } from "../base/dom.js";
import { duration, durations, exactly, moment, number, percent, texts, titled } from "../base/i18n.js";
import { connectionMark } from "./connection.js";
import { FINAL, status, tone, word } from "./words.js";

const t = texts({
  signIn: ["重新登录", "Sign in again"],
  cancel: ["取消", "Cancel"],
  cancelling: ["正在取消…", "Cancelling…"],
  retry: ["重试", "Try again"],
  left: [(range) => `预计还需 ${range}`, (range) => `About ${range} left`],
  over: ["比预计的久，仍在进行", "Longer than expected, still going"],
  unknown: ["还没有足够的历史来估计剩余时间", "Not enough history to say how long it takes"],
  place: [
    (place, queue) => `排在第 ${number(place)} 位（${queue}优先级队列）`,
    (place, queue) => `Number ${number(place)} in the ${queue.toLowerCase()} priority queue`,
  ],
  paused: ["队列已暂停，恢复后才会开始", "the queue is paused and starts nothing for now"],
  next: ["下一个就轮到它", "Next in line"],
  starts: [(at) => `最早 ${at} 开始`, (at) => `Starts at ${at} at the earliest`],
  startsIn: [(left) => `${left}后再试`, (left) => `Tries again in ${left}`],
  startsAbout: [(left) => `大约 ${left}后开始`, (left) => `starts in about ${left}`],
  startsSoon: ["即将开始", "starts any moment"],
  ran: [(seconds) => `用时 ${duration(seconds)}`, (seconds) => `Took ${duration(seconds)}`],
  running: [(seconds) => `已运行 ${duration(seconds)}`, (seconds) => `Running for ${duration(seconds)}`],
  waited: [(seconds) => `排队 ${duration(seconds)}`, (seconds) => `waited ${duration(seconds)}`],
  attempt: [(n, of) => `第 ${n} 次尝试，最多 ${of} 次`, (n, of) => `attempt ${n} of at most ${of}`],
  submitted: [(at) => `提交于 ${at}`, (at) => `Submitted ${at}`],
  steps: [(done, of) => `${done} / ${of} 步`, (done, of) => `${done} of ${of} steps`],
  failed: ["失败原因", "Why it failed"],
  progress: ["总进度", "Overall progress"],
});

/** @param {any} page @param {() => string} named @param {{cancel: () => void, retry: () => void}} actions */
export function head(page, named, { cancel, retry }) {
  const task = () => page.task;
  const over = () => FINAL.includes(task().status);
  const current = () => task().steps.filter((/** @type {any} */ step) => step.status === "running");
  const done = () => task().steps.filter((/** @type {any} */ step) => step.status === "succeeded").length;

  function now() {
    if (task().status === "queued" || task().status === "retrying") return waiting();
    if (task().status !== "running") return "";
    const names = current()
      .map((/** @type {any} */ step) => titled(step.title))
      .join("、");
    return [names, task().message].filter(Boolean).join(" · ");
  }

  function waiting() {
    const due = task().available_at ? (Date.parse(task().available_at) - Date.now()) / 1000 : 0;
    if (task().status === "retrying") return due > 0.5 ? t.startsIn(duration(due)) : t.startsSoon();
    if (due > 1) return t.starts(moment(task().available_at));
    const place = task().queue_position;
    if (!place) return t.startsSoon();
    const until = page.run === null || task().eta_seconds === null ? null : Math.max(0, task().eta_seconds - page.run);
    const start =
      until === null ? (place === 1 ? t.next() : "") : until < 2 ? t.startsSoon() : t.startsAbout(duration(until));
    return [t.place(place, word(task().queue)), task().queue_paused ? t.paused() : start].filter(Boolean).join(" · ");
  }

  /** The range as told, less the time since. */
  function left() {
    if (over()) return "";
    if (!task().eta_range) return task().status === "running" ? t.unknown() : "";
    const passed = (Date.now() - page.estimatedAt) / 1000;
    const [low, high] = task().eta_range.map((/** @type {number} */ each) => Math.max(0, each - passed));
    return high < 0.5 ? t.over() : t.left(durations(low, high));
  }

  function times() {
    const begun = task().started_at ? Date.parse(task().started_at) : 0;
    const waited =
      ((begun || (task().finished_at ? Date.parse(task().finished_at) : Date.now())) - Date.parse(task().created_at)) /
      1000;
    const ran = begun ? ((task().finished_at ? Date.parse(task().finished_at) : Date.now()) - begun) / 1000 : 0;
    const parts = [
      ran ? (over() ? t.ran(ran) : t.running(ran)) : "",
      waited >= 1 ? t.waited(waited) : "",
      task().attempts.length > 1 || task().attempt > 1 ? t.attempt(task().attempt, task().max_attempts) : "",
    ];
    return parts.filter(Boolean).join(" · ");
  }

  const card = h(
    "section",
    { class: () => `card head ${task().status}`, "aria-labelledby": "task-title" },
    h(
      "div",
      { class: "row between top-line" },
      h(
        "div",
        { class: "stack tight grow" },
        h("h1", { id: "task-title" }, named),
        h(
          "p",
          { class: "muted small" },
          () =>
            `${named() === titled(task().title) ? "" : `${titled(task().title)} · `}${t.submitted(moment(task().created_at))}`,
        ),
      ),
      h(
        "div",
        { class: "row marks" },
        connectionMark(() => (over() ? { state: "ended" } : page.connection)),
        h(
          "span",
          { class: () => `badge ${tone(task().status)}`, id: "status", "data-status": () => task().status },
          () => (task().cancelling && !over() ? t.cancelling() : status(task().status)),
        ),
        h(
          "button",
          {
            type: "button",
            hidden: () => over() || page.connection.state !== "reauth",
            onclick: () => dispatchEvent(new Event("casework:signed-out")),
          },
          t.signIn,
        ),
        h(
          "button",
          {
            type: "button",
            class: "danger",
            hidden: over,
            disabled: () => Boolean(task().cancelling),
            onclick: cancel,
          },
          t.cancel,
        ),
        h(
          "button",
          {
            type: "button",
            class: "primary",
            hidden: () => !["failed", "cancelled"].includes(task().status),
            onclick: retry,
          },
          t.retry,
        ),
      ),
    ),
    h(
      "div",
      { class: "gauge" },
      h("span", { class: "percent", id: "percent" }, () => percent(Math.floor(task().progress))),
      h(
        "div",
        {
          class: () => `bar ${task().status === "succeeded" ? "good" : task().status === "failed" ? "bad" : ""}`,
          role: "progressbar",
          "aria-label": t.progress,
          "aria-valuemin": 0,
          "aria-valuemax": 100,
          "aria-valuenow": () => Math.floor(task().progress),
        },
        h("span", { style: { width: () => `${task().progress}%` } }),
      ),
      h("p", { class: "now small" }, () => now() || times()),
      h(
        "p",
        { class: () => `left small ${task().eta_range ? "strong" : "muted"}`, id: "left" },
        () => left() || (over() ? t.steps(done(), task().steps.length) : ""),
      ),
    ),
    h("p", { class: "muted small", hidden: over, title: () => exactly(task().created_at) }, () =>
      [task().steps.length ? t.steps(done(), task().steps.length) : "", times()].filter(Boolean).join(" · "),
    ),
    h(
      "div",
      { class: "note bad", role: "alert", hidden: () => task().status !== "failed" || !task().error },
      h("p", { class: "strong" }, t.failed),
      h("p", {}, () => (task().error ? `${task().error.message} (${task().error.type})` : "")),
    ),
  );
  setInterval(() => over() || document.visibilityState === "hidden" || refresh(card), 1000); // times pass
  return card;
}
