// A service of our own for watch.js under Node: its streams, its rows, and a clock that we move.
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, beforeEach, mock } from "node:test";

const folder = mkdtempSync(join(tmpdir(), "watch-")); // to be called .mjs: some Nodes take .js for CommonJS
const web = (path) => new URL(`../../../src/api/web/${path}`, import.meta.url);
for (const part of readdirSync(web("watch"))) {
  const text = readFileSync(web(`watch/${part}`), "utf8");
  writeFileSync(join(folder, part.replace(".js", ".mjs")), text.replaceAll('.js";', '.mjs";'));
}
copyFileSync(web("user/live.js"), join(folder, "live.mjs"));
after(() => rmSync(folder, { recursive: true }));

/** What browsers have and Node has not. */
const window = new EventTarget();
globalThis.addEventListener = window.addEventListener.bind(window);
globalThis.removeEventListener = window.removeEventListener.bind(window);
globalThis.dispatchEvent = window.dispatchEvent.bind(window);
globalThis.document = Object.assign(new EventTarget(), { visibilityState: "visible" });

export const { accept, backoff, watchTask } = await import(join(folder, "watch.mjs"));
export const { outlive, stitch } = await import(join(folder, "live.mjs"));

/** The journal and how the service answers; `streams` are the EventSources that were opened, and when. */
export const service = {};
let watches;

export class FakeEventSource extends EventTarget {
  CLOSED = 2;
  readyState = 0;

  constructor(url) {
    super();
    this.url = url;
    this.opened = service.clock;
    service.streams.push(this);
    if (service.closing) queueMicrotask(() => this.fail(2));
  }

  close() {
    this.readyState = 2;
  }

  get after() {
    return Number(new URL(this.url, "http://x").searchParams.get("after"));
  }

  say(name, data) {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data) }));
  }

  hello(from = this.after, head = service.rows.length) {
    this.say("hello", { from, head });
  }

  /** A frame of the stream of all tasks. */
  tell(id, ...seqs) {
    for (const seq of seqs) this.say("step.progressed", { task_id: id, seq });
  }

  /** How that one begins: with so many snapshots, of `{id: last_seq}`. */
  all(snapshots) {
    this.say("hello", { tasks: Object.keys(snapshots).length });
    for (const [task_id, last_seq] of Object.entries(snapshots)) this.say("snapshot", { task_id, last_seq });
  }

  send(...seqs) {
    for (const seq of seqs) this.say("step.progressed", { seq });
  }

  fail(readyState) {
    this.readyState = readyState;
    this.onerror();
  }
}

/** Two rows a page. */
async function rows(url) {
  service.polls.push(url);
  if (service.status === 0) throw new TypeError("Failed to fetch");
  const after = Number(new URL(url, "http://x").searchParams.get("after"));
  const events = service.rows.filter((row) => row.seq > after).slice(0, 2);
  const final = service.final && (events.at(-1)?.seq ?? after) >= service.last;
  const body = { events, last_seq: service.last, final };
  return { status: service.status, ok: service.status < 400, json: async () => body };
}

/** From now on the journal holds the rows `from` … `to`. */
export function journal(from, to) {
  service.rows = Array.from({ length: to - from + 1 }, (_, index) => ({ seq: from + index }));
  service.last = to;
}

/** A watch and all that it told. */
export async function watch(options = {}) {
  const seen = { id: options.id ?? "t", seqs: [], states: [], details: [] };
  seen.watch = watchTask(seen.id, {
    onEvent: (event) => seen.seqs.push(event.seq),
    onState: (state, detail) => (seen.states.push(state), seen.details.push(detail)),
    eventSource: FakeEventSource,
    fetch: rows,
    ...options,
  });
  watches.push(seen.watch);
  await settled();
  return seen;
}

/** Close the watch that was made last. */
export const closeNewest = () => watches.at(-1).close();

/** The stream that was opened last. */
export const stream = () => service.streams.at(-1);

/** How often the service was asked: [streams, polls]. */
export const asked = () => [service.streams.length, service.polls.length];

/** Let everything run that waits for no timer. */
export async function settled() {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

/** Let time pass. */
export async function pass(ms) {
  await settled();
  for (let passed = 0; passed < ms; passed += 50, service.clock += 50) {
    mock.timers.tick(50);
    await settled();
  }
}

beforeEach(() => {
  Object.assign(service, { rows: [], last: 0, final: false, status: 200, closing: false });
  Object.assign(service, { streams: [], polls: [], clock: 0 });
  watches = [];
  mock.timers.enable({ apis: ["setTimeout"] });
});

afterEach(() => {
  for (const each of watches) each.close();
  mock.timers.reset();
});
