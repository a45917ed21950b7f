/** Where a finding comes from: a mark to press, and the words themselves with their document and page. */

import { h } from "../base/dom.js";
import { number, texts } from "../base/i18n.js";

const t = texts({
  page: [(name, page) => `${name} · 第 ${page} 页`, (name, page) => `${name} · p. ${page}`],
  source: [(where) => `出处：${where}`, (where) => `Source: ${where}`],
  title: ["出处", "Source"],
  statement: ["您的陈述", "Your own words"],
  gone: ["材料（已删除）", "A document (deleted)"],
  open: ["下载原件", "Download the document"],
  close: ["关闭", "Close"],
  offsets: [
    (from, to) => `第 ${number(from)}–${number(to)} 字`,
    (from, to) => `characters ${number(from)} to ${number(to)}`,
  ],
});
const ROUND = 120;
const STATEMENT = "statement";

/** @param {{documents: {id: string, name: string}[]}} result @param {any} page */
export function sources(result, page) {
  const names = new Map((result.documents ?? []).map((each) => [each.id, each.name]));
  const name = (/** @type {any} */ span) =>
    span.document === STATEMENT ? t.statement() : (names.get(span.document) ?? t.gone());
  const where = (/** @type {any} */ span) =>
    span.document === STATEMENT ? t.statement() : t.page(name(span), span.page);

  /** Marks for some spans, each document's page once. @param {any} spans */
  return function marks(spans) {
    const given = (Array.isArray(spans) ? spans : [spans]).filter((span) => span?.quote);
    const seen = new Set();
    const once = given.filter((span) => {
      const key = `${span.document} ${span.page} ${span.quote}`;
      return !seen.has(key) && seen.add(key);
    });
    if (!once.length) return null;
    return h(
      "span",
      { class: "sources" },
      once.map((span) =>
        h(
          "button",
          {
            type: "button",
            class: "source",
            "aria-haspopup": "dialog",
            "aria-label": () => t.source(`${where(span)}：${span.quote}`),
            title: () => span.quote,
            onclick: () => show(span),
          },
          () => where(span),
        ),
      ),
    );
  };

  /** @param {any} span */
  function show(span) {
    const quote = h("blockquote", { class: "quote", tabindex: "0" }, h("mark", {}, span.quote));
    const link = span.document !== STATEMENT && page.names.has(span.document);
    const dialog = h(
      "dialog",
      {
        class: "source-dialog",
        "aria-labelledby": "source-title",
        onclick: (/** @type {Event} */ event) => event.target === dialog && dialog.close(),
        onclose: () => dialog.remove(),
      },
      h(
        "div",
        { class: "stack" },
        h("h2", { id: "source-title" }, t.title),
        h("p", { class: "strong" }, () => where(span)),
        quote,
        h("p", { class: "muted small" }, () => t.offsets(span.start + 1, span.end)),
      ),
      h(
        "form",
        { method: "dialog", class: "actions" },
        link
          ? h(
              "a",
              { class: "button", href: `/api/v1/documents/${span.document}/content`, download: name(span) },
              t.open,
            )
          : null,
        h("button", { class: "primary", autofocus: true }, t.close),
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
    context(span).then(
      (found) => found && quote.replaceChildren(found.before, h("mark", {}, found.quote), found.after),
    );
  }

  /** The words round a quote, where the text can be had: the statement, and documents that are text. @param {any} span */
  async function context(span) {
    const text = span.document === STATEMENT ? page.task.input.user_input : await fetched(span.document);
    if (!text) return null;
    const at = text.indexOf(span.quote);
    if (at < 0) return null;
    const from = Math.max(0, at - ROUND);
    const to = at + span.quote.length + ROUND;
    return {
      before: (from ? "…" : "") + text.slice(from, at),
      quote: span.quote,
      after: text.slice(at + span.quote.length, to) + (to < text.length ? "…" : ""),
    };
  }

  /** @param {string} id */
  async function fetched(id) {
    if (!page.names.get(id)?.media_type.startsWith("text/")) return null;
    const response = await fetch(`/api/v1/documents/${id}/content`).catch(() => null);
    return response?.ok ? response.text() : null;
  }
}
