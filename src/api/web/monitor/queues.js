/** The queues: how deep, how old, how fast; pause and resume; what waits, and moving it to another queue. */

import { get, patch, post, query } from "../base/api.js";
import { each, h, refresh, replace } from "../base/dom.js";
import { duration, number, texts } from "../base/i18n.js";
import { confirm, toast } from "../base/notice.js";
import { explain } from "../base/problems.js";
import { spark } from "./chart.js";
import { QUEUES, badge, choice, fetched, paced, short, since, taskLink, word } from "./parts.js";

const t = texts({
  title: ["队列", "Queues"],
  lead: ["暂停的队列会跑完正在运行的任务，但不再开始新的。", "A paused queue finishes what runs and starts nothing new."],
  named: [(name) => `${name}优先级`, (name) => `${name} priority`],
  paused: ["已暂停", "Paused"],
  flowing: ["运转中", "Open"],
  unserved: ["没有工作进程", "No worker"],
  pause: ["暂停", "Pause"],
  resume: ["恢复", "Resume"],
  pauseTitle: [(name) => `暂停${name}优先级队列？`, (name) => `Pause the ${name} queue?`],
  pauseText: [(running, queued) => `正在运行的 ${running} 个任务会跑完；排队的 ${queued} 个会等到恢复。`, (running, queued) => `${running} running tasks finish; ${queued} waiting ones stay until you resume it.`],
  isPaused: [(name) => `${name}优先级队列已暂停`, (name) => `The ${name} queue is paused`],
  isResumed: [(name) => `${name}优先级队列已恢复`, (name) => `The ${name} queue is open again`],
  waiting: ["排队", "Waiting"],
  running: ["运行 / 槽位", "Running / slots"],
  oldest: ["等得最久", "Oldest wait"],
  waits: ["等待 中位 / 95%", "Wait, median / 95 %"],
  next: ["等待中的任务", "What waits"],
  nextLead: ["最新提交的在前。移动后按原来的提交时间排队。", "Newest first. A moved task keeps its place by the time it was submitted."],
  all: ["全部", "All queues"],
  nothing: ["没有任务在等待", "Nothing waits"],
  task: ["任务", "Task"],
  workflow: ["工作流", "Workflow"],
  owner: ["提交人", "Owner"],
  queue: ["队列", "Queue"],
  since: ["提交", "Submitted"],
  status: ["状态", "Status"],
  moveTo: [(id) => `把任务 ${id} 移到队列`, (id) => `Move task ${id} to queue`],
  moved: [(id, name) => `任务 ${id} 已移到${name}优先级队列`, (id, name) => `Task ${id} moved to the ${name} queue`],
  more: ["在任务列表中查看", "See them in the list of tasks"],
});
const PAGE = 25;

/** @param {import("./index.js").View} view */
export function queues({ place, live, signal }) {
  const cards = h("div", { class: "queues" });
  const waiting = h("section", { class: "card stack" });
  replace(place, h("div", { class: "stack tight" }, h("h1", {}, t.title), h("p", { class: "muted" }, t.lead)), cards, waiting);
  const draw = () => {
    if (!live.now) return;
    each(cards, live.now.queues, (queue) => queue.name, (queue) => card(live, queue.name));
    refresh(cards);
    for (const queue of live.now.queues) {
      const history = live.past.map((past) => past.queues.get(queue.name)?.queued ?? null);
      cards.querySelector(`[data-key="${queue.name}"] .history`)?.replaceChildren(spark(history, "one", 4));
    }
  };
  live.addEventListener("snapshot", draw, { signal });
  draw();
  waits(waiting, live, signal);
}

function card(live, name) {
  const now = () => live.now.queues.find((queue) => queue.name === name);
  const titled = () => t.named(word(name));
  const state = () => (now().paused ? "paused" : now().slots ? "flowing" : "unserved");
  const fact = (label, value) => h("div", {}, h("dt", {}, label), h("dd", {}, value));
  const optional = (value) => (value === null ? "–" : duration(value));
  let busy = false;
  async function toggle() {
    const { paused, running, queued } = now();
    const sure = paused || (await confirm({ title: t.pauseTitle(word(name)), text: t.pauseText(number(running), number(queued)), yes: t.pause(), danger: true }));
    if (!sure || busy) return;
    busy = true;
    try {
      await post(`/queues/${name}/${paused ? "resume" : "pause"}`);
      now().paused = !paused;
      toast(paused ? t.isResumed(word(name)) : t.isPaused(word(name)));
    } catch (error) {
      toast(explain(error));
    } finally {
      busy = false;
      refresh(element);
    }
  }
  const element = h("section", { class: () => `card stack queue ${state()}`, "aria-label": titled },
    h("header", { class: "row between" },
      h("div", { class: "row" }, h("h2", {}, titled), h("span", { class: () => `badge ${{ paused: "warn", flowing: "good", unserved: "bad" }[state()]}` }, () => t[state()]())),
      h("button", { type: "button", class: () => (now().paused ? "primary" : ""), disabled: () => busy, onclick: toggle, "aria-label": () => `${now().paused ? t.resume() : t.pause()} · ${titled()}` }, () => (now().paused ? t.resume() : t.pause()))),
    h("div", { class: "row between" },
      h("a", { class: "big", href: `/monitor/tasks${query({ queue: name, status: "queued" })}` }, h("strong", {}, () => number(now().queued)), h("span", { class: "small muted" }, t.waiting)),
      h("span", { class: "history" })),
    h("div", { class: "bar", "aria-hidden": "true" }, h("span", { style: { width: () => `${now().slots ? Math.min(100, (now().running / now().slots) * 100) : 0}%` } })),
    h("dl", { class: "facts" },
      fact(t.running, () => `${number(now().running)} / ${number(now().slots)}`),
      fact(t.oldest, () => optional(now().oldest_wait_seconds)),
      fact(t.waits, () => `${optional(now().wait_seconds.p50)} / ${optional(now().wait_seconds.p95)}`)));
  return element;
}

/** The newest of what waits, each with a choice of another queue. */
function waits(place, live, signal) {
  let only = "";
  const known = new Map();
  const body = h("tbody", {});
  const table = h("div", { class: "table" }, h("table", { class: "waits" },
    h("thead", {}, h("tr", {}, [t.task, t.workflow, t.owner, t.status, t.since, t.queue].map((name) => h("th", { scope: "col" }, name)))), body));
  const nothing = h("p", { class: "empty" }, t.nothing);
  const found = h("div", {});
  const filter = choice([["", t.all], ...QUEUES.map((name) => /** @type {[string, () => string]} */ ([name, () => word(name)]))], "", (value) => ((only = value), load()), { "aria-label": t.queue, class: "short" });
  replace(place, h("header", { class: "row between" }, h("div", { class: "stack tight" }, h("h2", {}, t.next), h("p", { class: "small muted" }, t.nextLead)), filter), found);

  const row = (task) => {
    const now = () => known.get(task.task_id) ?? task;
    const select = choice(QUEUES.map((name) => [name, () => word(name)]), task.queue, async (queue) => {
      select.disabled = true;
      try {
        await patch(`/tasks/${task.task_id}`, { queue });
        toast(t.moved(short(task.task_id), word(queue)));
      } catch (error) {
        toast(explain(error));
      } finally {
        select.disabled = false;
        load();
      }
    }, { "aria-label": () => t.moveTo(short(task.task_id)), class: "short" });
    return h("tr", {}, h("td", {}, taskLink(task.task_id)), h("td", {}, task.workflow), h("td", {}, task.owner_name ?? task.owner),
      h("td", {}, badge(() => now().status)), h("td", {}, since(() => task.created_at)), h("td", {}, select));
  };
  const read = async () => {
    const pages = await Promise.all(["queued", "retrying"].map((status) => get(`/tasks${query({ status, queue: only, limit: PAGE })}`, { signal })));
    return pages.flatMap((page) => page.items).sort((a, b) => (a.task_id < b.task_id ? 1 : -1)).slice(0, PAGE);
  };
  const load = fetched(found, read, (tasks) => {
    known.clear();
    for (const task of tasks) known.set(task.task_id, task);
    each(body, tasks, (task) => task.task_id, row);
    for (const task of tasks) {
      const select = /** @type {HTMLSelectElement | null} */ (body.querySelector(`[data-key="${task.task_id}"] select`));
      if (select && select !== document.activeElement && !select.disabled) select.value = task.queue;
    }
    const wanted = tasks.length ? table : nothing;
    if (found.firstChild !== wanted) replace(found, wanted);
  });
  paced(live, 2_000, signal, load);
}
