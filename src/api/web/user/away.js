/** What happened while nobody looked: from the last seq that this browser has seen of the task. */

import { h, memory, refresh } from "../base/dom.js";
import { ago, list, texts } from "../base/i18n.js";
import { summarise } from "./reduce.js";
import { FINAL } from "./words.js";

const t = texts({
  title: [(when) => `您上次看是${when}。这段时间里：`, (when) => `You were here ${when}. Since then:`],
  steps: [(n) => `完成了 ${n} 个步骤`, (n) => `${n} ${n === 1 ? "step was" : "steps were"} finished`],
  retries: [(n) => `出错并重试 ${n} 次`, (n) => `it failed and was tried again ${n === 1 ? "once" : `${n} times`}`],
  interruptions: [
    (n) => `执行进程中断 ${n} 次，已自动接续`,
    (n) => `its worker was interrupted ${n === 1 ? "once" : `${n} times`}, and it went on by itself`,
  ],
  succeeded: ["任务已完成", "the task was done"],
  failed: ["任务失败了", "the task failed"],
  cancelled: ["任务被取消", "the task was cancelled"],
  nothing: ["任务在继续，没有新的步骤完成", "it went on, without a step finished"],
  close: ["知道了", "Dismiss"],
});
const KEPT = 200;

/** @param {string} id @param {{loaded: Promise<any[]>, since: (seq: number) => void}} journal @param {() => any} task */
export function away(id, journal, task) {
  const all = memory.get("seen") ?? {};
  const seen = all[id];
  let news = /** @type {ReturnType<typeof summarise> | null} */ (null);
  const note = h(
    "div",
    { class: "note row between away", hidden: () => !news, role: "status" },
    h("p", { class: "grow" }, () =>
      news && seen
        ? `${t.title(ago(seen.at))} ${list(said(news))}${document.documentElement.lang === "en" ? "." : "。"}`
        : "",
    ),
    h("button", { type: "button", class: "quiet", onclick: () => ((news = null), refresh(note)) }, t.close),
  );

  if (seen && seen.seq < task().last_seq) {
    journal.loaded.then((events) => {
      const missed = events.filter((event) => event.seq > seen.seq);
      if (!missed.length) return;
      news = summarise(missed);
      journal.since(seen.seq);
      refresh(note);
    });
  }

  const remember = () => {
    if (document.visibilityState === "hidden" && !leaving) return;
    const now = memory.get("seen") ?? {};
    now[id] = { seq: task().last_seq, at: Date.now() };
    const newest = Object.entries(now)
      .sort(([, a], [, b]) => b.at - a.at)
      .slice(0, KEPT);
    memory.set("seen", Object.fromEntries(newest));
  };
  let leaving = false;
  setInterval(() => FINAL.includes(task().status) || remember(), 2_000);
  document.addEventListener("visibilitychange", () => {
    leaving = document.visibilityState === "hidden";
    remember();
    leaving = false;
  });
  addEventListener("pagehide", remember);
  setTimeout(remember, 1_000);
  return note;
}

/** @param {ReturnType<typeof summarise>} news */
function said(news) {
  const parts = [];
  if (news.steps) parts.push(t.steps(news.steps));
  if (news.retries) parts.push(t.retries(news.retries));
  if (news.interruptions) parts.push(t.interruptions(news.interruptions));
  if (news.end) parts.push(t[news.end]());
  return parts.length ? parts : [t.nothing()];
}
