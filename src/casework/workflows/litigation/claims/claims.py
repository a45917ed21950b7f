"""What can be asked for under a contract: the arrears, the agreed penalty or the loss at the prime rate (pure).

Sources: 民法典 585; 买卖合同解释 art. 18 (LPR plus 30–50 %, the rate of the day of the breach); 合同编通则解释 art. 65.
"""

from datetime import date
from decimal import Decimal

import msgspec

from casework.workflows.litigation import law
from casework.workflows.litigation.facts.clauses import Terms
from casework.workflows.litigation.facts.timeline import Event
from casework.workflows.litigation.law import Segment
from casework.workflows.litigation.ledger.arrears import Late, late
from casework.workflows.litigation.ledger.ledger import Ledger
from casework.workflows.litigation.text.money import rounded


class Claim(msgspec.Struct):
    """Something that can be asked for, with how it was computed; `segments` where a rate applies to a stretch of days.
    `alternative` is the same by the other reading of the rate (floating with the LPR), or of the ground."""

    kind: str
    title: str
    amount: Decimal
    formula: str
    segments: list[Segment] = []
    alternative: Decimal | None = None
    alternative_formula: str = ""
    alternative_segments: list[Segment] = []
    statutes: list[str] = []


class Computed(msgspec.Struct):
    """The claims, and facts about them that rules may ask for."""

    claims: list[Claim]
    facts: dict[str, Decimal | bool | None]
    warnings: list[str] = []


def contract(ledger: Ledger, terms: Terms, events: list[Event], today: date) -> Computed:
    """The arrears with the penalty that was agreed, else with the loss at the prime rate."""
    facts: dict[str, Decimal | bool | None] = {"penalty_ratio": None, "penalty_ratio_floating": None, "days_late": None}
    if not ledger.arrears:
        return Computed([], facts)
    claims = [Claim("principal", "欠付款项", ledger.arrears, ledger.basis, statutes=["cc-579"])]
    stretches = late(ledger, today) or _whole(ledger, events, today)
    flat = None if terms.flat_for_goods else terms.flat_rate
    if flat is not None and terms.daily_rate is None and ledger.total:
        base = ledger.total
        penalty = rounded(base * flat)
        claims.append(Claim("penalty", "约定违约金", penalty, f"{base}×{flat.normalize():f}", statutes=["cc-585"]))
    elif terms.flat_sum is not None and terms.daily_rate is None and terms.interest.overdue is None and stretches:
        claims.append(Claim("penalty", "约定违约金", terms.flat_sum, f"{terms.flat_sum}", statutes=["cc-585"]))
    if not stretches:
        return Computed(claims, facts)
    facts["days_late"] = Decimal(max(each.days for each in stretches))
    times = law.caps().surcharge_high
    fixed, floating = (_loss(stretches, times, fixed=each) for each in (True, False))
    loss = sum((s.amount for s in fixed), Decimal(0))
    floating_loss = sum((s.amount for s in floating), Decimal(0))
    if terms.daily_rate is not None:
        rate = terms.daily_rate
        penalty = sum((rounded(each.amount * rate * each.days) for each in stretches), Decimal(0))
        formula = " + ".join(f"{each.amount}×{rate.normalize():f}×{each.days}天" for each in stretches)
        claims.append(Claim("penalty", "逾期付款违约金", penalty, formula, statutes=["cc-585"]))
    elif terms.interest.overdue is not None and flat is None:
        rate = terms.interest.overdue
        penalty = sum((rounded(each.amount * rate * each.days / 365) for each in stretches), Decimal(0))
        formula = " + ".join(f"{each.amount}×{rate.normalize():f}×{each.days}天÷365" for each in stretches)
        claims.append(Claim("penalty", "逾期付款违约金", penalty, formula, statutes=["cc-585"]))
    agreed = next((claim for claim in claims if claim.kind == "penalty"), None)
    if agreed is not None:
        facts["penalty_ratio"] = rounded(agreed.amount / loss) if loss else None
        facts["penalty_ratio_floating"] = rounded(agreed.amount / floating_loss) if floating_loss else None
        return Computed(claims, facts, _before_lpr(stretches))
    if factor := terms.interest.late_lpr or terms.interest.lpr or terms.interest.more:  # agreed, so not our choice
        times = factor
        fixed, floating = (_loss(stretches, times, fixed=each) for each in (True, False))
        loss, floating_loss = (sum((s.amount for s in each), Decimal(0)) for each in (fixed, floating))
    claims.append(
        Claim(
            "interest",
            "逾期付款损失",
            loss,
            f"各期欠付金额 × 违约时一年期报价利率 × {times} ÷ 365 × 逾期天数，计算至 {today}",
            fixed,
            floating_loss,
            f"同上，报价利率随公布分段浮动，计算至 {today}",
            floating,
            ["sale-18", "cc-584"],
        )
    )
    return Computed(claims, facts, _before_lpr(stretches))


def _whole(ledger: Ledger, events: list[Event], today: date) -> list[Late]:
    """All that is owed from the last day it was due, where the instalments are not known."""
    due = [event.day for event in events if event.type == "due" and event.day < today]
    if not due or not ledger.arrears:
        return []
    paid = [(e.amount, e.day) for e in ledger.entries if e.kind == "paid" and e.day is not None and e.day > max(due)]
    return [
        *(Late(amount, max(due), day, paid=True) for amount, day in paid),
        Late(ledger.arrears, max(due), today, paid=False),
    ]


def _loss(stretches: list[Late], times: Decimal, *, fixed: bool) -> list[Segment]:
    return [s for e in stretches for s in law.late_interest(law.lpr(), e.amount, e.due, e.until, times, fixed=fixed)]


def _before_lpr(stretches: list[Late]) -> list[str]:
    first = law.lpr().rates[0].since
    early = any(each.due < first for each in stretches)
    return [f"{first} 之前没有报价利率，此前的逾期损失未计入"] if early else []
