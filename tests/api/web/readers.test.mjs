// Several readers of watch.js in one page: what they share, and how they leave.
import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { FakeEventSource, asked, closeNewest, journal, pass, service, settled, stream, watch } from "./service.mjs";

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
  for (let id = 0; id < 6; id++) all.push(await watch({ id: String(id), eventSource: class extends FakeEventSource {} }));
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

test("the tasks of a page share one stream, each with its own events, and gaps are filled from its own rows", async () => {
  const [a, b, c] = [await watch({ id: "a" }), await watch({ id: "b" }), await watch({ id: "c" })];
  assert.deepEqual(service.streams.map((each) => each.url), ["/api/v1/tasks/a/events?after=0", "/api/v1/events"]);
  service.streams[0].hello();
  const feed = stream();
  journal(1, 3);
  feed.all({ a: 0, b: 0, c: 3, foreign: 9 });
  await pass(100);
  assert.equal(service.streams[0].readyState, 2, "the first one's own stream is closed");
  feed.tell("a", 1);
  feed.tell("b", 1, 1, 2);
  feed.tell("foreign", 10);
  feed.tell("c", 4);
  assert.deepEqual([a.seqs, b.seqs, c.seqs], [[1], [1, 2], [1, 2, 3, 4]]);
  assert.deepEqual([a, b, c].map((each) => each.watch.state), ["live", "live", "live"]);
  assert.equal(service.streams.length, 2);
  for (const each of [a, b, c]) each.watch.close();
  assert.equal(feed.readyState, 2, "the last one closes it");
});

test("a snapshot that jumps ahead is a gap: the rows fill it", async () => {
  await watch({ id: "a" });
  const b = await watch({ id: "b" });
  stream().all({ a: 0, b: 0 });
  stream().tell("b", 1);
  journal(1, 5);
  stream().say("snapshot", { task_id: "b", last_seq: 5 });
  await pass(250);
  assert.deepEqual([b.seqs, b.watch.state], [[1, 2, 3, 4, 5], "live"]);
});

test("a task that the shared stream does not know gets one of its own, unless it joins within a second", async () => {
  await watch({ id: "a" });
  const b = await watch({ id: "b" });
  stream().all({ a: 0 });
  const c = await watch({ id: "c" });
  await pass(500);
  service.streams[1].say("snapshot", { task_id: "c", last_seq: 0 });
  await pass(1_000);
  assert.equal(service.streams.length, 3);
  assert.equal(stream().url, "/api/v1/tasks/b/events?after=0");
  stream().hello();
  assert.deepEqual([b.watch.state, c.watch.state], ["live", "live"]);
});

test("a final event on the shared stream is an end when the rows say so", async () => {
  await watch({ id: "a" });
  const b = await watch({ id: "b" });
  stream().all({ a: 0, b: 2 });
  journal(1, 3);
  await settled();
  stream().say("task.succeeded", { task_id: "b", seq: 3 });
  await pass(100);
  assert.equal(b.watch.state, "live", "it was retried by hand, for all we know");
  service.final = true;
  stream().say("task.succeeded", { task_id: "b", seq: 3 });
  await pass(100);
  assert.deepEqual([b.seqs, b.watch.state], [[1, 2, 3], "ended"]);
});

test("a shared stream that breaks, is silent or is refused sends all its readers to their rows, and back", async () => {
  for (const fault of ["closed", "broken", "silent", "reauth"]) {
    const [a, b] = [await watch({ id: `a${fault}` }), await watch({ id: `b${fault}` })];
    stream().all({ [a.id]: 0, [b.id]: 0 });
    const feed = stream();
    if (fault === "closed") feed.fail(2);
    else if (fault === "broken") feed.fail(0);
    else if (fault === "reauth") feed.say("reauth", {});
    await pass({ closed: 100, broken: 5_100, silent: 45_100, reauth: 100 }[fault]);
    const expected = fault === "reauth" ? "reauth" : "polling";
    assert.deepEqual([a.watch.state, b.watch.state], [expected, expected]);
    assert.equal(feed.readyState, 2);
    await pass(2_100);
    assert.equal(stream().url, "/api/v1/events");
    stream().all({ [a.id]: 0, [b.id]: 0 });
    await settled();
    assert.deepEqual([a.watch.state, b.watch.state], ["live", "live"]);
    a.watch.close();
    b.watch.close();
  }
});

test("the stream of all tasks brings what each is writing", async () => {
  const live = [];
  const options = (id) => ({ id, onLive: (frame) => live.push([id, frame.text]) });
  await watch(options("a"));
  await watch(options("b"));
  await pass(50);
  stream().all({ a: 0, b: 0 });
  stream().say("live", { task_id: "b", step: "ask", offset: 0, text: "words" });
  stream().say("live", { task_id: "c", step: "ask", offset: 0, text: "not ours" });
  assert.deepEqual(live, [["b", "words"]]);
});
