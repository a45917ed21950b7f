/** Who did what: every steering action, newest first, filtered by who and which; and the same for one task. */

import { get, query } from "../base/api.js";
import { append, h, replace } from "../base/dom.js";
import { exactly, moment, number, texts } from "../base/i18n.js";
import { choice, fetched, field, taskLink, word } from "./parts.js";

const t = texts({
  title: ["操作记录", "Audit"],
  lead: ["谁在什么时候对任务和队列做了什么。", "Who steered which task or queue, and when."],
  when: ["时间", "When"],
  who: ["操作人", "Who"],
  what: ["操作", "What"],
  on: ["对象", "On"],
  detail: ["说明", "Detail"],
  any: ["全部操作", "Every action"],
  "task.cancel": ["取消任务", "Cancelled a task"],
  "task.retry": ["重试任务", "Retried a task"],
  "task.move": ["移动任务", "Moved a task"],
  "queue.pause": ["暂停队列", "Paused a queue"],
  "queue.resume": ["恢复队列", "Resumed a queue"],
  "tasks.bulk": ["批量操作", "Steered many tasks"],
  "user.create": ["创建用户", "Created a user"],
  older: ["载入更早的", "Load older ones"],
  nothing: ["还没有记录", "Nothing yet"],
  apply: ["筛选", "Filter"],
  queueOf: [(name) => `${name}优先级队列`, (name) => `${name} queue`],
  moved: [(from, to) => `${from} → ${to}`, (from, to) => `${from} → ${to}`],
  bulkCancel: [(changed, matched) => `取消 ${changed} 个（匹配 ${matched} 个）`, (changed, matched) => `cancelled ${changed} of ${matched}`],
  bulkRetry: [(changed, matched) => `重试 ${changed} 个（匹配 ${matched} 个）`, (changed, matched) => `retried ${changed} of ${matched}`],
  partOfBulk: ["批量操作的一部分", "as one of many"],
});
const ACTIONS = ["task.cancel", "task.retry", "task.move", "queue.pause", "queue.resume", "tasks.bulk", "user.create"];
const PAGE = 50;

/** An action in words. @param {string} action */
export const acted = (action) => (t[action] ? t[action]() : action);

/** What its detail says, in a few words. @param {any} item */
export function detail({ action, detail = {} }) {
  if (action === "task.move") return t.moved(word(detail.from), word(detail.to));
  if (action === "tasks.bulk") {
    const filter = Object.entries(detail.filter ?? {}).map(([name, value]) => `${name}: ${value}`).join(", ");
    return `${t[detail.action === "retry" ? "bulkRetry" : "bulkCancel"](number(detail.changed), number(detail.matched))}${filter ? ` · ${filter}` : ""}`;
  }
  if (action === "user.create") return `${detail.username} (${detail.role})`;
  return detail?.bulk ? t.partOfBulk() : "";
}

/** @param {import("./index.js").View} view */
export function audit({ place, params, signal, go }) {
  let cursor = "";
  const filters = { actor: params.get("actor") ?? "", action: params.get("action") ?? "" };
  const actor = h("input", { type: "search", value: filters.actor, autocomplete: "off", spellcheck: "false" });
  const action = choice([["", t.any], ...ACTIONS.map((each) => /** @type {[string, () => string]} */ ([each, t[each]]))], filters.action, () => apply());
  const apply = () => go(`/monitor/audit${query({ actor: actor.value.trim(), action: action.value })}`);
  const body = h("tbody", {});
  const found = h("div", { class: "card stack" });
  const table = h("div", { class: "table" }, h("table", { class: "wide" },
    h("thead", {}, h("tr", {}, [t.when, t.who, t.what, t.on, t.detail].map((name) => h("th", { scope: "col" }, name)))), body));
  const older = h("button", { type: "button", hidden: () => !cursor, onclick: () => load() }, t.older);
  replace(place,
    h("div", { class: "stack tight" }, h("h1", {}, t.title), h("p", { class: "muted" }, t.lead)),
    h("form", { class: "filters card", role: "search", onsubmit: (event) => (event.preventDefault(), apply()) },
      field(t.who, actor), field(t.what, action), h("button", { type: "submit" }, t.apply)),
    found);
  const load = fetched(found, () => get(`/audit${query({ ...filters, limit: PAGE, cursor })}`, { signal }), (page, first) => {
    cursor = page.next_cursor ?? "";
    append(body, page.items.map(row));
    if (first) replace(found, page.items.length ? [table, older] : h("p", { class: "empty" }, t.nothing));
  });
  load();
}

const row = (item) =>
  h("tr", {}, h("td", {}, h("time", { datetime: item.at, title: () => exactly(item.at) }, () => moment(item.at))), h("td", { class: "strong" }, item.actor),
    h("td", {}, () => acted(item.action)),
    h("td", {}, item.task_id ? taskLink(item.task_id) : item.queue ? () => t.queueOf(word(item.queue)) : "–"), h("td", { class: "muted" }, () => detail(item)));
