"""The last days that the case brings with it: limitation, answer, appeal, suit after an award, guarantee (pure).

Sources: 民事诉讼法 85, 104, 128, 130, 171, 250; 民法典 694; 劳动争议调解仲裁法 27, 30, 50.
"""

import re
from datetime import date, timedelta

import msgspec

from casework.workflows.litigation.claims import guarantee
from casework.workflows.litigation.claims.limitation import NAMES, Limitation
from casework.workflows.litigation.facts.clauses import Terms
from casework.workflows.litigation.facts.parties import Party
from casework.workflows.litigation.facts.timeline import Event
from casework.workflows.litigation.package import Package
from casework.workflows.litigation.text.dates import add_months, rolled
from casework.workflows.litigation.text.span import Text

ANSWER_DAYS = 15
ARBITRATION_ANSWER_DAYS = 10
APPEAL_DAYS = 15


class Deadline(msgspec.Struct, frozen=True):
    """What must be done by when, and by which article."""

    what: str
    due: date
    basis: str
    statutes: list[str]
    days_left: int


def _by_commission(events: list[Event], day: date) -> bool:
    """Whether what was served on that day was a commission's paper and no court's."""
    said = " ".join(event.description for event in events if event.type == "service" and event.day == day)
    decided = any(event.type == "judgment" and event.day <= day for event in events)
    return re.search(r"起诉|法院|传票", said) is None and (re.search(r"仲裁", said) is not None or not decided)


def find(
    events: list[Event],
    period: Limitation,
    scenario: str,
    package: Package,
    terms: Terms,
    parties: list[Party],
    texts: list[Text],
    today: date,
) -> list[Deadline]:
    """All last days, soonest first."""

    def last(kind: str) -> date | None:
        return max((e.day for e in events if e.type == kind and e.day <= today), default=None)

    found = []

    def add(what: str, due: date, basis: str, *statutes: str) -> None:
        found.append(Deadline(what, due, basis, list(statutes), (due - today).days))

    reading = period.proven or period.with_statement
    if reading is not None:
        statutes = ["cpl-250"] if period.kind == "enforcement" else package.limitation.statutes
        add(f"{NAMES[period.kind]}最后一日", reading.expires, reading.basis, *statutes)
    served = last("service")
    if served is not None and package.kind == "labor" and _by_commission(events, served):
        answer = rolled(served + timedelta(days=ARBITRATION_ANSWER_DAYS))
        add("提交答辩书（仲裁）", answer, f"{served} 收到仲裁申请书副本", "ldm-30")
    elif served is not None:
        answer = rolled(served + timedelta(days=ANSWER_DAYS))
        add("提交答辩状、提出管辖异议", answer, f"{served} 收到起诉状副本", "cpl-128", "cpl-130")
    judged = last("judgment")
    if judged is not None and scenario == "appeal":
        due = rolled(judged + timedelta(days=APPEAL_DAYS))
        add("上诉（判决十五日，裁定十日）", due, f"{judged} 裁判；以收到之日为准", "cpl-171")
    if judged is not None and package.kind == "labor" and scenario != "execution":
        add("不服仲裁裁决的起诉", rolled(judged + timedelta(days=APPEAL_DAYS)), f"{judged} 收到裁决", "ldm-50")
    due_day = guarantee.due(events, parties, texts)
    if due_day is not None:
        months = terms.guarantee_months or guarantee.MONTHS
        agreed = "约定的保证期间" if terms.guarantee_months else "没有约定保证期间"
        due = rolled(add_months(due_day, months))
        add("向保证人主张保证责任", due, f"{agreed}：自 {due_day} 起 {months} 个月", "cc-692")
    return sorted(found, key=lambda each: each.due)
