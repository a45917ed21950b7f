/** The attempts of a task and why each ended; shown once there is something to tell. */

import { each, h } from "../base/dom.js";
import { clock, duration, exactly, texts } from "../base/i18n.js";
import { status, tone } from "./words.js";

const t = texts({
  title: ["各次尝试", "Attempts"],
  number: [(n) => `第 ${n} 次`, (n) => `Attempt ${n}`],
  ran: [(from, seconds) => `${from} 起，${duration(seconds)}`, (from, seconds) => `from ${from}, ${duration(seconds)}`],
  next: [(seconds) => `${duration(seconds)}后重试`, (seconds) => `tried again ${duration(seconds)} later`],
  stopped: [
    "执行它的进程被停止（例如升级），任务从已完成的步骤继续",
    "Its worker was stopped, say for an update; the task goes on from its finished steps",
  ],
  lost: ["执行它的进程中断了，任务从已完成的步骤继续", "Its worker died; the task goes on from its finished steps"],
  traceback: ["技术细节", "Traceback"],
});

/** @param {() => any} task @param {{role: string}} user */
export function attemptList(task, user) {
  const list = h("ol", { class: "attempts" });
  const find = (/** @type {number} */ number) =>
    task().attempts.find((/** @type {any} */ each) => each.number === number);
  const card = h(
    "section",
    {
      class: "card",
      "aria-labelledby": "attempts-title",
      hidden: () => {
        each(
          list,
          task().attempts,
          (attempt) => String(attempt.number),
          (attempt) => line(() => find(attempt.number) ?? attempt, user),
        );
        return task().attempts.length < 2 && !task().attempts.some((/** @type {any} */ attempt) => attempt.error);
      },
    },
    h("h2", { id: "attempts-title" }, t.title),
    list,
  );
  return card;
}

/** @param {() => any} attempt @param {{role: string}} user */
function line(attempt, user) {
  const state = () => attempt().outcome ?? "running";
  const ran = () =>
    ((attempt().finished_at ? Date.parse(attempt().finished_at) : Date.now()) - Date.parse(attempt().started_at)) /
    1000;
  const why = () => {
    const { error, outcome, reason, retry_in_seconds } = attempt();
    const said = error
      ? `${error.message} (${error.type})`
      : outcome === "interrupted"
        ? reason === "worker_stopped"
          ? t.stopped()
          : t.lost()
        : "";
    return [said, retry_in_seconds === null || retry_in_seconds === undefined ? "" : t.next(retry_in_seconds)]
      .filter(Boolean)
      .join(" · ");
  };
  return h(
    "li",
    {},
    h(
      "div",
      { class: "row between" },
      h("span", { class: "strong" }, () => t.number(attempt().number)),
      h("span", { class: () => `badge ${tone(state())}` }, () => status(state())),
    ),
    h("p", { class: "small muted", title: () => exactly(attempt().started_at) }, () =>
      t.ran(clock(attempt().started_at), ran()),
    ),
    h("p", { class: "small", hidden: () => !why() }, why),
    user.role === "admin"
      ? h(
          "details",
          { class: "small", hidden: () => !attempt().error?.traceback },
          h("summary", {}, t.traceback),
          h("pre", { tabindex: "0" }, () => attempt().error?.traceback ?? ""),
        )
      : null,
  );
}
