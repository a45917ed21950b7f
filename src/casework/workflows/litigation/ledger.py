"""What was due, what was paid, what is owed: from the words of the documents, never from a guess (pure)."""

import re
from datetime import date
from decimal import Decimal

import msgspec

from casework.workflows.litigation import dates, money
from casework.workflows.litigation.money import Amount, AmountConflict
from casework.workflows.litigation.span import Span, Text


class Entry(msgspec.Struct, frozen=True):
    """A payment that was made (`paid`) or became due (`due`)."""

    day: date | None
    kind: str
    amount: Decimal
    span: Span


class Ledger(msgspec.Struct):
    """`arrears` is the contract's total less the payments, or what is said to be owed where the total is not known;
    `basis` says which; `agreed` whether both are known and agree."""

    total: Decimal | None
    paid: Decimal
    arrears: Decimal | None
    stated_arrears: Decimal | None
    basis: str
    agreed: bool | None
    entries: list[Entry]
    conflicts: list[AmountConflict]


def build(texts: list[Text], amounts: list[Amount]) -> Ledger:
    """The ledger of the case."""
    by_id = {text.id: text for text in texts}
    total = _total(by_id, amounts)
    entries = _entries(by_id, amounts)
    paid = sum((entry.amount for entry in entries if entry.kind == "paid"), Decimal(0))
    owed = [amount.value for amount in amounts if amount.label == "owed"]
    stated = owed[-1] if owed else None
    arrears: Decimal | None
    if total is not None and (paid > 0 or stated is None):
        arrears, basis = max(Decimal(0), total - paid), "合同总价减去已付款"
    else:
        arrears, basis = stated, "材料中陈述的欠款" if stated is not None else "没有可用的金额"
    agreed = None if stated is None or total is None else arrears == stated
    return Ledger(total, paid, arrears, stated, basis, agreed, entries, money.conflicts(amounts))


def _total(texts: dict[str, Text], amounts: list[Amount]) -> Decimal | None:
    """The price of the contract: what the contract calls its total, else what others do."""
    totals = [amount for amount in amounts if amount.label == "total"]
    own = [amount for amount in totals if texts[amount.span.document].kind == "contract"]
    return max((amount.value for amount in own or totals), default=None)


def _entries(texts: dict[str, Text], amounts: list[Amount]) -> list[Entry]:
    """Payments from payment records, else from any text; dues from the contract. The same told twice counts once."""
    paid = [a for a in amounts if a.label == "paid" and texts[a.span.document].kind in ("payment", "bank")]
    if not paid:
        done = r"已|支付了|收到|到账|转账|汇款"
        paid = [a for a in amounts if a.label == "paid" and re.search(done, _clause(texts, a))]
        paid = [a for a in paid if texts[a.span.document].kind != "contract"]
    due = [
        a
        for a in amounts
        if texts[a.span.document].kind == "contract"
        and a.label not in ("total", "penalty")
        and re.search(r"应于.{0,20}前|前(?:支付|付清)", _clause(texts, a))
    ]
    entries: dict[tuple[date | None, str, Decimal], Entry] = {}
    for kind, found in (("paid", paid), ("due", due)):
        for amount in found:
            entry = Entry(_day(texts[amount.span.document], amount), kind, amount.value, amount.span)
            entries.setdefault((entry.day, kind, entry.amount), entry)
    return sorted(entries.values(), key=lambda entry: (entry.day or date.max, entry.kind))


def _clause(texts: dict[str, Text], amount: Amount) -> str:
    text = texts[amount.span.document]
    return text.text[slice(*text.sentence(amount.span.start, amount.span.end))]


def _day(text: Text, amount: Amount) -> date | None:
    """The date of the amount's own sentence that stands nearest before it."""
    begin, end = text.sentence(amount.span.start, amount.span.end)
    near = [each for each in dates.find(text) if begin <= each.span.start < end]
    before = [each for each in near if each.span.start < amount.span.start]
    chosen = before[-1:] or near[:1]
    return chosen[0].day if chosen else None
