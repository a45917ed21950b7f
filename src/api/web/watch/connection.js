import { Feed } from "./feed.js";
import { accept, backoff, guarded, JOURNAL, listener, SILENCE_MS } from "./frames.js";
import { slot } from "./slot.js";
/** @import { Detail, Live, Options, Reader, State, TaskEvent } from "./types.js" */

const HELLO_MS = 5_000; // a proxy that holds a stream back never lets the first frame through
const ABSENT_MS = 1_000; // a task that was just submitted joins the stream of all tasks within this
const REQUEST_MS = 10_000;
const POLL_MS = [1_000, 10_000]; // slower while nothing happens
const REFUSALS = [401, 403, 404];

/** @type {Map<string, Connection>} */
export const shared = new Map();

/** One task's stream, or its poll, for all who read it here; whoever is furthest behind decides what is fetched. */
export class Connection {
  state = /** @type {State} */ ("connecting");
  #fallback = /** @type {"polling" | "reauth"} */ ("polling");
  #readers = /** @type {Set<Reader>} */ (new Set());
  #timers = /** @type {Record<string, ReturnType<typeof setTimeout>>} */ ({});
  #hangUp = () => {};
  #stream = 0;
  #failures = 0;
  #behindTold = 0;
  #pause = POLL_MS[0];
  #fetching = false;
  #closed = false;
  #alone = false;

  /**
   * @param {string} id @param {string} base @param {string} url @param {number} head
   * @param {Options["eventSource"]} es @param {Options["fetch"]} fetch
   */
  constructor(id, base, url, head, es = globalThis.EventSource, fetch = globalThis.fetch) {
    this.id = id;
    this.url = url;
    this.head = head;
    this.es = es;
    this.fetch = fetch;
    const beside = [...shared.values()].find((other) => other.feed.url === `${base}/events` && other.es === es);
    this.feed = beside?.feed ?? new Feed(`${base}/events`, es);
    this.#alone = shared.has(url);
    if (!this.#alone) {
      shared.set(url, this);
      this.feed.connections.add(this);
    }
    globalThis.addEventListener?.("online", this.#wake);
    globalThis.document?.addEventListener("visibilitychange", this.#wake);
  }

  /** @param {Reader} reader */
  join(reader) {
    this.#readers.add(reader);
    queueMicrotask(() => this.#readers.has(reader) && reader.onState(this.state, { behind: this.#behindTold }));
    if (this.#readers.size === 1) this.#open();
    else if (this.#behind) this.#poll();
  }

  /** @param {Reader} reader */
  leave(reader) {
    if (this.#readers.delete(reader) && !this.#readers.size) this.#finish();
  }

  get #cursor() {
    return Math.min(...[...this.#readers].map((reader) => reader.cursor));
  }

  get #behind() {
    return Math.max(0, this.head - this.#cursor);
  }

  /** @param {State} state @param {Partial<Detail>} [detail] */
  #tell(state, detail) {
    const behind = state === "polling" ? this.#behind : 0;
    if (state === this.state && behind === this.#behindTold && !detail) return;
    [this.state, this.#behindTold] = [state, behind];
    for (const reader of this.#readers) guarded(() => reader.onState(state, { behind, ...detail }));
  }

  /** @param {"watchdog" | "probe" | "poll"} name @param {number} ms @param {() => void} action */
  #schedule(name, ms, action) {
    clearTimeout(this.#timers[name]);
    this.#timers[name] = setTimeout(action, ms);
  }

  /** Open a stream, if this browser may have one more. */
  async #open() {
    this.#shut();
    clearTimeout(this.#timers.probe);
    this.#schedule("watchdog", HELLO_MS, () => this.fallBack());
    if (!this.#alone && this.feed.connections.size > 1) {
      this.#hangUp = () => this.feed.leave(this);
      return this.feed.join(this);
    }
    const mine = this.#stream;
    const release = await slot();
    if (mine !== this.#stream) return release?.();
    if (!release) return this.fallBack();
    const source = new this.es(`${this.url}?after=${this.#cursor}`);
    this.#hangUp = () => (source.close(), release());
    const current = () => mine === this.#stream;
    const on = listener(source, current, () => this.#schedule("watchdog", SILENCE_MS, () => this.fallBack()));
    on("hello", (data) => this.#hello(data));
    on("ping", () => this.proven());
    on("live", (data) => this.show(data));
    on("reset", (data) => this.#reset(data.reason, data.from, this.head));
    on("reauth", () => this.fallBack("reauth"));
    on("end", (data) => (this.#cursor < data.seq ? this.fallBack() : this.#finish("ended")));
    for (const type of JOURNAL) on(type, (data) => (this.proven(), this.offer(data)));
    source.onerror = () => current() && (source.readyState === source.CLOSED ? this.fallBack() : this.interrupted());
  }

  /** The stream broke; the browser tries again when the server has asked it to. */
  interrupted() {
    if (this.state !== "live") return;
    this.#schedule("watchdog", HELLO_MS, () => this.fallBack());
    this.#tell("connecting");
  }

  /** The stream of all tasks tells this one's events from past `head`. @param {number} head */
  joined(head) {
    clearTimeout(this.#timers.watchdog); // the feed has its own
    this.#hello({ from: head, head });
    if (this.#cursor > head) this.#poll();
  }

  /** The stream of all tasks does not know this one, or not yet: soon it has to have a stream of its own. */
  absent() {
    this.#schedule("watchdog", ABSENT_MS, () => ((this.#alone = true), this.#open()));
  }

  /** Others have come: share their stream. */
  share() {
    if (!this.#alone) this.#open();
  }

  #shut() {
    this.#stream++;
    this.#hangUp();
    this.#hangUp = () => {};
    clearTimeout(this.#timers.watchdog);
  }

  /** @param {{from: number, head: number}} data */
  #hello(data) {
    this.head = data.head;
    clearTimeout(this.#timers.poll);
    this.#tell("live");
    if (data.from > this.#cursor) this.#poll();
  }

  /** The stream carries more than its first frame: what fails next is the first failure. */
  proven() {
    this.#failures = 0;
    this.#fallback = "polling";
  }

  /** Give an event to all who have it next; who lacks one before it reads the rows. @param {TaskEvent} event */
  offer(event) {
    if (Number.isInteger(event.seq)) this.head = Math.max(this.head, event.seq);
    for (const reader of this.#readers) {
      const verdict = accept(reader.cursor, event);
      if (verdict === "gap") this.#poll();
      if (verdict !== "next") continue;
      reader.cursor = event.seq;
      guarded(() => reader.onEvent(event));
    }
  }

  /** Text that is being written: it moves no cursor. @param {Live} live */
  show(live) {
    for (const reader of this.#readers) guarded(() => reader.onLive(live));
  }

  /** The stream of all tasks brought the final event: the rows say whether it is the end. */
  ended() {
    this.#poll();
  }

  /** @param {string} reason @param {number} from @param {number} head */
  #reset(reason, from, head) {
    this.head = head;
    for (const reader of this.#readers) if (reader.cursor < from || reader.cursor > head) reader.cursor = from;
    this.#tell(this.state, { reset: { reason, from } });
  }

  /** Poll from now on, and look now and then whether a stream comes. */
  fallBack(fallback = this.#fallback) {
    this.#shut();
    this.#fallback = fallback;
    this.#schedule("probe", backoff(this.#failures++), () => this.#open());
    if (this.state === "polling" || this.state === "offline") return;
    this.#pause = POLL_MS[0];
    this.#tell(fallback);
    this.#poll();
  }

  /** Read the rows past the cursor; and again, as long as the stream does not bring them. */
  async #poll() {
    if (this.#fetching || this.#closed) return;
    this.#fetching = true;
    const rows = await this.#page().catch(() => (this.state === "live" || this.#tell("offline"), 0));
    this.#fetching = false;
    this.#pause = rows ? POLL_MS[0] : Math.min(POLL_MS[1], this.#pause * 1.5);
    if (this.#closed || (this.state === "live" && !this.#behind)) return;
    this.#schedule("poll", rows && this.#behind ? 0 : this.#pause, () => this.#poll());
  }

  /** Fetch one page; gives how many rows it had. */
  async #page() {
    const after = this.#cursor;
    const response = await this.fetch.call(undefined, `${this.url}?after=${after}`, {
      headers: { Accept: "application/json" },
      cache: "no-store",
      signal: AbortSignal.timeout(REQUEST_MS),
    });
    if (REFUSALS.includes(response.status)) return this.#finish("refused", { status: response.status });
    if (!response.ok) throw new Error(`no rows: ${response.status}`);
    /** @type {{events: TaskEvent[], last_seq: number, final: boolean}} */
    const { events, last_seq: last, final } = await response.json();
    const first = events[0]?.seq ?? after + 1;
    if (last < after) this.#reset("future", 0, last);
    else if (first > after + 1) this.#reset("pruned", first - 1, last);
    this.head = Math.max(this.head, last);
    for (const event of events) this.offer(event);
    if (final && this.#cursor >= last) this.#finish("ended");
    else if (this.state === "offline" || this.state === "polling") this.#tell(this.#fallback);
    return events.length;
  }

  /** The network is back, or the page is looked at again: find out at once how things are. */
  #wake = () => {
    if (globalThis.document?.visibilityState === "hidden") return;
    this.#failures = 0;
    if (this.state !== "live") this.#open();
    this.#poll();
  };

  /** @param {"ended" | "refused"} [state] @param {Partial<Detail>} [detail] */
  #finish(state, detail) {
    if (this.#closed) return 0;
    this.#closed = true;
    this.#shut();
    this.feed.connections.delete(this);
    Object.values(this.#timers).forEach(clearTimeout);
    globalThis.removeEventListener?.("online", this.#wake);
    globalThis.document?.removeEventListener("visibilitychange", this.#wake);
    if (shared.get(this.url) === this) shared.delete(this.url);
    if (state) this.#tell(state, detail);
    return 0;
  }
}
