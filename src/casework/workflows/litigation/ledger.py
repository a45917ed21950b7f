"""What was due, what was paid, what is owed: from the words of the documents, never from a guess (pure)."""

import re
from datetime import date
from decimal import Decimal

import msgspec

from casework.workflows.litigation import instalments, lending, money, payments
from casework.workflows.litigation.entry import AGREEMENTS, RECORDS, Days, Entry, clause, sentence
from casework.workflows.litigation.money import Amount, AmountConflict
from casework.workflows.litigation.span import Span, Text
from casework.workflows.litigation.timeline import Event

STATING = ("acknowledgement", "demand", "filing", "arbitration_filing", "judgment")
_ORDERED = re.compile(r"(?:被告|被申请人|判决|裁决|应).{0,40}(?:支付|给付|归还|偿还|返还)")


class Ledger(msgspec.Struct):
    """`arrears` is the contract's total less the payments, or what is said to be owed where the total is not known;
    `basis` says which; `agreed` whether both are known and agree. `disputed` are payments that a record of the same day
    tells differently: the record counts."""

    total: Decimal | None
    paid: Decimal
    arrears: Decimal | None
    stated_arrears: Decimal | None
    basis: str
    agreed: bool | None
    entries: list[Entry]
    conflicts: list[AmountConflict]
    total_span: Span | None = None
    stated_span: Span | None = None
    disputed: list[Entry] = []


def build(texts: list[Text], amounts: list[Amount], events: list[Event], kind: str = "contract") -> Ledger:
    """The ledger of the case; of a loan, what was lent stands in for the price."""
    by_id = {text.id: text for text in texts}
    days: Days = {}
    for event in events:
        for span in event.spans if not event.derived else ():
            days.setdefault(span.document, []).append((span.start, span.end, event.day))
    for told in days.values():
        told.sort()
    lent = lending.lent(by_id, amounts, events, days) if kind == "loan" else []
    total, total_span = _total(by_id, amounts) if kind == "contract" else (_sum(lent), lent[0].span if lent else None)
    settled, disputed = payments.paid(by_id, amounts, days, kind)
    entries = [*lent, *settled, *_due(by_id, amounts, events, total)]
    entries = sorted(entries, key=lambda entry: (entry.day or date.max, entry.kind))
    paid = _sum([entry for entry in entries if entry.kind == "paid"]) or Decimal(0)
    stated = _stated(by_id, amounts, kind)
    arrears: Decimal | None
    if total is not None and (paid > 0 or stated is None):
        arrears, basis = max(Decimal(0), total - paid), "出借本金减去还款" if kind == "loan" else "合同总价减去已付款"
    else:
        arrears = _since(stated, events, settled)
        basis = "材料中陈述的欠款" if stated is not None else "没有可用的金额"
    agreed = None
    if stated is not None and total is not None:
        agreed = arrears in (stated.value, _since(stated, events, settled))
    return Ledger(
        total, paid, arrears, stated.value if stated else None, basis, agreed, entries, money.conflicts(amounts),
        total_span, stated.span if stated else None, disputed,
    )  # fmt: skip


def _sum(entries: list[Entry]) -> Decimal | None:
    return sum((entry.amount for entry in entries), Decimal(0)) if entries else None


def _since(stated: Amount | None, events: list[Event], payments: list[Entry]) -> Decimal | None:
    """What is left of a debt that was stated on some day, after the payments since."""
    if stated is None:
        return None
    told = [
        event.day
        for event in events
        if event.type in STATING and any(span.document == stated.span.document for span in event.spans)
    ]
    later = [each.amount for each in payments if told and each.day is not None and each.day > max(told)]
    return max(Decimal(0), stated.value - sum(later))


def _total(texts: dict[str, Text], amounts: list[Amount]) -> tuple[Decimal | None, Span | None]:
    """The price: what the contract calls its total, a later one that changes it, else what others call so."""
    totals = [amount for amount in amounts if amount.label == "total"]
    own = [amount for amount in totals if texts[amount.span.document].kind == "contract"]
    changed = [a for a in own if re.search(r"(?:变更|调整|修改|更改|改)为|以.{0,10}为准", sentence(texts, a))]
    settled = [a for a in totals if re.search(r"结算", clause(texts, a)) and texts[a.span.document].kind not in RECORDS]
    pool = settled[-1:] or changed[-1:] or own or [a for a in totals if texts[a.span.document].kind not in RECORDS]
    best = max(pool, key=lambda amount: amount.value, default=None)
    return (best.value, best.span) if best else (None, None)


def _stated(texts: dict[str, Text], amounts: list[Amount], kind: str) -> Amount | None:
    """What is said to be owed at last, outside of what was agreed: an acknowledgement before anybody's own words."""
    owed = [
        a for a in amounts if a.label == "owed" and texts[a.span.document].kind not in AGREEMENTS - {"repayment_plan"}
    ]
    if kind == "labor":
        amounts = [a for a in amounts if re.search(r"工资|薪|报酬", clause(texts, a))]
        owed = [a for a in owed if a in amounts]
    judged = [a for a in amounts if texts[a.span.document].kind in ("judgment", "award")]
    ordered = [
        a for a in judged if a.label in ("paid", "owed", "claimed", "loan") and _ORDERED.search(sentence(texts, a))
    ]
    if ordered:
        return ordered[0]
    for kinds in ({"reconciliation", "repayment_plan"}, None):
        found = [a for a in owed if kinds is None or texts[a.span.document].kind in kinds]
        if found:
            spoiled = next((each for each in money.conflicts(amounts) if each.figures == found[-1]), None)
            return spoiled.capital if spoiled else found[-1]
    return next((a for a in amounts if a.label == "claimed"), None)


def _due(texts: dict[str, Text], amounts: list[Amount], events: list[Event], total: Decimal | None) -> list[Entry]:
    """Instalments: each sum or share of the total of an agreement that its sentence gives a day for."""
    found: dict[tuple[date, Decimal], Entry] = {}
    for text in texts.values():
        if text.kind in AGREEMENTS:
            for day, value, span in instalments.find(text, amounts, events, total):
                found.setdefault((day, value), Entry(day, "due", value, span))
    return list(found.values())
