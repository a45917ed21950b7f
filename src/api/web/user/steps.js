/** The steps of a task: what each has done, counted and timed as the journal says. */

import { h } from "../base/dom.js";
import { duration, number, texts, titled } from "../base/i18n.js";
import { status } from "./words.js";

const t = texts({
  title: ["步骤", "Steps"],
  live: ["正在写，尚未核对", "Being written, not checked yet"],
  restored: ["上次已完成", "kept from before"],
  count: [
    (done, total) => `${number(done)} / ${number(total)}`,
    (done, total) => `${number(done)} of ${number(total)}`,
  ],
});
const SHOWN = 600; // characters
const SIGN = { succeeded: "✓", failed: "✕", running: "", pending: "", skipped: "–" };

/** @param {() => any} task @param {() => import("./live.js").Live | null} live */
export function stepList(task, live) {
  const step = (/** @type {string} */ name) => () => task().steps.find((/** @type {any} */ each) => each.name === name);
  return h(
    "section",
    { class: "card", "aria-labelledby": "steps-title", hidden: () => !task().steps.length },
    h("h2", { id: "steps-title" }, t.title),
    h(
      "ol",
      { class: "steps" },
      task().steps.map((/** @type {any} */ each) => line(step(each.name), live)),
    ),
  );
}

/** @param {() => any} step @param {() => import("./live.js").Live | null} live */
function line(step, live) {
  const written = () => {
    const known = live();
    if (!known || known.step !== step().name || step().status !== "running") return "";
    return (known.offset || known.text.length > SHOWN ? "…" : "") + known.text.slice(-SHOWN);
  };
  const took = () => {
    const { run_seconds, started_at, status: state } = step();
    if (state === "running" && started_at) return duration(Math.max(0, (Date.now() - Date.parse(started_at)) / 1000));
    return run_seconds === null || run_seconds === undefined || state === "pending" || state === "skipped"
      ? ""
      : duration(run_seconds);
  };
  const said = () => {
    const { message, done, total, error, status: state } = step();
    if (state === "failed" && error) return error;
    const counted =
      state === "running" && total > 1 && !message?.includes(`${done}/${total}`) ? t.count(done, total) : "";
    return [counted, message].filter(Boolean).join(" · ");
  };
  return h(
    "li",
    { class: () => `step ${step().status}` },
    h("span", { class: "sign", "aria-hidden": "true" }, () => SIGN[step().status] ?? ""),
    h(
      "div",
      { class: "grow" },
      h(
        "div",
        { class: "row between" },
        h(
          "span",
          { class: "name" },
          () => titled(step().title),
          h(
            "span",
            { class: "visually-hidden" },
            () => ` (${status(step().status === "running" ? "running" : step().status)})`,
          ),
        ),
        h("span", { class: "small muted number" }, () =>
          [step().restored ? t.restored() : "", took()].filter(Boolean).join(" · "),
        ),
      ),
      h(
        "div",
        {
          class: "bar thin",
          role: "progressbar",
          "aria-label": () => titled(step().title),
          "aria-valuemin": 0,
          "aria-valuemax": 100,
          "aria-valuenow": () => Math.round(step().progress),
          hidden: () => step().status !== "running",
        },
        h("span", { style: { width: () => `${step().progress}%` } }),
      ),
      h("p", { class: "small muted", hidden: () => !said() }, said),
      h("p", { class: "small live", title: t.live, hidden: () => !written() }, written),
    ),
  );
}
