"""The report: one list of blocks, written as Markdown and as a Word file."""

import io
from typing import Literal

import docx
import msgspec
from docx.oxml.ns import qn

from casework.workflows.litigation.case import CaseInput
from casework.workflows.litigation.result import DISCLAIMER, Facts, missing, summary
from casework.workflows.litigation.span import Span
from casework.workflows.litigation.timeline import TITLES

FONT = "宋体"
TITLE = {"pre_litigation": "诉讼可行性评估报告", "defense": "应诉策略分析报告"}


class Block(msgspec.Struct, frozen=True):
    """A heading, a paragraph, a list or a table (its first row is the head)."""

    kind: Literal["heading", "text", "list", "table"]
    text: str = ""
    rows: list[list[str]] = []


def _source(facts: Facts, spans: list[Span]) -> str:
    names = {document["id"]: document["name"] for document in facts.documents}
    return "；".join(f"{names.get(span.document, '用户陈述')} 第 {span.page} 页" for span in spans[:3])


def _list(items: list[str], otherwise: str = "无") -> Block:
    return Block("list", rows=[[item] for item in items or [otherwise]])


def blocks(case: CaseInput, facts: Facts) -> list[Block]:
    """The report's content."""
    a, ledger = facts.assessment, facts.ledger
    parties = [
        [p.name, "、".join(p.roles), p.number or "", {True: "校验通过", False: "校验不通过", None: ""}[p.number_valid]]
        for p in facts.parties
    ]
    events = [[str(e.day), TITLES[e.type], e.description, _source(facts, e.spans)] for e in facts.events]
    entries = [
        [str(e.day or "—"), "已付" if e.kind == "paid" else "应付", f"{e.amount}", _source(facts, [e.span])]
        for e in ledger.entries
    ]
    readings = [("依书证", a.limitation.proven), ("加上我方陈述", a.limitation.with_statement)]
    periods = [
        f"{name}：自 {p.start} 起，最后一日 {p.expires}，余 {p.days_left} 天（{p.basis}）" for name, p in readings if p
    ]
    fees = {
        "claim_value": "请求总额",
        "acceptance": "案件受理费",
        "half": "减半",
        "preservation": "保全费",
        "enforcement": "执行费",
    }
    return [
        Block("heading", TITLE.get(case.analysis_scenario, "案件分析报告")),
        Block("text", summary(facts)),
        Block("heading", "一、需要补充"),
        _list([*missing(facts), *facts.warnings]),
        Block("heading", "二、当事人"),
        Block("table", rows=[["名称", "身份", "证件号码", "校验"], *parties]),
        Block("heading", "三、时间线"),
        Block("table", rows=[["日期", "类型", "内容", "出处"], *events]),
        Block("heading", "四、款项"),
        Block(
            "text",
            f"总价 {ledger.total or '不明'}；已付 {ledger.paid}；欠款 {ledger.arrears or '不明'}（{ledger.basis}）",
        ),
        Block("table", rows=[["日期", "性质", "金额（元）", "出处"], *entries]),
        Block("heading", "五、请求与费用"),
        _list([f"{claim.title}：{claim.amount} 元 = {claim.formula}" for claim in a.claims]),
        _list([f"{fees[name]}：{amount} 元" for name, amount in a.fees.items()]),
        Block("heading", "六、诉讼时效与管辖"),
        _list([*periods, a.limitation.note, a.venue]),
        Block("heading", "七、证据"),
        Block(
            "table",
            rows=[
                ["待证事项", "证据", "缺口"],
                *[[r.title, "、".join(r.evidence), r.gap or ""] for r in facts.evidence.matrix],
            ],
        ),
        _list([each.message for each in facts.evidence.contradictions], "没有发现相互矛盾之处"),
        Block("heading", "八、风险"),
        _list([f"【{risk.severity}】{risk.name}：{risk.message}" for risk in a.risks]),
        Block("heading", "九、行动建议"),
        _list([f"{action.due or ''} {action.what}（{action.why}）" for action in facts.strategies.actions]),
        _list(
            [
                f"{each.title}（推荐 {each.recommendation_score}/5）：{each.description}"
                for each in facts.strategies.strategies
            ]
        ),
        Block("heading", "十、证据与程序完备度"),
        Block("table", rows=[["项目", "得分", "满分"], *[[p.title, f"{p.points:g}", f"{p.of:g}"] for p in a.parts]]),
        Block("heading", "十一、法律依据"),
        _list([f"《{s.law}》第 {s.article} 条：{s.gist}" for s in a.statutes]),
        _list(a.warnings, "数据在有效期内"),
        Block("text", DISCLAIMER),
    ]


def markdown(content: list[Block]) -> str:
    """The report as Markdown."""
    lines: list[str] = []
    for number, block in enumerate(content):
        match block.kind:
            case "heading":
                lines += [f"{'#' if number == 0 else '##'} {block.text}", ""]
            case "text":
                lines += [block.text, ""]
            case "list":
                lines += [*(f"- {_cell(row[0])}" for row in block.rows), ""]
            case "table":
                head, *rows = block.rows
                lines += [_row(head), _row(["---"] * len(head)), *(_row(row) for row in rows), ""]
    return "\n".join(lines)


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(text: str) -> str:
    """What documents say must not become markup."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def word(content: list[Block]) -> bytes:
    """The report as a Word file; python-docx sets the font of Latin letters alone, so the East Asian one is set too."""
    document = docx.Document()
    style = document.styles["Normal"]
    style.font.name = FONT
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
    for number, block in enumerate(content):
        match block.kind:
            case "heading":
                document.add_heading(block.text, 0 if number == 0 else 1)
            case "text":
                document.add_paragraph(block.text)
            case "list":
                for row in block.rows:
                    document.add_paragraph(row[0], style="List Bullet")
            case "table":
                table = document.add_table(rows=0, cols=len(block.rows[0]), style="Table Grid")
                for row in block.rows:
                    for cell, text in zip(table.add_row().cells, row, strict=True):
                        cell.text = text
    for heading in (document.styles[f"Heading {level}"] for level in (1, 2)):
        heading.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
    content_bytes = io.BytesIO()
    document.save(content_bytes)
    return content_bytes.getvalue()
