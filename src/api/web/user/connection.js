/** The mark that says how news comes: at once, with a delay, or not at all. */

import { h } from "../base/dom.js";
import { number, texts } from "../base/i18n.js";

const t = texts({
  connecting: ["正在连接", "Connecting"],
  live: ["实时", "Live"],
  polling: ["定时更新", "Every few seconds"],
  behind: [(n) => `追赶中，还差 ${number(n)} 条`, (n) => `Catching up, ${number(n)} to go`],
  reauth: ["登录即将过期", "Session about to end"],
  offline: ["已断线，恢复后自动继续", "Offline, goes on by itself"],
  ended: ["已结束", "Ended"],
  refused: ["没有权限", "Refused"],
});
const TONE = { live: "good", polling: "warn", reauth: "warn", offline: "bad", refused: "bad", connecting: "" };

/** @param {() => {state: string, behind?: number}} read */
export function connectionMark(read) {
  return h(
    "span",
    {
      class: () => `badge connection ${TONE[read().state] ?? ""}`,
      hidden: () => read().state === "ended",
      data: { connection: "" },
      "data-state": () => read().state,
    },
    () => {
      const { state, behind } = read();
      return state === "polling" && behind ? t.behind(behind) : t[state]();
    },
  );
}
