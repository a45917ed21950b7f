/** Documents for a case: dropped, pasted or chosen; each uploaded at once, with its progress and what was wrong with it. */

import { get, Offline, Problem, upload } from "../base/api.js";
import { each, h, refresh } from "../base/dom.js";
import { bytes, percent, texts } from "../base/i18n.js";
import { explain } from "../base/problems.js";

const t = texts({
  label: ["材料", "Documents"],
  drop: ["把文件拖到这里，或者", "Drop files here, or"],
  choose: ["选择文件", "choose files"],
  kinds: [
    (limit) => `PDF、Word、TXT、Markdown、PNG、JPEG${limit ? `；每个 ${bytes(limit)} 以内` : ""}`,
    (limit) => `PDF, Word, TXT, Markdown, PNG, JPEG${limit ? `, up to ${bytes(limit)} each` : ""}`,
  ],
  remove: [(name) => `移除 ${name}`, (name) => `Remove ${name}`],
  again: ["重传", "Try again"],
  sending: [(share) => `已上传 ${percent(share)}`, (share) => `${percent(share)} uploaded`],
  waiting: ["等待上传", "Waiting"],
  done: ["已上传", "Uploaded"],
  list: ["已选材料", "Chosen documents"],
  twice: ["与另一份材料内容相同", "The same content as another document"],
});
const AT_ONCE = 2; // the browser has six connections; the streams need some

/** Whether sending the same file again may help. @param {unknown} error */
const mendable = (error) =>
  error instanceof Offline || (error instanceof Problem && (error.status === 401 || error.status >= 500));

/**
 * @typedef {{key: number, name: string, size: number, state: "waiting" | "sending" | "done" | "failed", share: number,
 *   file?: File, id?: string, sha256?: string, error?: unknown, stop?: AbortController}} Item
 */
export class Uploads {
  /** @type {Item[]} */
  items = [];
  limit = 0;
  #next = 1;
  #settled = /** @type {(() => void)[]} */ ([]);

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.onChange = onChange;
    this.input = h("input", {
      type: "file",
      multiple: true,
      id: "files",
      class: "visually-hidden",
      accept: ".pdf,.docx,.txt,.md,.markdown,.csv,.png,.jpg,.jpeg",
      "aria-describedby": "files-hint f-document_ids-error",
      onchange: () => (this.add([...this.input.files]), (this.input.value = "")),
    });
    this.list = h("ul", { class: "files", "aria-label": t.list, hidden: () => !this.items.length });
    this.error = h("p", { class: "error", id: "f-document_ids-error", role: "alert" });
    this.zone = h(
      "div",
      { class: "drop" },
      this.input,
      h("p", {}, t.drop, " ", h("label", { for: "files", class: "choose" }, t.choose)),
      h("p", { class: "hint", id: "files-hint" }, () => t.kinds(this.limit)),
    );
    this.node = h(
      "div",
      { class: "field", role: "group", "aria-labelledby": "files-label" },
      h("span", { class: "label", id: "files-label" }, t.label),
      this.zone,
      this.list,
      this.error,
    );
    this.#acceptDrops();
    this.#ask();
  }

  /** The service's own limit; where it is not told, an upload that is too large is. */
  async #ask() {
    const told = await get("/documents?limit=1").catch(() => null);
    const megabytes = Math.floor((told?.max_bytes ?? 0) / 2 ** 20);
    this.limit = megabytes ? megabytes * 1e6 : (told?.max_bytes ?? 0); // in round numbers, on the safe side
    refresh(this.zone);
  }

  #acceptDrops() {
    const files = (/** @type {DragEvent} */ event) =>
      this.node.isConnected && event.dataTransfer?.types.includes("Files");
    let depth = 0;
    const mark = () => this.zone.classList.toggle("over", depth > 0);
    addEventListener("dragenter", (event) => files(event) && (depth++, mark()));
    addEventListener("dragleave", (event) => files(event) && ((depth = Math.max(0, depth - 1)), mark()));
    addEventListener("dragover", (event) => files(event) && event.preventDefault());
    addEventListener("drop", (event) => {
      if (!files(event)) return;
      event.preventDefault();
      [depth] = [0];
      mark();
      this.add([...(event.dataTransfer?.files ?? [])]);
    });
    addEventListener("paste", (event) => {
      const pasted = [...(event.clipboardData?.files ?? [])];
      if (pasted.length && this.node.isConnected) this.add(pasted);
    });
  }

  /** @param {File[]} files */
  add(files) {
    for (const file of files)
      this.items.push({ key: this.#next++, name: file.name, size: file.size, state: "waiting", share: 0, file });
    this.#draw();
    this.#work();
  }

  /** Documents that were uploaded before, say before a refresh. @param {{id: string, name: string, size: number}[]} documents */
  restore(documents) {
    for (const { id, name, size } of documents)
      this.items.push({ key: this.#next++, name, size, state: "done", share: 1, id });
    this.#draw();
  }

  get documents() {
    return this.items
      .filter((item) => item.id)
      .map(({ id, name, size }) => ({ id: /** @type {string} */ (id), name, size }));
  }

  get busy() {
    return this.items.some((item) => item.state === "waiting" || item.state === "sending");
  }

  get failed() {
    return this.items.some((item) => item.state === "failed");
  }

  /** Resolves when nothing is on its way any more. */
  settled() {
    return this.busy ? new Promise((resolve) => this.#settled.push(() => resolve(undefined))) : Promise.resolve();
  }

  clear() {
    for (const item of this.items) item.stop?.abort();
    this.items = [];
    this.fail("");
    this.#draw();
  }

  /** @param {string} text */
  fail(text) {
    this.error.textContent = text;
  }

  #work() {
    while (this.items.filter((item) => item.state === "sending").length < AT_ONCE) {
      const item = this.items.find((each) => each.state === "waiting");
      if (!item) break;
      this.#send(item);
    }
    if (!this.busy) for (const tell of this.#settled.splice(0)) tell();
  }

  /** @param {Item} item */
  async #send(item) {
    item.state = "sending";
    item.stop = new AbortController();
    this.#draw();
    const onProgress = (/** @type {number} */ share) => {
      item.share = share;
      refresh(this.list);
    };
    try {
      const document = await upload(/** @type {File} */ (item.file), { onProgress, signal: item.stop.signal });
      if (this.items.some((other) => other !== item && other.sha256 === document.sha256)) item.error = "twice";
      Object.assign(item, { state: "done", share: 1, id: document.id, sha256: document.sha256, file: undefined });
    } catch (error) {
      Object.assign(item, { state: "failed", error });
    }
    this.#draw();
    this.#work();
  }

  #draw() {
    each(
      this.list,
      this.items,
      (item) => String(item.key),
      (item) => this.#row(item),
    );
    refresh(this.node);
    this.onChange();
  }

  /** @param {Item} item */
  #row(item) {
    const drop = () => {
      item.stop?.abort();
      this.items = this.items.filter((other) => other !== item);
      this.#draw();
      this.#work();
      this.input.focus();
    };
    const again = () => {
      Object.assign(item, { state: "waiting", share: 0, error: undefined });
      this.#draw();
      this.#work();
    };
    const said = () => {
      if (item.state === "failed") return explain(item.error);
      if (item.error === "twice") return t.twice();
      return item.state === "sending" ? t.sending(item.share * 100) : t[item.state]();
    };
    return h(
      "li",
      { class: () => `file ${item.state}` },
      h(
        "div",
        { class: "row" },
        h("span", { class: "grow strong name" }, item.name),
        h("span", { class: "muted small" }, () => bytes(item.size)),
        h(
          "button",
          { type: "button", class: "link small", hidden: () => !mendable(item.error), onclick: again },
          t.again,
        ),
        h(
          "button",
          {
            type: "button",
            class: "quiet icon",
            "aria-label": () => t.remove(item.name),
            title: () => t.remove(item.name),
            onclick: drop,
          },
          "×",
        ),
      ),
      h(
        "div",
        {
          class: () => `bar thin ${item.state === "failed" ? "bad" : item.state === "done" ? "good" : ""}`,
          role: "progressbar",
          "aria-label": item.name,
          "aria-valuemin": 0,
          "aria-valuemax": 100,
          "aria-valuenow": () => Math.round(item.share * 100),
          hidden: () => item.state === "done",
        },
        h("span", { style: { width: () => `${item.share * 100}%` } }),
      ),
      h("p", { class: () => `small ${item.state === "failed" ? "error" : "muted"}`, role: "status" }, said),
    );
  }
}
