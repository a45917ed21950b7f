import { FINAL, JOURNAL, listener, SILENCE_MS } from "./frames.js";
import { slot } from "./slot.js";
/** @import { Options } from "./types.js" */
/** @import { Connection } from "./connection.js" */

/** The stream of all of the caller's tasks, for the connections of a page that follows more than one. */
export class Feed {
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
