/**
 * Follows a task from a browser: every event once and in order, by the native EventSource, and by polling the same rows
 * while no stream comes. One file without dependencies: import `/web/watch.js`, or copy it; see docs/browser.md.
 *
 * @typedef {{task_id: string, seq: number, type: string, at: string, [field: string]: any}} TaskEvent
 * @typedef {"connecting" | "live" | "polling" | "reauth" | "offline" | "ended" | "refused"} State
 *   `reauth`: the session is about to expire, sign in again. The last two are final.
 * @typedef {object} Detail
 * @property {number} behind While polling: how many events are known of and still to be fetched.
 * @property {number} [status] When refused: the HTTP status, 401, 403 or 404.
 * @property {{reason: string, from: number}} [reset] The cursor was none of this task's: what was shown past `from` is
 *   void, and the events come again from there.
 * @typedef {{task_id: string, at: string, step: string, offset: number, text: string}} Live
 *   The last characters of what the step has written so far, and where in it they begin.
 * @typedef {object} Options
 * @property {(event: TaskEvent) => void} onEvent Called once for each event, in order, without a hole.
 * @property {(state: State, detail: Detail) => void} [onState] Called with the first state and whenever it changes.
 * @property {(live: Live) => void} [onLive] Called with text that is being written; it is kept nowhere, newest wins.
 * @property {number} [after] The last seq the page has already; 0 for everything.
 * @property {string} [base] Where the API is.
 * @property {new (url: string) => EventSource} [eventSource] Another EventSource, for example one that sends a token.
 * @property {(url: string, init: RequestInit) => Promise<Response>} [fetch] Another fetch.
 * @typedef {{readonly state: State, readonly cursor: number, close(): void}} Watch
 * @typedef {{cursor: number, onEvent: (event: TaskEvent) => void, onState: (s: State, d: Detail) => void,
 *   onLive: (live: Live) => void}} Reader
 */

const HELLO_MS = 5_000; // a proxy that holds a stream back never lets the first frame through
const SILENCE_MS = 45_000; // three pings
const ABSENT_MS = 1_000; // a task that was just submitted joins the stream of all tasks within this
const REQUEST_MS = 10_000;
const POLL_MS = [1_000, 10_000]; // slower while nothing happens
const PROBE_MS = [2_000, 60_000];
const STREAMS = 4; // HTTP/1.1 gives a host six connections, for all tabs together; requests need some of them
const REFUSALS = [401, 403, 404];
const FINAL = ["task.succeeded", "task.failed", "task.cancelled"];
const JOURNAL = [
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

/** @type {Map<string, Connection>} */
const shared = new Map();

/**
 * Follow a task to its end. Watches of one task share a connection, made with the options of the first; watches of
 * several tasks with the same `base` and `eventSource` share one stream.
 * @param {string} id @param {Options} options @returns {Watch}
 */
export function watchTask(id, { onEvent, onState = () => {}, onLive = () => {}, after = 0, base = "/api/v1", eventSource, fetch }) {
  const url = `${base}/tasks/${encodeURIComponent(id)}/events`;
  const reader = { cursor: after, onEvent, onState, onLive };
  const other = shared.get(url);
  const connection = other && after <= other.head ? other : new Connection(id, base, url, after, eventSource, fetch);
  connection.join(reader);
  return {
    get state() { return connection.state; },
    get cursor() { return reader.cursor; },
    close: () => connection.leave(reader),
  };
}

/** One task's stream, or its poll, for all who read it here; whoever is furthest behind decides what is fetched. */
class Connection {
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

/** The stream of all of the caller's tasks, for the connections of a page that follows more than one. */
class Feed {
  connections = /** @type {Set<Connection>} */ (new Set());
  #members = /** @type {Set<Connection>} */ (new Set());
  #known = /** @type {Map<string, number>} */ (new Map());
  #watchdog = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);
  #hangUp = () => {};
  #stream = 0;
  #snapshots = Infinity; // still to come before it is said of a task that it is not among them

  /** @param {string} url @param {NonNullable<Options["eventSource"]>} es */
  constructor(url, es) {
    this.url = url;
    this.es = es;
  }

  /** @param {Connection} member */
  join(member) {
    this.#members.add(member);
    if (this.#members.size === 1) this.#open();
    else if (this.#known.has(member.id)) member.joined(this.#known.get(member.id) ?? 0);
    else if (this.#snapshots <= 0) member.absent();
  }

  /** @param {Connection} member */
  leave(member) {
    if (this.#members.delete(member) && !this.#members.size) this.#shut();
  }

  /** @param {(member: Connection) => void} call @param {string} [id] */
  #each(call, id) {
    for (const member of [...this.#members]) if (id === undefined || member.id === id) call(member);
  }

  async #open() {
    const mine = ++this.#stream;
    const release = await slot();
    if (mine !== this.#stream) return release?.();
    if (!release) return this.#each((member) => member.fallBack());
    const source = new this.es(this.url);
    this.#hangUp = () => (source.close(), release());
    const current = () => mine === this.#stream;
    const on = listener(source, current, () => {
      clearTimeout(this.#watchdog);
      this.#watchdog = setTimeout(() => this.#each((member) => member.fallBack()), SILENCE_MS);
    });
    on("hello", ({ tasks }) => {
      this.#known.clear();
      this.#snapshots = tasks;
      for (const connection of this.connections) if (!this.#members.has(connection)) connection.share();
      if (tasks <= 0) this.#each((member) => member.absent());
    });
    on("snapshot", ({ task_id: id, last_seq: last }) => {
      this.#known.set(id, last);
      this.#each((member) => member.joined(last), id);
      if (--this.#snapshots === 0) this.#each((member) => this.#known.has(member.id) || member.absent());
    });
    for (const type of JOURNAL)
      on(type, (event) => {
        this.#known.set(event.task_id, event.seq);
        this.#each((member) => (member.proven(), member.offer(event)), event.task_id);
        if (!FINAL.includes(type)) return;
        this.#known.delete(event.task_id);
        this.#each((member) => member.ended(), event.task_id);
      });
    on("live", (live) => this.#each((member) => member.show(live), live.task_id));
    on("ping", () => this.#each((member) => member.proven()));
    on("reauth", () => this.#each((member) => member.fallBack("reauth")));
    source.onerror = () => {
      if (!current()) return;
      const closed = source.readyState === source.CLOSED;
      this.#each((member) => (closed ? member.fallBack() : member.interrupted()));
    };
  }

  #shut() {
    this.#stream++;
    this.#hangUp();
    this.#hangUp = () => {};
    this.#known.clear();
    this.#snapshots = Infinity;
    clearTimeout(this.#watchdog);
  }
}

/**
 * Listens to named frames, as long as the stream is the `current` one; `heard` is called first.
 * @param {EventSource} source @param {() => boolean} current @param {() => void} heard
 * @returns {(name: string, action: (data: any) => void) => void}
 */
function listener(source, current, heard) {
  return (name, action) =>
    source.addEventListener(name, (/** @type {MessageEvent} */ frame) => {
      if (!current()) return;
      heard();
      action(JSON.parse(frame.data));
    });
}

/** Call the page; what it throws is seen in the console and stops nobody else. @param {() => void} call */
function guarded(call) {
  try {
    call();
  } catch (error) {
    (globalThis.reportError ?? console.error)(error);
  }
}

let streams = 0;

/** Leave to hold a stream, counted over all tabs where the browser has locks; null when all are taken. */
async function slot() {
  const locks = globalThis.isSecureContext ? navigator.locks : undefined;
  if (!locks) return streams < STREAMS ? (streams++, () => void streams--) : null;
  for (let number = 0; number < STREAMS; number++) {
    const release = await new Promise((/** @type {(release: (() => void) | null) => void} */ resolve) => {
      const held = locks.request(`casework-stream-${number}`, { ifAvailable: true }, (lock) =>
        lock ? new Promise((done) => resolve(() => done(undefined))) : resolve(null),
      );
      held.catch(() => resolve(null)); // a document that is being left gets none
    });
    if (release) return release;
  }
  return null;
}
