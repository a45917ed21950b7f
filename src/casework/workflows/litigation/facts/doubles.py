"""Events of a loan that are told twice in other words: a payment back that is also a promise or a payment (pure)."""

from collections.abc import Mapping
from datetime import date, timedelta

from casework.workflows.litigation.facts.event_types import LETTERS

Key = tuple[date, str]  # the day and the type of an event
_SAID = ("acknowledgement", "payment")
_RECALLING = {"complaint", *LETTERS}
_NEAR = timedelta(days=31)


def found(told: Mapping[Key, set[str]]) -> set[Key]:
    """Of the events, each with the kinds of the papers that tell it, those that a chat adds to a payment back on its
    day, and the loan that a suit sees in the transfer for a note that has a day of its own."""
    notes = [day for (day, kind), papers in told.items() if kind == "loan" and not papers <= _RECALLING]

    def double(day: date, kind: str, papers: set[str]) -> bool:
        if kind in _SAID and (day, "repayment") in told:
            return papers <= {"correspondence"}
        recalled = kind == "loan" and (day, "payment") in told and papers <= _RECALLING
        return recalled and any(timedelta() < day - note <= _NEAR for note in notes)

    return {(day, kind) for (day, kind), papers in told.items() if double(day, kind, papers)}
