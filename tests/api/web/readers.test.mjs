// Several readers of watch.js in one page: what they share, and how they leave.
import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { asked, closeNewest, journal, pass, service, settled, stream, watch } from "./service.mjs";

test("two watches of a task share a stream, each with its own cursor, until both are closed", async () => {
  journal(1, 3);
  const first = await watch({ after: 0 });
  stream().hello();
  stream().send(1, 2, 3);
  const second = await watch({ after: 1 });
  await pass(250);
  assert.deepEqual([first.seqs, second.seqs], [[1, 2, 3], [2, 3]]);
  assert.deepEqual(second.states, ["live"]);
  stream().send(4);
  first.watch.close();
  stream().send(5);
  assert.deepEqual([first.seqs, second.seqs], [[1, 2, 3, 4], [2, 3, 4, 5]]);
  assert.deepEqual([first.watch.cursor, second.watch.cursor, service.streams.length], [4, 5, 1]);
  second.watch.close();
  assert.equal(stream().readyState, 2);
});

test("a watch that knows more than the shared one gets its own stream", async () => {
  await watch({ after: 0 });
  await watch({ after: 7 });
  assert.deepEqual(service.streams.map((each) => each.after), [0, 7]);
});

test("no more than four streams at once; the others poll, and get one when it is free", async () => {
  journal(1, 1);
  const all = [];
  for (let id = 0; id < 6; id++) all.push(await watch({ id: String(id) }));
  assert.equal(service.streams.length, 4);
  assert.deepEqual(all.map((each) => each.watch.state).slice(4), ["polling", "polling"]);
  for (const each of service.streams) each.hello();
  all[0].watch.close();
  await pass(3_000);
  assert.equal(service.streams.length, 5);
});

test("a page that throws, or closes in its handler, harms nobody else", async () => {
  const console = mock.method(globalThis.console, "error", () => {});
  const quits = await watch({ onEvent: () => quits.watch.close() });
  const fault = () => { throw new Error("the page's own"); };
  const throws = await watch({ onEvent: fault });
  const seen = await watch();
  stream().hello();
  stream().send(1, 2);
  assert.deepEqual([quits.watch.cursor, throws.watch.cursor, seen.seqs], [1, 2, [1, 2]]);
  assert.deepEqual(console.mock.calls.map((call) => call.arguments[0].message), ["the page's own", "the page's own"]);
});

test("closing leaves no timer, stream or request behind", async () => {
  const seen = await watch();
  stream().fail(2);
  await settled();
  seen.watch.close();
  const before = asked();
  await pass(120_000);
  assert.deepEqual(asked(), before);
});

test("who closes at once, or when told of a state, asks for nothing more", async () => {
  for (let round = 0; round < 5; round++) {
    const opening = watch();
    closeNewest();
    await opening;
  }
  assert.deepEqual(asked(), [0, 0]);
  const quits = await watch({ onState: (state) => state === "polling" && quits.watch.close() });
  assert.equal(service.streams.length, 1, "no slot was lost");
  stream().fail(2);
  await pass(120_000);
  assert.deepEqual(asked(), [1, 0]);
});
