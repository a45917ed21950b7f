"""The result as JSON: the names that the earlier application used, and each fact with the words it comes from."""

from datetime import date
from typing import Any

import msgspec

from casework.workflows.litigation.assessment import Assessment
from casework.workflows.litigation.case import CaseInput
from casework.workflows.litigation.choices import Strategy as Chosen
from casework.workflows.litigation.drafts import Draft
from casework.workflows.litigation.evidence import Evidence
from casework.workflows.litigation.facts.clauses import Terms
from casework.workflows.litigation.facts.parties import Party
from casework.workflows.litigation.facts.timeline import TITLES, Event
from casework.workflows.litigation.guidance import Layout
from casework.workflows.litigation.ledger.ledger import Ledger
from casework.workflows.litigation.llm.advice import Advice
from casework.workflows.litigation.strategies import Strategies
from casework.workflows.litigation.words import Language, money, role, say_in

DISCLAIMERS: dict[Language, str] = {
    "zh": "本报告由规则计算得出，供律师参考，不构成法律意见；引用法条与数据请以现行有效文本为准。",
    "en": "This report was computed by rules for the use of lawyers; it is no legal advice. Check statutes and rates "
    "against the texts in force.",
}
LIMITS: dict[Language, list[str]] = {
    "zh": [
        "手写内容与印章不作识别；扫描件的文字识别可能有误，请核对原件。",
        "跨页表格、没有参照的相对日期（如“次月底”）、绰号可能没有识别。",
        "多份合同混在一个文件中时，条款与款项可能归错。",
        "完备度只反映材料与程序是否齐备，不是胜诉率；级别管辖以当地标准为准。",
    ],
    "en": [
        "Handwriting and seals are not read; text recognised from scans may be wrong: compare with the originals.",
        "Tables across pages, relative dates without an anchor, and nicknames may be missed.",
        "Where one file holds several contracts, clauses and sums may be attributed to the wrong one.",
        "The score tells how complete evidence and procedure are, not the chance of winning; which level of court has "
        "jurisdiction depends on local thresholds.",
        "Quotes, rules and statutes are given in Chinese, as they are written.",
    ],
}


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
    chosen: list[Chosen] = []
    drafts: list[str] = []
    layout: Layout = Layout()


def summary(facts: Facts, language: Language = "zh") -> str:
    """Two or three sentences that hold the main findings."""
    say = say_in(language)
    ledger, a = facts.ledger, facts.assessment
    named = [
        f"{party.name}（{say('、', ', ').join(role(each, language) for each in party.roles)}）"
        if party.roles
        else party.name
        for party in facts.parties[:2]
    ]
    sides = say("与", " and ").join(named) if named else say("当事人尚不明确", "The parties are not known yet")
    basis = f"（{ledger.basis}）" if language == "zh" else ""
    sum_owed = money(ledger.arrears, language)
    owed = (
        say(f"欠款 {sum_owed}{basis}", f"owed {sum_owed}")
        if ledger.arrears
        else say("没有可计算的欠款", "no arrears that can be computed")
    )
    reading = a.limitation.proven or a.limitation.with_statement
    unknown = say("诉讼时效尚无法计算", "the limitation period cannot be computed yet")
    last = reading.expires if reading else ""
    until = say(f"诉讼时效最后一日 {last}", f"last day of the limitation period {last}") if reading else unknown
    score = say(f"证据与程序完备度 {a.score:g}/100。", f"completeness of evidence and procedure {a.score:g}/100.")
    return say("；", "; ").join([sides, owed, until, score])


def missing(facts: Facts, language: Language = "zh") -> list[str]:
    """What to hand in before this can be more."""
    say = say_in(language)
    found = list(facts.evidence.gaps)
    if not facts.parties:
        found.append(
            say(
                "没有识别出当事人，请写明双方名称与身份（如“甲方：……”）",
                "No party was found: name both sides with their roles (such as “甲方：…”)",
            )
        )
    if facts.ledger.total is None and facts.ledger.stated_arrears is None:
        found.append(
            say("没有识别出金额，请提供合同或付款凭证", "No sum was found: hand in the contract or payment records")
        )
    if facts.assessment.limitation.proven is None:
        found.append(
            say(
                "没有履行期限、交付或催告的书面日期，无法依书证计算时效",
                "No document dates performance, delivery or a demand: limitation cannot be computed from them",
            )
        )
    return found


def build(case: CaseInput, facts: Facts, text: str, drafts: list[Draft], advice: Advice) -> dict[str, Any]:
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
        "drafts": drafts,
        "degraded": advice.degraded,
        "language_model": advice,
        "report_md": text,
        "disclaimer": DISCLAIMERS["zh"],
        "known_limits": LIMITS["zh"],
    }
