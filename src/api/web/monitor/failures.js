/** The failures of a period, those alike in one group by their fingerprint; from each to its tasks, and to retrying them all. */

import { get, query } from "../base/api.js";
import { h, replace } from "../base/dom.js";
import { number, texts } from "../base/i18n.js";
import { steerMatching } from "./bulk.js";
import { choice, fetched, paced, since, taskLink } from "./parts.js";

const t = texts({
  title: ["失败", "Failures"],
  lead: ["同样的失败归为一组：数字、编号、路径和时间不同不算不同。", "Failures alike are one group: ids, numbers, paths and times do not tell them apart."],
  period: ["时间范围", "Period"],
  w3600: ["最近 1 小时", "Last hour"],
  w86400: ["最近 24 小时", "Last 24 hours"],
  w604800: ["最近 7 天", "Last 7 days"],
  w7776000: ["最近 90 天", "Last 90 days"],
  none: ["这段时间没有失败。很好。", "Nothing failed in this period. Good."],
  total: [(n, groups) => `${n} 次失败，${groups} 组`, (n, groups) => `${n} failed attempts in ${groups} groups`],
  attempts: ["次", "failed attempts"],
  tasks: [(n) => `查看 ${n} 个任务`, (n) => `See ${n} ${n === "1" ? "task" : "tasks"}`],
  retry: ["全部重试", "Retry all"],
  where: [(workflow, step) => `${workflow} · ${step}`, (workflow, step) => `${workflow} · ${step}`],
  first: ["首次", "first"],
  last: ["最近", "last"],
  examples: ["例如", "For example"],
  fingerprint: ["指纹", "Fingerprint"],
});
const WINDOWS = ["3600", "86400", "604800", "7776000"];

/** @param {import("./index.js").View} view */
export function failures({ place, live, params, signal, go }) {
  const asked = params.get("window") ?? "";
  const seconds = WINDOWS.includes(asked) ? asked : WINDOWS.find((each) => Number(each) >= Number(asked) && asked) ?? "86400";
  const chosen = choice(WINDOWS.map((each) => [each, t[`w${each}`]]), seconds, (value) => go(`/monitor/failures${query({ window: value })}`), { "aria-label": t.period, class: "short" });
  const body = h("div", { class: "stack" });
  let told = "";
  replace(place, h("div", { class: "row between" }, h("div", { class: "stack tight" }, h("h1", {}, t.title), h("p", { class: "muted" }, t.lead)), chosen), body);
  const load = fetched(body, () => get(`/failures${query({ window: seconds })}`, { signal }), (page) => {
    const now = JSON.stringify(page.groups);
    if (now === told) return; // what stands there keeps its focus
    told = now;
    const most = Math.max(1, ...page.groups.map((group) => group.count));
    const focus = document.activeElement?.closest("[data-key]")?.dataset.key;
    replace(body, page.groups.length
      ? [h("p", { class: "strong" }, () => t.total(number(page.total), number(page.groups.length))), h("ul", { class: "stack" }, page.groups.map((group) => item(group, most, again)))]
      : h("p", { class: "card empty" }, t.none));
    if (focus) /** @type {HTMLElement | null} */ (body.querySelector(`[data-key="${focus}"] button`))?.focus();
  });
  const again = paced(live, 5_000, signal, load);
}

function item(group, most, again) {
  const retry = async () => (await steerMatching("retry", { status: "failed", fingerprint: group.fingerprint })) && again();
  const where = group.step ? () => t.where(group.workflow, group.step) : group.workflow;
  return h("li", { class: "card failure", data: { key: group.fingerprint } },
    h("div", { class: "count" }, h("strong", {}, () => number(group.count)), h("span", { class: "small muted" }, t.attempts),
      h("div", { class: "bar thin bad", "aria-hidden": "true" }, h("span", { style: { width: `${(group.count / most) * 100}%` } }))),
    h("div", { class: "stack tight grow" },
      h("h2", {}, h("span", { class: "mono" }, group.type)),
      h("p", { class: "message" }, group.message),
      h("p", { class: "small muted" }, where, " · ", t.last, " ", since(() => group.last_seen), " · ", t.first, " ", since(() => group.first_seen)),
      h("p", { class: "small muted" }, t.fingerprint, " ", h("code", {}, group.fingerprint), " · ", t.examples, " ", group.task_ids.slice(0, 3).map((id) => [taskLink(id), " "]))),
    h("div", { class: "row actions" },
      h("a", { class: "button", href: `/monitor/tasks${query({ fingerprint: group.fingerprint })}` }, () => t.tasks(number(group.tasks))),
      h("button", { type: "button", onclick: retry, "aria-label": () => `${t.retry()} · ${group.type}` }, t.retry)));
}
