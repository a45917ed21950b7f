"""Rent and fees that run: what is owed of which months, and by which day of the month each was due (pure).

They are found only where the months that a paper tells as owed, at the sum a month, come to a sum that it tells.
"""

import calendar
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from casework.workflows.litigation.facts.entry import Entry
from casework.workflows.litigation.facts.timeline import Event
from casework.workflows.litigation.ledger.account import Account
from casework.workflows.litigation.text.dates import add_months
from casework.workflows.litigation.text.money import Amount
from casework.workflows.litigation.text.span import Text

_DUE = re.compile(
    r"(?:每(?:个)?(?P<month>月)|每(?:个)?(?:季度?|季)(?:的)?(?:首(?:个)?月|第一个月|第1个月))(?:的)?(?P<day>\d{1,2})[日号](?:之|以)?前"
    r"(?=[^。；;\n]{0,12}(?:付|交|缴|结))(?:[^。；;\n]{0,14}?(?P<of>上|当|本|次|下)(?:个|一)?(?:季度?|月))?"
)
_EACH = re.compile(
    r"(?:每(?:个)?(?P<m>月)|(?P<m2>月)(?:租金?|租赁费|服务费|管理费|物业费|费用)|每(?:个)?季度?|季度?租金)(?:[^，。；;\n\d]{0,12})$"
)
_BY = re.compile(r"\s*(?:/|每|一)(?:个)?(?:(?P<m>月)|季度?)")
_MONTHS = re.compile(
    r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?:份|1日|01日)?(?:起)?[，,]?(?:至|到|—+|-+|~|～|截至|截止至?)(?:(?P<y2>\d{4})年)?(?P<m2>\d{1,2})月"
)
_OWED = re.compile(r"欠|未(?:支付|付|交|缴|结)|没(?:有)?(?:付|交|给)|拖延")
_STATES = ("demand", "filing", "acknowledgement", "judgment")
MOST = 120  # months


def owed(
    texts: dict[str, Text], amounts: list[Amount], events: list[Event], account: Account | None
) -> tuple[Account, list[Entry]] | None:
    """What is owed of which months, as of the day of the paper that tells it, and when each month's was due."""
    terms = next((found for text in texts.values() if text.kind == "contract" for found in _terms(text, amounts)), None)
    if terms is None:
        return None
    months, value, day, shift = terms
    for text in reversed(texts.values()):
        if text.kind == "contract":
            continue
        for match in _MONTHS.finditer(text.text):
            since = date(int(match["y"]), int(match["m"]), 1) if 1 <= int(match["m"]) <= 12 else None
            until = _until(match)
            if since is None or until is None or not since <= until or not _OWED.search(_sentence(text, match)):
                continue
            count = (until.year - since.year) * 12 + until.month - since.month + 1
            if count % months or count > MOST:
                continue
            sums = [a for a in amounts if _near(text, match, a) and a.value == value * (count // months)]
            if not sums or (account is not None and account.owed != sums[0].value):
                continue
            dues = [
                Entry(_day(add_months(since, at + shift * months), day), "due", value, sums[0].span)
                for at in range(0, count, months)
            ]
            return account or Account(text.id, _told(text, events), sums[0].value, sums[0].span), dues
    return None


def _terms(text: Text, amounts: list[Amount]) -> Iterator[tuple[int, Decimal, int, int]]:
    """(months that are paid for together, their sum, the day of the month, months that the day lies after them)."""
    due = _DUE.search(text.text)
    if due is None or not 1 <= int(due["day"]) <= 31:
        return
    months = 1 if due["month"] else 3
    for amount in amounts:
        if amount.span.document != text.id:
            continue
        before = _EACH.search(text.text, max(0, amount.span.start - 24), amount.span.start)
        after = _BY.match(text.text, amount.span.end)
        own = (1 if before["m"] or before["m2"] else 3) if before else (1 if after["m"] else 3) if after else None
        if own is not None and months % own == 0:
            yield (
                months,
                amount.value * (months // own),
                int(due["day"]),
                {"上": 1, "次": -1, "下": -1}.get(due["of"], 0),
            )


def _until(match: re.Match[str]) -> date | None:
    year, month = int(match["y2"] or match["y"]), int(match["m2"])
    return date(year, month, 1) if 1 <= month <= 12 else None


def _sentence(text: Text, match: re.Match[str]) -> str:
    return text.text[slice(*text.sentence(*match.span()))]


def _near(text: Text, match: re.Match[str], amount: Amount) -> bool:
    begin, end = text.sentence(*match.span())
    return amount.span.document == text.id and begin <= amount.span.start < end


def _day(month: date, day: int) -> date:
    return month.replace(day=min(day, calendar.monthrange(month.year, month.month)[1]))


def _told(text: Text, events: list[Event]) -> date | None:
    days = [e.day for e in events if e.type in _STATES and any(span.document == text.id for span in e.spans)]
    return max(days, default=None)
