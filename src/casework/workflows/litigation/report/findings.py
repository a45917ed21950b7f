"""The report's first two sections: the conclusions, and the facts with their places (pure)."""

from datetime import date
from typing import Any

from casework.workflows.litigation.claims.limitation import Period
from casework.workflows.litigation.facts.parties import Party
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
from casework.workflows.litigation.result import Facts, missing, summary
from casework.workflows.litigation.words import (
    CLAUSES,
    DOCUMENTS,
    EVENTS,
    LEVELS,
    Language,
    Say,
    money,
    role,
    say_in,
    word,
)

SOON_DAYS = 180


def conclusions(facts: Facts, language: Language) -> list[Part]:
    """The summary, the figures that matter most, and what is missing."""
    say = say_in(language)
    a = facts.assessment
    level: dict[str, Tone] = {"strong": "good", "medium": "medium", "weak": "high"}
    completeness = Card(
        say("证据与程序完备度", "Completeness of evidence and procedure"),
        f"{a.score:g} / 100",
        say(f"{word(LEVELS, a.strength_level, language)}；不是胜诉率", f"{a.strength_level}; not a chance of winning"),
        level.get(a.strength_level, ""),
    )
    severe = sum(risk.severity == "high" for risk in a.risks)
    count = say(f"其中高风险 {severe} 项", f"{severe} of them high")
    cards = [completeness, _owed(facts, language)]
    if a.fees:
        fee = say("案件受理费 ", "court fee ") + money(a.fees.get("acceptance"), language)
        cards.append(Card(say("请求总额", "Total claimed"), money(a.fees.get("claim_value"), language), fee))
    cards.append(_limitation(a.limitation.proven or a.limitation.with_statement, language))
    cards.append(Card(say("风险", "Risks"), str(len(a.risks)), count, "high" if severe else "good"))
    blocks: list[Block] = [Text(Cell(summary(facts, language))), Cards(cards)]
    parts = [Part("", blocks)]
    lacking = [*missing(facts, language), *facts.warnings]
    if lacking:
        parts.append(Part(say("需要补充", "What is missing"), [Bullets([Cell(each) for each in lacking])]))
    return parts


def _owed(facts: Facts, language: Language) -> Card:
    say = say_in(language)
    basis = facts.ledger.basis if language == "zh" else ""
    return Card(say("欠款", "Arrears"), money(facts.ledger.arrears, language), basis)


def _limitation(period: Period | None, language: Language) -> Card:
    say = say_in(language)
    title = say("诉讼时效最后一日", "Limitation: last day")
    if period is None:
        return Card(title, say("无法计算", "unknown"), say("缺少书面日期", "no dated document"), "medium")
    tone: Tone = "high" if period.days_left < 0 else "medium" if period.days_left < SOON_DAYS else "good"
    left = say(f"余 {period.days_left} 天", f"{period.days_left} days left")
    past = say(f"已过 {-period.days_left} 天", f"{-period.days_left} days ago")
    return Card(title, str(period.expires), past if period.days_left < 0 else left, tone)


def facts(facts: Facts, sources: Sources, language: Language) -> list[Part]:
    """The documents, the parties, what happened, what was paid, what was agreed."""
    say = say_in(language)
    parts = [
        Part(say("材料", "Documents"), [_documents(facts, language)]),
        Part(say("当事人", "Parties"), [_parties(facts.parties, sources, language)]),
        Part(say("时间线", "Timeline"), [_timeline(facts, sources, language)]),
        Part(say("款项", "Payments"), _payments(facts, sources, language)),
    ]
    if facts.terms.clauses:
        parts.append(Part(say("合同条款", "Contract clauses"), [_clauses(facts, sources, language)]))
    return parts


def _nothing(say: Say, zh: str, en: str) -> Block:
    return Text(Cell(say(zh, en)), note=True)


def _documents(facts: Facts, language: Language) -> Block:
    say = say_in(language)
    if not facts.documents:
        return _nothing(
            say, "没有提交材料，本报告只依据用户陈述。", "No documents: this report rests on our statement alone."
        )
    head = [say("文件", "File"), say("类型", "Kind"), say("页", "Pages"), say("字数", "Characters")]
    unread = say("未能读取", "not read")
    rows = [
        [
            Cell(each["name"]),
            Cell(word(DOCUMENTS, each.get("type", ""), language)) if each.get("read") else Cell(unread, tone="high"),
            Cell(_pages(each, say)),
            Cell(str(each.get("chars", ""))),
        ]
        for each in facts.documents
    ]
    return Table(head, rows, [48, 20, 18, 14], [2, 3])


def _pages(document: dict[str, Any], say: Say) -> str:
    recognised = len(document.get("recognised_pages", []))
    scanned = say(f"（{recognised} 页经文字识别）", f" ({recognised} by OCR)") if recognised else ""
    return f"{document.get('pages', '')}{scanned}"


def _parties(parties: list[Party], sources: Sources, language: Language) -> Block:
    say = say_in(language)
    if not parties:
        return _nothing(say, "没有识别出当事人。", "No party was found.")
    checked: dict[bool | None, Cell] = {
        True: Cell(say("校验通过", "check digit holds"), tone="good"),
        False: Cell(say("校验不通过", "check digit fails"), tone="high"),
        None: Cell(""),
    }
    head = [
        say("名称", "Name"),
        say("身份", "Role"),
        say("简称", "Alias"),
        say("证件号码", "Number"),
        say("校验", "Check"),
    ]
    rows = [
        [
            Cell(each.name, sources.cite(each.spans, 2)),
            Cell(say("、", ", ").join(role(name, language) for name in each.roles)),
            Cell(say("、", ", ").join(each.aliases)),
            Cell(each.number or ""),
            checked[each.number_valid],
        ]
        for each in parties
    ]
    return Table(head, rows, [34, 14, 16, 24, 12])


def _timeline(facts: Facts, sources: Sources, language: Language) -> Block:
    say = say_in(language)
    if not facts.events:
        return _nothing(say, "没有识别出日期。", "No date was found.")
    head = [say("日期", "Date"), say("事件", "Event"), say("内容", "What the documents say")]
    only = say("（仅我方陈述）", " (our statement alone)")
    rows = [
        [
            Cell(_day(each.day, each.precision)),
            Cell(word(EVENTS, each.type, language) + (only if each.stated_only else "")),
            Cell(each.description, sources.cite(each.spans)),
        ]
        for each in facts.events
    ]
    return Table(head, rows, [15, 19, 66])


def _day(day: date, precision: str) -> str:
    return {"month": f"{day:%Y-%m}", "year": f"{day:%Y}"}.get(precision, str(day))


def _payments(facts: Facts, sources: Sources, language: Language) -> list[Block]:
    say = say_in(language)
    ledger = facts.ledger
    if not ledger.entries and ledger.total is None and ledger.arrears is None:
        return [_nothing(say, "没有识别出款项。", "No sums were found.")]
    basis = f"（{ledger.basis}）" if language == "zh" else ""
    total, paid, owed = (money(value, language) for value in (ledger.total, ledger.paid, ledger.arrears))
    line = say(f"总价 {total}，已付 {paid}，欠款 {owed}{basis}。", f"Total {total}, paid {paid}, owed {owed}.")
    if not ledger.entries:
        return [Text(Cell(line))]
    kinds = {"paid": say("已付", "paid"), "due": say("应付", "due"), "lent": say("出借", "lent")}
    rows = [
        [
            Cell(str(each.day) if each.day else say("不明", "unknown")),
            Cell(kinds.get(each.kind, each.kind)),
            Cell(money(each.amount, language), sources.cite([each.span])),
        ]
        for each in ledger.entries
    ]
    head = [say("日期", "Date"), say("性质", "Kind"), say("金额", "Amount")]
    return [Text(Cell(line)), Table(head, rows, [30, 30, 40], [2])]


def _clauses(facts: Facts, sources: Sources, language: Language) -> Block:
    say = say_in(language)
    rows = [
        [
            Cell(say(f"第 {each.number} 条", f"Art. {each.number}")),
            Cell(word(CLAUSES, each.kind, language)),
            Cell(each.span.quote, sources.cite([each.span])),
        ]
        for each in facts.terms.clauses
    ]
    return Table([say("条", "No."), say("内容", "About"), say("原文", "Quote")], rows, [12, 14, 74])
