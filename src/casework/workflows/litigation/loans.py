"""What can be asked for on a private loan: principal, interest within the cap, payments settling interest first (pure).

Sources: 民法典 561, 667–680; 民间借贷规定 art. 24, 25, 28, 29, 31: four times the one-year LPR of the day of the loan;
a loan from before 2020-08-20 24 % until then, and four times the LPR at the time of suit after.
"""

from datetime import date, timedelta
from decimal import Decimal

from casework.workflows.litigation import law
from casework.workflows.litigation.claims import Claim, Computed
from casework.workflows.litigation.clauses import Terms
from casework.workflows.litigation.law import Segment
from casework.workflows.litigation.ledger import Ledger
from casework.workflows.litigation.money import rounded
from casework.workflows.litigation.timeline import Event

ZERO = Decimal(0)


def compute(ledger: Ledger, terms: Terms, events: list[Event], today: date) -> Computed:
    """Principal and interest still owed on `today`."""
    lent = sorted((e.day, e.amount) for e in ledger.entries if e.kind == "lent" and e.day is not None)
    repaid = sorted((e.day, e.amount) for e in ledger.entries if e.kind == "paid" and e.day is not None)
    facts: dict[str, Decimal | bool | None] = {
        "annual_rate": None if terms.annual_rate is None else terms.annual_rate * 100,
        "rate_cap": None,
        "rate_over_cap": None,
        "has_due_date": any(e.type == "due" for e in events),
    }
    if not lent or sum(amount for _, amount in lent) != ledger.total:
        claims = [Claim("principal", "借款本金", ledger.arrears, ledger.basis)] if ledger.arrears else []
        return Computed(claims, facts, ["出借日期不明，未计算利息"] if claims else [])
    first = lent[0][0]
    caps = _caps(first, today)
    asked = max(each for each in (terms.annual_rate, terms.overdue_rate, ZERO) if each is not None) * 100
    facts["rate_cap"] = caps[-1][1]
    facts["rate_over_cap"] = asked > caps[-1][1]
    owed, interest, segments = _run(lent, repaid, _rates(terms, events, first, today, caps), today)
    claims = [
        Claim("principal", "借款本金", owed, "出借本金减去已还本金（还款先抵利息）", statutes=["cc-675", "cc-561"])
    ]
    if interest > 0:
        formula = f"未还本金 × 年利率（不超过 {caps[-1][1]}%）÷ 365 × 天数，减去已付利息，计算至 {today}"
        claims.append(Claim("interest", "利息", interest, formula, segments, statutes=["loan-25", "loan-28", "cc-676"]))
    return Computed([claim for claim in claims if claim.amount > 0], facts)


def _caps(first: date, today: date) -> list[tuple[date, Decimal]]:
    """(from, per cent a year at most) in order."""
    bounds, lpr = law.caps(), law.lpr()
    if first >= bounds.loan_since:
        return [(first, (lpr.on(first) or ZERO) * bounds.loan_times)]
    return [(first, bounds.loan_before), (bounds.loan_since, (lpr.on(today) or ZERO) * bounds.loan_times)]


def _rates(
    terms: Terms, events: list[Event], first: date, today: date, caps: list[tuple[date, Decimal]]
) -> list[tuple[date, Decimal]]:
    """(from, per cent a year) in order: as agreed until due, then as agreed for the delay, never above the cap."""
    due = max((e.day for e in events if e.type == "due"), default=None)
    if due is None:
        due = max((e.day for e in events if e.type == "deadline"), default=None)
    agreed = None if terms.annual_rate is None else terms.annual_rate * 100
    if terms.lpr_factor is not None and agreed is None:
        agreed = (law.lpr().on(first) or ZERO) * terms.lpr_factor
    overdue = None if terms.overdue_rate is None else terms.overdue_rate * 100
    if terms.daily_rate is not None and overdue is None:
        overdue = terms.daily_rate * 365 * 100
    starts = {first: agreed or ZERO}
    if due is not None and due < today:
        late = due + timedelta(days=1)
        starts[late] = overdue if overdue is not None else agreed if agreed is not None else law.lpr().on(late) or ZERO
    marks = sorted({*starts, *(day for day, _ in caps)})
    found = []
    for mark in marks:
        rate = [rate for day, rate in sorted(starts.items()) if day <= mark][-1]
        cap = [cap for day, cap in caps if day <= mark][-1]
        found.append((mark, min(rate, cap)))
    return found


def _run(
    lent: list[tuple[date, Decimal]], repaid: list[tuple[date, Decimal]], rates: list[tuple[date, Decimal]], today: date
) -> tuple[Decimal, Decimal, list[Segment]]:
    """(principal, interest) still owed, and each stretch of days; a payment settles interest before principal."""
    moves = [(day, amount) for day, amount in lent] + [(day, -amount) for day, amount in repaid]
    marks = sorted({day for day, _ in moves if day <= today} | {day for day, _ in rates if day <= today} | {today})
    principal = interest = ZERO
    segments: list[Segment] = []
    for place, mark in enumerate(marks):
        for day, amount in moves:
            if day != mark:
                continue
            if amount > 0:
                principal += amount
                continue
            to_interest = min(interest, -amount)
            interest -= to_interest
            principal = max(ZERO, principal + amount + to_interest)
        end = marks[place + 1] if place + 1 < len(marks) else today
        percent = [rate for day, rate in rates if day <= mark][-1] if rates[0][0] <= mark else ZERO
        days = (end - mark).days
        if days > 0 and principal > 0 and percent > 0:
            amount = rounded(principal * percent / 100 * days / 365)
            interest += amount
            segments.append(Segment(mark, end, days, percent, amount, principal))
    return principal, interest, segments
