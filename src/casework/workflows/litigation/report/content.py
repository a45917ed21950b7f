"""What the report says, in one language: its sections in their order, each fact with where it comes from (pure)."""

from collections.abc import Callable

from casework.workflows.litigation.case import CaseInput
from casework.workflows.litigation.drafts import Draft
from casework.workflows.litigation.llm.advice import Advice
from casework.workflows.litigation.report import analysis, findings
from casework.workflows.litigation.report.blocks import (
    Block,
    Bullets,
    Cell,
    Part,
    Report,
    Section,
    Sources,
    Table,
    Text,
)
from casework.workflows.litigation.result import DISCLAIMERS, LIMITS, Facts
from casework.workflows.litigation.text.span import Text as Document
from casework.workflows.litigation.words import (
    CASE_TYPES,
    DRAFTS,
    NODES,
    POSITIONS,
    TITLES,
    Language,
    Say,
    say_in,
    word,
)


def write(
    case: CaseInput, facts: Facts, drafts: list[Draft], advice: Advice, texts: list[Document], language: Language
) -> Report:
    """The report in that language."""
    say = say_in(language)
    names = {document["id"]: document["name"] for document in facts.documents}
    sources = Sources(names, say("用户陈述", "Our statement"), texts)
    written: dict[str, Callable[[], Section]] = {
        "conclusions": lambda: Section(say("核心结论", "Key conclusions"), findings.conclusions(facts, language)),
        "facts": lambda: Section(
            say("事实认定与时间线", "Facts and timeline"), findings.facts(facts, sources, language)
        ),
        "law": lambda: Section(say("法律分析", "Legal analysis"), analysis.law(facts, sources, language)),
        "evidence": lambda: Section(say("证据审查", "Evidence"), analysis.evidence(facts, sources, language)),
        "actions": lambda: Section(
            say("行动建议方案", "Recommended actions"), analysis.actions(case, facts, sources, language)
        ),
        "drafts": lambda: Section(say("文书草稿", "Drafts"), _drafts(drafts, language)),
    }
    sections = [written[name]() for name in facts.layout.sections or written]
    if advice.model is not None:
        sections.append(Section(say("语言模型的补充", "What the language model adds"), _advice(advice, say)))
    limits = [Part("", [Bullets([Cell(each) for each in LIMITS[language]])])]
    sections.append(Section(say("已知局限", "Known limits"), limits))
    own = facts.layout.titles.get(case.analysis_scenario)
    kind = "arbitration" if case.case_type == "arbitration" else case.analysis_scenario
    about = [
        (say("案件类型", "Case type"), word(CASE_TYPES, case.case_type, language)),
        (say("我方地位", "Our position"), word(POSITIONS, case.case_position, language)),
        (say("规则包", "Rule package"), f"{case.package_id} {case.package_version or ''}".strip()),
        (say("材料", "Documents"), say(f"{len(facts.documents)} 份", str(len(facts.documents)))),
        (say("分析日", "Analysed on"), str(facts.today)),
    ]
    words = {
        "sources": say("出处", "Sources"),
        "page": say("第 {page} 页，第 {start}–{end} 字", "page {page}, characters {start}–{end}"),
        "contents": say("目录", "Contents"),
        "back": say("返回", "back"),
        "footer": say("第 {page} 页，共 {pages} 页", "Page {page} of {pages}"),
        "none": say("无", "none"),
    }
    return Report(
        language,
        say(own.zh, own.en) if own else word(TITLES, kind, language),
        about,
        sections,
        sources.listed,
        DISCLAIMERS[language],
        str(facts.today),
        words,
    )


def _drafts(drafts: list[Draft], language: Language) -> list[Part]:
    say = say_in(language)
    if not drafts:
        return [
            Part(
                "",
                [
                    Text(
                        Cell(
                            say("这一地位与场景没有对应的文书。", "No document belongs to this position and scenario.")
                        )
                    )
                ],
            )
        ]
    rows = [
        [
            Cell(word(DRAFTS, each.type, language)),
            Cell(each.name),
            Cell(str(len(each.placeholders))),
            Cell("；".join(each.placeholders)),
        ]
        for each in drafts
    ]
    head = [say("文书", "Document"), say("文件", "File"), say("待填", "Open"), say("待填项", "To be filled in")]
    note = say(
        "草稿依上述事实生成，【待填：…】处须由律师补充并核对后方可使用。",
        "The drafts are in Chinese, as courts take them; each 【待填：…】 must be filled in and checked by a lawyer.",
    )
    return [Part("", [Text(Cell(note), note=True), Table(head, rows, [18, 26, 8, 48], [2])])]


def _advice(advice: Advice, say: Say) -> list[Part]:
    """What the model said, marked as its own."""
    note = say(
        f"以下由语言模型 {advice.model} 生成，仅供参考；姓名、金额、日期、法条与评分均以前述规则结果为准。",
        f"Written by the language model {advice.model}; names, sums, dates, law and score are those computed above.",
    )
    blocks: list[Block] = [Text(Cell(note), note=True)]
    if advice.degraded:
        blocks.append(Bullets([Cell(say("从略：", "Left out: ") + each, tone="medium") for each in advice.reasons]))
    parts = [Part("", blocks)]
    for node in dict.fromkeys(each.node for each in advice.notes):
        rows = [
            [Cell(each.title), Cell(each.text), Cell("；".join([*each.facts, *each.statutes]))]
            for each in advice.notes
            if each.node == node
        ]
        head = [say("类别", "Kind"), say("内容", "What it says"), say("依据", "Rests on")]
        parts.append(Part(say(NODES[node][0], NODES[node][1]), [Table(head, rows, [14, 50, 36])]))
    return parts
