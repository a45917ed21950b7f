"""Since when a wage was agreed on: by the contract that tells it, its prolongation, or a change of it (pure)."""

import re
from datetime import date

from casework.workflows.litigation.facts.timeline import Event
from casework.workflows.litigation.text.span import Text

_BEGINS = ("employment", "contract_signing")
_TRIAL = re.compile("试用|转正")
_BRACKET = re.compile(r"[（(][自从]?[^）)\n]{6,40}(?:调整|调[至为到]|上调|提高|涨)[^）)\n]{0,12}[）)]")
HEAD = 5  # lines of a paper that has its day above its clauses
_AFTER = re.compile("[整更薪]后")


def since(text: Text, place: int, events: list[Event]) -> date:
    """The day the contract begins that tells the wage at `place`; what is no contract tells of no day."""
    if text.kind != "labor_contract":
        return date.min
    signed = _days(text, events, "contract_signing")
    if len({day for _, day in signed}) < 2:
        return min((day for kind in _BEGINS for _, day in _days(text, events, kind)), default=date.min)
    above = [day for at, day in signed if at < place]
    below = [day for at, day in signed if at > place]
    at_head = text.text.count("\n", 0, signed[0][0]) < HEAD
    return above[-1] if above and (at_head or not below) else below[0]


def since_behind(text: Text, end: int) -> int | None:
    """Where a bracket ends that tells since when a wage was raised: `5,600元（自2024年4月1日起由5,000元调整）`."""
    told = _BRACKET.match(text.text, end, end + 60)
    return told.end() if told else None


def changed_on(text: Text, place: int, events: list[Event]) -> date | None:
    """The day from which the changed wage at `place` counts; the day on which a contract ends is none."""
    begin = text.sentence(place, place)[0]
    days = [
        (span.start, event.day)
        for event in events
        for span in event.spans
        if event.type != "expiry" and span.document == text.id and begin <= span.start < place
    ]
    if days:
        return max(days)[1]
    own = [each for each in events if any(span.document == text.id for span in each.spans)]
    if own and _AFTER.search(text.line(place)):  # a form tells its day in another line
        return own[0].day
    if text.kind != "labor_contract" or _TRIAL.search(text.text, *text.sentence(place, place)):
        return None
    return next((day for at, day in _days(text, events, "contract_signing") if at > place), None)


def _days(text: Text, events: list[Event], kind: str) -> list[tuple[int, date]]:
    """Where the text tells days of this type, in the order of the text."""
    return sorted((s.start, e.day) for e in events if e.type == kind for s in e.spans if s.document == text.id)
