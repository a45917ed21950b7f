"""The report's sections on law, evidence and what to do (pure)."""

from casework.workflows.litigation import strategies
from casework.workflows.litigation.case import CaseInput
from casework.workflows.litigation.report.blocks import (
    Block,
    Bullets,
    Card,
    Cards,
    Cell,
    Part,
    Sources,
    Table,
    Text,
    Tone,
)
from casework.workflows.litigation.result import Facts
from casework.workflows.litigation.words import CLAIMS, FEES, SEVERITIES, Language, Say, money, say_in, word

TONES: dict[str, Tone] = {"high": "high", "medium": "medium", "low": "low"}
FULL = 0.999


def law(facts: Facts, sources: Sources, language: Language) -> list[Part]:
    """Claims and fees with their formulas, limitation, venue, strengths and weaknesses, the statutes."""
    say = say_in(language)
    a = facts.assessment
    venue: list[Block] = [Text(Cell(a.venue, sources.cite([a.venue_span] if a.venue_span else [])))]
    hints: list[str] = getattr(a, "court_hints", [])
    if hints:
        venue.append(Bullets([Cell(each) for each in hints]))
    parts = [
        Part(say("请求与计算", "Claims and how they are computed"), _claims(facts, language)),
        Part(say("诉讼时效", "Limitation"), _limitation(facts, language)),
        Part(say("管辖", "Jurisdiction"), venue),
        Part(say("优势、弱点与风险", "Strengths, weaknesses, threats"), [_swot(facts, language)]),
    ]
    issues = [(each.title, each.description) for each in getattr(a, "issues", [])]
    if issues:
        rows = [[Cell(title), Cell(description)] for title, description in issues]
        table = Table([say("焦点", "Issue"), say("说明", "About")], rows, [32, 68])
        parts.insert(0, Part(say("争议焦点", "Issues"), [table]))
    if a.statutes:
        rows = [
            [Cell(f"《{s.law}》"), Cell(say(f"第 {s.article} 条", f"Art. {s.article}")), Cell(s.gist)]
            for s in a.statutes
        ]
        head = [say("法律", "Law"), say("条", "Article"), say("要旨", "Gist")]
        parts.append(Part(say("法律依据", "Statutes"), [Table(head, rows, [26, 14, 60])]))
    if a.warnings:
        parts.append(Part(say("数据时点", "Age of the data"), [Bullets([Cell(each) for each in a.warnings])]))
    return parts


def _claims(facts: Facts, language: Language) -> list[Block]:
    say = say_in(language)
    a = facts.assessment
    if not a.claims:
        return [Text(Cell(say("没有可计算的请求。", "Nothing that can be computed.")), note=True)]
    cards = [
        Card(
            each.title if language == "zh" else word(CLAIMS, each.kind, language),
            money(each.amount, language),
            each.formula,
        )
        for each in a.claims
    ]
    total = a.fees.get("claim_value")
    bases = {
        "acceptance": say("诉讼费用交纳办法第十三条，分段累计", "Fee regulation art. 13, by brackets"),
        "half": say("第十五、十六条", "arts. 15, 16"),
        "preservation": say("第十四条，上限 5,000 元", "art. 14, at most CNY 5,000"),
        "enforcement": say("第十四条，分段累计", "art. 14, by brackets"),
    }
    of = say("以 {} 计；", "on {}; ").format(money(total, language))
    fees = [
        Card(word(FEES, name, language), money(amount, language), of + bases[name] if name in bases else "")
        for name, amount in a.fees.items()
    ]
    blocks: list[Block] = [Cards(cards)]
    for claim in a.claims:
        if claim.segments:
            rows = [
                [
                    Cell(str(s.start)),
                    Cell(str(s.end)),
                    Cell(str(s.days)),
                    Cell(f"{s.percent}%"),
                    Cell(money(s.amount, language)),
                ]
                for s in claim.segments
            ]
            head = [
                say("自", "From"),
                say("至", "Until"),
                say("天数", "Days"),
                say("年利率", "A year"),
                say("金额", "Amount"),
            ]
            blocks.append(Table(head, rows, [20, 20, 14, 16, 30], [2, 3, 4]))
    return [*blocks, Cards(fees)] if fees else blocks


def _limitation(facts: Facts, language: Language) -> list[Block]:
    say = say_in(language)
    found = facts.assessment.limitation
    named = [
        (say("依书证", "By documents"), found.proven),
        (say("加上我方陈述", "With our statement"), found.with_statement),
    ]
    rows = [
        [
            Cell(name),
            Cell(str(each.start)),
            Cell(say("、", ", ").join(map(str, each.interruptions)) or say("无", "none")),
            Cell(str(each.expires)),
            Cell(str(each.days_left), tone="high" if each.days_left < 0 else ""),
        ]
        for name, each in named
        if each is not None
    ]
    blocks: list[Block] = []
    if rows:
        head = [
            say("口径", "Reading"),
            say("起算", "Start"),
            say("中断", "Interruptions"),
            say("最后一日", "Last day"),
            say("余天", "Days left"),
        ]
        blocks.append(Table(head, rows, [22, 18, 28, 18, 14], [4]))
    return [*blocks, Text(Cell(found.note), note=True)]


def _swot(facts: Facts, language: Language) -> Block:
    say = say_in(language)
    matrix = facts.evidence.matrix
    strengths = [row.title for row in matrix if row.coverage > 0]
    weaknesses = list(facts.evidence.gaps)
    threats = [risk.name for risk in facts.assessment.risks]
    none = say("无", "none")
    rows = [
        [
            Cell(say("优势（已有证据的要件）", "Strengths (elements with evidence)"), tone="good"),
            Cell("；".join(strengths) or none),
        ],
        [Cell(say("弱点（缺口）", "Weaknesses (gaps)"), tone="medium"), Cell("；".join(weaknesses) or none)],
        [Cell(say("风险", "Threats"), tone="high"), Cell("；".join(threats) or none)],
    ]
    return Table([say("方面", "Aspect"), say("内容", "What")], rows, [30, 70])


def evidence(facts: Facts, sources: Sources, language: Language) -> list[Part]:
    """The matrix of elements and documents, the gaps, what contradicts, the parts of the score."""
    say = say_in(language)
    found = facts.evidence
    nothing: Block = Text(Cell(say("没有发现相互矛盾之处。", "No contradictions were found.")), note=True)
    differing = [Cell(each.message, sources.cite(each.spans), "medium") for each in found.contradictions]
    parts = [
        Part(say("要件与证据", "Elements and evidence"), [_matrix(facts, language)]),
        Part(say("证据目录与三性审查要点", "Evidence and what to examine"), [_items(facts, language)]),
        Part(say("材料之间的矛盾", "Contradictions"), [Bullets(differing) if differing else nothing]),
        Part(say("完备度的构成", "Parts of the score"), [_score(facts, language)]),
    ]
    if found.gaps:
        parts.insert(2, Part(say("证据缺口", "Gaps"), [Bullets([Cell(gap) for gap in found.gaps])]))
    return parts


def _matrix(facts: Facts, language: Language) -> Block:
    say = say_in(language)
    rows = []
    for row in facts.evidence.matrix:
        tone: Tone = "good" if row.coverage >= FULL else "low" if row.coverage > 0 else "high"
        proof = Cell("、".join(row.evidence) or (row.gap if language == "zh" and row.gap else say("无", "none")))
        rows.append([Cell(row.title), Cell(f"{row.coverage:.0%}", tone=tone), proof, Cell(f"{row.weight:g}")])
    head = [say("待证要件", "Element"), say("覆盖", "Covered"), say("证据", "Evidence"), say("权重", "Weight")]
    return Table(head, rows, [28, 12, 48, 12], [1, 3])


def _items(facts: Facts, language: Language) -> Block:
    say = say_in(language)
    if not facts.evidence.items:
        return Text(Cell(say("没有证据材料。", "There is no evidence.")), note=True)
    checks = {
        "contract": say("签章与授权；骑缝；补充协议", "seals and authority; all pages; amendments"),
        "delivery": say("签收人身份与授权", "who signed, with what authority"),
        "acceptance": say("验收人与标准", "who accepted, by what standard"),
        "payment": say("与银行流水核对", "compare with bank records"),
        "bank": say("户名、账号、用途", "names, accounts, purpose"),
        "demand": say("送达凭证与日期", "proof and date of delivery"),
        "correspondence": say("原始载体与身份对应", "original device; whose account"),
    }
    original = say("与原件核对", "compare with the original")
    rows = [
        [
            Cell(str(number)),
            Cell(each.evidence_name),
            Cell("、".join(each.facts_to_prove)),
            Cell(checks.get(each.evidence_type, original)),
        ]
        for number, each in enumerate(facts.evidence.items, 1)
    ]
    return Table(
        ["#", say("证据", "Evidence"), say("证明目的", "Proves"), say("审查要点", "Examine")], rows, [6, 32, 34, 28]
    )


def _score(facts: Facts, language: Language) -> Block:
    say = say_in(language)
    a = facts.assessment
    rows = [[Cell(each.title), Cell(f"{each.points:g}"), Cell(f"{each.of:g}" if each.of else "")] for each in a.parts]
    rows.append([Cell(say("合计（0–100）", "Sum (0–100)")), Cell(f"{a.score:g}", tone="good"), Cell("100")])
    return Table([say("项目", "Part"), say("得分", "Points"), say("满分", "Of")], rows, [60, 20, 20], [1, 2])


def actions(case: CaseInput, facts: Facts, sources: Sources, language: Language) -> list[Part]:
    """The risks, what to do until when, and the ways to go on."""
    say = say_in(language)
    plan = facts.strategies
    if language != "zh":
        plan = strategies.write(case, facts.chosen, facts.assessment, facts.evidence, facts.today, language)
    nothing: Block = Text(Cell(say("规则没有发现风险。", "The rules found no risk.")), note=True)
    risks = _risks(facts, sources, language) if facts.assessment.risks else nothing
    parts = [Part(say("风险", "Risks"), [risks]), Part(say("行动清单", "Actions"), [_plan(plan, say)])]
    last_days = [
        [Cell(str(each.due), tone="high" if each.days_left < 0 else ""), Cell(each.what), Cell(each.basis)]
        for each in getattr(facts.assessment, "deadlines", [])
    ]
    if last_days:
        head = [say("最后一日", "Last day"), say("事项", "What"), say("起算", "Runs from")]
        parts.append(Part(say("法定期限", "Last days by law"), [Table(head, last_days, [18, 34, 48])]))
    for each in plan.strategies:
        stars = "★" * each.recommendation_score + "☆" * (5 - each.recommendation_score)
        rows = [[Cell(s.step_name), Cell(s.description), Cell(s.executor), Cell(s.deadline)] for s in each.steps]
        head = [say("步骤", "Step"), say("内容", "What"), say("执行", "Who"), say("时限", "When")]
        outcome = (
            say("预期：", "Expected: ")
            + each.expected_outcome
            + say("风险控制：", " Mitigation: ")
            + each.risk_mitigation
        )
        blocks: list[Block] = [
            Text(Cell(each.description)),
            Table(head, rows, [22, 42, 12, 24]),
            Text(Cell(outcome), note=True),
        ]
        parts.append(Part(say(f"策略：{each.title}（推荐 {stars}）", f"Strategy: {each.title} ({stars})"), blocks))
    return parts


def _risks(facts: Facts, sources: Sources, language: Language) -> Block:
    say = say_in(language)
    named = {each.id: f"《{each.law}》第{each.article}条" for each in facts.assessment.statutes}
    rows = [
        [
            Cell(word(SEVERITIES, each.severity, language), tone=TONES.get(each.severity, "")),
            Cell(each.name),
            Cell(each.message, sources.cite(list(getattr(each, "spans", [])))),
            Cell("；".join(named.get(name, name) for name in each.statutes)),
        ]
        for each in facts.assessment.risks
    ]
    return Table(
        [say("等级", "Severity"), say("风险", "Risk"), say("说明", "Why"), say("依据", "Statutes")],
        rows,
        [10, 18, 46, 26],
    )


def _plan(plan: strategies.Strategies, say: Say) -> Block:
    if not plan.actions:
        return Text(Cell(say("没有必须按期完成的事项。", "Nothing with a deadline.")), note=True)
    rows = [
        [Cell(str(each.due) if each.due else each.when), Cell(each.what), Cell(each.executor), Cell(each.why)]
        for each in plan.actions
    ]
    return Table(
        [say("期限", "Due"), say("行动", "Action"), say("执行", "Who"), say("理由", "Why")], rows, [20, 36, 10, 34]
    )
