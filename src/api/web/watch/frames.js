/** What a stream carries, which event a reader takes, and how long to wait for the next try. */

export const SILENCE_MS = 45_000; // three pings
const PROBE_MS = [2_000, 60_000];
export const FINAL = ["task.succeeded", "task.failed", "task.cancelled"];
export const JOURNAL = [
  ...["task.queued", "task.started", "task.log", "task.retrying", "task.interrupted", "task.moved", "task.cancelling"],
  ...["step.started", "step.progressed", "step.succeeded", "step.failed"],
  ...FINAL,
];

/**
 * What an event is to a reader at this cursor: the `next` one, a `repeat`, or one after a `gap`.
 * @param {number} cursor @param {{seq: number}} event @returns {"next" | "repeat" | "gap"}
 */
export function accept(cursor, event) {
  if (event.seq === cursor + 1) return "next";
  return Number.isInteger(event.seq) && event.seq <= cursor ? "repeat" : "gap";
}

/**
 * Milliseconds to wait after so many failures: doubled with each up to a cap, and spread over the upper half.
 * @param {number} failures @param {number} [random] in [0, 1)
 */
export function backoff(failures, random = Math.random()) {
  return Math.min(PROBE_MS[1], PROBE_MS[0] * 2 ** failures) * (0.5 + random / 2);
}

/**
 * Listens to named frames, as long as the stream is the `current` one; `heard` is called first.
 * @param {EventSource} source @param {() => boolean} current @param {() => void} heard
 * @returns {(name: string, action: (data: any) => void) => void}
 */
export function listener(source, current, heard) {
  return (name, action) =>
    source.addEventListener(name, (/** @type {MessageEvent} */ frame) => {
      if (!current()) return;
      heard();
      action(JSON.parse(frame.data));
    });
}

/** Call the page; what it throws is seen in the console and stops nobody else. @param {() => void} call */
export function guarded(call) {
  try {
    call();
  } catch (error) {
    (globalThis.reportError ?? console.error)(error);
  }
}
