/** The workers: who is alive, draining, lost or blocked; slots, memory, CPU, loop lag; and what each runs. */

import { each, h, refresh, replace } from "../base/dom.js";
import { bytes, duration, number, percent, texts } from "../base/i18n.js";
import { spark } from "./chart.js";
import { queuesInWords, secondsSince, since, taskLink } from "./parts.js";

const t = texts({
  title: ["工作进程", "Workers"],
  lead: ["心跳停止超过租约即为失联，它的任务会由别的进程接着跑。", "A worker that stops beating is lost, and others go on with its tasks."],
  alive: ["正常", "Alive"],
  draining: ["退出中", "Draining"],
  lost: ["失联", "Lost"],
  blocked: ["阻塞", "Blocked"],
  blockedWhy: ["还有心跳，但事件循环没有响应：可能有代码占住了它。", "It beats, but its event loop does not answer: some code may hold it."],
  none: ["没有工作进程。用 casework worker 启动一个。", "There is no worker. Start one with casework worker."],
  loading: ["载入中…", "Loading…"],
  slots: ["槽位", "Slots"],
  memory: ["内存", "Memory"],
  cpu: ["CPU", "CPU"],
  lag: ["循环延迟", "Loop lag"],
  queues: ["队列", "Queues"],
  started: ["启动", "Started"],
  beat: ["最后心跳", "Last beat"],
  runs: ["正在运行", "Running"],
  idle: ["空闲", "Idle"],
  more: [(n) => `还有 ${n} 个`, (n) => `${n} more`],
  process: [(pid) => `进程 ${pid}`, (pid) => `process ${pid}`],
  summary: [(alive, slots, running) => `${alive} 个在线，${slots} 个槽位，${running} 个任务在运行`, (alive, slots, running) => `${alive} alive, ${slots} slots, ${running} running`],
});
const SHOWN = 12;
const TONES = { alive: "good", draining: "warn", lost: "bad", blocked: "bad" };
const ORDER = ["blocked", "draining", "alive", "lost"];
const stateOf = (worker) => (worker.blocked ? "blocked" : worker.status);

/** @param {import("./index.js").View} view */
export function workers({ place, live, signal }) {
  const summary = () => {
    const alive = live.now.workers.filter((worker) => worker.status !== "lost");
    const sum = (count) => number(alive.reduce((total, worker) => total + count(worker), 0));
    return t.summary(number(alive.length), sum((worker) => worker.slots), sum((worker) => worker.running.length));
  };
  const list = h("div", { class: "workers" });
  const nothing = h("p", { class: "card empty", hidden: () => live.now?.workers.length > 0 }, () => (live.now ? t.none() : t.loading()));
  replace(place,
    h("div", { class: "stack tight" }, h("h1", {}, t.title), h("p", { class: "muted" }, t.lead), h("p", { class: "strong", id: "workers-summary" }, () => (live.now ? summary() : ""))),
    nothing, list);
  const draw = () => {
    if (!live.now) return;
    const rank = (worker) => ORDER.indexOf(stateOf(worker));
    const sorted = [...live.now.workers].sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1));
    each(list, sorted, (worker) => worker.id, (worker) => card(live, worker.id));
    for (const worker of sorted) {
      const element = list.querySelector(`[data-key="${CSS.escape(worker.id)}"]`);
      for (const name of ["cpu", "rss"]) {
        element?.querySelector(`.${name}`)?.replaceChildren(spark(live.past.map((past) => past.workers.get(worker.id)?.[name] ?? null), "one", name === "cpu" ? 100 : 0));
      }
      const runs = element?.querySelector(".runs");
      if (runs) each(runs, worker.running.slice(0, SHOWN), (id) => id, (id) => h("li", {}, taskLink(id)));
    }
    refresh(place);
  };
  live.addEventListener("snapshot", draw, { signal });
  draw();
}

function card(live, id) {
  let last = live.now.workers.find((worker) => worker.id === id);
  const now = () => (last = live.now.workers.find((worker) => worker.id === id) ?? last);
  const fact = (label, value, more = null) => h("div", {}, h("dt", {}, label), h("dd", {}, value, more));
  return h("section", { class: () => `card stack worker ${stateOf(now())}`, "aria-label": () => `${now().host} ${t.process(now().pid)}` },
    h("header", { class: "row between" },
      h("div", { class: "row" }, h("h2", { title: id }, () => now().host), h("span", { class: "muted" }, () => t.process(now().pid))),
      h("span", { class: () => `badge ${TONES[stateOf(now())]}` }, () => t[stateOf(now())]())),
    h("p", { class: "note bad small", hidden: () => !now().blocked }, t.blockedWhy),
    h("div", { class: "stack tight" },
      h("div", { class: "row between small" }, h("span", { class: "muted" }, t.slots), h("strong", {}, () => `${number(now().running.length)} / ${number(now().slots)}`)),
      h("div", { class: "bar", "aria-hidden": "true" }, h("span", { style: { width: () => `${now().slots ? Math.min(100, (now().running.length / now().slots) * 100) : 0}%` } }))),
    h("dl", { class: "facts" },
      fact(t.memory, () => bytes(now().rss_bytes), h("span", { class: "rss" })),
      fact(t.cpu, () => percent(now().cpu_percent), h("span", { class: "cpu" })),
      fact(t.lag, () => duration(now().loop_lag_seconds)),
      fact(t.queues, () => queuesInWords(now().queues)),
      fact(t.started, since(() => now().started_at)),
      fact(t.beat, () => duration(secondsSince(now().heartbeat_at)))),
    h("div", { class: "stack tight" }, h("h3", { class: "small muted" }, () => (now().running.length ? t.runs() : t.idle())),
      h("ul", { class: "runs" }),
      h("p", { class: "small", hidden: () => now().running.length <= SHOWN }, h("a", { href: "/monitor/tasks?status=running" }, () => t.more(number(now().running.length - SHOWN))))));
}
