"""What was lent, and when: by notes of hand, what was moved for them, else by what is told (pure).

Sources: 民法典 670, 679 (what was delivered is the loan; interest kept back in advance is none of it).
"""

import re
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from casework.workflows.litigation.facts.entry import SUM, Days, Entry, Texts, clause, day_of, lead, row, sentence
from casework.workflows.litigation.facts.receipts import LENT, is_receipt, is_record, is_renewal
from casework.workflows.litigation.facts.timeline import Event
from casework.workflows.litigation.ledger import withheld
from casework.workflows.litigation.ledger.flows import Flows
from casework.workflows.litigation.text import money
from casework.workflows.litigation.text.money import Amount
from casework.workflows.litigation.text.span import Text

_RECALLED = re.compile(
    r"还款|归还|偿还|欠|到期|什么时候|何时|借的|所借|上次|之前借|早就|过了|至今|本息|为基数|判令|请求|还清|还给|还(?:你|我|您)"
)
_AMENDS = re.compile(r"展期|延期|补充|变更|续期")
_TELLING = ("reconciliation", "repayment_plan", "complaint", "judgment", "statement", "correspondence", "other")
_NEAR = timedelta(days=31)


def lent(texts: Texts, amounts: list[Amount], events: list[Event], days: Days, flows: Flows) -> list[Entry]:
    """The loans: what each note of hand was paid out by, else the transfers, else as one document tells it."""
    moved = _moved(texts, amounts, days, flows)
    notes = _notes(texts, amounts, events)
    since = renewed(texts, events)
    if since is not None:
        notes = [note for note in notes if note.day is None or note.day >= since]
        moved = [each for each in moved if each.day is None or each.day >= since]
    kept_back = any(withheld.is_told(text) for text in texts.values())
    found: list[Entry] = []
    for note in notes:
        had = texts[note.span.document].kind in ("iou", "reconciliation")  # it owns to having had the sum
        cash = had or any("现金" in text.text for text in texts.values())
        for_it = [e for e in moved if _close(e, note) or (len(notes) == 1 and (not had or flows.lends(e)))]
        short = note.amount - sum((each.amount for each in for_it), Decimal(0))
        kept = kept_back or withheld.is_interest(texts[note.span.document], note.amount, short)
        paid_out = _paid_out(note, for_it, cash=cash and not kept)
        if paid_out == [note] and len(notes) == 1:
            paid_out = _paid_out(note, moved, cash=True)
        if paid_out == [note] and (had_of_it := withheld.net(texts, amounts, note)):
            paid_out = [Entry(note.day, "lent", had_of_it, note.span)]
        moved = [each for each in moved if each not in paid_out and not _is(each, paid_out)]
        found += [msgspec.structs.replace(each, note=note.span) for each in paid_out]
    found += [each for each in moved if is_record(texts[each.span.document]) and flows.lends(each)]
    if not found:
        found = _certain(texts, amounts, moved)
    return found or _told(texts, amounts, days)


def _moved(texts: Texts, amounts: list[Amount], days: Days, flows: Flows) -> list[Entry]:
    """What records show to have gone to the borrower, or somewhere; the same slip and line of an account once."""
    found: list[Entry] = []
    for amount in amounts:
        text = texts[amount.span.document]
        way = flows.way(amount)
        if (
            not (is_record(text) or (text.kind == "correspondence" and way == "out"))
            or way == "back"
            or withheld.is_kept(texts, amount)
            or re.search("余额|手续费", flows.head(amount) + _before(texts, amount))
        ):
            continue
        entry = Entry(day_of(texts, amount, days), "lent", amount.value, amount.span)
        if not any(each.amount == entry.amount and (each.day == entry.day or entry.day is None) for each in found):
            found.append(entry)
    found = [each for each in found if not _confirms(texts, each, found)]
    return sorted(found, key=lambda each: each.day or date.max)


def _confirms(texts: Texts, entry: Entry, moved: list[Entry]) -> bool:
    """Whether a receipt only tells again what a slip shows, or adds up what it tells."""
    if not is_receipt(texts[entry.span.document]):
        return False
    others = [each for each in moved if each is not entry]
    own = {each.amount for each in others if each.span.document == entry.span.document}
    slips = [each for each in others if not is_receipt(texts[each.span.document])]
    parts = own - {entry.amount}
    return (len(parts) > 1 and sum(parts) == entry.amount) or any(
        each.amount == entry.amount and _close(each, entry) for each in slips
    )


def _before(texts: Texts, amount: Amount) -> str:
    words = clause(texts, amount)
    return words[: words.find(amount.raw)]


def _notes(texts: Texts, amounts: list[Amount], events: list[Event]) -> list[Entry]:
    """One loan for each note; an agreement and the note or receipt given under it are one."""
    found: list[tuple[str, Entry]] = []
    for text in texts.values():
        owing = text.kind == "reconciliation" and re.search(r"欠\s*条", text.text[:40])
        if (text.kind not in ("iou", "loan_contract") and not owing) or is_receipt(text):
            continue
        if _AMENDS.search(text.text[:30]):
            continue
        own = [a for a in amounts if a.span.document == text.id]
        own = [
            a for a in own if (LENT.search(sentence(texts, a)) or owing) and _is_principal(texts, a, owing=bool(owing))
        ]
        if not own:
            continue
        best = next((a for a in own if money.is_capital(a)), own[0])
        entry = Entry(_loan_day(text, events), "lent", best.value, best.span)
        twin = any(each.amount == entry.amount and (kind != text.kind or each.day == entry.day) for kind, each in found)
        if not twin and not (owing and found):
            found.append((text.kind, entry))
    parts = [entry for kind, entry in found if kind == "iou"]
    whole = sum((entry.amount for entry in parts), Decimal(0))
    return [entry for kind, entry in found if kind == "iou" or not (len(parts) > 1 and entry.amount == whole)]


def _is_principal(texts: Texts, amount: Amount, *, owing: bool) -> bool:
    words = clause(texts, amount)
    if re.search(r"利息|违约金|罚息", words) and not LENT.search(words[: words.find(amount.raw)]):
        return False
    return amount.label in ("loan", "other", "total", "paid") or (owing and amount.label == "owed")


def _paid_out(note: Entry, moved: list[Entry], *, cash: bool) -> list[Entry]:
    """By what a note was paid out. What no record shows was handed over on the note's day, where the note itself or
    another document says that it was had."""
    exact = [each for each in moved if each.amount == note.amount]
    if exact:
        best = min(exact, key=lambda each: abs(((each.day or note.day or date.max) - (note.day or date.max)).days))
        return [Entry(best.day or note.day, "lent", note.amount, note.span)]
    taken: list[Entry] = []
    for each in moved:
        if each.day is not None and sum((e.amount for e in taken), each.amount) <= note.amount:
            taken.append(each)
    whole = sum((each.amount for each in taken), Decimal(0))
    return [note] if not taken or (cash and whole != note.amount) else taken


def _is(moved: Entry, paid_out: list[Entry]) -> bool:
    """Whether it is what a note was paid out by."""
    return any(each.amount == moved.amount and each.day == moved.day for each in paid_out)


def _close(entry: Entry, note: Entry) -> bool:
    return entry.day is not None and note.day is not None and abs(entry.day - note.day) <= _NEAR


def _certain(texts: Texts, amounts: list[Amount], moved: list[Entry]) -> list[Entry]:
    """Transfers whose sums, or all of whose sums together, are told elsewhere as a loan."""
    told = {
        a.value
        for a in amounts
        if not is_record(texts[a.span.document]) and (LENT.search(clause(texts, a)) or _borrowed(texts, a))
    }
    if sum((each.amount for each in moved), Decimal(0)) in told:
        return moved
    return [each for each in moved if each.amount in told]


def _borrowed(texts: Texts, amount: Amount) -> bool:
    """Whether a message asks for it as a loan."""
    return texts[amount.span.document].kind == "correspondence" and "借" in sentence(texts, amount)


def _told(texts: Texts, amounts: list[Amount], days: Days) -> list[Entry]:
    """As the first kind of document tells it that tells of any; what only recalls a loan makes no second one."""
    for kind in _TELLING:
        found: list[Entry] = []
        for amount in amounts:
            text = texts[amount.span.document]
            words = row(texts, amount) or clause(texts, amount)
            mine = text.kind == kind or (kind == "other" and text.kind not in _TELLING)
            if not mine or SUM.search(lead(texts, amount)) or not LENT.search(words) or _RECALLED.search(words):
                continue
            if amount.label not in ("loan", "paid") and not row(texts, amount):
                continue
            entry = Entry(day_of(texts, amount, days), "lent", amount.value, amount.span)
            if not any(e.amount == entry.amount and (e.day == entry.day or None in (e.day, entry.day)) for e in found):
                found.append(entry)
        if found:
            return found
    return []


def renewed(texts: Texts, events: list[Event]) -> date | None:
    """The day of a note that takes the place of those before it, with what was paid on them."""
    days = [_loan_day(text, events) for text in texts.values() if is_renewal(text)]
    return max((day for day in days if day is not None), default=None)


def _loan_day(text: Text, events: list[Event]) -> date | None:
    """The day of the loan that this document tells of, else the day it was signed."""
    for kind in ("loan", "contract_signing", "acknowledgement"):
        days = [e.day for e in events if e.type == kind and any(span.document == text.id for span in e.spans)]
        if days:
            return max(days) if is_renewal(text) else min(days)
    return None
