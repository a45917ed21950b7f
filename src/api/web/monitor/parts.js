/** What the monitor's pages share: words for states, badges, links to tasks, moments, and how a fetch shows its failure. */

import { h, refresh, replace } from "../base/dom.js";
import { ago, exactly, language, list, texts } from "../base/i18n.js";
import { explain } from "../base/problems.js";

export const t = texts({
  queued: ["排队中", "Queued"],
  running: ["运行中", "Running"],
  retrying: ["等待重试", "Retrying"],
  succeeded: ["成功", "Succeeded"],
  failed: ["失败", "Failed"],
  cancelled: ["已取消", "Cancelled"],
  interrupted: ["被中断", "Interrupted"],
  pending: ["未开始", "Pending"],
  skipped: ["未执行", "Skipped"],
  waiting: ["等待", "Waiting"],
  high: ["高", "High"],
  medium: ["中", "Medium"],
  low: ["低", "Low"],
  queue: ["队列", "Queue"],
  task: ["任务", "Task"],
  again: ["重试", "Try again"],
  loading: ["载入中…", "Loading…"],
  copied: ["已复制", "Copied"],
});

export const STATUSES = ["queued", "running", "retrying", "succeeded", "failed", "cancelled"];
export const QUEUES = ["high", "medium", "low"];
export const FINAL = ["succeeded", "failed", "cancelled"];
const TONES = { running: "busy", retrying: "warn", succeeded: "good", failed: "bad", interrupted: "warn" };

/** A status or a queue in words. @param {string} name */
export const word = (name) => (t[name] ? t[name]() : name);

/** A badge for a state that may change. @param {() => string} status */
export const badge = (status) => h("span", { class: () => `badge ${TONES[status()] ?? ""}` }, () => word(status()));

/** An id short enough to read, from its random end: UUIDv7 of one second begin alike. @param {string} id */
export const short = (id) => id.slice(-8);

/** @param {string} id */
export const taskLink = (id) =>
  h("a", { class: "mono", href: `/monitor/tasks/${id}`, title: id, "aria-label": () => `${t.task()} ${short(id)}` }, short(id));

/** How long ago, and exactly when under the pointer. @param {() => string | null} at */
export const since = (at) =>
  h("time", { datetime: at, title: () => (at() ? exactly(at()) : "") }, () => (at() ? ago(at()) : "–"));

/** A number of seconds since a moment. @param {string | null} at */
export const secondsSince = (at) => (at ? Math.max(0, (Date.now() - new Date(at).getTime()) / 1000) : 0);

/** A place that says what went wrong and offers another try. @param {unknown} error @param {() => void} again */
export const trouble = (error, again) =>
  h("div", { class: "note bad row between", role: "alert" }, () => explain(error), h("button", { type: "button", onclick: again }, t.again));

/** A label over a control. @param {() => string} name @param {HTMLElement} control */
export function field(name, control) {
  control.id ||= `field-${(fields += 1)}`;
  return h("div", { class: "field" }, h("label", { for: control.id }, name), control);
}
let fields = 0;

/**
 * A choice; its options' words follow the language.
 * @param {[string, () => string][]} options @param {string} value @param {(value: string) => void} chosen
 */
export function choice(options, value, chosen, more = {}) {
  const select = h("select", { onchange: () => chosen(select.value), ...more }, options.map(([each, name]) => h("option", { value: each, selected: each === value }, name)));
  select.value = value;
  return select;
}

/** Call `act` now and with every snapshot, `pause` ms apart at the least, never two at once, until `signal` ends it. */
export function paced(live, pause, signal, act) {
  let [busy, last] = [false, 0];
  const go = async () => {
    if (busy || signal.aborted || Date.now() - last < pause || document.visibilityState === "hidden") return;
    busy = true;
    try {
      await act();
    } finally {
      [busy, last] = [false, Date.now()];
    }
  };
  live.addEventListener("snapshot", go, { signal });
  const again = () => ((last = 0), go());
  addEventListener("casework:signed-in", again, { signal });
  again();
  return again;
}

/** Fill a place from a fetch that is repeated; a failure shows only while there is nothing better to show. */
export function fetched(place, load, draw) {
  let shown = false;
  return async function go() {
    try {
      const body = await load();
      draw(body, !shown);
      shown = true;
      refresh(place);
    } catch (error) {
      if (error.name === "AbortError" || shown) return;
      replace(place, trouble(error, go));
    }
  };
}

/** Names of queues as the language joins them. @param {string[]} names */
export const queuesInWords = (names) => (names.length === 3 ? (language() === "zh" ? "全部" : "all") : list(names.map(word)));
