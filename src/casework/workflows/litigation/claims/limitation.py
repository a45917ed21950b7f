"""When the limitation period ends, with and without what only our own statement says (pure).

Sources: 民法典 188, 189, 192, 195, 201–203; 劳动争议调解仲裁法 27; 民事诉讼法 250. A demand counts where something
shows that it arrived (时效规定 art. 8). Never "time-barred": the other side may plead it.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal

import msgspec

from casework.workflows.litigation.facts.entry import Entry
from casework.workflows.litigation.facts.timeline import Event
from casework.workflows.litigation.text.dates import add_years, rolled
from casework.workflows.litigation.text.span import STATEMENT

INTERRUPTING = {"demand", "acknowledgement", "payment", "repayment", "filing", "arbitration_filing"}
Kind = Literal["civil", "labor", "enforcement"]


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which period it is: its years and its statutes."""

    kind: Kind
    years: int
    statutes: list[str]


ENFORCEMENT = Rule("enforcement", 2, ["cpl-250"])
CIVIL = Rule("civil", 3, ["cc-188", "cc-195"])
NAMES = {"civil": "普通诉讼时效", "labor": "劳动仲裁时效", "enforcement": "申请执行时效"}


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
    kind: Kind = "civil"
    years: int = 3


def assess(events: list[Event], today: date, rule: Rule = CIVIL, dues: Sequence[Entry] = ()) -> Limitation:
    """Both readings of the limitation period of a claim; `dues` are its instalments by the ledger."""
    shown = [event for event in events if not event.stated_only and event.arrival is not False]
    proven = _period(shown, today, rule, _last(due for due in dues if due.span.document != STATEMENT))
    stated = _period(events, today, rule, _last(dues))
    name = f"{'一二三四五'[rule.years - 1]}年{NAMES[rule.kind]}"
    if proven is None and stated is None:
        note = "材料中没有可用的履行期限或催告日期，无法计算诉讼时效。"
    elif stated == proven:
        note = f"按{name}计算；届满后对方可提出时效抗辩。"
    else:
        note = (
            f"按{name}计算；有的日期只有我方陈述或没有送达证明（主张未证），故并列两种计算；届满后对方可提出时效抗辩。"
        )
    return Limitation(proven, stated, note, rule.kind, rule.years)


def _start(events: list[Event], today: date, rule: Rule, last_due: date | None) -> tuple[date, str] | None:
    def last(*types: str, until: date | None = today) -> date | None:
        return max((e.day for e in events if e.type in types and (until is None or e.day <= until)), default=None)

    if rule.kind == "labor":
        ended, owed = last("dismissal", "termination"), last("wage_arrears")
        day = ended or owed
        return (day, "劳动关系终止之日" if ended else "知道欠薪之日") if day else None
    if rule.kind == "enforcement":
        judged = last("judgment")
        due = max((e.day for e in events if e.type == "due" and judged and e.day >= judged), default=None)
        day = due or judged
        return (day, "裁判确定的履行期限届满" if due else "裁判文书所载日期（请核对生效日期）") if day else None
    due = max((day for day in (last("due", until=None), last_due) if day is not None), default=None)
    if due:
        return due, "最后一期履行期限届满"
    grace = last("deadline", until=None)
    if grace and not last("delivery", "acceptance"):
        return grace, "没有约定履行期限，自催告的宽限期届满"
    if not last("acceptance", "delivery") and (owned := last("acknowledgement")):
        return owned, "没有约定履行期限，自出具欠款凭证之日起"
    day = last("acceptance") or last("delivery") or (last("contract_signing") if not last("loan") else None)
    return (day, f"没有明确的履行期限，暂自{day}起") if day else None


def _last(dues: Iterable[Entry]) -> date | None:
    return max((due.day for due in dues if due.day is not None), default=None)


def _period(events: list[Event], today: date, rule: Rule, last_due: date | None) -> Period | None:
    begun = _start(events, today, rule, last_due)
    if begun is None:
        return None
    start, basis = begun
    last = rolled(add_years(start, rule.years))
    counted = []
    for day, kind in sorted({(e.day, e.type) for e in events if e.type in INTERRUPTING and start < e.day <= today}):
        if day > last and kind != "acknowledgement":
            continue  # after its end nothing begins it anew but a new promise to pay (art. 192)
        if day not in counted:
            counted.append(day)
        last = rolled(add_years(day, rule.years))
    return Period(counted[-1] if counted else start, basis, counted, last, (last - today).days)
