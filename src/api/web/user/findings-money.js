/** The sums of a case: what was due and paid, what can be claimed and by which formula, what it costs. */

import { h } from "../base/dom.js";
import { day, number, texts } from "../base/i18n.js";
import { fee, word } from "./words.js";

const t = texts({
  total: ["合同总价", "Contract price"],
  paid: ["已付", "Paid"],
  arrears: ["欠款", "Owed"],
  date: ["日期", "Date"],
  kind: ["性质", "Kind"],
  amount: ["金额", "Amount"],
  source: ["出处", "Source"],
  undated: ["无日期", "no date"],
  claim: ["请求", "Claim"],
  formula: ["怎样算出", "How it comes about"],
  instead: [(amount) => `或者 ${amount}：`, (amount) => `or else ${amount}:`],
  fees: ["费用（估算）", "Fees (estimate)"],
  differs: ["计算的欠款与材料陈述的不一致", "The sum computed is not the sum stated in the documents"],
  scroll: ["表格，可横向滚动", "table, scrolls sideways"],
});

/** @param {string | number} amount a sum in CNY */
export const yuan = (amount) =>
  number(Number(amount), {
    style: "currency",
    currency: "CNY",
    currencyDisplay: "narrowSymbol",
    minimumFractionDigits: Number(amount) % 1 ? 2 : 0,
  });

const table = (head, rows) =>
  h(
    "div",
    { class: "table", role: "region", tabindex: "0", "aria-label": t.scroll },
    h(
      "table",
      { role: "table" }, // said again, because the style makes rows of it that are none on a phone
      h(
        "thead",
        { role: "rowgroup" },
        row(head.map(([name, kind = ""]) => h("th", { role: "columnheader", scope: "col", class: kind }, name))),
      ),
      h("tbody", { role: "rowgroup" }, rows),
    ),
  );
const row = (cells) => h("tr", { role: "row" }, cells);
const cell = (kind, ...content) => h("td", { role: "cell", class: kind }, content);

export function ledger(book, marks) {
  if (!book?.entries?.length && !book?.arrears) return null;
  return h(
    "div",
    { class: "stack" },
    h(
      "dl",
      { class: "facts" },
      book.total
        ? h(
            "div",
            {},
            h("dt", {}, t.total),
            h("dd", {}, () => yuan(book.total)),
          )
        : null,
      h(
        "div",
        {},
        h("dt", {}, t.paid),
        h("dd", {}, () => yuan(book.paid)),
      ),
      book.arrears
        ? h(
            "div",
            {},
            h("dt", {}, t.arrears),
            h("dd", {}, () => yuan(book.arrears)),
            h("dd", { class: "muted small plain-weight" }, book.basis),
          )
        : null,
    ),
    book.agreed === false ? h("p", { class: "note warn" }, t.differs) : null,
    book.entries?.length
      ? table(
          [[t.date], [t.kind], [t.amount, "number"], [t.source]],
          book.entries.map((each) =>
            row([
              cell("nowrap", () => (each.day ? day(each.day) : t.undated())),
              cell(
                "",
                h("span", { class: `badge plain ${each.kind === "paid" ? "good" : ""}` }, () => word(each.kind)),
              ),
              cell("number", () => yuan(each.amount)),
              cell("", marks(each.span)),
            ]),
          ),
        )
      : null,
  );
}

export function claims(result) {
  const found = result.claims ?? [];
  const fees = Object.entries(result.fees ?? {}).filter(([, value]) => value !== null && typeof value !== "object");
  if (!found.length && !fees.length) return null;
  return h(
    "div",
    { class: "stack" },
    found.length
      ? table(
          [[t.claim], [t.amount, "number"], [t.formula]],
          found.map((each) =>
            row([
              cell("strong", each.title),
              cell("number", () => yuan(each.amount)),
              cell(
                "small muted formula",
                each.formula,
                each.alternative
                  ? h("p", {}, () => t.instead(yuan(each.alternative)), " ", each.alternative_formula)
                  : null,
              ),
            ]),
          ),
        )
      : null,
    fees.length
      ? h(
          "div",
          {},
          h("h3", {}, t.fees),
          h(
            "dl",
            { class: "facts small fees" },
            fees.map(([name, value]) =>
              h(
                "div",
                {},
                h("dt", {}, () => fee(name)),
                h("dd", {}, () => yuan(value)),
              ),
            ),
          ),
        )
      : null,
  );
}
