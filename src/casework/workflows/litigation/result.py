"""The result as JSON: the names that the earlier application used, and each fact with the words it comes from."""

from datetime import date
from typing import Any

import msgspec

from casework.workflows.litigation.assessment import Assessment
from casework.workflows.litigation.case import CaseInput
from casework.workflows.litigation.clauses import Terms
from casework.workflows.litigation.evidence import Evidence
from casework.workflows.litigation.ledger import Ledger
from casework.workflows.litigation.parties import Party
from casework.workflows.litigation.strategies import Strategies
from casework.workflows.litigation.timeline import TITLES, Event

DISCLAIMER = "本报告由规则计算得出，供律师参考，不构成法律意见；手写、印章、跨页表格、没有参照的相对日期可能没有识别。"


class Facts(msgspec.Struct):
    """What the steps have found out."""

    today: date
    documents: list[dict[str, Any]]
    warnings: list[str]
    parties: list[Party]
    events: list[Event]
    ledger: Ledger
    terms: Terms
    evidence: Evidence
    assessment: Assessment
    strategies: Strategies


def summary(facts: Facts) -> str:
    """Two or three sentences that hold the main findings."""
    named = [f"{party.name}（{'、'.join(party.roles)}）" if party.roles else party.name for party in facts.parties[:2]]
    sides = "与".join(named) if named else "当事人尚不明确"
    owed = f"欠款 {facts.ledger.arrears} 元（{facts.ledger.basis}）" if facts.ledger.arrears else "没有可计算的欠款"
    reading = facts.assessment.limitation.proven or facts.assessment.limitation.with_statement
    until = f"诉讼时效最后一日 {reading.expires}" if reading else "诉讼时效尚无法计算"
    return f"{sides}；{owed}；{until}；证据与程序完备度 {facts.assessment.score}/100。"


def missing(facts: Facts) -> list[str]:
    """What to hand in before this can be more."""
    found = list(facts.evidence.gaps)
    if not facts.parties:
        found.append("没有识别出当事人，请写明双方名称与身份（如“甲方：……”）")
    if facts.ledger.total is None and facts.ledger.stated_arrears is None:
        found.append("没有识别出金额，请提供合同或付款凭证")
    if facts.assessment.limitation.proven is None:
        found.append("没有履行期限、交付或催告的书面日期，无法依书证计算时效")
    return found


def build(case: CaseInput, facts: Facts, report: str) -> dict[str, Any]:
    """The task's result."""
    a = facts.assessment
    scored = {"total": a.score, "label": "证据与程序完备度", "parts": a.parts}
    return {
        "status": "completed",
        "package_id": case.package_id,
        "package_version": case.package_version,
        "case_type": case.case_type,
        "case_position": case.case_position,
        "analysis_scenario": case.analysis_scenario,
        "analysed_on": facts.today,
        "case_summary": summary(facts),
        "win_probability": None,
        "documents": facts.documents,
        "warnings": [*facts.warnings, *a.warnings],
        "missing": missing(facts),
        "parties": facts.parties,
        "timeline_events": [
            {
                "event_date": event.day,
                "date_precision": event.precision,
                "event_type": event.type,
                "title": TITLES[event.type],
                "description": event.description,
                "importance": event.importance,
                "stated_only": event.stated_only,
                "legal_significance": event.legal_significance,
                "derived": event.derived,
                "spans": event.spans,
            }
            for event in facts.events
        ],
        "ledger": facts.ledger,
        "terms": facts.terms,
        "claims": a.claims,
        "fees": a.fees,
        "limitation": a.limitation,
        "deadlines": a.deadlines,
        "legal_issues": a.issues,
        "rule_facts": a.facts,
        "jurisdiction": {
            "hint": a.venue,
            "arbitration": a.arbitration,
            "span": a.venue_span,
            "conflict": facts.terms.forum_conflict,
            "courts": a.court_hints,
        },
        "evidence_assessment": {"evidence_items": facts.evidence.items, "evidence_gaps": facts.evidence.gaps},
        "evidence_chain": facts.evidence.matrix,
        "contradictions": facts.evidence.contradictions,
        "risk_warnings": a.risks,
        "not_evaluated": a.not_evaluated,
        "case_strength": {"overall_strength": a.strength, "strength_level": a.strength_level},
        "score": scored,
        "legal_basis": a.statutes,
        "strategies": facts.strategies.strategies,
        "recommendations": facts.strategies.actions,
        "report_md": report,
        "disclaimer": DISCLAIMER,
    }
