/** (task, event) → task, as the server's fold does it: the page of `GET /tasks/{id}` kept up to date by the journal (pure). */

/** The step of that name, changed; the others as they were. */
function step(task, name, changes) {
  return { ...task, steps: task.steps.map((each) => (each.name === name ? { ...each, ...changes } : each)) };
}

/** The last attempt, changed. */
function attempt(task, number, changes) {
  return { ...task, attempts: task.attempts.map((each) => (each.number === number ? { ...each, ...changes } : each)) };
}

/** What a task's steps are once it does not run any more. */
function settle(task, status) {
  const idle = status === "queued" || status === "retrying" ? "pending" : "skipped";
  const left = task.steps.map((each) =>
    ["running", "pending"].includes(each.status) ? { ...each, status: idle } : each,
  );
  return { ...task, status, steps: left, worker: null, current_step: null, eta_range: null, eta_seconds: null };
}

const seconds = (from, to) => (from ? Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000) : null);

/** @param {any} before @param {any} event */
export function reduce(before, event) {
  const task = { ...before, last_seq: event.seq, updated_at: event.at };
  switch (event.type) {
    case "task.queued":
      return {
        ...settle(task, "queued"),
        queue: event.queue,
        attempt: event.attempt,
        available_at: event.available_at,
        ...(event.reason === "retried" ? { error: null, finished_at: null, message: "", cancelling: null } : {}),
      };
    case "task.started": {
      const steps = task.steps.map((each) =>
        event.restored.includes(each.name)
          ? { ...each, status: "succeeded", progress: 100, restored: true }
          : {
              ...each,
              status: "pending",
              progress: 0,
              message: "",
              started_at: null,
              finished_at: null,
              run_seconds: null,
            },
      );
      const begun = {
        number: event.attempt,
        started_at: event.at,
        finished_at: null,
        outcome: null,
        error: null,
        worker: event.worker,
        retry_in_seconds: null,
      };
      const attempts = [...task.attempts.filter((each) => each.number !== event.attempt), begun];
      return {
        ...task,
        status: "running",
        attempt: event.attempt,
        worker: event.worker,
        started_at: task.started_at ?? event.at,
        progress: event.progress,
        queue_position: null,
        available_at: null,
        message: "",
        current_step: null,
        steps,
        attempts,
      };
    }
    case "step.started":
      return step(
        { ...task, current_step: event.step, progress: Math.max(task.progress, event.progress) },
        event.step,
        {
          status: "running",
          progress: 0,
          message: "",
          error: null,
          started_at: event.at,
          finished_at: null,
          run_seconds: null,
          restored: false,
          execution: event.execution,
        },
      );
    case "step.progressed":
      return step(
        {
          ...task,
          current_step: event.step,
          message: event.message,
          progress: Math.max(task.progress, event.progress),
        },
        event.step,
        { progress: event.step_progress, message: event.message, done: event.done, total: event.total },
      );
    case "step.succeeded":
      return step({ ...task, progress: Math.max(task.progress, event.progress) }, event.step, {
        status: "succeeded",
        progress: 100,
        finished_at: event.at,
        run_seconds: event.run_seconds,
      });
    case "step.failed":
      return step(task, event.step, {
        status: "failed",
        finished_at: event.at,
        run_seconds: event.run_seconds,
        error: event.error.message,
      });
    case "task.retrying":
      return attempt(
        { ...settle(task, "retrying"), attempt: event.next_attempt, available_at: event.available_at },
        event.attempt,
        { outcome: "failed", finished_at: event.at, error: event.error, retry_in_seconds: event.retry_in_seconds },
      );
    case "task.interrupted":
      return attempt({ ...settle(task, "queued"), attempt: event.next_attempt }, event.attempt, {
        outcome: "interrupted",
        finished_at: event.at,
        reason: event.reason,
      });
    case "task.moved":
      return { ...task, queue: event.queue };
    case "task.cancelling":
      return { ...task, cancelling: event.by };
    case "task.succeeded":
      return attempt(ended(task, event, "succeeded", { progress: 100 }), event.attempt, {
        outcome: "succeeded",
        finished_at: event.at,
      });
    case "task.failed":
      return attempt(ended(task, event, "failed", { error: event.error }), event.attempt, {
        outcome: event.error.type === "WorkerLost" ? "interrupted" : "failed",
        finished_at: event.at,
        error: event.error,
      });
    case "task.cancelled":
      return attempt(ended(task, event, "cancelled", {}), event.attempt, {
        outcome: "cancelled",
        finished_at: event.at,
      });
    default:
      return task;
  }
}

function ended(task, event, status, more) {
  return {
    ...settle(task, status),
    finished_at: event.at,
    run_seconds: seconds(task.started_at, event.at),
    cancelling: null,
    ...more,
  };
}

/** A line of the list, kept up to date by the same events. @param {any} row @param {any} event */
export function reduceRow(row, event) {
  if (event.seq <= row.last_seq) return row;
  const { steps, attempts, ...kept } = reduce({ steps: [], attempts: [], ...row }, event);
  return { ...row, ...kept };
}

/**
 * What happened in these events, counted: for somebody who comes back. @param {any[]} events
 */
export function summarise(events) {
  const count = (/** @type {string} */ type) => events.filter((event) => event.type === type).length;
  return {
    events: events.length,
    steps: count("step.succeeded"),
    retries: count("task.retrying"),
    interruptions: count("task.interrupted"),
    end: events.findLast((event) => /^task\.(succeeded|failed|cancelled)$/.test(event.type))?.type.slice(5) ?? null,
    from: events[0]?.at,
  };
}
