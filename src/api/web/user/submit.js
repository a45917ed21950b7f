/** Submitting: which workflow, its form, who goes first, and a submission that a lost answer does not repeat. */

import { post } from "../base/api.js";
import { h, refresh, replace } from "../base/dom.js";
import { texts, titled } from "../base/i18n.js";
import { caseForm } from "./case-form.js";
import { choice, field, place } from "./fields.js";
import { schemaForm } from "./schema-form.js";
import { word } from "./words.js";

const t = texts({
  title: ["提交新案件", "New case"],
  workflow: ["任务类型", "Kind of work"],
  options: ["更多选项", "More options"],
  queue: ["优先级", "Priority"],
  own: ["默认", "As usual"],
  attempts: ["最多尝试次数", "Attempts at most"],
  attemptsHint: ["出错时自动重试，1 到 10 次", "It is tried again by itself after an error; 1 to 10"],
  send: ["提交", "Submit"],
  sending: ["正在提交…", "Submitting…"],
  uploading: ["上传完成后自动提交…", "Submits when the upload is done…"],
});
const ANALYSIS = "litigation-analysis";

/** @param {{role: string}} user @param {Iterable<any>} offered the workflows @param {(answer: any) => void} done */
export async function submitForm(user, offered, done) {
  const workflows = [...offered].sort(
    (/** @type {any} */ a, /** @type {any} */ b) => Number(b.name === ANALYSIS) - Number(a.name === ANALYSIS),
  );
  const named = (/** @type {string} */ name) =>
    titled(workflows.find((/** @type {any} */ each) => each.name === name).title);
  const kind = choice(
    workflows.map((/** @type {any} */ each) => each.name),
    named,
  );
  const queues = user.role === "user" ? ["", "medium", "low"] : ["", "high", "medium", "low"];
  const queue = choice(queues, (name) => (name ? word(name) : t.own()));
  const attempts = h("input", { type: "number", min: 1, max: 10, step: 1, value: 4, inputmode: "numeric" });
  const options = [
    field({ pointer: "/queue", label: t.queue, control: queue }),
    field({ pointer: "/max_attempts", label: t.attempts, control: attempts, hint: t.attemptsHint }),
  ];
  const body = h("div");
  let form = /** @type {import("./case-form.js").Form | null} */ (null);
  let message = "";
  let busy = /** @type {false | "uploading" | "sending"} */ (false);
  let last = { body: "", key: "" };

  async function open() {
    form =
      kind.value === ANALYSIS
        ? await caseForm()
        : schemaForm(workflows.find((/** @type {any} */ each) => each.name === kind.value));
    message = "";
    replace(body, form.node);
    refresh(card);
  }

  async function submit(/** @type {Event} */ event) {
    event.preventDefault();
    if (busy || !form) return;
    const fields = [...form.fields, ...options];
    for (const each of fields) each.clear();
    [busy, message] = ["uploading", ""];
    refresh(card);
    try {
      const read = await form.read();
      if (!read) return;
      busy = "sending";
      refresh(card);
      const extra = {
        ...(queue.value ? { queue: queue.value } : {}),
        ...(attempts.value === "" ? {} : { max_attempts: Number(attempts.value) }),
      };
      const answer = await post(
        form.path,
        { ...read, ...extra },
        { headers: { "Idempotency-Key": keyed(JSON.stringify([form.path, read, extra])) } },
      );
      form.reset();
      last = { body: "", key: "" };
      done(answer);
    } catch (error) {
      message = place(error, fields, form.prefix);
    } finally {
      busy = false;
      refresh(card);
    }
  }

  /** The same key for the same content, until it is known to be accepted: sent twice it is one task. */
  function keyed(/** @type {string} */ content) {
    if (last.body !== content)
      last = {
        body: content,
        key: [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join(""),
      };
    return last.key;
  }

  kind.addEventListener("change", open);
  const workflow = field({ pointer: "/workflow", label: t.workflow, control: kind });
  const card = h(
    "section",
    { class: "card submit", id: "new", "aria-labelledby": "new-title" },
    h(
      "form",
      { class: "stack", novalidate: true, onsubmit: submit },
      h("h2", { id: "new-title" }, t.title),
      workflows.length > 1 ? workflow.node : null,
      body,
      h(
        "details",
        {},
        h("summary", {}, t.options),
        h(
          "div",
          { class: "columns options" },
          options.map((each) => each.node),
        ),
      ),
      h("p", { class: "note bad", role: "alert", hidden: () => !message }, () => message),
      h(
        "button",
        {
          class: "primary wide",
          type: "submit",
          disabled: () => Boolean(busy),
          "aria-busy": () => String(Boolean(busy)),
        },
        () => (busy ? t[busy]() : t.send()),
      ),
    ),
  );
  await open();
  return card;
}
