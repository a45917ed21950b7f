/** Many tasks at once: how many match, the question that names the number, and what came of it. */

import { get, patch, post, query } from "../base/api.js";
import { number, texts } from "../base/i18n.js";
import { confirm, toast } from "../base/notice.js";
import { explain } from "../base/problems.js";
import { FINAL, word } from "./parts.js";

const t = texts({
  cancel: ["取消", "Cancel"],
  retry: ["重试", "Retry"],
  move: ["移动", "Move"],
  cancelTitle: [(n) => `取消 ${n} 个任务？`, (n, one) => `Cancel ${n} ${one ? "task" : "tasks"}?`],
  retryTitle: [(n) => `重试 ${n} 个任务？`, (n, one) => `Retry ${n} ${one ? "task" : "tasks"}?`],
  moveTitle: [(n, one, queue) => `把 ${n} 个任务移到${queue}优先级队列？`, (n, one, queue) => `Move ${n} ${one ? "task" : "tasks"} to the ${queue} queue?`],
  cancelText: ["排队的立刻取消，运行中的在两秒内停下。", "Waiting ones are cancelled at once; running ones stop within two seconds."],
  retryText: ["从失败的步骤继续，已完成的步骤会保留。", "They go on from the step that failed; finished steps are kept."],
  moveText: ["只有在等待的任务可以移动。", "Only tasks that wait can be moved."],
  left: [(n) => `其余 ${n} 个不适用，会保持原样。`, (n, one) => (one ? "One more stays as it is: it does not apply to it." : `The other ${n} stay as they are: it does not apply to them.`)],
  yesCancel: [(n) => `取消 ${n} 个`, (n) => `Cancel ${n}`],
  yesRetry: [(n) => `重试 ${n} 个`, (n) => `Retry ${n}`],
  yesMove: [(n) => `移动 ${n} 个`, (n) => `Move ${n}`],
  more: [(n) => `${n} 个以上`, (n) => `more than ${n}`],
  none: ["没有适用的任务", "It applies to none of them"],
  cancelled: [(n) => `已取消 ${n} 个任务`, (n) => (n === "1" ? "1 task cancelled" : `${n} tasks cancelled`)],
  retried: [(n) => `已重试 ${n} 个任务`, (n) => (n === "1" ? "1 task retried" : `${n} tasks retried`)],
  moved: [(n) => `已移动 ${n} 个任务`, (n) => (n === "1" ? "1 task moved" : `${n} tasks moved`)],
  refused: [(n, why) => `${n} 个没有成功：${why}`, (n, why) => `${n} did not work: ${why}`],
});
const COUNTED = 10_000;
const PAGE = 500;
const TOGETHER = 6;
const DONE = { cancel: "cancelled", retry: "retried", move: "moved" };
const capital = (/** @type {string} */ name) => name[0].toUpperCase() + name.slice(1);

/** Whether an action applies to a task in this status. */
export const applies = (/** @type {string} */ action, /** @type {string} */ status) =>
  ({ cancel: !FINAL.includes(status), retry: status === "failed" || status === "cancelled", move: status === "queued" || status === "retrying" })[action];

/** How many tasks match a filter, and to how many the action applies; counting ends at ten thousand. */
async function count(action, filter) {
  let [matched, fit, cursor, more] = [0, 0, "", true];
  while (more && matched < COUNTED) {
    const page = await get(`/tasks${query({ ...filter, limit: PAGE, cursor })}`);
    matched += page.items.length;
    fit += page.items.filter((task) => applies(action, task.status)).length;
    cursor = page.next_cursor ?? "";
    more = Boolean(cursor);
  }
  return { matched, fit, more };
}

function ask(action, fit, rest, more, queue) {
  const shown = more ? t.more(number(fit)) : number(fit);
  return confirm({
    title: t[`${action}Title`](shown, fit === 1, queue ? word(queue) : ""),
    text: [t[`${action}Text`](), rest && !more ? t.left(number(rest), rest === 1) : ""].filter(Boolean).join(" "),
    yes: t[`yes${capital(action)}`](shown),
    danger: action === "cancel",
  });
}

/**
 * Steer everything that matches; gives whether anything was done.
 * @param {"cancel" | "retry"} action @param {Record<string, string>} filter as `GET /tasks` takes it
 */
export async function steerMatching(action, filter) {
  if (counting) return false;
  counting = true;
  try {
    const { matched, fit, more } = await count(action, filter);
    if (!fit && !more) return toast(t.none()), false;
    if (!(await ask(action, fit, matched - fit, more))) return false;
    const kept = Object.fromEntries(Object.entries(filter).filter(([, value]) => value));
    const { changed } = await post("/tasks/bulk", { action, filter: Object.keys(kept).length ? kept : { all: true } });
    toast(t[DONE[action]](number(changed)));
    return true;
  } catch (error) {
    toast(explain(error));
    return false;
  } finally {
    counting = false;
  }
}
let counting = false;

/**
 * Steer the chosen ones, some at a time; gives whether anything was done.
 * @param {"cancel" | "retry" | "move"} action @param {{task_id: string, status: string}[]} chosen @param {string} [queue]
 */
export async function steerChosen(action, chosen, queue) {
  const fit = chosen.filter((task) => applies(action, task.status));
  if (!fit.length) return toast(t.none()), false;
  if (!(await ask(action, fit.length, chosen.length - fit.length, false, queue))) return false;
  const waiting = [...fit];
  const refused = /** @type {unknown[]} */ ([]);
  const one = async () => {
    for (let task = waiting.pop(); task; task = waiting.pop()) {
      try {
        await (action === "move" ? patch(`/tasks/${task.task_id}`, { queue }) : post(`/tasks/${task.task_id}/${action}`));
      } catch (error) {
        refused.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: TOGETHER }, one));
  toast(t[DONE[action]](number(fit.length - refused.length)));
  if (refused.length) toast(t.refused(number(refused.length), explain(refused[0])));
  return true;
}
