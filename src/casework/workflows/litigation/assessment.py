"""Where the case stands: limitation, venue, fees, claims, risks by the package's rules, and a score of what is proved.

The score is 证据与程序完备度, the sum of parts that are all listed; it is never a chance of winning.
"""

from datetime import date
from decimal import Decimal

import msgspec

from casework.workflows.litigation import law, limitation
from casework.workflows.litigation.arrears import Late, late
from casework.workflows.litigation.clauses import Terms
from casework.workflows.litigation.evidence import Evidence
from casework.workflows.litigation.law import Segment, Statute
from casework.workflows.litigation.ledger import Ledger
from casework.workflows.litigation.limitation import Limitation
from casework.workflows.litigation.money import rounded
from casework.workflows.litigation.package import Package, Value
from casework.workflows.litigation.parties import Party
from casework.workflows.litigation.span import Span
from casework.workflows.litigation.timeline import Event

PROCEDURE = 10
SURCHARGE = Decimal("1.5")


class Claim(msgspec.Struct):
    """Something that can be asked for, with how it was computed; `segments` where a rate changed."""

    kind: str
    title: str
    amount: Decimal
    formula: str
    segments: list[Segment] = []


class Risk(msgspec.Struct, frozen=True):
    """A rule of the package that applies."""

    rule_id: str
    name: str
    severity: str
    message: str
    statutes: list[str]


class ScorePart(msgspec.Struct, frozen=True):
    """A part of the score: `points` of at most `of` (negative for what a risk takes off)."""

    title: str
    points: float
    of: float


class Assessment(msgspec.Struct):
    """All of it. `strength` is the score as 0–1; fees in CNY; `venue` tells where the case may go."""

    limitation: Limitation
    venue: str
    venue_span: Span | None
    arbitration: bool
    claims: list[Claim]
    fees: dict[str, Decimal]
    risks: list[Risk]
    not_evaluated: list[str]
    score: float
    strength: float
    strength_level: str
    parts: list[ScorePart]
    statutes: list[Statute]
    warnings: list[str]


def assess(
    package: Package,
    parties: list[Party],
    events: list[Event],
    ledger: Ledger,
    terms: Terms,
    evidence: Evidence,
    today: date,
) -> Assessment:
    """Put the facts under the rules of the package."""
    period = limitation.assess(events, today)
    claims, ratio = _claims(ledger, terms, events, today)
    total = sum((claim.amount for claim in claims), Decimal(0))
    fees = _fees(total) if total > 0 else {}
    facts = _facts(parties, events, ledger, terms, evidence, period, ratio)
    risks = [rule for rule in package.rules if rule.when.holds(facts)]
    parts = _parts(evidence, parties, period, terms) + [ScorePart(f"风险：{r.name}", -r.score, 0) for r in risks]
    score = max(0.0, min(100.0, round(sum(part.points for part in parts), 1)))
    strength = round(score / 100, 2)
    cited = {name for rule in risks for name in rule.statutes} | {n for e in package.elements for n in e.statutes}
    venue, span = _venue(terms)
    return Assessment(
        period,
        venue,
        span,
        terms.arbitration is not None,
        claims,
        fees,
        [Risk(rule.id, rule.name, rule.severity, rule.message, rule.statutes) for rule in risks],
        sorted(name for name, value in facts.items() if value is None),
        score,
        strength,
        "strong" if strength >= 0.7 else "medium" if strength >= 0.4 else "weak",
        parts,
        law.statutes().named(sorted(cited)),
        _stale(package, today),
    )


def _claims(ledger: Ledger, terms: Terms, events: list[Event], today: date) -> tuple[list[Claim], float | None]:
    """(the claims, the penalty's ratio to the loss at the prime rate, where both are known)."""
    if not ledger.arrears:
        return [], None
    claims = [Claim("principal", "欠付款项", ledger.arrears, ledger.basis)]
    stretches = late(ledger, today)
    if not stretches:  # the instalments are not known: all of it from the last day that is
        due = [event.day for event in events if event.type == "due" and event.day < today]
        if not due:
            return claims, None
        stretches = [Late(ledger.arrears, max(due), today, paid=False)]
    loss = [segment for each in stretches for segment in law.interest(law.lpr(), each.amount, each.due, each.until)]
    plain = sum((segment.amount for segment in loss), Decimal(0))
    if terms.daily_rate is not None:
        rate = terms.daily_rate
        penalty = sum((rounded(each.amount * rate * each.days) for each in stretches), Decimal(0))
        formula = " + ".join(f"{each.amount}×{rate.normalize():f}×{each.days}天" for each in stretches)
        claims.append(Claim("penalty", "逾期付款违约金", penalty, formula))
        return claims, float(penalty / plain) if plain else None
    raised = [s for each in stretches for s in law.interest(law.lpr(), each.amount, each.due, each.until, SURCHARGE)]
    amount = sum((segment.amount for segment in raised), Decimal(0))
    formula = f"各期欠付金额 × 一年期报价利率 × {SURCHARGE}，分段计算至 {today}"
    claims.append(Claim("interest", "逾期付款损失", amount, formula, raised))
    return claims, None


def _fees(claim: Decimal) -> dict[str, Decimal]:
    scales = law.fees()
    acceptance = scales.acceptance.fee(claim)
    return {
        "claim_value": claim,
        "acceptance": acceptance,
        "half": rounded(acceptance / 2),
        "preservation": scales.preservation.fee(claim),
        "enforcement": scales.enforcement.fee(claim),
    }


def _facts(
    parties: list[Party],
    events: list[Event],
    ledger: Ledger,
    terms: Terms,
    evidence: Evidence,
    period: Limitation,
    ratio: float | None,
) -> dict[str, Value]:
    kinds = {item.evidence_type for item in evidence.items}
    reading = period.proven or period.with_statement
    return {
        "opponent_known": len(parties) >= 2,
        "has_contract": "contract" in kinds,
        "has_delivery": bool(kinds & {"delivery", "acceptance"}),
        "has_demand": "demand" in kinds or any(event.type == "demand" and not event.stated_only for event in events),
        "arbitration": terms.arbitration is not None,
        "amount_conflicts": len(ledger.conflicts),
        "arrears": ledger.arrears,
        "penalty_ratio": ratio,
        "limitation_days_left": None if reading is None else reading.days_left,
    }


def _parts(evidence: Evidence, parties: list[Party], period: Limitation, terms: Terms) -> list[ScorePart]:
    parts = [ScorePart(row.title, round(row.weight * row.coverage, 1), row.weight) for row in evidence.matrix]
    procedural = [
        len(parties) >= 2,
        period.proven is not None,
        terms.court is not None or terms.arbitration is not None,
    ]
    return [*parts, ScorePart("程序要件", round(PROCEDURE * sum(procedural) / len(procedural), 1), PROCEDURE)]


def _venue(terms: Terms) -> tuple[str, Span | None]:
    if terms.arbitration is not None:
        return "合同有仲裁条款，应先核对其效力；有效的，应向约定的仲裁机构申请仲裁。", terms.arbitration
    if terms.court is not None:
        return "合同约定了管辖法院；级别管辖以当地标准为准，请核对。", terms.court
    return (
        "没有发现管辖约定：由被告住所地或合同履行地法院管辖；争议标的为给付货币的，接收货币一方所在地为履行地。",
        None,
    )


def _stale(package: Package, today: date) -> list[str]:
    sources = {
        "规则包": package.law_as_of,
        "诉讼费": law.fees().as_of,
        "报价利率": law.lpr().as_of,
        "法条": law.statutes().as_of,
    }
    return [f"{name}的数据核对至 {as_of}，其后的变动未计入" for name, as_of in sources.items() if today > as_of]
