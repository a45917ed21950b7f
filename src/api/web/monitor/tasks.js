/** All tasks: filters and search in the address, a page at a time, live; a selection holds the list still. */

import { get, query } from "../base/api.js";
import { each, h, refresh, replace } from "../base/dom.js";
import { duration, number, percent, texts } from "../base/i18n.js";
import { steerChosen, steerMatching } from "./bulk.js";
import { FINAL, QUEUES, STATUSES, badge, choice, fetched, field, paced, secondsSince, since, taskLink, word } from "./parts.js";

const t = texts({
  title: ["任务", "Tasks"],
  search: ["搜索", "Search"],
  searchHint: ["编号、步骤或消息", "Id, step or message"],
  status: ["状态", "Status"],
  workflow: ["工作流", "Workflow"],
  queue: ["队列", "Queue"],
  owner: ["提交人", "Owner"],
  any: ["全部", "Any"],
  apply: ["筛选", "Filter"],
  clear: ["清除筛选", "Clear"],
  alike: [(print) => `只看失败指纹为 ${print} 的任务`, (print) => `Only tasks with the failure ${print}`],
  task: ["任务", "Task"],
  progress: ["进度", "Progress"],
  created: ["提交", "Submitted"],
  took: ["用时", "Took"],
  attempt: ["尝试", "Attempt"],
  message: ["当前", "Now"],
  select: [(id) => `选择任务 ${id}`, (id) => `Select task ${id}`],
  selectAll: ["选择本页全部", "Select the whole page"],
  none: ["没有符合条件的任务", "No task matches"],
  nothingYet: ["还没有任务", "There are no tasks yet"],
  further: ["这一段里没有符合的，再往前找", "None in this stretch: look further back"],
  chosen: [(n) => `已选 ${n} 个`, (n) => `${n} selected`],
  frozen: [(n) => `列表已定住，有 ${n} 个新任务`, (n, one) => `The list is held still: ${n} new ${one ? "task" : "tasks"}`],
  still: ["列表已定住", "The list is held still"],
  release: ["取消选择", "Clear selection"],
  cancel: ["取消", "Cancel"],
  retry: ["重试", "Retry"],
  move: ["移到队列…", "Move to queue…"],
  matching: ["对全部符合条件的任务：", "Everything that matches:"],
  cancelAll: ["全部取消…", "Cancel all…"],
  retryAll: ["全部重试…", "Retry all…"],
  newest: ["回到最新", "Newest"],
  older: ["更早的", "Older"],
  pages: ["翻页", "Pages"],
  rows: ["任务列表", "List of tasks"],
});
const PAGE = 50;
const NAMES = ["search", "status", "workflow", "queue", "owner", "fingerprint"];

/** @param {import("./index.js").View} view */
export function tasks({ place, live, params, signal, go }) {
  const filter = Object.fromEntries(NAMES.map((name) => [name, params.get(name) ?? ""]));
  const cursor = params.get("cursor") ?? "";
  const known = new Map();
  const chosen = new Set();
  const state = { order: /** @type {string[]} */ ([]), fresh: 0, capped: false, next: "" };
  const to = (changes) => `/monitor/tasks${query({ ...filter, ...changes })}`;

  const body = h("tbody", {});
  const all = h("input", { type: "checkbox", "aria-label": t.selectAll, checked: () => state.order.length > 0 && state.order.every((id) => chosen.has(id)),
    indeterminate: () => chosen.size > 0 && !state.order.every((id) => chosen.has(id)),
    onchange: () => (state.order.forEach((id) => (all.checked ? chosen.add(id) : chosen.delete(id))), picked()) });
  const table = h("div", { class: "table" }, h("table", { class: "list", "aria-label": t.rows },
    h("thead", {}, h("tr", {}, h("th", { scope: "col", class: "tick-cell" }, all),
      [t.task, t.status, t.progress, t.message, t.workflow, t.queue, t.owner, t.attempt, t.took, t.created].map((name) => h("th", { scope: "col" }, name)))),
    body));
  const found = h("div", {});
  const nothing = h("p", { class: "empty" }, () => (state.next ? t.further() : Object.values(filter).some(Boolean) ? t.none() : t.nothingYet()));
  const pages = h("nav", { class: "row between", "aria-label": t.pages },
    h("a", { class: "button", href: to({}), hidden: !cursor }, t.newest), h("span", {}),
    h("a", { class: "button", href: () => to({ cursor: state.next }), hidden: () => !state.next }, t.older));
  const bar = selection();
  const list = h("section", { class: "card stack tasks" }, bar, found, pages);
  replace(place, h("h1", {}, t.title), filters(filter, go), list);

  const picked = () => refresh(list);
  const row = (id) => {
    const now = () => known.get(id);
    const tick = h("input", { type: "checkbox", "aria-label": () => t.select(id.slice(-8)), checked: () => chosen.has(id), onchange: () => (tick.checked ? chosen.add(id) : chosen.delete(id), picked()) });
    const took = () => (now().started_at ? duration(now().finished_at ? (new Date(now().finished_at).getTime() - new Date(now().started_at).getTime()) / 1000 : secondsSince(now().started_at)) : "–");
    const doing = () => (FINAL.includes(now().status) ? "" : [now().current_step, now().message].filter(Boolean).join(" · "));
    return h("tr", { class: () => (chosen.has(id) ? "chosen" : "") },
      h("td", { class: "tick-cell" }, tick),
      h("td", { class: "id" }, taskLink(id)),
      h("td", { class: "state" }, badge(() => now().status)),
      h("td", { class: "progress" }, h("div", { class: () => `bar thin ${{ succeeded: "good", failed: "bad" }[now().status] ?? ""}`, role: "progressbar", "aria-label": t.progress, "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": () => Math.round(now().progress) }, h("span", { style: { width: () => `${now().progress}%` } })), h("span", { class: "small muted" }, () => percent(now().progress))),
      h("td", { class: "now small", title: doing }, doing),
      h("td", { class: "workflow" }, now().workflow),
      h("td", { class: "queue" }, () => word(now().queue)),
      h("td", { class: "owner" }, now().owner_name ?? now().owner),
      h("td", { class: "attempt number" }, () => `${now().attempt} / ${now().max_attempts}`),
      h("td", { class: "took number" }, took),
      h("td", { class: "created" }, since(() => now().created_at)));
  };

  const load = fetched(found, () => get(`/tasks${query({ ...filter, limit: PAGE, cursor })}`, { signal }), (page) => {
    for (const task of page.items) known.set(task.task_id, task);
    const ids = page.items.map((task) => task.task_id);
    if (chosen.size) { // what stands there stays; ids grow with time, so a greater one is new
      state.fresh = ids.filter((id) => id > state.order[0]).length;
      state.capped = state.fresh === PAGE;
    } else {
      Object.assign(state, { order: ids, fresh: 0, capped: false, next: page.next_cursor ?? "" });
      each(body, ids, String, row);
      for (const id of known.keys()) if (!ids.includes(id)) known.delete(id);
    }
    const wanted = state.order.length ? table : nothing;
    if (found.firstChild !== wanted) replace(found, wanted);
    refresh(list);
  });
  const again = paced(live, 2_000, signal, load);

  function selection() {
    const tasks = () => [...chosen].map((id) => known.get(id));
    const steer = async (/** @type {any} */ action, /** @type {string} */ queue) => {
      if (await steerChosen(action, tasks(), queue)) release();
    };
    const all = async (/** @type {"cancel" | "retry"} */ action) => (await steerMatching(action, filter)) && again();
    const release = () => (chosen.clear(), refresh(list), again());
    const move = h("select", { class: "short", "aria-label": t.move, onchange: () => { const queue = move.value; move.value = ""; steer("move", queue); } },
      h("option", { value: "" }, t.move), QUEUES.map((name) => h("option", { value: name }, () => word(name))));
    return h("div", { class: () => `selection ${chosen.size ? "held" : ""}` },
      h("div", { class: "row", hidden: () => !chosen.size },
        h("strong", { role: "status" }, () => t.chosen(number(chosen.size))),
        h("button", { type: "button", class: "danger", onclick: () => steer("cancel", "") }, t.cancel),
        h("button", { type: "button", onclick: () => steer("retry", "") }, t.retry), move,
        h("button", { type: "button", class: "quiet", onclick: release }, t.release),
        h("span", { class: "small", id: "fresh", role: "status" }, () => (chosen.size ? (state.fresh ? t.frozen(`${number(state.fresh)}${state.capped ? "+" : ""}`, state.fresh === 1) : t.still()) : ""))),
      h("div", { class: "row", hidden: () => chosen.size > 0 },
        h("span", { class: "muted small" }, t.matching),
        h("button", { type: "button", class: "small-button", onclick: () => all("cancel") }, t.cancelAll),
        h("button", { type: "button", class: "small-button", onclick: () => all("retry") }, t.retryAll)));
  }
}

/** The filters, which are the address: what is chosen at once, what is written with Enter. */
function filters(filter, go) {
  const text = (name, more = {}) => h("input", { type: "search", name, value: filter[name], autocomplete: "off", spellcheck: "false", ...more });
  const search = text("search", { placeholder: t.searchHint });
  const [owner, workflow] = [text("owner"), text("workflow", { list: "workflows" })];
  const status = choice([["", t.any], ...STATUSES.map((each) => /** @type {[string, () => string]} */ ([each, () => word(each)]))], filter.status, () => apply());
  const queue = choice([["", t.any], ...QUEUES.map((each) => /** @type {[string, () => string]} */ ([each, () => word(each)]))], filter.queue, () => apply());
  const apply = (more = {}) => go(`/monitor/tasks${query({ search: search.value.trim(), status: status.value, workflow: workflow.value.trim(), queue: queue.value, owner: owner.value.trim(), fingerprint: filter.fingerprint, ...more })}`);
  const known = h("datalist", { id: "workflows" });
  get("/workflows").then((all) => replace(known, all.map((each) => h("option", { value: each.name }))), () => {});
  return h("form", { class: "card stack", role: "search", onsubmit: (event) => (event.preventDefault(), apply()) },
    h("div", { class: "filters" },
      field(t.search, search), field(t.status, status), field(t.workflow, workflow), field(t.queue, queue), field(t.owner, owner), known,
      h("div", { class: "row" }, h("button", { type: "submit" }, t.apply), h("a", { class: "button quiet", href: "/monitor/tasks", hidden: !Object.values(filter).some(Boolean) }, t.clear))),
    h("p", { class: "note", hidden: !filter.fingerprint }, () => t.alike(filter.fingerprint)));
}
