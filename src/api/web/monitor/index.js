/** The operator's pages: who may see them, which one is shown, its connection mark. Each page is a module that fills a place. */

import { get } from "../base/api.js";
import { h, refresh, replace } from "../base/dom.js";
import { clock, texts } from "../base/i18n.js";
import { shell } from "../base/shell.js";
import { audit } from "./audit.js";
import { failures } from "./failures.js";
import { Live } from "./live.js";
import { overview } from "./overview.js";
import { queues } from "./queues.js";
import { task } from "./task.js";
import { tasks } from "./tasks.js";
import { workers } from "./workers.js";

const t = texts({
  overview: ["总览", "Overview"],
  tasks: ["任务", "Tasks"],
  queues: ["队列", "Queues"],
  workers: ["工作进程", "Workers"],
  failures: ["失败", "Failures"],
  audit: ["操作记录", "Audit"],
  monitor: ["运维监控", "Monitor"],
  task: ["任务详情", "Task"],
  refused: ["这里只对管理员开放", "Only for admins"],
  refusedWhy: ["运维页面显示所有人的任务。您的账号没有管理员权限；如果需要，请联系管理员。", "The monitor shows everybody's tasks, and your account is not an admin's. Ask an admin if you need it."],
  own: ["查看我的案件", "See my cases"],
  unknown: ["没有这个页面", "There is no such page"],
  connecting: ["连接中", "Connecting"],
  live: ["实时", "Live"],
  polling: ["轮询", "Polling"],
  offline: ["离线", "Offline"],
  paused: ["已暂停", "Paused"],
  asOf: [(at) => `数据截至 ${at}`, (at) => `as of ${at}`],
});
const PAGES = { overview, tasks, queues, workers, failures, audit };
const TONES = { live: "good", polling: "warn", offline: "bad", connecting: "busy" };

/**
 * @typedef {object} View what a page is given
 * @property {HTMLElement} place
 * @property {Live} live
 * @property {URLSearchParams} params of the address
 * @property {AbortSignal} signal ends when another page is shown
 * @property {(to: string, options?: {instead?: boolean}) => void} go to another address
 * @property {string} [id] the task's
 */

let leaving = new AbortController();
const route = () => location.pathname.replace(/^\/monitor\/?/, "").split("/").filter(Boolean);
const name = () => route()[0] ?? "overview";
const title = () => (name() in PAGES ? (route()[1] ? t.task() : t[name()]()) : t.monitor());

const { user, main } = await shell({ title: () => title(), current: "monitor" });
if (user.role === "admin") start();
else {
  replace(main, h("div", { class: "card stack refused" },
    h("h1", {}, t.refused), h("p", {}, t.refusedWhy), h("p", {}, h("a", { class: "button", href: "/" }, t.own))));
}

function start() {
  const live = new Live("/api/v1/monitor/events", async () => {
    const [queues, workers] = await Promise.all([get("/queues"), get("/workers")]);
    return { at: new Date().toISOString(), queues, workers, rates: null, counts: null, newest_task_id: null };
  });
  const place = h("div", { id: "monitor-page" });
  const mark = h("span", { class: () => `badge ${TONES[live.state] ?? ""}`, role: "status", id: "connection", title: () => (live.at ? t.asOf(clock(live.at)) : "") }, () => t[live.state]());
  const ways = h("nav", { class: "ways", "aria-label": t.monitor },
    Object.keys(PAGES).map((each) => h("a", { href: each === "overview" ? "/monitor" : `/monitor/${each}`, "aria-current": () => (each === name() ? "page" : null) }, t[each])));
  replace(main, h("div", { class: "monitor-head" }, ways, mark), place);
  live.addEventListener("state", () => refresh(mark));

  /** @type {View["go"]} */
  const go = (to, { instead = false } = {}) => {
    history[instead ? "replaceState" : "pushState"](null, "", to);
    show();
  };
  function show(focus = true) {
    leaving.abort();
    leaving = new AbortController();
    const page = h("div", { class: "stack loose" });
    replace(place, page);
    const [first = "overview", id] = route();
    /** @type {View} */
    const view = { place: page, live, params: new URLSearchParams(location.search), signal: leaving.signal, go, id };
    if (first === "tasks" && id) task(view);
    else if (first in PAGES && !id) PAGES[first](view);
    else replace(page, h("h1", {}, t.unknown));
    refresh(ways);
    ways.querySelector("[aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
    refresh(document.head);
    scrollTo(0, 0);
    const heading = page.querySelector("h1");
    heading?.setAttribute("tabindex", "-1");
    if (focus) heading?.focus({ preventScroll: true });
  }
  main.addEventListener("click", (event) => {
    const link = /** @type {Element} */ (event.target).closest("a");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.origin !== location.origin || link.target || link.hasAttribute("download") || !/^\/monitor(\/|$)/.test(link.pathname)) return;
    event.preventDefault();
    go(link.pathname + link.search);
  });
  addEventListener("popstate", () => show());
  live.start();
  show(false);
}
