// The monitor's pure parts: the geometry of charts, and the waterfall of a journal.
import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

const folder = mkdtempSync(join(tmpdir(), "monitor-")); // to be called .mjs: some Nodes take .js for CommonJS
after(() => rmSync(folder, { recursive: true }));
async function load(name) {
  copyFileSync(new URL(`../../../src/api/web/monitor/${name}.js`, import.meta.url), join(folder, `${name}.mjs`));
  return import(join(folder, `${name}.mjs`));
}
const { area, line, nearest, scale, stack, ticks, timeTicks } = await load("scale");
const { empty, recorded, running, span, spent, take } = await load("waterfall");

/** Numbers that are the same in every run. */
function* random(seed) {
  for (;;) yield (seed = (seed * 48271) % 2147483647) / 2147483647;
}

test("ticks are even, begin at nothing, reach the greatest value and are few", () => {
  const numbers = random(7);
  for (let run = 0; run < 2_000; run++) {
    const high = 10 ** (numbers.next().value * 14 - 5);
    const finest = run % 2;
    const marks = ticks(high, 4, finest);
    assert.equal(marks[0], 0);
    assert.ok(marks.at(-1) >= high * 0.999, `${marks} for ${high}`);
    assert.ok(marks.length >= 2 && marks.length <= 6, `${marks} for ${high}`);
    const step = marks[1];
    marks.forEach((mark, index) => assert.ok(Math.abs(mark - index * step) <= step * 1e-6));
    if (finest) assert.ok(marks.every(Number.isInteger), `${marks} for ${high}`);
  }
  assert.deepEqual(ticks(0, 4, 1), [0, 1]);
});

test("ticks of time are round in the zone that is looked from", () => {
  const from = Date.UTC(2026, 10, 25, 3, 7, 11);
  const india = 5.5 * 3_600_000;
  for (const hours of [0.1, 1, 5, 24, 24 * 7, 24 * 400]) {
    const marks = timeTicks(from, from + hours * 3_600_000, 6, india);
    assert.ok(marks.length >= 1 && marks.length <= 7, `${marks.length} for ${hours} h`);
    for (const mark of marks) assert.ok(mark >= from && mark <= from + hours * 3_600_000);
  }
  assert.equal(new Date(timeTicks(from, from + 86_400_000, 6, india)[0] + india).getUTCMinutes(), 0);
});

test("a scale of nothing is a point", () => {
  assert.equal(scale(3, 3, 10, 20)(3), 10);
  assert.equal(scale(0, 10, 100, 0)(2.5), 75);
});

test("a line breaks where there is nothing, and a point alone is seen", () => {
  assert.equal(line([[0, 0], [1, 1], null, [3, 3], null]), "M0 0L1 1M3 3h0.01");
  assert.equal(area([[0, 1], [1, 1], null], [[0, 5], [1, 5], null]), "M0 1L1 1L1 5L0 5Z");
  assert.equal(area([null, [1, 1]], [null, [1, 5]]), "");
});

test("stacked series stand on each other", () => {
  assert.deepEqual(stack([[1, 2], [null, 3]]), [[[0, 1], [0, 2]], [[1, 1], [2, 5]]]);
});

test("the nearest moment is found", () => assert.equal(nearest([0, 10, 20], 14), 1));

const at = (seconds) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString();
const fall = (...events) => events.reduce((so_far, [seconds, type, more]) => take(so_far, { at: at(seconds), type, ...more }), empty());
const seen = (made) => made.rows.map((row) => [row.level, row.kind, row.name || row.attempt, (row.from - made.from) / 1000, row.to === null ? null : (row.to - made.from) / 1000, row.outcome]);
const START = [
  [0, "task.queued", { queue: "low", attempt: 1 }],
  [4, "task.started", { attempt: 1, worker: "w" }],
  [4, "step.started", { step: "a", attempt: 1 }],
  [6, "step.succeeded", { step: "a" }],
  [6, "step.started", { step: "b", attempt: 1 }],
];

test("a failed attempt is waited out, then waits in its queue, and keeps what was done", () => {
  const error = { type: "E", message: "no" };
  const made = fall(...START,
    [7, "step.failed", { step: "b", error }],
    [7, "task.retrying", { attempt: 1, next_attempt: 2, error, available_at: at(9) }],
    [12, "task.started", { attempt: 2, worker: "w", restored: ["a"] }],
    [12, "step.started", { step: "b", attempt: 2 }]);
  assert.deepEqual(seen(made), [
    ["wait", "queue", "low", 0, 4, "waiting"],
    ["attempt", "run", 1, 4, 7, "failed"],
    ["step", "run", "a", 4, 6, "succeeded"],
    ["step", "run", "b", 6, 7, "failed"],
    ["wait", "backoff", "low", 7, 9, "waiting"],
    ["wait", "queue", "low", 9, 12, "waiting"],
    ["attempt", "run", 2, 12, null, "running"],
    ["step", "restored", "a", 12, 12, "succeeded"],
    ["step", "run", "b", 12, null, "running"],
  ]);
  const now = made.from + 15_000;
  assert.deepEqual(spent(made, now), { queue: 7, backoff: 2, run: 6 });
  assert.deepEqual(span(made, now), { from: made.from, to: now });
});

test("the clock of running time stands still while the task waits", () => {
  const made = fall(...START, [7, "task.interrupted", { next_attempt: 2, reason: "worker_lost" }], [17, "task.started", { attempt: 2, worker: "v" }]);
  const clock = running(made, made.from + 20_000);
  assert.deepEqual([0, 4, 6, 7, 12, 17, 20].map((second) => clock(made.from + second * 1000)), [0, 0, 2000, 3000, 3000, 3000, 6000]);
});

test("an end ends everything that was open, a move is a wait of its own, and a retry by hand begins again", () => {
  const made = fall([0, "task.queued", { queue: "low", attempt: 1 }], [2, "task.moved", { queue: "high" }], [3, "task.cancelled", { attempt: 1 }], [10, "task.queued", { queue: "high", attempt: 2 }]);
  assert.deepEqual(seen(made), [
    ["wait", "queue", "low", 0, 2, "waiting"],
    ["wait", "queue", "high", 2, 3, "waiting"],
    ["wait", "queue", "high", 10, null, "waiting"],
  ]);
  const stopped = fall(...START, [9, "task.cancelled", { attempt: 1 }]);
  assert.ok(stopped.rows.every((row) => row.to !== null));
  assert.equal(stopped.rows.at(-1).outcome, "cancelled");
});

test("a task whose events are gone is drawn from its attempts and steps", () => {
  const attempt = (number, queue, due, start, end, outcome) => ({ number, queue, available_at: at(due), started_at: at(start), finished_at: at(end), outcome, worker: "w" });
  const step = (name, start, end, status) => ({ name, started_at: start === null ? null : at(start), finished_at: end === null ? null : at(end), status });
  const made = recorded({
    queue: "low", created_at: at(0),
    attempts: [attempt(1, "low", 0, 4, 7, "failed"), attempt(2, "low", 9, 12, 15, "succeeded")],
    steps: [step("a", 4, 6, "succeeded"), step("b", 12, 15, "succeeded"), step("c", null, null, "skipped")],
  });
  assert.deepEqual(seen(made), [
    ["wait", "queue", "low", 0, 4, "waiting"],
    ["attempt", "run", 1, 4, 7, "failed"],
    ["step", "run", "a", 4, 6, "succeeded"],
    ["wait", "backoff", "low", 7, 9, "waiting"],
    ["wait", "queue", "low", 9, 12, "waiting"],
    ["attempt", "run", 2, 12, 15, "succeeded"],
    ["step", "run", "b", 12, 15, "succeeded"],
  ]);
});
