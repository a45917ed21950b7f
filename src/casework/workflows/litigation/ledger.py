"""What was due, what was paid, what is owed: from the words of the documents, never from a guess (pure)."""

import re
from bisect import bisect_left
from datetime import date
from decimal import Decimal

import msgspec

from casework.workflows.litigation import instalments, money
from casework.workflows.litigation.money import Amount, AmountConflict
from casework.workflows.litigation.span import Span, Text
from casework.workflows.litigation.timeline import Event

Days = dict[str, list[tuple[int, int, date]]]  # of each document: where a date stands, and which
AGREEMENTS = {"contract", "iou", "loan_contract", "repayment_plan"}
RECORDS = {"payment", "bank"}
STATING = ("acknowledgement", "demand", "filing", "arbitration_filing", "judgment")
_LENT = re.compile(
    r"出借|向.{1,8}借|借(?:人民币|现金|了)|借出|借到|借给|借款(?!人(?!民)|合同|期限|利率)|借得|今借|放款|提供借款|本金"
)
_REPAID = re.compile(r"归还|偿还|还款|还了|还本|还息|已还|返还|付息|利息|还给|还清")
_DONE = re.compile(r"已|支付了|付了|转了|打了|汇了|收到|到账|转账|汇款|汇入|转入|打款|归还|偿还|还了|还款")
_SUM = re.compile(r"(?:合计|共计|累计|总计|共|总共|合共|先后|陆续)[^，,。；;]{0,12}$")
_ORDERED = re.compile(r"(?:被告|被申请人|判决|裁决|应).{0,40}(?:支付|给付|归还|偿还|返还)")
_AND = re.compile(r"\s*[、和及与]\s*(?:人民币)?")
_PLANNED = re.compile(
    r"应(?!付|收)|须|前(?:支付|付清|归还|还清)|约定|要求|请|扣除|预扣|计划|承诺|同意|未|拒|至今|尚欠|仍欠"
)


class Entry(msgspec.Struct, frozen=True):
    """A sum that was paid (`paid`), became due (`due`) or was lent (`lent`)."""

    day: date | None
    kind: str
    amount: Decimal
    span: Span


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
    lent = _lent(by_id, amounts, events, days) if kind == "loan" else []
    total, total_span = _total(by_id, amounts) if kind == "contract" else (_sum(lent), lent[0].span if lent else None)
    payments, disputed = _paid(by_id, amounts, days, kind)
    entries = [*lent, *payments, *_due(by_id, amounts, events, total)]
    entries = sorted(entries, key=lambda entry: (entry.day or date.max, entry.kind))
    paid = _sum([entry for entry in entries if entry.kind == "paid"]) or Decimal(0)
    stated = _stated(by_id, amounts, kind)
    arrears: Decimal | None
    if total is not None and (paid > 0 or stated is None):
        arrears, basis = max(Decimal(0), total - paid), "出借本金减去还款" if kind == "loan" else "合同总价减去已付款"
    else:
        arrears = _since(stated, events, payments)
        basis = "材料中陈述的欠款" if stated is not None else "没有可用的金额"
    agreed = None
    if stated is not None and total is not None:
        agreed = arrears in (stated.value, _since(stated, events, payments))
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
    changed = [a for a in own if re.search(r"(?:变更|调整|修改|更改|改)为|以.{0,10}为准", _sentence(texts, a))]
    settled = [
        a for a in totals if re.search(r"结算", _clause(texts, a)) and texts[a.span.document].kind not in RECORDS
    ]
    pool = settled[-1:] or changed[-1:] or own or [a for a in totals if texts[a.span.document].kind not in RECORDS]
    best = max(pool, key=lambda amount: amount.value, default=None)
    return (best.value, best.span) if best else (None, None)


def _stated(texts: dict[str, Text], amounts: list[Amount], kind: str) -> Amount | None:
    """What is said to be owed at last, outside of what was agreed: an acknowledgement before anybody's own words."""
    owed = [
        a for a in amounts if a.label == "owed" and texts[a.span.document].kind not in AGREEMENTS - {"repayment_plan"}
    ]
    if kind == "labor":
        amounts = [a for a in amounts if re.search(r"工资|薪|报酬", _clause(texts, a))]
        owed = [a for a in owed if a in amounts]
    judged = [a for a in amounts if texts[a.span.document].kind in ("judgment", "award")]
    ordered = [
        a for a in judged if a.label in ("paid", "owed", "claimed", "loan") and _ORDERED.search(_sentence(texts, a))
    ]
    if ordered:
        return ordered[0]
    for kinds in ({"reconciliation", "repayment_plan"}, None):
        found = [a for a in owed if kinds is None or texts[a.span.document].kind in kinds]
        if found:
            spoiled = next((each for each in money.conflicts(amounts) if each.figures == found[-1]), None)
            return spoiled.capital if spoiled else found[-1]
    return next((a for a in amounts if a.label == "claimed"), None)


def _lent(texts: dict[str, Text], amounts: list[Amount], events: list[Event], days: Days) -> list[Entry]:
    """The loans: as many as there are notes of hand, else as the transfers show, else as our side says."""
    found: list[Entry] = []
    for document in {a.span.document: None for a in amounts if texts[a.span.document].kind in ("iou", "loan_contract")}:
        own = [a for a in amounts if a.span.document == document and _LENT.search(_sentence(texts, a))]
        own = [a for a in own if a.label in ("loan", "other", "total", "paid")]
        if own:
            moved = [a for a in amounts if texts[a.span.document].kind in RECORDS]
            capital = next((a for a in own if money.is_capital(a)), own[0])
            best = next((a for a in own if any(a.value == each.value for each in moved)), capital)
            transfer = next((a for a in moved if a.value == best.value), None)
            day = _day(texts, transfer, days) if transfer else None
            found.append(Entry(day or _loan_day(texts[document], events), "lent", best.value, best.span))
    if found:
        return found
    for amount in amounts:
        words = _row(texts, amount) or _clause(texts, amount)
        if _SUM.search(_lead(texts, amount)):
            continue
        if (
            (amount.label in ("loan", "paid") or _row(texts, amount))
            and _LENT.search(words)
            and not re.search("还款|归还|偿还|欠", words)
        ):
            entry = Entry(_day(texts, amount, days), "lent", amount.value, amount.span)
            if not any(
                each.amount == entry.amount and (each.day == entry.day or None in (each.day, entry.day))
                for each in found
            ):
                found.append(entry)
    return found


def _loan_day(text: Text, events: list[Event]) -> date | None:
    """The day of the loan that this document tells of, else the day it was signed."""
    for kind in ("loan", "contract_signing"):
        days = [e.day for e in events if e.type == kind and any(span.document == text.id for span in e.spans)]
        if days:
            return min(days)
    return None


def _paid(texts: dict[str, Text], amounts: list[Amount], days: Days, kind: str) -> tuple[list[Entry], list[Entry]]:
    """Payments: from records first, then from any text that says they were made; the same told twice counts once.
    Beside them what a record of the same day tells otherwise."""
    found: list[Entry] = []
    disputed: list[Entry] = []
    for records in (True, False):
        for amount in amounts:
            text = texts[amount.span.document]
            if (text.kind in RECORDS) is not records or text.kind in AGREEMENTS:
                continue
            words = _row(texts, amount) or _clause(texts, amount)
            if _SUM.search(_lead(texts, amount)) or not _is_payment(text, amount, words, kind, records):
                continue
            entry = Entry(_day(texts, amount, days), "paid", amount.value, amount.span)
            if any(_same(each, entry, records) for each in found):
                continue
            same_day = [e for e in found if e.day is not None and e.day == entry.day]
            rival = any(texts[e.span.document].kind in RECORDS for e in same_day)
            (disputed if rival and not records else found).append(entry)
    return found, disputed


def _is_payment(text: Text, amount: Amount, words: str, kind: str, records: bool) -> bool:
    sentence = text.text[slice(*text.sentence(amount.span.start, amount.span.end))]
    if amount.label in ("owed", "penalty", "fee", "unit_price", "wage", "total", "compensation"):
        return False
    before = words[: words.find(amount.raw) + 1]
    if kind == "loan":
        repaid = _REPAID.search(words) or (records and _REPAID.search(sentence) and not _LENT.search(words))
        return bool(repaid) and not re.search(r"为基数|判令|请求", sentence) and not _PLANNED.search(before)
    if kind == "labor":
        return False
    if records:
        in_table = "|" in words or "\t" in words
        return not re.search(r"余额|手续费", words) and (
            amount.label in ("paid", "deposit") or in_table or text.kind == "bank"
        )
    done = _DONE.search(sentence) or re.search(r"[日月号底初].{0,20}(?:支付|付)", words)
    return amount.label in ("paid", "deposit") and bool(done) and not _PLANNED.search(before)


def _same(one: Entry, other: Entry, records: bool) -> bool:
    """Whether two entries are one payment: the same sum on the same day, or with a day that only one of them tells."""
    if one.amount != other.amount:
        return False
    return one.day == other.day or (
        None in (one.day, other.day) and (not records or one.span.document != other.span.document)
    )


def _due(texts: dict[str, Text], amounts: list[Amount], events: list[Event], total: Decimal | None) -> list[Entry]:
    """Instalments: each sum or share of the total of an agreement that its sentence gives a day for."""
    found: dict[tuple[date, Decimal], Entry] = {}
    for text in texts.values():
        if text.kind in AGREEMENTS:
            for day, value, span in instalments.find(text, amounts, events, total):
                found.setdefault((day, value), Entry(day, "due", value, span))
    return list(found.values())


def _clause(texts: dict[str, Text], amount: Amount) -> str:
    text = texts[amount.span.document]
    return text.text[slice(*text.clause(amount.span.start, amount.span.end))]


def _row(texts: dict[str, Text], amount: Amount) -> str:
    """The row of the table that it stands in; empty outside of tables."""
    line = _sentence(texts, amount)
    return line if "|" in line or "\t" in line else ""


def _lead(texts: dict[str, Text], amount: Amount) -> str:
    return texts[amount.span.document].text[max(0, amount.span.start - 24) : amount.span.start]


def _sentence(texts: dict[str, Text], amount: Amount) -> str:
    text = texts[amount.span.document]
    return text.text[slice(*text.sentence(amount.span.start, amount.span.end))]


def _day(texts: dict[str, Text], amount: Amount, days: Days) -> date | None:
    """The date of the amount's own sentence that stands nearest before it; of a slip, the only one it has."""
    text = texts[amount.span.document]
    begin, end = text.sentence(amount.span.start, amount.span.end)
    told = days.get(text.id, [])
    near = told[bisect_left(told, begin, key=_place) : bisect_left(told, end, key=_place)]
    if not near:
        only = {day for _, _, day in told[:9]}
        return only.pop() if text.kind in RECORDS and len(only) == 1 else None
    listed = _in_list(text, amount, near) if "分别" in text.text[begin : amount.span.start] else None
    before = [day for place, _, day in near if place < amount.span.start]
    return listed or (before[-1] if before else near[0][2])


def _place(told: tuple[int, int, date]) -> int:
    return told[0]


def _in_list(text: Text, amount: Amount, days: list[tuple[int, int, date]]) -> date | None:
    """The day at the same place of a list: `分别于3月5日、9月10日借款15万元、20万元`."""
    begin, end = text.sentence(amount.span.start, amount.span.end)
    sentence = Text(text.id, text.name, text.text[begin:end], [0])
    sums = _run([(begin + a.span.start, begin + a.span.end) for a in money.find(sentence)], text)
    mine = next((run for run in sums if any(start == amount.span.start for start, _ in run)), [])
    for run in _run([(start, stop) for start, stop, _ in days], text):
        if len(run) == len(mine) > 1:
            place = [start for start, _ in mine].index(amount.span.start)
            return next(day for start, _, day in days if start == run[place][0])
    return None


def _run(places: list[tuple[int, int]], text: Text) -> list[list[tuple[int, int]]]:
    """Places that only `、` or `和` parts, together."""
    found: list[list[tuple[int, int]]] = []
    for start, end in places:
        if found and _AND.fullmatch(text.text, found[-1][-1][1], start):
            found[-1].append((start, end))
        else:
            found.append([(start, end)])
    return found
