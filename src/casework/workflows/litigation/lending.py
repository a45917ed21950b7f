"""What was lent, and when (pure)."""

import re
from datetime import date

from casework.workflows.litigation import money
from casework.workflows.litigation.entry import RECORDS, SUM, Days, Entry, clause, day_of, lead, row, sentence
from casework.workflows.litigation.money import Amount
from casework.workflows.litigation.span import Text
from casework.workflows.litigation.timeline import Event

LENT = re.compile(
    r"出借|向.{1,8}借|借(?:人民币|现金|了)|借出|借到|借给|借款(?!人(?!民)|合同|期限|利率)|借得|今借|放款|提供借款|本金"
)


def lent(texts: dict[str, Text], amounts: list[Amount], events: list[Event], days: Days) -> list[Entry]:
    """The loans: as many as there are notes of hand, else as the transfers show, else as our side says."""
    found: list[Entry] = []
    for document in {a.span.document: None for a in amounts if texts[a.span.document].kind in ("iou", "loan_contract")}:
        own = [a for a in amounts if a.span.document == document and LENT.search(sentence(texts, a))]
        own = [a for a in own if a.label in ("loan", "other", "total", "paid")]
        if own:
            moved = [a for a in amounts if texts[a.span.document].kind in RECORDS]
            capital = next((a for a in own if money.is_capital(a)), own[0])
            best = next((a for a in own if any(a.value == each.value for each in moved)), capital)
            transfer = next((a for a in moved if a.value == best.value), None)
            day = day_of(texts, transfer, days) if transfer else None
            found.append(Entry(day or _loan_day(texts[document], events), "lent", best.value, best.span))
    if found:
        return found
    for amount in amounts:
        words = row(texts, amount) or clause(texts, amount)
        if SUM.search(lead(texts, amount)):
            continue
        if (
            (amount.label in ("loan", "paid") or row(texts, amount))
            and LENT.search(words)
            and not re.search("还款|归还|偿还|欠", words)
        ):
            entry = Entry(day_of(texts, amount, days), "lent", amount.value, amount.span)
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
