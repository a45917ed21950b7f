/** One task for an operator: where it stands, its waterfall, attempts with tracebacks, log, payloads, who did what. */

import { get, patch, post } from "../base/api.js";
import { framed, h, refresh, replace } from "../base/dom.js";
import { bytes, duration, moment, number, percent, texts, titled } from "../base/i18n.js";
import { confirm, toast } from "../base/notice.js";
import { explain } from "../base/problems.js";
import { watchTask } from "../watch.js";
import { acted, detail } from "./audit.js";
import { applies } from "./bulk.js";
import { tree } from "./json.js";
import { lanes } from "./lanes.js";
import { journal } from "./log.js";
import { FINAL, QUEUES, badge, choice, since, trouble, short, word } from "./parts.js";
import { empty, recorded, take } from "./waterfall.js";

const t = texts({
  back: ["任务", "Tasks"],
  loading: ["载入中…", "Loading…"],
  cancel: ["取消", "Cancel"],
  retry: ["重试", "Retry"],
  asUser: ["用户看到的页面", "As its owner sees it"],
  cancelTitle: ["取消这个任务？", "Cancel this task?"],
  cancelText: ["运行中的任务会在两秒内停下，已完成的步骤会保留。", "A running task stops within two seconds; its finished steps are kept."],
  cancelling: ["正在取消…", "Cancelling…"],
  cancelled: ["已请求取消", "Asked it to stop"],
  retried: ["已重新排队", "Queued again"],
  moved: [(name) => `已移到${name}优先级队列`, (name) => `Moved to the ${name} queue`],
  moveTo: ["移到队列", "Move to queue"],
  owner: ["提交人", "Owner"],
  workflow: ["工作流", "Workflow"],
  queue: ["队列", "Queue"],
  place: [(n) => `第 ${n} 位`, (n) => `place ${n}`],
  worker: ["工作进程", "Worker"],
  created: ["提交", "Submitted"],
  waited: ["首次等待", "First wait"],
  ran: ["运行时长", "Run time"],
  attempts: ["尝试", "Attempts"],
  of: [(n, most) => `${n}，最多 ${most}`, (n, most) => `${n} of ${most}`],
  progress: ["进度", "Progress"],
  attempt: [(n) => `第 ${n} 次`, (n) => `Attempt ${n}`],
  on: [(worker) => `在 ${worker}`, (worker) => `on ${worker}`],
  again: [(value) => `${value}后重试`, (value) => `tried again after ${value}`],
  traceback: ["错误堆栈", "Traceback"],
  alike: ["同类失败", "Failures like it"],
  input: ["输入", "Input"],
  result: ["结果", "Result"],
  files: ["产物", "Files"],
  copy: ["复制 JSON", "Copy JSON"],
  copied: ["已复制", "Copied"],
  payloads: ["输入与结果", "Payloads"],
  noResult: ["还没有结果", "No result yet"],
  ended: ["任务结束时没有结果", "It ended without a result"],
  audit: ["谁做了什么", "Who did what"],
  noAudit: ["没有人操作过这个任务", "Nobody has steered this task"],
  id: ["编号", "Id"],
  request: ["请求编号", "Request"],
});
const AGAIN = ["task.queued", "task.started", "task.moved", "task.retrying", "task.interrupted", "task.cancelling", "task.succeeded", "task.failed", "task.cancelled"];
const REFRESH_MS = 5_000;

/** @param {import("./index.js").View} view */
export function task({ place, live, signal, id = "" }) {
  const path = `/tasks/${encodeURIComponent(id)}`;
  let now = /** @type {any} */ (null);
  let fall = empty();
  let pruned = false; // the events before the last are no longer kept
  const titleOf = (step) => {
    const known = now?.steps.find((each) => each.name === step);
    return known ? titled(known.title) : step;
  };
  const until = () => (now && FINAL.includes(now.status) ? new Date(now.finished_at ?? now.updated_at).getTime() : Date.now());
  const water = lanes(() => (pruned && now ? recorded(now) : fall), until, titleOf);
  const log = journal(titleOf);
  const [attempts, payloads, trail] = [h("section", { class: "card stack", hidden: true }), h("section", { class: "card stack" }), h("section", { class: "card stack" })];
  const head = h("section", { class: "card stack" });
  replace(place, h("div", { class: "stack tight" }, h("a", { class: "small", href: "/monitor/tasks" }, () => `← ${t.back()}`), h("h1", {}, () => `${now?.workflow ?? word("task")} `, h("span", { class: "mono muted" }, short(id)))), h("p", { class: "muted", id: "task-loading" }, t.loading));

  const show = () => {
    replace(place, place.firstElementChild, head, water.element, attempts, h("div", { class: "grid" }, log.element, trail), payloads);
    replace(head, header());
    water.draw();
  };
  const drawn = framed(() => (water.draw(), log.draw(), refresh(head)));
  const told = { attempts: "", payloads: "" };

  async function load() {
    try {
      const first = !now;
      now = await get(path, { signal });
      if (watch.state === "ended" && now.last_seq > watch.cursor) watch = follow(watch.cursor); // retried by hand
      if (first) show();
      const seen = JSON.stringify(now.attempts);
      if (seen !== told.attempts) drawAttempts((told.attempts = seen));
      drawn();
      refresh(place.firstElementChild);
      await Promise.all([drawPayloads(), drawTrail()]);
    } catch (error) {
      if (error.name !== "AbortError" && !now) replace(place, place.firstElementChild, trouble(error, load));
    }
  }

  const steer = async (/** @type {() => Promise<any>} */ act, /** @type {() => string} */ said) => {
    try {
      await act();
      toast(said());
    } catch (error) {
      toast(explain(error));
    }
    await load();
  };
  const cancel = async () => (await confirm({ title: t.cancelTitle(), text: t.cancelText(), yes: t.cancel(), danger: true })) && steer(() => post(`${path}/cancel`), t.cancelled);

  function header() {
    const fact = (name, value, more = {}) => h("div", more, h("dt", {}, name), h("dd", {}, value));
    const move = choice(QUEUES.map((name) => [name, () => word(name)]), now.queue, (queue) => steer(() => patch(path, { queue }), () => t.moved(word(queue))), { "aria-label": t.moveTo, class: "short", value: () => now.queue });
    return [
      h("div", { class: "row between" },
        h("div", { class: "row" }, badge(() => now.status), h("span", { class: "muted", role: "status" }, () => (now.cancel_requested_at && !FINAL.includes(now.status) ? t.cancelling() : FINAL.includes(now.status) ? "" : [now.current_step ? titleOf(now.current_step) : "", now.message].filter(Boolean).join(" · ")))),
        h("div", { class: "row" },
          h("label", { class: "row small", hidden: () => !applies("move", now.status) }, h("span", {}, t.moveTo), move),
          h("button", { type: "button", class: "danger", id: "cancel", hidden: () => !applies("cancel", now.status), onclick: cancel }, t.cancel),
          h("button", { type: "button", class: "primary", id: "retry", hidden: () => !applies("retry", now.status), onclick: () => steer(() => post(`${path}/retry`), t.retried) }, t.retry),
          h("a", { class: "button quiet", href: `/tasks/${id}` }, t.asUser))),
      h("div", { class: "row nowrap" },
        h("div", { class: () => `bar grow ${{ succeeded: "good", failed: "bad" }[now.status] ?? ""}`, role: "progressbar", "aria-label": t.progress, "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": () => Math.round(now.progress) }, h("span", { style: { width: () => `${now.progress}%` } })),
        h("strong", {}, () => percent(now.progress))),
      h("dl", { class: "facts" },
        fact(t.owner, () => now.owner_name ?? now.owner),
        fact(t.queue, () => word(now.queue) + (now.queue_position ? ` · ${t.place(number(now.queue_position))}` : "")),
        fact(t.attempts, () => t.of(number(now.attempt), number(now.max_attempts))),
        fact(t.created, since(() => now.created_at)),
        fact(t.waited, () => duration(now.wait_seconds)),
        fact(t.ran, () => (now.run_seconds === null ? "–" : duration(now.run_seconds))),
        fact(t.worker, () => now.worker ?? "–"),
        fact(t.id, h("code", {}, id), { class: "twice" }),
        now.request_id ? fact(t.request, h("code", {}, now.request_id), { class: "twice" }) : null),
    ];
  }

  function drawAttempts() {
    const failed = now.attempts.filter((each) => each.error);
    attempts.hidden = !failed.length;
    replace(attempts, h("h2", {}, t.attempts), h("ul", { class: "stack" }, failed.map((each) => {
      const print = each.fingerprint ?? each.error.fingerprint;
      return h("li", { class: "stack tight attempt-item" },
        h("div", { class: "row" }, h("strong", {}, () => t.attempt(number(each.number))), badge(() => each.outcome ?? "running"), h("span", { class: "small muted" }, () => [each.worker ? t.on(each.worker) : "", each.retry_in_seconds === null ? "" : t.again(duration(each.retry_in_seconds))].filter(Boolean).join(" · "))),
        h("p", {}, h("strong", { class: "mono" }, each.error.type), " ", each.error.message),
        print ? h("p", { class: "small" }, h("a", { href: `/monitor/tasks?fingerprint=${print}` }, t.alike), " ", h("code", { class: "muted" }, print)) : null,
        each.error.traceback ? h("details", { open: each === failed.at(-1) }, h("summary", {}, t.traceback), h("pre", { class: "code", tabindex: "0", "aria-label": t.traceback }, each.error.traceback)) : null);
    })));
  }

  async function drawPayloads() {
    if (told.payloads === now.status) return;
    const outcome = now.status === "succeeded" ? await get(`${path}/result`, { signal }).catch(() => null) : null;
    told.payloads = now.status;
    const copy = (value) => h("button", { type: "button", class: "quiet small-button", onclick: () => navigator.clipboard.writeText(JSON.stringify(value, null, 2)).then(() => toast(t.copied()), () => {}) }, t.copy);
    const part = (name, value) => h("div", { class: "stack tight" }, h("div", { class: "row between" }, h("h3", {}, name), copy(value)), h("div", { class: "code json", tabindex: "0", role: "region", "aria-label": name }, tree(value)));
    replace(payloads, h("h2", {}, t.payloads), h("div", { class: "grid plain" }, part(t.input, now.input), outcome ? part(t.result, outcome.result) : h("div", { class: "stack tight" }, h("h3", {}, t.result), h("p", { class: "muted" }, FINAL.includes(now.status) ? t.ended : t.noResult))),
      outcome?.artifacts.length ? h("div", { class: "stack tight" }, h("h3", {}, t.files), h("ul", { class: "row" }, outcome.artifacts.map((file) => h("li", {}, h("a", { class: "button", href: file.url, download: file.name }, file.name, " ", h("span", { class: "small muted" }, () => bytes(file.size))))))) : null);
  }

  async function drawTrail() {
    const { items } = await get(`/audit?task=${encodeURIComponent(id)}&limit=100`, { signal });
    replace(trail, h("h2", {}, t.audit), items.length
      ? h("ol", { class: "trail" }, items.map((item) => h("li", {}, h("strong", {}, item.actor), " ", () => acted(item.action), " ", h("span", { class: "muted" }, () => detail(item)), h("div", { class: "small muted" }, () => moment(item.at), " · ", since(() => item.at)))))
      : h("p", { class: "empty" }, t.noAudit));
  }

  const soon = (() => {
    let timer = 0;
    return () => (clearTimeout(timer), (timer = setTimeout(() => !signal.aborted && load(), 150)));
  })();
  let watch = follow(0);
  /** @param {number} after */
  function follow(after) {
    return watchTask(id, { after, onEvent: happened, onState: (_, { reset }) => reset && forget(reset.reason) });
  }
  function happened(event) {
    take(fall, event);
    log.take(event);
    if (now && event.progress !== undefined && event.type.startsWith("step.")) Object.assign(now, { progress: event.progress, current_step: event.step, message: event.message ?? now.message });
    if (now) drawn();
    if (AGAIN.includes(event.type) && now) soon();
  }
  function forget(/** @type {string} */ reason) {
    [fall, pruned] = [empty(), reason === "pruned"];
    log.clear();
  }
  const ticking = setInterval(() => {
    if (!now || document.visibilityState === "hidden" || FINAL.includes(now.status)) return;
    now.run_seconds = now.started_at ? (Date.now() - new Date(now.started_at).getTime()) / 1000 : null;
    drawn();
  }, 1_000);
  const reading = setInterval(() => document.visibilityState === "visible" && load(), REFRESH_MS);
  addEventListener("casework:language", () => now && drawn(), { signal });
  signal.addEventListener("abort", () => (watch.close(), clearInterval(ticking), clearInterval(reading)));
  load();
}
