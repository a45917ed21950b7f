"""Rent and fees that run: what is owed of which months or quarters, and by which day each was due (pure).

They are found only where the periods that a paper tells as owed come, at the sum of the contract, to a sum it tells.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import islice

import msgspec

from casework.workflows.litigation.facts.entry import RECORDS, Entry
from casework.workflows.litigation.facts.timeline import Event
from casework.workflows.litigation.ledger.account import Account
from casework.workflows.litigation.text.dates import add_months, in_month
from casework.workflows.litigation.text.money import Amount
from casework.workflows.litigation.text.span import Text

QUARTER = 3  # months
MOST, FEW = 120, 12  # months that are owed; rents that a contract may name
_DUE = re.compile(
    r"(?:每(?:个)?(?P<month>月)|每(?:个)?季度?(?:的)?(?:首(?:个)?月|(?P<last>末月|最后一个?月)|第(?P<nth>[一二三123])个?月))(?:份)?(?:的)?"
    r"(?P<day>\d{1,2})[日号](?:之|以)?前"
    r"(?=[^。；\n]{0,12}(?:付|交|缴|结|转入|汇))(?:[^。；\n]{0,14}?(?P<of>上|当|本|次|下)(?:个|一)?(?:季度?|月))?"
)
_EACH = re.compile(
    r"(?:每(?:个)?(?P<m>月)|(?P<m2>月)(?:租金?|租赁费|服务费|管理费|物业费|费用)|每(?:个)?季度?|季度?租金)[^，。；\n\d]{0,12}$"
)
_BY = re.compile(r"\s*(?:/|每|一)(?:个)?(?:(?P<m>月)|季度?)")
_OWED = re.compile(r"欠|未(?:支付|付|交|缴|结)|没(?:有)?(?:付|交|给)|拖延")
_PAID = re.compile(r"已(?:经)?(?:支?付|交|缴|结)|付清|付了|交了|收到")
_PERIOD = r"(?:(?P<y{0}>20\d\d)年(?:度)?)?(?:(?P<m{0}>\d{{1,2}})月(?:份|\d{{1,2}}日)?|第?(?P<q{0}>[一二三四1-4])季度)"
_PERIODS = re.compile(
    rf"(?<![个\d]){_PERIOD.format(1)}(?:起)?(?:[，\s]*(?:至|到|—+|-+|~|～|截至|截止至?)\s*{_PERIOD.format(2)})?"
)
_STATES = ("demand", "filing", "acknowledgement", "judgment")
_COUNTED = {"一": 1, "二": 2, "三": 3, "四": 4}
_SHIFTS = {"上": 1, "次": -1, "下": -1}


class Terms(msgspec.Struct, frozen=True):
    """`value` is paid for `months` together, by `day` of the month that lies `after` months behind their first."""

    months: int
    value: Decimal
    day: int
    after: int


def owed(
    texts: dict[str, Text], amounts: list[Amount], events: list[Event], account: Account | None
) -> tuple[Account, list[Entry]] | None:
    """What is owed of which periods, as of the day of the paper that tells it, and when each was due."""
    found = (each for text in texts.values() if text.kind == "contract" for each in _terms(text, amounts))
    terms = list(islice(dict.fromkeys(found), FEW))
    for text in reversed(texts.values()):
        own = [a for a in amounts if a.span.document == text.id]
        for each in terms if text.kind not in ("contract", *RECORDS) else ():
            for months in _told(text, own, each):
                whole = each.value * len(months) / each.months
                total = next((a for a in own if a.value == whole), None)
                if total is None or len(months) % each.months or (account is not None and account.owed != whole):
                    continue
                dues = [Entry(_day(month, each), "due", each.value, total.span) for month in months[:: each.months]]
                return account or Account(text.id, _written(text, events), whole, total.span), dues
    return None


def _terms(text: Text, amounts: list[Amount]) -> Iterator[Terms]:
    due = _DUE.search(text.text)
    if due is None or not 1 <= int(due["day"]) <= 31:
        return
    months = 1 if due["month"] else QUARTER
    after = 2 if due["last"] else _number(due["nth"] or "1") - 1
    for amount in amounts:
        if amount.span.document != text.id:
            continue
        before = _EACH.search(text.text, max(0, amount.span.start - 24), amount.span.start)
        behind = _BY.match(text.text, amount.span.end)
        by_month = before["m"] or before["m2"] if before else behind["m"] if behind else None
        own = 1 if by_month else QUARTER
        if (before or behind) and months % own == 0:
            shift = _SHIFTS.get(due["of"], 0) * months
            yield Terms(months, amount.value * (months // own), int(due["day"]), after + shift)


def _told(text: Text, amounts: list[Amount], terms: Terms) -> list[list[date]]:
    """Months that the text tells as owed: all of them with those of a list of sums, then those of each sentence."""
    found: list[set[date]] = []
    places: dict[Decimal, list[int]] = {}
    for amount in amounts:
        places.setdefault(amount.value, []).append(amount.span.start)
    place = 0
    for sentence in re.split(r"(?<=[。；\n])", text.text):
        begin, place = place, place + len(sentence)
        months = _months(sentence)
        whole = terms.value * len(months) / terms.months
        at = places.get(whole, [])
        listed = bisect_left(at, begin) < bisect_left(at, place)
        if months and (_OWED.search(sentence) or (listed and not _PAID.search(sentence))):
            found.append(months)
    found.sort(key=len, reverse=True)
    return [sorted(months) for months in (set().union(*found), *found) if months]


def _months(sentence: str) -> set[date]:
    found: set[date] = set()
    year: int | None = None
    for match in _PERIODS.finditer(sentence):
        since, until = _bounds(match, "1", year), None
        if since is None:
            continue
        year = since[0].year
        until = _bounds(match, "2", year) if match["m2"] or match["q2"] else since
        if until is None:
            continue
        year = until[1].year
        count = (until[1].year - since[0].year) * 12 + until[1].month - since[0].month + 1
        if count <= MOST:
            found |= {add_months(since[0], at) for at in range(count)}
    return found


def _bounds(match: re.Match[str], which: str, year: int | None) -> tuple[date, date] | None:
    """The first and the last month of a month or of a quarter."""
    told = int(match[f"y{which}"]) if match[f"y{which}"] else year
    if told is None:
        return None
    if quarter := match[f"q{which}"]:
        first = date(told, QUARTER * _number(quarter) - 2, 1)
        return first, add_months(first, QUARTER - 1)
    month = int(match[f"m{which}"])
    return (date(told, month, 1), date(told, month, 1)) if 1 <= month <= 12 else None


def _number(mark: str) -> int:
    return _COUNTED.get(mark) or int(mark)


def _day(month: date, terms: Terms) -> date:
    return in_month(add_months(month, terms.after), terms.day)


def _written(text: Text, events: list[Event]) -> date | None:
    days = [e.day for e in events if e.type in _STATES and any(span.document == text.id for span in e.spans)]
    return max(days, default=None)
