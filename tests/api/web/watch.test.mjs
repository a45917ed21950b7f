// The state machine of watch.js, alone.
import assert from "node:assert/strict";
import { test } from "node:test";

import { accept, asked, backoff, journal, outlive, pass, service, settled, stitch, stream, watch } from "./service.mjs";

test("the reducer takes the next event only", () => {
  for (let cursor = 0; cursor < 20; cursor++) {
    for (let seq = -2; seq <= cursor; seq++) assert.equal(accept(cursor, { seq }), "repeat");
    assert.equal(accept(cursor, { seq: cursor + 1 }), "next");
    for (let seq = cursor + 2; seq < 25; seq++) assert.equal(accept(cursor, { seq }), "gap");
  }
  for (const seq of [undefined, null, "1", 0.5, NaN, Infinity, {}]) assert.equal(accept(0, { seq }), "gap");
});

test("any order of deliveries, repeats and losses reduces to each seq once in order", () => {
  for (let round = 0; round < 500; round++) {
    let cursor = 0;
    const taken = [];
    while (cursor < 30) {
      const seq = Math.floor(Math.random() * 40);
      if (accept(cursor, { seq }) === "next") taken.push((cursor = seq));
      else if (accept(cursor, { seq }) === "gap") taken.push(++cursor); // a poll brings the next one
    }
    assert.deepEqual(taken, Array.from({ length: 30 }, (_, index) => index + 1));
  }
});

test("a wait doubles with each failure up to a minute and is spread over its upper half", () => {
  const waits = [backoff(0, 0), backoff(0, 1), backoff(3, 1), backoff(50, 0), backoff(50, 1)];
  assert.deepEqual(waits, [1_000, 2_000, 16_000, 30_000, 60_000]);
});

test("it is live on hello, takes each event once and ends with `end`", async () => {
  const seen = await watch();
  assert.deepEqual(seen.states, ["connecting"]);
  assert.equal(stream().url, "/api/v1/tasks/t/events?after=0");
  stream().hello();
  stream().send(1, 2, 2, 1, 3);
  stream().say("end", { seq: 3 });
  assert.deepEqual(seen.seqs, [1, 2, 3]);
  assert.deepEqual(seen.states, ["connecting", "live", "ended"]);
  await pass(120_000);
  assert.deepEqual([...asked(), stream().readyState], [1, 0, 2]);
});

test("text that is being written is given out, moves no cursor and is no event", async () => {
  const live = [];
  const seen = await watch({ onLive: (frame) => live.push(frame.text) });
  stream().hello();
  stream().send(1);
  for (const text of ["one", "one two"]) stream().say("live", { task_id: "t", step: "ask", offset: 0, text });
  stream().send(2);
  assert.deepEqual([live, seen.seqs, seen.watch.cursor], [["one", "one two"], [1, 2], 2]);
});

test("frames of what is being written join, whatever is lost, and an event of the step ends it", async () => {
  const whole = Array.from({ length: 300 }, (_, index) => String.fromCharCode(97 + (index % 26))).join("");
  for (let round = 0; round < 200; round++) {
    let known = null;
    for (let end = 0; end < whole.length; end += 1 + Math.floor(Math.random() * 60)) {
      const offset = Math.max(0, end - 40);
      if (Math.random() < 0.8) known = stitch(known, { step: "ask", at: "2", offset, text: whole.slice(offset, end) });
      if (known) assert.equal(known.text, whole.slice(known.offset, known.offset + known.text.length));
    }
    assert.equal(stitch(known, { step: "ask", at: "3", offset: 0, text: "ne" }).text, "ne", "a new answer begins anew");
    for (const [event, ends] of [
      [{ type: "step.progressed", step: "ask", at: "3" }, true],
      [{ type: "task.cancelled", at: "3" }, true],
      [{ type: "step.progressed", step: "ask", at: "1" }, false],
      [{ type: "step.progressed", step: "other", at: "3" }, false],
      [{ type: "task.log", at: "3" }, false],
    ])
      assert.equal(outlive(known, event), ends ? null : known);
  }
});

test("without hello it polls after 5 s, probes, and is live again on the probe's hello", async () => {
  journal(1, 5);
  const seen = await watch();
  await pass(4_750);
  assert.deepEqual(seen.states, ["connecting"]);
  await pass(500);
  assert.equal(seen.watch.state, "polling");
  assert.deepEqual(seen.seqs, [1, 2, 3, 4, 5]);
  assert.ok(seen.details.some((detail) => detail.behind === 3), "it says how far behind it is");
  await pass(2_500);
  assert.equal(service.streams.length, 2);
  assert.equal(stream().after, 5);
  stream().hello();
  const polls = service.polls.length;
  await pass(30_000);
  assert.equal(seen.watch.state, "live");
  assert.equal(service.polls.length, polls);
});

test("a closed stream polls at once, and probes with longer and longer pauses", async () => {
  service.closing = true;
  const seen = await watch();
  assert.equal(seen.watch.state, "polling");
  await pass(300_000);
  const pauses = service.streams.slice(1).map((each, index) => each.opened - service.streams[index].opened);
  assert.ok(pauses.length > 7);
  for (const [failures, pause] of pauses.entries()) {
    const longest = Math.min(60_000, 2_000 * 2 ** failures);
    assert.ok(longest / 2 <= pause && pause <= longest + 100, `pause ${failures}: ${pause}`);
  }
});

test("45 s of silence mean polling; a ping is no silence", async () => {
  const seen = await watch();
  stream().hello();
  await pass(40_000);
  stream().say("ping", {});
  await pass(44_750);
  assert.equal(seen.watch.state, "live");
  await pass(500);
  assert.equal(seen.watch.state, "polling");
  assert.equal(service.streams[0].readyState, 2);
});

test("401, 403 and 404 are final, and the page is told which", async () => {
  for (const status of [401, 403, 404]) {
    service.status = status;
    const seen = await watch({ id: String(status) });
    stream().fail(2);
    await settled();
    assert.equal(seen.watch.state, "refused");
    assert.equal(seen.details.at(-1).status, status);
    const before = asked();
    await pass(120_000);
    assert.deepEqual(asked(), before);
  }
});

test("204 at the final event, which an EventSource shows as closed, is an end", async () => {
  journal(1, 4);
  service.final = true;
  const seen = await watch({ after: 4 });
  stream().fail(2);
  await pass(120_000);
  assert.equal(seen.watch.state, "ended");
  assert.deepEqual([...asked(), seen.seqs.length], [1, 1, 0]);
});

test("a stream that ends with events missing is finished by polling", async () => {
  journal(1, 5);
  service.final = true;
  const seen = await watch();
  stream().hello();
  stream().send(1, 2);
  stream().say("end", { seq: 5 });
  await pass(250);
  assert.deepEqual(seen.seqs, [1, 2, 3, 4, 5]);
  assert.equal(seen.watch.state, "ended");
});

test("a reset is followed and told", async () => {
  const seen = await watch({ after: 99 });
  stream().hello(0, 3);
  stream().say("reset", { reason: "future", from: 0 });
  stream().send(1, 2, 3);
  assert.deepEqual(seen.seqs, [1, 2, 3]);
  assert.deepEqual(seen.details.at(-1), { behind: 0, reset: { reason: "future", from: 0 } });
});

test("polling finds a cursor from the future and a pruned one by itself", async () => {
  journal(3, 5);
  service.final = true;
  const [future, pruned] = [await watch({ after: 99, id: "a" }), await watch({ after: 1, id: "b" })];
  for (const each of service.streams) each.fail(2);
  await pass(5_000);
  assert.deepEqual([future.seqs, pruned.seqs], [[3, 4, 5], [3, 4, 5]]);
  assert.deepEqual(future.details.map((detail) => detail.reset?.reason).filter(Boolean), ["future", "pruned"]);
  assert.deepEqual(pruned.details.map((detail) => detail.reset?.reason).filter(Boolean), ["pruned"]);
});

test("reauth is a state of its own until a stream carries events again", async () => {
  const seen = await watch();
  stream().hello();
  stream().say("reauth", {});
  await pass(2_000);
  assert.equal(seen.watch.state, "reauth");
  stream().hello();
  stream().send(1);
  stream().fail(2);
  assert.equal(seen.watch.state, "polling");
});

test("the network that is back, and a page that is looked at again, make it try at once", async () => {
  for (const [target, event] of [[globalThis, "online"], [document, "visibilitychange"]]) {
    service.closing = true;
    service.status = 0;
    const seen = await watch({ id: event });
    await pass(100_000);
    assert.equal(seen.watch.state, "offline");
    Object.assign(service, { closing: false, status: 200 });
    const [streams, polls] = asked();
    document.visibilityState = "hidden";
    target.dispatchEvent(new Event(event));
    await settled();
    assert.deepEqual(asked(), [streams, polls]);
    document.visibilityState = "visible";
    target.dispatchEvent(new Event(event));
    await settled();
    assert.deepEqual(asked(), [streams + 1, polls + 1]);
    stream().fail(2);
    await pass(2_050);
    assert.equal(asked()[0], streams + 2, "the first failure of a new count");
    stream().hello();
    await pass(40_000);
    assert.equal(asked()[0], streams + 2, "no probe is left");
    const before = asked();
    seen.watch.close();
    target.dispatchEvent(new Event(event));
    await settled();
    assert.deepEqual(asked(), before);
  }
});

test("a live watch looks once at the rows when the network changes", async () => {
  const seen = await watch();
  stream().hello();
  journal(1, 1);
  globalThis.dispatchEvent(new Event("online"));
  await pass(60);
  assert.deepEqual([seen.seqs, seen.states, ...asked()], [[1], ["connecting", "live"], 1, 1]);
});

test("trying at once takes the place of the next probe", async () => {
  await watch();
  stream().fail(2);
  await settled();
  globalThis.dispatchEvent(new Event("online"));
  await settled();
  stream().hello();
  await pass(10_000);
  assert.equal(service.streams.length, 2);
});
