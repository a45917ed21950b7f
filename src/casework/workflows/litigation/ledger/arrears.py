"""What was late and for how long: payments settle the oldest instalment first (pure).

Source: 民法典 article 560: where nothing else was agreed, the debt that fell due first is settled first.
"""

from datetime import date
from decimal import Decimal

import msgspec

from casework.workflows.litigation.ledger.ledger import Ledger


class Late(msgspec.Struct, frozen=True):
    """A sum that was owed from the day it fell due until it was paid, or until today."""

    amount: Decimal
    due: date
    until: date
    paid: bool

    @property
    def days(self) -> int:
        return (self.until - self.due).days


def late(ledger: Ledger, today: date) -> list[Late]:
    """All that was or is late of the instalments that are known; empty where they come to more than the whole."""
    dues = [(e.day or date.min, e.amount) for e in ledger.entries if e.kind == "due"]
    if not any(day > date.min for day, _ in dues) or ledger.scheduled is None:
        return []
    paid = [(e.day or date.min, e.amount) for e in ledger.entries if e.kind == "paid"]
    waiting = sorted((day, amount) for day, amount in paid if ledger.since is None or day > ledger.since)
    if ledger.arrears is not None:
        unseen = ledger.scheduled - sum(amount for _, amount in waiting) - ledger.arrears
        if unseen > 0:  # paid or forgiven on a day that nobody tells
            waiting.insert(0, (date.min, unseen))
    return stretches(dues, waiting, today)


def stretches(dues: list[tuple[date, Decimal]], payments: list[tuple[date, Decimal]], today: date) -> list[Late]:
    """What was or is late of these sums, each with the day by which it had to be paid; `date.min`: it is not known."""
    waiting = sorted(payments)
    found = []
    for due, amount in sorted(dues):
        rest = amount
        while rest > 0 and waiting:
            day, available = waiting[0]
            settled = min(rest, available)
            rest -= settled
            if settled == available:
                waiting.pop(0)
            else:
                waiting[0] = (day, available - settled)
            if day > due > date.min:
                found.append(Late(settled, due, day, paid=True))
        if rest > 0 and date.min < due < today:
            found.append(Late(rest, due, today, paid=False))
    return found
