"""The loans of a case apart, where notes have rates or days of their own; which of them a payment is for (pure).

Sources: 民法典 560: as the debtor names it, else what is due, of that the earliest.
"""

import re
from datetime import date
from decimal import Decimal

import msgspec

from casework.workflows.litigation.facts import clauses
from casework.workflows.litigation.facts.clauses import Terms
from casework.workflows.litigation.facts.entry import Entry
from casework.workflows.litigation.facts.timeline import Event
from casework.workflows.litigation.ledger.ledger import Ledger
from casework.workflows.litigation.text import dates, money, papers
from casework.workflows.litigation.text.numerals import CHARACTERS, integer
from casework.workflows.litigation.text.papers import Paper
from casework.workflows.litigation.text.span import Span, Text

_WHICH = re.compile(rf"第(?P<n>[{CHARACTERS}\d])[笔张份](?:借款|借条|欠条|借据|条|款|钱)")
SLIP = 2  # dates at most: its own, and that of the loan which it names


class Tranche(msgspec.Struct):
    """What was lent on one note, with the terms and the events of that note."""

    lent: list[Entry]
    terms: Terms
    events: list[Event]

    @property
    def due(self) -> date | None:
        """Its last day."""
        return max((e.day for e in self.events if e.type == "due"), default=None)

    def rates(self) -> tuple[Decimal | None, ...]:
        """What it costs, early and late."""
        own = self.terms.interest
        return (
            own.annual,
            own.overdue,
            own.more,
            own.lpr,
            own.late_lpr,
            own.yearly_sum,
            own.late_sum,
            own.whole_sum,
            self.terms.daily_rate,
        )

    def like(self, other: "Tranche") -> bool:
        """Whether the two cost the same on every day."""
        goes_on = self.terms.interest.annual is not None and not any(self.rates()[1:])
        return self.rates() == other.rates() and (goes_on or self.due == other.due)


def divide(ledger: Ledger, terms: Terms, events: list[Event], texts: list[Text]) -> list[Tranche]:
    """In the order in which they fall due; all as one where their notes do not differ."""
    lent = [entry for entry in ledger.entries if entry.kind == "lent" and entry.day is not None]
    whole = [Tranche(lent, terms, events)]
    notes = {paper.text.id: paper for entry in lent if (paper := _paper(texts, entry.note))}
    agreed = {text.id for text in texts if text.kind == "loan_contract"} - {p.whole.id for p in notes.values()}
    if len(notes) < 2 or agreed or any(entry.note is None for entry in lent):
        return whole
    found = [
        Tranche(
            [e for e in lent if e.note and paper.holds(e.note)],
            clauses.find([paper.text]),
            [e for e in events if e.type != "due" or any(paper.holds(span) for span in e.spans)],
        )
        for paper in notes.values()
    ]
    if all(each.like(found[0]) for each in found):
        return whole
    return sorted(found, key=lambda each: (each.due or date.max, each.lent[0].day or date.max))


def order(tranches: list[Tranche], payment: Entry, texts: list[Text]) -> list[int]:
    """The places of the loans in the order in which a payment settles them."""
    text = next((text for text in texts if text.id == payment.span.document), None)
    words = text.text[slice(*text.sentence(payment.span.start, payment.span.end))] if text else ""
    if text and text.kind in ("bank", "payment") and not re.search(r"[|\t]", words):  # a slip says it in its memo
        paper = _paper(texts, payment.span)
        words = paper.text.text if paper and len({d.day for d in dates.find(paper.text)}) <= SLIP else words
    said = Text("", "", words, [0])
    sums = {each.value for each in money.find(said)} - {payment.amount}
    days = {each.day for each in dates.find(said)} - {payment.day}
    told = _WHICH.search(words)
    first = sorted(tranches, key=lambda each: each.lent[0].day or date.max)
    which = first[min(len(first), integer(told["n"]) or 1) - 1] if told else None

    def place(number: int) -> tuple[bool, bool, int]:
        each = tranches[number]
        named = each is which or sum(e.amount for e in each.lent) in sums or any(e.day in days for e in each.lent)
        late = each.due is not None and payment.day is not None and each.due <= payment.day
        return not named, not late, number

    return sorted(range(len(tranches)), key=place)


def _paper(texts: list[Text], note: Span | None) -> Paper | None:
    text = next((text for text in texts if note and text.id == note.document), None)
    return next((paper for paper in papers.split(text) if note and paper.holds(note)), None) if text else None
