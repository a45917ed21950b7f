"""Dates in Chinese and Arabic forms, with how precise they are (pure)."""

import calendar
import re
from datetime import date
from typing import Literal

import msgspec

from casework.workflows.litigation.numerals import integer
from casework.workflows.litigation.span import Span, Text

Precision = Literal["day", "month"]
_C = "〇零○一二两三四五六七八九十廿"
_PATTERN = re.compile(
    rf"(?P<y>(?:19|20)\d{{2}}|[{_C}]{{4}})\s*年\s*(?P<m>\d{{1,2}}|[{_C}]{{1,3}})\s*月(?:\s*(?P<d>\d{{1,2}}|[{_C}]{{1,3}})\s*[日号])?"
    r"|(?<![\d.])(?P<y2>(?:19|20)\d{2})(?P<s>[-/.])(?P<m2>\d{1,2})(?P=s)(?P<d2>\d{1,2})(?![\d])"
)
_BIRTH = re.compile(r"出生|生于|生日")


class Dated(msgspec.Struct, frozen=True):
    """A date as it is written somewhere; one of a month stands for its first day."""

    day: date
    precision: Precision
    span: Span


def find(text: Text) -> list[Dated]:
    """All dates of a text in their order; birth dates and what is no date of the calendar are left out."""
    found = []
    for match in _PATTERN.finditer(text.text):
        year, month = integer(match["y"] or match["y2"]), integer(match["m"] or match["m2"])
        written = match["d"] or match["d2"]
        day = integer(written) if written else 1
        if year is None or month is None or day is None or not valid(year, month, day):
            continue
        begin, end = text.clause(*match.span())
        if _BIRTH.search(text.text[begin:end]):
            continue
        found.append(Dated(date(year, month, day), "day" if written else "month", text.span(*match.span())))
    return found


def valid(year: int, month: int, day: int) -> bool:
    """Whether the calendar has such a day, in the years that a case can be about."""
    return 1949 <= year <= 2100 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]


def add_years(day: date, years: int) -> date:
    """The corresponding day years later; where that month has none, its last day (民法典 art. 202)."""
    year = day.year + years
    return date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))
