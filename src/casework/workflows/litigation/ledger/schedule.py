"""Which instalments count: those of the last account, else those of the contract that come to its price (pure)."""

import re
from datetime import date
from decimal import Decimal

import msgspec

from casework.workflows.litigation.facts.entry import AGREEMENTS, Entry
from casework.workflows.litigation.facts.timeline import Event
from casework.workflows.litigation.ledger import instalments
from casework.workflows.litigation.ledger.account import ORDERING, SETTLING, Account, left
from casework.workflows.litigation.ledger.instalments import TOLD
from casework.workflows.litigation.text.money import Amount
from casework.workflows.litigation.text.span import Text

NARRATIVES = ("judgment", "complaint", "arbitration_application", "statement")


class Schedule(msgspec.Struct, frozen=True):
    """`dues` of what comes to `whole` in all; of an account, `since` its day."""

    dues: list[Entry]
    whole: Decimal | None
    since: date | None = None


NONE = Schedule([], None)


def choose(
    texts: dict[str, Text],
    amounts: list[Amount],
    events: list[Event],
    total: Decimal | None,
    account: Account | None,
    paid: list[Entry],
) -> Schedule:
    """The schedule; where nothing adds up, all the instalments that are told, without a sum to hold them against."""
    if account is not None:
        ordered = texts[account.document].kind in ORDERING
        dues = _of(texts[account.document], amounts, events, account.owed, ("due",) if ordered else TOLD)
        dues = [due for due in dues if not ordered or not due.day or not account.day or due.day > account.day]
        if dues and _come_to(dues) <= account.owed:
            return Schedule(dues, account.owed, account.day)
    plans = [text for text in texts.values() if text.kind in AGREEMENTS | SETTLING]
    agreed = [_of(text, amounts, events, left(texts, amounts, text) or total) for text in plans]
    together = _once([due for dues in agreed for due in dues])
    if total is None:
        return Schedule(together, None)
    if account is not None and (
        rest := next((d for d in (together, *agreed) if d and _come_to(d) == account.owed), None)
    ):
        return Schedule(rest, account.owed, account.day)
    told = [_of(text, amounts, events, total, ("due",)) for text in texts.values() if text.kind in NARRATIVES]
    for dues in reversed(agreed):  # a later agreement on what was left on its day
        day = _day(dues, events)
        before = [each.amount for each in paid if each.day is None or (day is not None and each.day <= day)]
        if dues and day is not None and before and _come_to(dues) + sum(before) == total:
            return Schedule(dues, _come_to(dues), day)
    for dues in (together, *reversed(agreed), *([] if together else told)):
        if dues and _come_to(dues) <= total:
            return Schedule(dues, total)
    return Schedule(together, None)


def of_the_rest(plan: Schedule, arrears: Decimal, payments: list[Entry]) -> Schedule:
    """The same, where its instalments are just what is left after the payments: then these were for something else."""
    days = [each.day for each in payments if each.day is not None]
    if plan.whole is None or not days or not _come_to(plan.dues) == arrears < plan.whole:
        return plan
    return Schedule(plan.dues, arrears, max(days))


def _of(
    text: Text, amounts: list[Amount], events: list[Event], whole: Decimal | None, types: tuple[str, ...] = TOLD
) -> list[Entry]:
    found = instalments.find(text, amounts, events, whole, types)
    dues = _once([Entry(day, "due", value, span) for day, value, span in found])
    if text.kind not in SETTLING:
        return dues
    since = _day(dues, events)  # what an account makes due lies after it
    return [due for due in dues if not (due.day and since and due.day <= since) and not _only_asked(text, due)]


def _only_asked(text: Text, due: Entry) -> bool:
    """Whether who owes only asks for that day."""
    return (
        re.search(r"申请|恳请|请求|希望|望予", text.text[slice(*text.sentence(due.span.start, due.span.end))])
        is not None
    )


def _day(dues: list[Entry], events: list[Event]) -> date | None:
    """The day on which the agreement of these instalments was signed."""
    documents = {due.span.document for due in dues}
    signed = [
        e.day
        for e in events
        if e.type in ("contract_signing", "acknowledgement") and any(span.document in documents for span in e.spans)
    ]
    return max(signed, default=None)


def _once(dues: list[Entry]) -> list[Entry]:
    return list({(due.day, due.amount): due for due in reversed(dues)}.values())[::-1]


def _come_to(dues: list[Entry]) -> Decimal:
    return sum((due.amount for due in dues), Decimal(0))
