/** My cases: newest first, live, filtered by state, with more on demand. */

import { get, query } from "../base/api.js";
import { each, framed, h, refresh } from "../base/dom.js";
import { ago, duration, exactly, percent, texts, titled } from "../base/i18n.js";
import { explain } from "../base/problems.js";
import { connectionMark } from "./connection.js";
import { followMine } from "./mine.js";
import { reduceRow } from "./reduce.js";
import { FINAL, status, subject, tone } from "./words.js";

const t = texts({
  title: ["我的案件", "My cases"],
  all: ["全部", "All"],
  open: ["进行中", "Under way"],
  ended: ["已结束", "Ended"],
  filter: ["按状态筛选", "Filter by state"],
  none: [
    "还没有案件。提交一个，关掉页面也会继续办理。",
    "No cases yet. Submit one: it goes on when you close the page.",
  ],
  noneHere: ["这里没有案件。", "None here."],
  more: ["显示更早的", "Show earlier ones"],
  took: [(seconds) => `用时 ${duration(seconds)}`, (seconds) => `took ${duration(seconds)}`],
  news: [(name, state) => `${name}：${state}`, (name, state) => `${name}: ${state}`],
});
const PAGE = 50;
const LABELLED = 30;

/** @param {Map<string, any>} workflows by name */
export function myTasks(workflows) {
  const rows = /** @type {Map<string, any>} */ (new Map());
  const inputs = /** @type {Map<string, any>} */ (new Map());
  const documents = /** @type {Map<string, {name: string}>} */ (new Map());
  let filter = /** @type {"all" | "open" | "ended"} */ ("all");
  let cursor = /** @type {string | null} */ (null);
  let error = /** @type {unknown} */ (null);
  let loaded = false;
  let said = "";
  let connection = { state: "connecting" };

  const listed = () =>
    [...rows.values()]
      .filter((row) => filter === "all" || FINAL.includes(row.status) === (filter === "ended"))
      .sort((a, b) => (a.task_id < b.task_id ? 1 : -1));
  const list = h("ul", { class: "cases" });
  const draw = framed(() => {
    each(
      list,
      listed(),
      (row) => row.task_id,
      (row) => line(row.task_id),
    );
    refresh(card);
  });

  function take(/** @type {any} */ row) {
    const known = rows.get(row.task_id);
    if (known && known.last_seq > row.last_seq) return;
    if (known && known.status !== row.status) said = t.news(name(row), status(row.status));
    rows.set(row.task_id, { ...known, ...row });
  }

  async function read() {
    const page = await get(`/tasks${query({ limit: PAGE })}`);
    if (!loaded) cursor = page.next_cursor;
    [loaded, error] = [true, null];
    page.items.forEach(take);
    draw();
    label();
    return page.items.some((/** @type {any} */ row) => !FINAL.includes(row.status));
  }

  async function more() {
    const page = await get(`/tasks${query({ limit: PAGE, cursor })}`).catch((thrown) => ((error = thrown), null));
    if (page) {
      cursor = page.next_cursor;
      page.items.forEach(take);
    }
    draw();
  }

  /** What each is about: the list does not say it, the task does. One at a time, it is a nicety. */
  let labelling = false;
  async function label() {
    if (labelling) return;
    labelling = true;
    try {
      for (;;) {
        const row = listed()
          .slice(0, LABELLED)
          .find((each) => !inputs.has(each.task_id));
        if (!row) break;
        const { input } = await get(`/tasks/${row.task_id}`);
        if (input.document_ids?.some((/** @type {string} */ id) => !documents.has(id))) {
          for (const document of (await get("/documents?limit=500")).items) documents.set(document.id, document);
        }
        inputs.set(row.task_id, input);
        draw();
      }
    } catch {
      // the list does without
    } finally {
      labelling = false;
    }
  }

  const title = (/** @type {any} */ row) =>
    workflows.has(row.workflow) ? titled(workflows.get(row.workflow).title) : row.workflow;
  const name = (/** @type {any} */ row) => subject(inputs.get(row.task_id), documents) || title(row);
  const stepped = (/** @type {any} */ row) => {
    const step = workflows.get(row.workflow)?.steps.find((/** @type {any} */ each) => each.name === row.current_step);
    return step ? titled(step.title) : "";
  };

  function line(/** @type {string} */ id) {
    const row = () => rows.get(id);
    const over = () => FINAL.includes(row().status);
    return h(
      "li",
      {},
      h(
        "a",
        { class: "case", href: `/tasks/${id}` },
        h(
          "span",
          { class: "row between" },
          h("span", { class: "strong grow name" }, () => name(row())),
          h("span", { class: () => `badge ${tone(row().status)}` }, () =>
            row().status === "running" ? percent(row().progress) : status(row().status),
          ),
        ),
        h(
          "span",
          {
            class: () => `bar thin ${row().status === "failed" ? "bad" : ""}`,
            role: "progressbar",
            "aria-label": () => name(row()),
            "aria-valuemin": 0,
            "aria-valuemax": 100,
            "aria-valuenow": () => Math.round(row().progress),
            hidden: over,
          },
          h("span", { style: { width: () => `${row().progress}%` } }),
        ),
        h(
          "span",
          { class: "row between small muted" },
          h("span", { class: "grow what" }, () =>
            [
              name(row()) === title(row()) ? "" : title(row()),
              over() ? "" : stepped(row()),
              over() ? "" : row().message,
            ]
              .filter(Boolean)
              .join(" · "),
          ),
          h("time", { datetime: () => row().created_at, title: () => exactly(row().created_at) }, () => {
            const took =
              over() && row().started_at
                ? `${t.took((Date.parse(row().finished_at ?? row().updated_at) - Date.parse(row().started_at)) / 1000)} · `
                : "";
            return took + ago(row().created_at);
          }),
        ),
      ),
    );
  }

  const tab = (/** @type {"all" | "open" | "ended"} */ which) =>
    h(
      "button",
      {
        type: "button",
        class: "quiet",
        "aria-pressed": () => String(filter === which),
        onclick: () => ((filter = which), draw()),
      },
      t[which],
    );
  const card = h(
    "section",
    { class: "card mine", "aria-labelledby": "mine-title" },
    h(
      "header",
      { class: "row between" },
      h("h2", { id: "mine-title" }, t.title),
      connectionMark(() => connection),
    ),
    h("div", { class: "tabs", role: "group", "aria-label": t.filter }, tab("all"), tab("open"), tab("ended")),
    h("p", { class: "note bad", role: "alert", hidden: () => !error }, () => (error ? explain(error) : "")),
    h("p", { class: "empty", hidden: () => !loaded || listed().length > 0 }, () =>
      rows.size ? t.noneHere() : t.none(),
    ),
    list,
    h("button", { type: "button", class: "quiet wide", hidden: () => !cursor, onclick: more }, t.more),
    h("p", { class: "visually-hidden", role: "status" }, () => said),
  );

  const feed = followMine({
    read,
    onSnapshot: (task) => (
      take({ ...rows.get(task.task_id), ...task }),
      rows.get(task.task_id).created_at ? draw() : feed.read()
    ),
    onEvent: (event) => {
      const row = rows.get(event.task_id);
      if (!row) return false;
      const next = reduceRow(row, event);
      if (next.status !== row.status) said = t.news(name(row), status(next.status));
      rows.set(event.task_id, next);
      draw();
      return true;
    },
    onState: (state) => ((connection = { state }), draw()),
  });
  return { card, count: () => rows.size, loaded: () => loaded };
}
