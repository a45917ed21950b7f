/**
 * A task's journal → the rows of its waterfall: what it waited for, each attempt, and the steps inside each, with their
 * times. Pure; fed one event at a time, so that it also serves a task that runs.
 *
 * @typedef {"queue" | "backoff" | "run" | "restored"} Kind
 * @typedef {"running" | "succeeded" | "failed" | "interrupted" | "cancelled" | "waiting"} Outcome
 * @typedef {object} Row
 * @property {"wait" | "attempt" | "step"} level
 * @property {Kind} kind
 * @property {string} name the step, or the queue that was waited in
 * @property {number} attempt
 * @property {number} from ms since the epoch
 * @property {number | null} to null while it goes on
 * @property {Outcome} outcome
 * @property {string} [worker]
 * @property {string} [error]
 */

/** @returns {{rows: Row[], from: number | null, queue: string}} */
export const empty = () => ({ rows: [], from: null, queue: "" });

const ms = (/** @type {string} */ at) => new Date(at).getTime();
const ENDS = { "task.succeeded": "succeeded", "task.failed": "failed", "task.cancelled": "cancelled", "task.retrying": "failed", "task.interrupted": "interrupted" };

/** Take the next event in. @param {ReturnType<typeof empty>} fall @param {Record<string, any>} event */
export function take(fall, event) {
  const at = ms(event.at);
  fall.from ??= at;
  const open = (/** @type {string} */ level) => fall.rows.findLast((row) => row.level === level && row.to === null);
  const wait = (/** @type {Kind} */ kind, from, to, attempt) =>
    fall.rows.push({ level: "wait", kind, name: fall.queue, attempt, from, to, outcome: "waiting" });
  switch (event.type) {
    case "task.queued":
      fall.queue = event.queue;
      wait("queue", at, null, event.attempt);
      break;
    case "task.moved": {
      fall.queue = event.queue;
      const waiting = open("wait");
      if (waiting) [waiting.to, waiting.outcome] = [at, "waiting"];
      wait("queue", at, null, waiting?.attempt ?? 1);
      break;
    }
    case "task.started": {
      const waiting = open("wait");
      if (waiting) settleWait(fall, waiting, at);
      fall.rows.push({ level: "attempt", kind: "run", name: "", attempt: event.attempt, from: at, to: null, outcome: "running", worker: event.worker });
      for (const name of event.restored ?? []) {
        fall.rows.push({ level: "step", kind: "restored", name, attempt: event.attempt, from: at, to: at, outcome: "succeeded" });
      }
      break;
    }
    case "step.started":
      fall.rows.push({ level: "step", kind: "run", name: event.step, attempt: event.attempt, from: at, to: null, outcome: "running" });
      break;
    case "step.succeeded":
    case "step.failed": {
      const step = fall.rows.findLast((row) => row.level === "step" && row.name === event.step && row.to === null);
      if (step) Object.assign(step, { to: at, outcome: event.type.slice(5), error: event.error?.message });
      break;
    }
  }
  const outcome = ENDS[event.type];
  if (!outcome) return fall;
  for (const row of fall.rows) {
    if (row.to !== null) continue;
    if (row.level === "wait") settleWait(fall, row, at);
    else Object.assign(row, { to: at, outcome: row.level === "step" && outcome === "failed" ? "interrupted" : outcome });
    if (row.level === "attempt") row.error = event.error?.message;
  }
  if (event.type === "task.retrying") {
    wait("backoff", at, null, event.next_attempt);
    fall.rows.at(-1).due = ms(event.available_at);
  }
  if (event.type === "task.interrupted") wait("queue", at, null, event.next_attempt);
  return fall;
}

/** A backoff ends when the task is due; what it waited longer, it waited in its queue. */
function settleWait(fall, row, at) {
  row.to = at;
  if (row.kind !== "backoff" || !(row.due < at)) return;
  row.to = row.due;
  const rest = { ...row, kind: /** @type {Kind} */ ("queue"), from: row.due, to: at };
  fall.rows.splice(fall.rows.indexOf(row) + 1, 0, rest);
}

/**
 * The same from what is kept of a task when its events are no longer: its attempts, and each step's last run.
 * @param {Record<string, any>} task as `GET /tasks/{id}` gives it
 */
export function recorded(task) {
  const fall = empty();
  const wait = (kind, name, attempt, from, to) =>
    from < (to ?? Infinity) && fall.rows.push({ level: "wait", kind, name, attempt, from, to, outcome: "waiting" });
  let before = (fall.from = ms(task.created_at));
  for (const { number, queue = task.queue, available_at: due, started_at, finished_at, outcome, error, worker } of task.attempts) {
    const start = ms(started_at);
    const ready = due ? Math.min(start, Math.max(before, ms(due))) : before;
    wait("backoff", queue, number, before, ready);
    wait("queue", queue, number, ready, start);
    const to = finished_at && ms(finished_at);
    fall.rows.push({ level: "attempt", kind: "run", name: "", attempt: number, from: start, to, outcome: outcome ?? "running", worker, error: error?.message });
    for (const step of task.steps.filter((each) => each.started_at && ms(each.started_at) >= start && !(to < ms(each.started_at)))) {
      fall.rows.push({ level: "step", kind: "run", name: step.name, attempt: number, from: ms(step.started_at), to: step.finished_at ? ms(step.finished_at) : to, outcome: step.finished_at ? step.status : outcome ?? "running" });
    }
    before = to ?? start;
  }
  return fall;
}

/** Seconds spent waiting in queues, waiting out backoffs, and running, up to now. */
export function spent(/** @type {ReturnType<typeof empty>} */ fall, /** @type {number} */ now) {
  const sums = { queue: 0, backoff: 0, run: 0 };
  for (const row of fall.rows) {
    if (row.level !== "step") sums[row.kind] += Math.max(0, (row.to ?? now) - row.from) / 1000;
  }
  return sums;
}

/**
 * A clock that stands still while the task waits: moment → milliseconds run until then.
 * @returns {(at: number) => number}
 */
export function running(/** @type {ReturnType<typeof empty>} */ fall, /** @type {number} */ now) {
  const runs = fall.rows.filter((row) => row.level === "attempt").map((row) => [row.from, row.to ?? now]);
  return (at) => runs.reduce((sum, [from, to]) => sum + Math.max(0, Math.min(at, to) - from), 0);
}

/** From when to when the picture goes. */
export function span(/** @type {ReturnType<typeof empty>} */ fall, /** @type {number} */ now) {
  const from = fall.from ?? now;
  const to = fall.rows.reduce((latest, row) => Math.max(latest, row.to ?? now), from);
  return { from, to: Math.max(to, from + 1) };
}
