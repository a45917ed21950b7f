"""When the limitation period ends, with and without what only our own statement says (pure).

Source: 民法典 articles 188, 189, 195, 201–203: three years from the last due day, begun anew by a demand, an
acknowledgement, a payment in part or a suit. Never "time-barred": the other side may plead it.
"""

from datetime import date, timedelta

import chinese_calendar
import msgspec

from casework.workflows.litigation.dates import add_years
from casework.workflows.litigation.timeline import Event

YEARS = 3
INTERRUPTING = {"demand", "acknowledgement", "payment", "filing"}


class Period(msgspec.Struct, frozen=True):
    """One reading: where it starts, what has begun it anew, and its last day."""

    start: date
    basis: str
    interruptions: list[date]
    expires: date
    days_left: int


class Limitation(msgspec.Struct, frozen=True):
    """`proven` counts only what documents show; `with_statement` also what our side says, where that differs."""

    proven: Period | None
    with_statement: Period | None
    note: str


def assess(events: list[Event], today: date) -> Limitation:
    """Both readings of the limitation period of a money claim."""
    proven = _period([event for event in events if not event.stated_only], today)
    stated = _period(events, today)
    if proven is None and stated is None:
        return Limitation(None, None, "材料中没有可用的履行期限或催告日期，无法计算诉讼时效。")
    if stated == proven:
        return Limitation(proven, None, "按三年普通诉讼时效计算；届满后对方可提出时效抗辩。")
    return Limitation(proven, stated, "有的日期只有我方陈述（主张未证），故并列两种计算；届满后对方可提出时效抗辩。")


def _period(events: list[Event], today: date) -> Period | None:
    past = [event for event in events if event.day <= today]
    due = [event for event in past if event.type == "due"]
    fallback = [event for event in past if event.type in ("acceptance", "delivery", "contract_signing")]
    chosen = due or fallback
    if not chosen:
        return None
    start = max(chosen, key=lambda event: event.day)
    basis = "最后一期履行期限届满" if due else f"没有明确的履行期限，暂自{start.day}起"
    interruptions = sorted({event.day for event in past if event.type in INTERRUPTING and event.day > start.day})
    begins, last = start.day, rolled(add_years(start.day, YEARS))
    counted = []
    for day in interruptions:
        if day > last:
            break  # after its end nothing begins it anew
        counted.append(day)
        begins, last = day, rolled(add_years(day, YEARS))
    return Period(begins, basis, counted, last, (last - today).days)


def rolled(day: date) -> date:
    """The next working day where the last day is a holiday (art. 203); beyond the published calendar, weekends only."""
    while not _works(day):
        day += timedelta(days=1)
    return day


def _works(day: date) -> bool:
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5
