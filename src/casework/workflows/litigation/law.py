"""Law as dated data: court fees, loan prime rates, statutes; each file says until when it was checked."""

import tomllib
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

import msgspec

from casework.workflows.litigation.money import rounded


class Part(msgspec.Struct, frozen=True):
    """What lies above a limit costs this share."""

    above: Decimal
    rate: Decimal


class Scale(msgspec.Struct, frozen=True):
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


class Fees(msgspec.Struct, frozen=True):
    """The three scales that a money claim meets."""

    source: str
    effective_from: date
    as_of: date
    acceptance: Scale
    preservation: Scale
    enforcement: Scale


class Rate(msgspec.Struct, frozen=True, rename={"since": "from"}):
    """Per cent a year from a day on."""

    since: date
    percent: Decimal


class Lpr(msgspec.Struct, frozen=True):
    """The one-year loan prime rate."""

    source: str
    as_of: date
    rates: list[Rate]

    def segments(self, start: date, end: date) -> list[tuple[date, date, Decimal]]:
        """(from, until, per cent a year) from `start` to `end`, without what lies before the first rate."""
        found = []
        for rate, following in zip(self.rates, [*self.rates[1:], None], strict=True):
            begin = max(start, rate.since)
            until = end if following is None else min(end, following.since)
            if begin < until:
                found.append((begin, until, rate.percent))
        return found


class Segment(msgspec.Struct, frozen=True):
    """Interest over a stretch of days at one rate."""

    start: date
    end: date
    days: int
    percent: Decimal
    amount: Decimal


def interest(lpr: Lpr, principal: Decimal, start: date, end: date, factor: Decimal = Decimal(1)) -> list[Segment]:
    """Interest on a sum by segments of the rate, 365 days a year; `factor` is 1.3 to 1.5 for a surcharge (sale-18)."""
    found = []
    for begin, until, percent in lpr.segments(start, end):
        days = (until - begin).days
        amount = rounded(principal * percent / 100 * factor * days / 365)
        found.append(Segment(begin, until, days, percent, amount))
    return found


class Statute(msgspec.Struct, frozen=True):
    """An article and its gist in our own words."""

    id: str
    law: str
    article: int
    gist: str


class Statutes(msgspec.Struct, frozen=True):
    """All articles that are known here."""

    as_of: date
    statute: list[Statute]

    def named(self, ids: list[str]) -> list[Statute]:
        """Those of these ids."""
        return [each for each in self.statute if each.id in ids]


def _load(name: str) -> Any:
    text = resources.files("casework.workflows.litigation").joinpath("law").joinpath(name).read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def fees() -> Fees:
    """The scales of court fees."""
    return msgspec.convert(_load("fees.toml"), Fees)


@cache
def lpr() -> Lpr:
    """The loan prime rates."""
    return msgspec.convert(_load("lpr.toml"), Lpr)


@cache
def statutes() -> Statutes:
    """The statutes."""
    return msgspec.convert(_load("statutes.toml"), Statutes)
