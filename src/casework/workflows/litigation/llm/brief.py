"""What the model is told of a case: numbered facts, the statutes that may be cited, and the documents as quotations
that are no instructions (pure)."""

import hashlib
from collections.abc import Iterator

import msgspec

from casework.workflows.litigation import law
from casework.workflows.litigation.case import CaseInput
from casework.workflows.litigation.llm.grounding import Ground
from casework.workflows.litigation.result import Facts
from casework.workflows.litigation.text.span import Text
from casework.workflows.litigation.words import CASE_TYPES, DOCUMENTS, EVENTS, POSITIONS, TITLES, money, word

FACT = 300  # characters of one, and of all
FACTS = 20_000
EXCERPT = 1_500
EXCERPTS = 8_000


class Fact(msgspec.Struct, frozen=True):
    """A numbered fact."""

    id: str
    text: str


class Brief(msgspec.Struct):
    """All that a prompt may hold, and what an answer may rest on."""

    about: str
    facts: list[Fact]
    statutes: dict[str, str]
    excerpts: str
    ground: Ground

    @property
    def fact_ids(self) -> set[str]:
        return {fact.id for fact in self.facts}


def brief(case: CaseInput, facts: Facts, texts: list[Text]) -> Brief:
    """The case as the model sees it."""
    numbered = list(_numbered(_facts(facts)))
    known = law.statutes().statute
    cited = {s.id: f"《{s.law}》第{s.article}条：{s.gist}" for s in facts.assessment.statutes}
    ground = Ground(articles={(s.law, s.article) for s in known}, clauses={c.number for c in facts.terms.clauses})
    ground.learn([*(fact.text for fact in numbered), *(s.gist for s in known), str(facts.today)])
    about = (
        f"案件类型：{word(CASE_TYPES, case.case_type, 'zh')}；我方：{word(POSITIONS, case.case_position, 'zh')}；"
        f"目的：{word(TITLES, case.analysis_scenario, 'zh')}；分析日：{facts.today}"
    )
    return Brief(about, numbered, cited, _excerpts(texts), ground)


def _numbered(texts: list[str]) -> Iterator[Fact]:
    """The facts with their numbers, as many as a prompt has room for."""
    left = FACTS
    for number, text in enumerate(texts, 1):
        short = text if len(text) <= FACT else text[:FACT] + "…"
        left -= len(short)
        if left < 0:
            return
        yield Fact(f"F{number}", short)


def _facts(facts: Facts) -> list[str]:
    """The facts in words, each sum and date as it was computed."""
    a, ledger = facts.assessment, facts.ledger
    kinds = {True: "已付", False: "应付"}
    found = [f"材料：{d['name']}，类型：{word(DOCUMENTS, d.get('type', 'other'), 'zh')}" for d in facts.documents]
    found += [
        f"当事人：{p.name}（{'、'.join(p.roles) or '身份不明'}），简称：{'、'.join(p.aliases) or '无'}"
        for p in facts.parties
    ]
    found += [
        f"{e.day} {word(EVENTS, e.type, 'zh')}{'（仅我方陈述）' if e.stated_only else ''}：{e.description}"
        for e in facts.events
    ]
    found += [f"{kinds[e.kind == 'paid']}：{e.day or '日期不明'}，{money(e.amount, 'zh')}" for e in ledger.entries]
    if ledger.arrears is not None:
        total, paid, owed = (money(value, "zh") for value in (ledger.total, ledger.paid, ledger.arrears))
        found.append(f"总价 {total}，已付 {paid}，欠款 {owed}（{ledger.basis}）")
    found += [f"合同第{c.number}条：{c.span.quote}" for c in facts.terms.clauses]
    found += [f"请求：{c.title} {money(c.amount, 'zh')}，算法：{c.formula}" for c in a.claims]
    found += [f"费用：{name} {money(value, 'zh')}" for name, value in a.fees.items()]
    for name, period in (("依书证", a.limitation.proven), ("加上我方陈述", a.limitation.with_statement)):
        if period is not None:
            found.append(
                f"诉讼时效（{name}）：自 {period.start} 起，最后一日 {period.expires}，余 {period.days_left} 天"
            )
    found.append(f"管辖：{a.venue}")
    found += [f"要件：{row.title}，证据：{'、'.join(row.evidence) or '无'}" for row in facts.evidence.matrix]
    found += [f"矛盾：{each.message}" for each in facts.evidence.contradictions]
    found += [f"风险（{risk.severity}）：{risk.name}，{risk.message}" for risk in a.risks]
    found += [f"策略：{each.title}，{each.description}" for each in facts.strategies.strategies]
    return found


def _excerpts(texts: list[Text]) -> str:
    """The beginnings of the documents between marks that no document can know."""
    parts, left = [], EXCERPTS
    for text in texts:
        piece = text.text[: min(EXCERPT, left)]
        left -= len(piece)
        if not piece:
            break
        mark = hashlib.sha256(text.text.encode()).hexdigest()[:16]
        parts.append(f"<<<材料 {mark} {text.name}\n{piece}\n材料 {mark}>>>")
    return "\n".join(parts)
