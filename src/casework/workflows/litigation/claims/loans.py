"""What can be asked for on a private loan: principal, interest within the cap, payments settling interest first (pure).

Sources: 民法典 561, 667–680; 民间借贷规定 art. 24, 25, 28, 29, 31: four times the one-year LPR of the day of the loan;
a loan from before 2020-08-20 24 % until then, and four times the LPR at the time of suit after.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from casework.workflows.litigation import law
from casework.workflows.litigation.claims import interest_paid, tranches
from casework.workflows.litigation.claims.claims import Claim, Computed
from casework.workflows.litigation.claims.tranches import Tranche
from casework.workflows.litigation.facts.clauses import Terms
from casework.workflows.litigation.facts.entry import Entry
from casework.workflows.litigation.facts.timeline import Event
from casework.workflows.litigation.law import Segment
from casework.workflows.litigation.ledger.ledger import Ledger
from casework.workflows.litigation.text.money import rounded
from casework.workflows.litigation.text.span import Text

ZERO = Decimal(0)


def compute(ledger: Ledger, terms: Terms, events: list[Event], today: date, texts: Sequence[Text] = ()) -> Computed:
    """Principal and interest still owed on `today`."""
    lent = sorted((e.day, e.amount) for e in ledger.entries if e.kind == "lent" and e.day is not None)
    principal = sum((amount for _, amount in lent), ZERO)
    annual = _annual(terms, principal)
    facts: dict[str, Decimal | bool | None] = {
        "annual_rate": annual,
        "rate_cap": None,
        "rate_over_cap": None,
        "has_due_date": any(e.type == "due" for e in events),
    }
    if not lent or principal != ledger.total:
        claims = [Claim("principal", "借款本金", ledger.arrears, ledger.basis)] if ledger.arrears else []
        return Computed(claims, facts, ["出借日期不明，未计算利息"] if claims else [])
    first = lent[0][0]
    caps = _caps(first, today)
    parts = tranches.divide(ledger, terms, events, list(texts))
    rates = [_rates_of(part, today) for part in parts]
    facts["rate_cap"] = caps[-1][1]
    facts["rate_over_cap"] = any(over for _, over in rates)
    repaid = [e for e in ledger.entries if e.kind == "paid" and e.day is not None]
    costs, repaid = _since_paid([each for each, _ in rates], lent, repaid, interest_paid.until(texts, events), texts)
    owed, interest, segments = _settle(parts, costs, repaid, today, list(texts))
    claims = [
        Claim("principal", "借款本金", owed, "出借本金减去已还本金（还款先抵利息）", statutes=["cc-675", "cc-561"])
    ]
    if interest > 0:
        formula = f"未还本金 × 年利率（不超过 {caps[-1][1]}%）÷ 365 × 天数，减去已付利息，计算至 {today}"
        claims.append(Claim("interest", "利息", interest, formula, segments, statutes=["loan-25", "loan-28", "cc-676"]))
    return Computed([claim for claim in claims if claim.amount > 0], facts)


def _rates_of(part: Tranche, today: date) -> tuple[list[tuple[date, Decimal]], bool]:
    """(from, per cent a year) of one loan, and whether more was agreed than may be asked."""
    lent = [(e.day, e.amount) for e in part.lent if e.day is not None]
    first = min(day for day, _ in lent)
    caps = _caps(first, today)
    principal = sum((amount for _, amount in lent), ZERO)
    annual = _annual(part.terms, principal)
    if annual is None and part.terms.interest.whole_sum is not None and part.due is not None and part.due > first:
        annual = part.terms.interest.whole_sum * 36500 / principal / (part.due - first).days
    terms = part.terms
    if terms.interest.late_sum is not None and terms.daily_rate is None:
        terms = msgspec.structs.replace(terms, daily_rate=terms.interest.late_sum / principal / 365)
    agreed = _agreed(terms, annual, part.events, first, today)
    return _capped(agreed, caps), max(agreed.values()) > caps[-1][1]


def _settle(
    parts: list[Tranche],
    rates: list[list[tuple[date, Decimal]]],
    repaid: list[Entry],
    today: date,
    texts: list[Text],
) -> tuple[Decimal, Decimal, list[Segment]]:
    """(principal, interest) still owed on all loans: each payment goes to the loans in their order."""
    lent = [sorted((e.day, e.amount) for e in part.lent if e.day is not None) for part in parts]
    paid: list[list[tuple[date, Decimal]]] = [[] for _ in parts]
    for each in sorted(repaid, key=lambda each: each.day or today):
        day, left = each.day or today, each.amount
        places = tranches.order(parts, each, texts) if len(parts) > 1 else [0]
        for place in places:
            principal, interest, _ = _run(lent[place], paid[place], rates[place], day)
            part = min(left, principal + interest) if place != places[-1] else left
            if part > 0:
                paid[place].append((day, part))
                left -= part
    ran = [_run(*each, today) for each in zip(lent, paid, rates, strict=True)]
    segments = sorted((s for _, _, each in ran for s in each), key=lambda segment: segment.start)
    return sum((p for p, _, _ in ran), ZERO), sum((i for _, i, _ in ran), ZERO), segments


def _since_paid(
    rates: list[list[tuple[date, Decimal]]],
    lent: list[tuple[date, Decimal]],
    repaid: list[Entry],
    last: date | None,
    texts: Sequence[Text],
) -> tuple[list[list[tuple[date, Decimal]]], list[Entry]]:
    """Rates and payments, where a paper tells until when interest was paid and no payments show it."""
    if last is None:
        return rates, repaid
    by_id = {text.id: text for text in texts}
    until = [e for e in repaid if e.day is not None and e.day <= last]
    interest = [e for e in until if not interest_paid.of_principal(by_id[e.span.document], e.span.start)]
    borne = _run(lent, [], rates[0], last)[1]
    if sum((e.amount for e in interest), ZERO) >= borne * Decimal("0.9"):
        return rates, repaid
    following = last + timedelta(days=1)
    started = [
        [(min(each[0][0], following), ZERO), (following, [rate for day, rate in each if day <= following][-1])]
        + [(day, rate) for day, rate in each if day > following]
        if each[0][0] <= following
        else each
        for each in rates
    ]
    return started, [e for e in repaid if e not in interest]


def _caps(first: date, today: date) -> list[tuple[date, Decimal]]:
    """(from, per cent a year at most) in order."""
    bounds, lpr = law.caps(), law.lpr()
    if first >= bounds.loan_since:
        return [(first, (lpr.on(first) or ZERO) * bounds.loan_times)]
    return [(first, bounds.loan_before), (bounds.loan_since, (lpr.on(today) or ZERO) * bounds.loan_times)]


def _annual(terms: Terms, principal: Decimal) -> Decimal | None:
    """The agreed rate in per cent a year; a sum a month is one too."""
    agreed = terms.interest
    if agreed.annual is not None:
        return agreed.annual * 100
    if agreed.yearly_sum is not None and principal and agreed.lpr is None:
        return agreed.yearly_sum * 100 / principal
    return None


def _agreed(terms: Terms, annual: Decimal | None, events: list[Event], first: date, today: date) -> dict[date, Decimal]:
    """From which day which per cent a year: as agreed until due, then as agreed for the delay, else as before, else
    the LPR of the day (民间借贷规定 28); agreed late interest and penalty come together (29)."""
    due = max((e.day for e in events if e.type == "due"), default=None)
    if due is None:
        due = max((e.day for e in events if e.type == "deadline"), default=None)
    interest, lpr = terms.interest, law.lpr()
    if interest.lpr is not None and annual is None:
        annual = (lpr.on(first) or ZERO) * interest.lpr
    starts = {first: annual or ZERO}
    if due is None or due >= today:
        return starts
    late = max(first, due + timedelta(days=1))
    overdue = None if interest.overdue is None else interest.overdue * 100
    if overdue == annual and terms.daily_rate is not None:  # `除继续按年利率8%支付利息外，另按每日万分之五支付违约金`
        overdue = None
    if overdue is None and interest.late_lpr is not None:
        overdue = (lpr.on(first if interest.late_lpr > 1 else late) or ZERO) * interest.late_lpr
    if overdue is None and interest.more is not None and annual is not None:
        overdue = annual * interest.more
    if overdue is None and terms.daily_rate is not None:
        overdue = terms.daily_rate * 365 * 100 + (annual or ZERO)
    starts[late] = overdue if overdue is not None else annual if annual is not None else lpr.on(late) or ZERO
    return starts


def _capped(agreed: dict[date, Decimal], caps: list[tuple[date, Decimal]]) -> list[tuple[date, Decimal]]:
    """(from, per cent a year) in order, never above the cap."""
    found: list[tuple[date, Decimal]] = []
    said: list[tuple[Decimal, Decimal]] = []
    for mark in sorted({*agreed, *(day for day, _ in caps)}):
        rate = [rate for day, rate in sorted(agreed.items()) if day <= mark][-1]
        cap = [cap for day, cap in caps if day <= mark][-1]
        if said[-1:] != [(rate, cap)]:  # one rate is one stretch of days
            found.append((mark, min(rate, cap)))
            said.append((rate, cap))
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
