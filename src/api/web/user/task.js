/** `/tasks/{id}`: one task, live, through refreshes, lost networks and restarted servers. */

import { Problem, get, post, query } from "../base/api.js";
import { framed, h, refresh, replace } from "../base/dom.js";
import { percent, texts, titled } from "../base/i18n.js";
import { confirm, toast } from "../base/notice.js";
import { explain } from "../base/problems.js";
import { shell } from "../base/shell.js";
import { watchTask } from "../watch.js";
import { away } from "./away.js";
import { files, outcome } from "./outcome.js";
import { head } from "./head.js";
import { journal } from "./journal.js";
import { outlive, stitch } from "./live.js";
import { attemptList } from "./attempts.js";
import { given } from "./given.js";
import { reduce } from "./reduce.js";
import { stepList } from "./steps.js";
import { FINAL, status, subject } from "./words.js";

const t = texts({
  task: ["任务", "Task"],
  back: ["← 我的案件", "← My cases"],
  loading: ["正在载入…", "Loading…"],
  missing: ["没有这个任务", "No such task"],
  missingText: ["它不存在，或者不属于您。", "It does not exist, or it is not yours."],
  cancelTitle: ["取消这个任务？", "Cancel this task?"],
  cancelText: ["已完成的步骤会保留，以后可以从那里继续。", "Finished steps are kept; it can go on from there later."],
  cancelYes: ["取消任务", "Cancel the task"],
  asked: ["已请求取消", "Cancelling"],
  again: ["已重新排队，已完成的步骤不再重做", "Queued again; finished steps are kept"],
  live: [(done, name) => `${done}，${name}`, (done, name) => `${done}, ${name}`],
});
const RETRY_MS = 3_000;
const STATUS_MS = 4_000;
const SPEAK_MS = 10_000;

const id = decodeURIComponent(location.pathname.split("/")[2] ?? "");
const page = {
  task: /** @type {any} */ (null),
  connection: { state: "connecting", behind: 0 },
  live: /** @type {import("./live.js").Live | null} */ (null),
  estimatedAt: 0,
  result: /** @type {any} */ (null),
  names: new Map(),
  packages: new Map(),
  run: /** @type {number | null} */ (null),
};
const named = () => (page.task ? subject(page.task.input, page.names) || titled(page.task.title) : t.task());
const { user, main } = await shell({
  title: () =>
    page.task && !FINAL.includes(page.task.status)
      ? `${percent(Math.floor(page.task.progress))} · ${named()}`
      : page.task
        ? `${status(page.task.status)} · ${named()}`
        : t.task(),
  current: "",
});
replace(main, h("p", { class: "empty", role: "status" }, t.loading));
addEventListener("casework:signed-in", () => log && follow());

let watch = /** @type {import("../watch.js").Watch | null} */ (null);
let log = /** @type {ReturnType<typeof journal> | null} */ (null);
const draw = framed(() => (refresh(main), refresh(document.head), speak()));

/** Read everything there is, then follow from there. */
async function begin() {
  for (;;) {
    try {
      const [task, workflows] = await Promise.all([get(`/tasks/${id}`), get("/workflows")]);
      const workflow = workflows.find((/** @type {any} */ each) => each.name === task.workflow);
      page.task = { ...task, title: workflow?.title ?? { zh: task.workflow, en: task.workflow } };
      page.estimatedAt = Date.now();
      await know(task.input);
      break;
    } catch (error) {
      if (error instanceof Problem && error.status === 404) return absent();
      if (!(error instanceof Problem && error.status === 401)) toast(explain(error));
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
  build();
  follow();
  if (page.task.status === "succeeded") await fetchResult();
  if (page.task.status === "queued") history().then(draw);
  setInterval(estimate, STATUS_MS);
}

/** Its documents and its package: what the title, the sources and the choices are called by. */
async function know(/** @type {any} */ input) {
  if (input.package_id) for (const each of await get("/packages").catch(() => [])) page.packages.set(each.id, each);
  if (!input.document_ids?.length) return;
  const documents = await get("/documents?limit=500").catch(() => ({ items: [] }));
  for (const document of documents.items) page.names.set(document.id, document);
}

function absent() {
  replace(
    main,
    h(
      "section",
      { class: "card stack" },
      h("h1", {}, t.missing),
      h("p", { class: "muted" }, t.missingText),
      h("p", {}, h("a", { href: "/" }, t.back)),
    ),
  );
}

function build() {
  log = journal(id, page.task.last_seq, () => page.task.steps);
  const said = h("p", { id: "said", class: "visually-hidden", role: "status", "aria-live": "polite" });
  replace(
    main,
    h("a", { class: "back small", href: "/" }, t.back),
    said,
    away(id, log, () => page.task),
    head(page, named, { cancel, retry }),
    h(
      "div",
      { class: () => `task ${FINAL.includes(page.task.status) ? "over" : ""}` },
      h("div", { class: "stack loose main" }, outcome(page), log.card),
      h(
        "div",
        { class: "stack loose side" },
        files(page),
        stepList(
          () => page.task,
          () => page.live,
        ),
        attemptList(() => page.task, user),
        given(page),
      ),
    ),
  );
}

function follow() {
  watch?.close();
  watch = watchTask(id, {
    after: page.task?.last_seq ?? 0,
    onState: (state, detail) => {
      page.connection = { state, behind: detail.behind };
      if (detail.reset) location.reload();
      if (state === "refused" && detail.status !== 401) return absent();
      if (state === "refused") dispatchEvent(new Event("casework:signed-out"));
      if (state === "live") estimate();
      draw();
    },
    onLive: (frame) => {
      page.live = stitch(page.live, frame);
      draw();
    },
    onEvent: (event) => {
      const before = page.task.status;
      page.task = reduce(page.task, event);
      page.live = outlive(page.live, event);
      log?.add(event);
      if (before !== page.task.status) estimate(true);
      if (event.type === "task.succeeded") fetchResult();
      draw();
    },
  });
}

/** How long such tasks run, by the last of the caller's own: with the time left it tells when one that waits should start. */
async function history() {
  const { items } = await get(`/tasks${query({ workflow: page.task.workflow, status: "succeeded", limit: 20 })}`).catch(
    () => ({ items: [] }),
  );
  const runs = items
    .map((/** @type {any} */ each) => (Date.parse(each.finished_at) - Date.parse(each.started_at)) / 1000)
    .sort((a, b) => a - b);
  page.run = runs.length ? runs[Math.floor(runs.length / 2)] : null;
}

/** Time left and the place in the queue: the journal does not tell them. */
let asked = 0;
async function estimate(now = false) {
  if (!page.task || FINAL.includes(page.task.status) || document.visibilityState === "hidden") return;
  if (!now && Date.now() - asked < STATUS_MS / 2) return;
  asked = Date.now();
  try {
    const { eta_range, eta_seconds, queue_position, queue, status: told } = await get(`/tasks/${id}/status`);
    const unforeseen = queue_position !== null && eta_range === null; // the queue may be paused: the whole task tells
    const queue_paused = unforeseen && (await get(`/tasks/${id}`)).queue_paused;
    if (told !== page.task.status) return;
    page.task = { ...page.task, eta_range, eta_seconds, queue_position, queue, queue_paused };
    page.estimatedAt = Date.now();
    draw();
  } catch {
    // the watch says that nothing answers
  }
}

async function fetchResult() {
  for (;;) {
    try {
      page.result = await get(`/tasks/${id}/result`);
      return draw();
    } catch (error) {
      if (error instanceof Problem && error.status !== 401 && error.status < 500) return;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

async function cancel() {
  if (!(await confirm({ title: t.cancelTitle(), text: t.cancelText(), yes: t.cancelYes(), danger: true }))) return;
  await steer("cancel", t.asked());
}

async function retry() {
  await steer("retry", t.again());
  page.result = null;
  follow();
}

/** @param {string} action @param {string} done */
async function steer(action, done) {
  try {
    await post(`/tasks/${id}/${action}`);
    toast(done);
  } catch (error) {
    toast(explain(error));
  }
  draw();
}

/** Progress for a screen reader: what changed, and not more often than can be listened to. */
let spoken = { at: 0, text: "", status: "" };
function speak() {
  const { task } = page;
  if (!task) return;
  const step = task.steps.find((/** @type {any} */ each) => each.name === task.current_step);
  const text =
    FINAL.includes(task.status) || task.status !== "running"
      ? status(task.status)
      : t.live(percent(Math.floor(task.progress)), step ? titled(step.title) : status(task.status));
  if (text === spoken.text || (task.status === spoken.status && Date.now() - spoken.at < SPEAK_MS)) return;
  spoken = { at: Date.now(), text, status: task.status };
  const said = document.getElementById("said");
  if (said) said.textContent = text;
}

await begin();
