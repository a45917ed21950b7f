"""Where the case stands: limitation, venue, fees, claims, risks by the package's rules, and a score of what is proved.

The score is 证据与程序完备度, the sum of parts that are all listed; it is never a chance of winning.
"""

from datetime import date
from decimal import Decimal

import msgspec

from casework.workflows.litigation import extraction, law, rule_facts
from casework.workflows.litigation.claims import claims, deadlines, enforcement, labor, limitation, loans
from casework.workflows.litigation.claims.claims import Claim, Computed
from casework.workflows.litigation.claims.deadlines import Deadline
from casework.workflows.litigation.claims.limitation import Limitation
from casework.workflows.litigation.evidence import Evidence
from casework.workflows.litigation.facts.clauses import Terms
from casework.workflows.litigation.facts.parties import Party
from casework.workflows.litigation.facts.timeline import Event
from casework.workflows.litigation.law import Statute
from casework.workflows.litigation.ledger.ledger import Ledger
from casework.workflows.litigation.package import Package
from casework.workflows.litigation.text.money import Amount, rounded
from casework.workflows.litigation.text.span import Span, Text

__all__ = ["Assessment", "Claim", "Issue", "Risk", "ScorePart", "assess"]
PROCEDURE = 10


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


class Issue(msgspec.Struct, frozen=True):
    """A question that the court will ask."""

    title: str
    description: str
    importance: str


class Assessment(msgspec.Struct):
    """All of it. `strength` is the score as 0–1; fees in CNY; `venue` tells where the case may go; `facts` are the
    values that the rules were asked with."""

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
    deadlines: list[Deadline] = []
    issues: list[Issue] = []
    facts: dict[str, bool | float | str | None] = {}
    court_hints: list[str] = []


def assess(
    package: Package,
    texts: list[Text],
    parties: list[Party],
    events: list[Event],
    amounts: list[Amount],
    ledger: Ledger,
    terms: Terms,
    evidence: Evidence,
    today: date,
    position: str,
    scenario: str,
    case_type: str = "",
) -> Assessment:
    """Put the facts under the rules of the package."""
    scenario = _purpose(scenario, case_type, position, package)
    rule = limitation.ENFORCEMENT if scenario == "execution" else package.limitation
    period = limitation.assess(events, today, rule, [each for each in ledger.entries if each.kind == "due"])
    computed = _computed(package, texts, events, amounts, ledger, terms, today)
    if scenario == "execution":
        computed = enforcement.compute(computed, texts, amounts, events, ledger, today)
    total = sum((claim.amount for claim in computed.claims), Decimal(0))
    known = rule_facts.gather(parties, events, ledger, terms, evidence, period, computed)
    known.update(position=position, scenario=scenario, case_type=case_type)
    known.update(extraction.find(package.extractors, texts, amounts, today))
    words = "\n".join(text.text for text in texts)
    mine = [each for each in package.rules if each.concerns(position, scenario)]
    risks = [each for each in mine if each.when.holds(known, words)]
    parts = _parts(evidence, parties, period, terms, package)
    parts += [ScorePart(f"风险：{r.name}", -r.score, 0) for r in risks]
    score = max(0.0, min(100.0, round(sum(part.points for part in parts), 1)))
    strength = round(score / 100, 2)
    level = "strong" if strength >= 0.7 else "medium" if strength >= 0.4 else "weak"
    known.update(score=score, strength_level=level)
    asked = [each for each in package.issues if each.when is None or each.when.holds(known, words)]
    sources = [*(rule.statutes for rule in risks), *(element.statutes for element in package.elements)]
    sources += [*(issue.statutes for issue in asked), *(claim.statutes for claim in computed.claims)]
    cited = {name for each in sources for name in each}
    venue, span = _venue(terms, package)
    table = law.statutes()
    named = [found.id for each in terms.citations if (found := table.cited(each.law, each.article))]
    return Assessment(
        period,
        venue,
        span,
        terms.arbitration is not None,
        computed.claims,
        _fees(total, package) if total > 0 else {},
        [Risk(each.id, each.name, each.severity, each.message, each.statutes) for each in risks],
        sorted({name for each in mine for name in each.when.named() if known.get(name) is None}),
        score,
        strength,
        level,
        parts,
        table.named(sorted(cited | set(rule.statutes) | set(named))),
        [*computed.warnings, *_stale(package, today), *_cited_badly(terms)],
        deadlines.find(events, period, scenario, package, terms, parties, texts, today),
        [Issue(each.title, each.description, each.importance) for each in asked],
        {name: float(value) if isinstance(value, Decimal) else value for name, value in known.items()},
        _courts(parties, package),
    )


def _purpose(scenario: str, case_type: str, position: str, package: Package) -> str:
    """What the case is for, where the form left it open: an appeal is no case before the suit."""
    told = {"judgment_appeal": "appeal", "enforcement": "execution"}.get(case_type, scenario)
    told = "appeal" if position in ("appellant", "appellee") else told
    return told if scenario == "pre_litigation" and told in package.scenarios else scenario


def _computed(
    package: Package,
    texts: list[Text],
    events: list[Event],
    amounts: list[Amount],
    ledger: Ledger,
    terms: Terms,
    today: date,
) -> Computed:
    match package.kind:
        case "loan":
            return loans.compute(ledger, terms, events, today, texts)
        case "labor":
            return labor.compute(texts, amounts, ledger, events, today)
        case _:
            return claims.contract(ledger, terms, events, today)


def _fees(claim: Decimal, package: Package) -> dict[str, Decimal]:
    scales = law.fees()
    acceptance = scales.labor_case if package.kind == "labor" else scales.acceptance.fee(claim)
    if package.fees is not None:
        acceptance = Decimal(package.fees.acceptance)
    return {
        "claim_value": claim,
        "acceptance": acceptance,
        "half": rounded(acceptance / 2),
        "preservation": scales.preservation.fee(claim),
        "enforcement": scales.enforcement.fee(claim),
    }


def _parts(
    evidence: Evidence, parties: list[Party], period: Limitation, terms: Terms, package: Package
) -> list[ScorePart]:
    parts = [ScorePart(row.title, round(row.weight * row.coverage, 1), row.weight) for row in evidence.matrix]
    forum = package.kind == "labor" or terms.court is not None or terms.arbitration is not None
    procedural = [len(parties) >= 2, period.proven is not None, forum]
    return [*parts, ScorePart("程序要件", round(PROCEDURE * sum(procedural) / len(procedural), 1), PROCEDURE)]


def _venue(terms: Terms, package: Package) -> tuple[str, Span | None]:
    if package.kind == "labor":
        return (
            "劳动争议应先申请劳动仲裁，由劳动合同履行地或用人单位所在地的仲裁委员会管辖，均受理的由前者管辖；仲裁不收费。",
            None,
        )
    conflict = f"（{terms.forum_conflict}）" if terms.forum_conflict else ""
    if terms.arbitration is not None:
        return f"合同有仲裁条款，应先核对其效力；有效的，应向约定的仲裁机构申请仲裁。{conflict}", terms.arbitration
    if terms.court is not None:
        return f"合同约定了管辖法院；级别管辖以当地标准为准，请核对。{conflict}", terms.court
    return (
        "没有发现管辖约定：由被告住所地或合同履行地法院管辖；争议标的为给付货币的，接收货币一方所在地为履行地。",
        None,
    )


def _courts(parties: list[Party], package: Package) -> list[str]:
    """Places whose courts come into question; which level and court it is, the user has to confirm."""
    opposite = [p for p in parties if p.our_side is False and p.domicile]
    ours = [p for p in parties if p.our_side and p.domicile and package.kind != "labor"]
    hints = [f"被告住所地：{p.domicile}（{p.name}）" for p in opposite]
    return hints + [f"接收货币一方所在地：{p.domicile}（{p.name}）" for p in ours]


def _cited_badly(terms: Terms) -> list[str]:
    """What is cited though it has been replaced: the laws that the Civil Code took the place of."""
    old = ("合同法", "民法通则", "民法总则", "担保法", "物权法", "侵权责任法")
    named = sorted({each.law for each in terms.citations if each.law in old})
    return [f"材料引用的《{name}》自2021年1月1日起废止，此前的法律事实仍可适用，请核对" for name in named]


def _stale(package: Package, today: date) -> list[str]:
    sources = {
        "规则包": package.law_as_of,
        "诉讼费": law.fees().as_of,
        "报价利率": law.lpr().as_of,
        "利率上限": law.caps().as_of,
        "法条": law.statutes().as_of,
    }
    return [f"{name}的数据核对至 {as_of}，其后的变动未计入" for name, as_of in sources.items() if today > as_of]
