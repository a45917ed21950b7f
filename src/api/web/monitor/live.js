/**
 * What the monitor knows, live: one stream of snapshots, of which the newest wins; polling where no stream comes; nothing
 * at all while the page is not looked at. Keeps the last minutes of each number for the small lines.
 *
 * @typedef {"connecting" | "live" | "polling" | "offline" | "paused"} State
 */

const HELLO_MS = 5_000; // a proxy that holds a stream back never lets the first frame through
const SILENCE_MS = 12_000; // a snapshot comes about once a second
const POLL_MS = 2_000;
const PROBE_MS = [2_000, 30_000];
const HIDDEN_MS = 20_000;
const KEPT = 180;

export class Live extends EventTarget {
  /** @type {any} the newest snapshot */
  now = null;
  /** @type {State} */
  state = "connecting";
  /** When the newest snapshot came. */
  at = 0;
  /** @type {{at: number, queues: Map<string, {queued: number, running: number}>, workers: Map<string, {cpu: number, rss: number, lag: number}>}[]} */
  past = [];
  #source = /** @type {EventSource | null} */ (null);
  #timers = /** @type {Record<string, ReturnType<typeof setTimeout>>} */ ({});
  #failures = 0;

  /** @param {string} url of the stream @param {() => Promise<any>} poll gives one snapshot */
  constructor(url, poll) {
    super();
    this.url = url;
    this.poll = poll;
  }

  start() {
    document.addEventListener("visibilitychange", this.#seen);
    addEventListener("online", this.#wake);
    addEventListener("casework:signed-in", this.#wake);
    this.#open();
  }

  #schedule(name, ms, action) {
    clearTimeout(this.#timers[name]);
    this.#timers[name] = setTimeout(action, ms);
  }

  #shut() {
    this.#source?.close();
    this.#source = null;
    clearTimeout(this.#timers.watchdog);
  }

  #open() {
    this.#shut();
    clearTimeout(this.#timers.probe);
    this.#schedule("watchdog", HELLO_MS, () => this.#fallBack());
    const source = (this.#source = new EventSource(this.url));
    const alive = () => this.#schedule("watchdog", SILENCE_MS, () => this.#fallBack());
    source.addEventListener("snapshot", (frame) => {
      if (source !== this.#source) return;
      alive();
      clearTimeout(this.#timers.poll);
      this.#failures = 0;
      this.#tell("live");
      this.#take(JSON.parse(frame.data));
    });
    for (const name of ["hello", "ping"]) source.addEventListener(name, () => source === this.#source && alive());
    source.onerror = () => {
      if (source !== this.#source) return;
      if (source.readyState === EventSource.CLOSED) return this.#fallBack();
      if (this.state === "live") this.#tell("connecting"); // the browser tries again when the server has asked it to
      this.#schedule("watchdog", HELLO_MS, () => this.#fallBack());
    };
  }

  #fallBack() {
    this.#shut();
    const pause = Math.min(PROBE_MS[1], PROBE_MS[0] * 2 ** this.#failures++) * (0.5 + Math.random() / 2);
    this.#schedule("probe", pause, () => this.#open());
    this.#ask();
  }

  async #ask() {
    const snapshot = await this.poll().catch(() => null);
    if (this.state === "live" || this.state === "paused") return;
    this.#tell(snapshot ? "polling" : "offline");
    if (snapshot) this.#take(snapshot);
    this.#schedule("poll", POLL_MS, () => this.#ask());
  }

  #take(snapshot) {
    this.now = snapshot;
    this.at = Date.now();
    const queues = new Map(snapshot.queues.map((each) => [each.name, { queued: each.queued, running: each.running }]));
    const workers = new Map(snapshot.workers.map((each) => [each.id, { cpu: each.cpu_percent, rss: each.rss_bytes, lag: each.loop_lag_seconds }]));
    this.past = [...this.past.slice(1 - KEPT), { at: this.at, queues, workers }];
    this.dispatchEvent(new Event("snapshot"));
  }

  /** @param {State} state */
  #tell(state) {
    if (state === this.state) return;
    this.state = state;
    this.dispatchEvent(new Event("state"));
  }

  #wake = () => {
    if (this.state === "live") return;
    this.#failures = 0;
    clearTimeout(this.#timers.poll);
    this.#tell("connecting");
    this.#open();
  };

  /** A page that nobody looks at costs the server nothing. */
  #seen = () => {
    if (document.visibilityState === "visible") {
      clearTimeout(this.#timers.hidden);
      return this.#wake();
    }
    this.#schedule("hidden", HIDDEN_MS, () => {
      this.#shut();
      Object.values(this.#timers).forEach(clearTimeout);
      this.#tell("paused");
    });
  };
}
