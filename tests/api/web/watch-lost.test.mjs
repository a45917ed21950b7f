// watch.js when connections are lost, held back, or have gaps.
import assert from "node:assert/strict";
import { test } from "node:test";

import { asked, journal, pass, service, settled, stream, watch } from "./service.mjs";

test("a gap is filled by polling while the stream goes on", async () => {
  const seen = await watch();
  stream().hello();
  journal(1, 6);
  stream().send(1, 4, 5);
  assert.equal(service.polls.length, 1, "one request at a time");
  await pass(250);
  stream().send(5, 6, 7);
  await pass(40_000);
  assert.deepEqual(seen.seqs, [1, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual(seen.states, ["connecting", "live"]);
  assert.equal(service.polls.length, 3, "no more than the pages of the gap");
});

test("a gap is filled even when the first poll fails", async () => {
  const seen = await watch();
  stream().hello();
  journal(1, 3);
  service.status = 502;
  stream().send(3);
  await pass(250);
  assert.deepEqual(seen.seqs, []);
  service.status = 200;
  await pass(2_000);
  assert.deepEqual(seen.seqs, [1, 2, 3]);
});

test("a gap outlives a lost connection whose next hello is past it", async () => {
  const seen = await watch();
  stream().hello();
  journal(1, 3);
  service.status = 502;
  stream().send(3);
  await settled();
  service.status = 200;
  stream().fail(0);
  stream().hello(3);
  await pass(250);
  assert.deepEqual(seen.seqs, [1, 2, 3]);
});

test("polling slows down while nothing happens, whatever the probes do", async () => {
  service.closing = true;
  await watch();
  await pass(60_000);
  const polls = service.polls.length;
  await pass(60_000);
  assert.ok(polls < 15 && service.polls.length <= polls + 7, `${polls}, then ${service.polls.length}`);
});

test("a stream that was given up is not listened to", async () => {
  const seen = await watch();
  stream().hello();
  const given = stream();
  stream().fail(2);
  given.send(1);
  given.hello();
  given.fail(2);
  assert.deepEqual([seen.seqs, seen.watch.state], [[], "polling"]);
});

test("a lost connection is the browser's to mend for 5 s", async () => {
  const seen = await watch();
  stream().hello();
  stream().fail(0);
  assert.equal(seen.watch.state, "connecting");
  stream().hello();
  assert.equal(seen.watch.state, "live");
  assert.deepEqual(asked(), [1, 0]);
  stream().fail(0);
  await pass(2_500);
  stream().fail(0);
  await pass(2_750);
  assert.equal(seen.watch.state, "polling");
});

test("offline while nothing answers, polling when the rows come again", async () => {
  journal(1, 1);
  service.status = 0;
  const seen = await watch();
  stream().fail(2);
  await settled();
  assert.equal(seen.watch.state, "offline");
  service.status = 200;
  await pass(2_000);
  assert.equal(seen.watch.state, "polling");
  assert.deepEqual(seen.seqs, [1]);
});
