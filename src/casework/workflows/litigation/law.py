"""Law as dated data: court fees, loan prime rates, caps, statutes; each file says until when it was checked.

A file of the same name in `<CASEWORK_RULES_DIR>/law` takes the place of the one that is shipped.
"""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from casework.workflows.litigation import rulebook
from casework.workflows.litigation.text.money import rounded

T = TypeVar("T", bound=msgspec.Struct)


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What lies above a limit costs this share."""

    above: Decimal
    rate: Decimal


class Scale(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fee by parts of the claim: `base` up to the first limit, at most `cap`. All in CNY."""

    article: str
    base: Decimal
    parts: list[Part]
    cap: Decimal | None = None

    def fee(self, claim: Decimal) -> Decimal:
        """The fee for a claim, to the fen. Source: 诉讼费用交纳办法, articles 13 and 14."""
        total = self.base
        for part, following in zip(self.parts, [*self.parts[1:], None], strict=True):
            top = claim if following is None else min(claim, following.above)
            total += max(Decimal(0), top - part.above) * part.rate
        return rounded(total if self.cap is None else min(total, self.cap))


class Fees(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The three scales that a money claim meets, and what a labour case costs in court."""

    source: str
    effective_from: date
    as_of: date
    acceptance: Scale
    preservation: Scale
    enforcement: Scale
    labor_case: Decimal


class Rate(msgspec.Struct, frozen=True, rename={"since": "from"}, forbid_unknown_fields=True):
    """Per cent a year from a day on."""

    since: date
    percent: Decimal


class Lpr(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The one-year loan prime rate."""

    source: str
    as_of: date
    rates: list[Rate]

    def on(self, day: date) -> Decimal | None:
        """Per cent a year in force on a day; None before the first."""
        return next((rate.percent for rate in reversed(self.rates) if rate.since <= day), None)

    def segments(self, start: date, end: date) -> list[tuple[date, date, Decimal]]:
        """(from, until, per cent a year) from `start` to before `end`, without what lies before the first rate."""
        found = []
        for rate, following in zip(self.rates, [*self.rates[1:], None], strict=True):
            begin = max(start, rate.since)
            until = end if following is None else min(end, following.since)
            if begin < until:
                found.append((begin, until, rate.percent))
        return found


class Caps(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Bounds of what may be asked for; per cents a year, `delay_daily` a share a day."""

    source: str
    as_of: date
    loan_times: Decimal
    loan_since: date
    loan_before: Decimal
    surcharge_low: Decimal
    surcharge_high: Decimal
    penalty_excess: Decimal
    delay_daily: Decimal


class Segment(msgspec.Struct, frozen=True):
    """Interest on a sum from `start` to the day before `end` at one rate; `percent` as published, before any factor."""

    start: date
    end: date
    days: int
    percent: Decimal
    amount: Decimal
    principal: Decimal | None = None


def interest(lpr: Lpr, principal: Decimal, start: date, end: date, factor: Decimal = Decimal(1)) -> list[Segment]:
    """Interest on a sum by segments of the rate, 365 days a year; `factor` is 1.3 to 1.5 for a surcharge (sale-18)."""
    return [_at(principal, begin, until, percent, factor) for begin, until, percent in lpr.segments(start, end)]


def late_interest(
    lpr: Lpr, principal: Decimal, due: date, until: date, factor: Decimal = Decimal(1), *, fixed: bool
) -> list[Segment]:
    """Interest for each day after `due` up to and with `until`: at the rate of the first day late, or as it floats."""
    start, end = due + timedelta(days=1), until + timedelta(days=1)
    percent = lpr.on(start)
    if fixed and percent is not None:
        return [_at(principal, start, end, percent, factor)] if start < end else []
    return interest(lpr, principal, start, end, factor)


def _at(principal: Decimal, start: date, end: date, percent: Decimal, factor: Decimal) -> Segment:
    days = (end - start).days
    return Segment(start, end, days, percent, rounded(principal * percent / 100 * factor * days / 365), principal)


class Statute(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An article and its gist in our own words; `until` the day it was replaced."""

    id: str
    law: str
    article: int
    gist: str
    since: date | None = None
    until: date | None = None


class Statutes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All articles that are known here."""

    as_of: date
    statute: list[Statute]

    def named(self, ids: list[str]) -> list[Statute]:
        """Those of these ids."""
        return [each for each in self.statute if each.id in ids]

    def cited(self, law: str, article: int) -> Statute | None:
        """The article that a document cites by the name of its law."""
        short = law.removeprefix("中华人民共和国")
        return next((each for each in self.statute if each.law == short and each.article == article), None)


def _loader(name: str, kind: type[T]) -> Callable[[], T]:
    def load() -> T:
        loaded: Any = rulebook.read(f"law/{name}", kind)
        return loaded  # type: ignore[no-any-return]

    return load


fees = _loader("fees.toml", Fees)
lpr = _loader("lpr.toml", Lpr)
caps = _loader("caps.toml", Caps)
statutes = _loader("statutes.toml", Statutes)
