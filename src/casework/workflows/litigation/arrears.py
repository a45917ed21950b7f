"""What was late and for how long: payments settle the oldest instalment first (pure).

Source: 民法典 article 560: where nothing else was agreed, the debt that fell due first is settled first.
"""

from datetime import date
from decimal import Decimal

import msgspec

from casework.workflows.litigation.ledger import Ledger


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
    """All that was or is late of the instalments that are known; empty where they come to more than the total."""
    dues = [(e.day, e.amount) for e in ledger.entries if e.kind == "due" and e.day is not None]
    payments = [(e.day, e.amount) for e in ledger.entries if e.kind == "paid" and e.day is not None]
    if not dues or ledger.total is None or sum(amount for _, amount in dues) > ledger.total:
        return []
    return stretches(dues, payments, today)


def stretches(dues: list[tuple[date, Decimal]], payments: list[tuple[date, Decimal]], today: date) -> list[Late]:
    """What was or is late of these sums, each with the day by which it had to be paid."""
    found = []
    waiting = sorted(payments)
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
            if day > due:
                found.append(Late(settled, due, day, paid=True))
        if rest > 0 and due < today:
            found.append(Late(rest, due, today, paid=False))
    return found
