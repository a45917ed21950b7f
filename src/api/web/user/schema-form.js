/** A form for any other workflow, from the JSON Schema of its input. */

import { h } from "../base/dom.js";
import { number, texts } from "../base/i18n.js";
import { choice, field } from "./fields.js";
import { Uploads } from "./uploads.js";
import { word } from "./words.js";

const t = texts({
  steps: ["步数", "Steps"],
  step_seconds: ["每步秒数", "Seconds a step"],
  ticks: ["每步进度次数", "Progress reports a step"],
  fail_at: ["在第几步失败", "Fail at step"],
  fail_times: ["失败几次", "Times it fails"],
  payload_bytes: ["每次附带字节数", "Payload bytes a report"],
  thumbnail_pixels: ["缩略图边长（像素）", "Thumbnail side in pixels"],
  watermark: ["水印文字", "Watermark"],
  at_once: ["同时处理几张", "How many at once"],
  delimiter: ["分隔符", "Delimiter"],
  header: ["首行是列名", "The first row names the columns"],
  found: ["自动识别", "Found out by itself"],
  between: [(low, high) => `${number(low)} 到 ${number(high)}`, (low, high) => `${number(low)} to ${number(high)}`],
  least: [(low) => `不小于 ${number(low)}`, (low) => `at least ${number(low)}`],
  optional: ["可不填", "may be left empty"],
  bad: ["不是正确的 JSON", "This is no JSON"],
});

/** What a field is called. @param {string} name */
export const fieldName = (name) => (t[name] ?? (() => name))();

/** @param {any} schema @returns {any} the object that a local `$ref` names */
function resolved(schema, root) {
  const name = schema.$ref?.split("/").pop();
  return name ? resolved(root.$defs[name], root) : schema;
}

/** @param {{name: string, input_schema: any}} workflow @returns {import("./case-form.js").Form} */
export function schemaForm(workflow) {
  const root = workflow.input_schema;
  const properties = Object.entries(resolved(root, root).properties ?? {});
  const uploads = properties.some(([name]) => name === "document_ids") ? new Uploads(() => {}) : null;
  const parts = properties
    .filter(([name]) => name !== "document_ids")
    .map(([name, schema]) => part(name, schema, root));
  const documents = uploads && {
    pointer: "/document_ids",
    node: uploads.node,
    control: uploads.input,
    fail: (/** @type {string} */ text) => uploads.fail(text),
    clear: () => uploads.fail(""),
  };
  return {
    path: "/tasks",
    prefix: "/input",
    fields: [...parts.map((each) => each.field), ...(documents ? [documents] : [])],
    node: h(
      "div",
      { class: "stack" },
      h(
        "div",
        { class: "columns" },
        parts.map((each) => each.field.node),
      ),
      uploads?.node ?? null,
    ),
    async read() {
      const input = {};
      for (const each of parts) {
        const value = each.read();
        if (value instanceof SyntaxError) return (each.field.fail(t.bad()), each.field.control.focus(), null);
        if (value !== undefined) input[each.name] = value;
      }
      if (uploads) {
        await uploads.settled();
        input.document_ids = uploads.documents.map((each) => each.id);
      }
      return { workflow: workflow.name, input };
    },
    reset: () => uploads?.clear(),
  };
}

/** One property: its control, and how to read it (undefined: left out). */
function part(/** @type {string} */ name, /** @type {any} */ given, /** @type {any} */ root) {
  const schema = resolved(given, root);
  const options = schema.anyOf ?? [schema];
  const nullable = options.some((/** @type {any} */ each) => each.type === "null");
  const main = resolved(options.find((/** @type {any} */ each) => each.type !== "null") ?? schema, root);
  const fallback = schema.default;
  const label = () => fieldName(name);
  const hint = () => {
    const bounds =
      main.maximum !== undefined
        ? t.between(main.minimum ?? 0, main.maximum)
        : main.minimum !== undefined
          ? t.least(main.minimum)
          : "";
    return [bounds, nullable ? t.optional() : ""].filter(Boolean).join("，");
  };
  let control;
  let read;
  if (main.enum) {
    const shown = (/** @type {string} */ value) => (value === "" ? t.found() : value === "\t" ? "Tab" : word(value));
    control = choice(nullable ? ["", ...main.enum] : main.enum, shown, fallback ?? (nullable ? "" : main.enum[0]));
    read = () => (control.value === "" && nullable ? undefined : control.value);
  } else if (main.type === "boolean") {
    control = h("input", { type: "checkbox", checked: Boolean(fallback) });
    read = () => control.checked;
  } else if (main.type === "integer" || main.type === "number") {
    control = h("input", {
      type: "number",
      inputmode: "decimal",
      step: main.type === "integer" ? 1 : "any",
      min: main.minimum,
      max: main.maximum,
      value: fallback ?? "",
    });
    read = () => (control.value === "" ? undefined : Number(control.value));
  } else if (main.type === "string") {
    control = h("input", { value: fallback ?? "", maxlength: main.maxLength });
    read = () => (control.value === "" && fallback === undefined && nullable ? undefined : control.value);
  } else {
    control = h("textarea", { rows: 3, class: "mono", value: fallback === undefined ? "" : JSON.stringify(fallback) });
    read = () => {
      try {
        return control.value.trim() ? JSON.parse(control.value) : undefined;
      } catch (error) {
        return error;
      }
    };
  }
  return { name, read, field: field({ pointer: `/${name}`, label, control, hint }) };
}
