"""Which documents prove what: an element-by-evidence matrix, its gaps, and where documents contradict (pure)."""

import re

import msgspec

from casework.workflows.litigation.ledger import Ledger
from casework.workflows.litigation.package import Package
from casework.workflows.litigation.span import Span, Text

KINDS = (
    ("contract", r"合同|协议", r"(?:合同|协议)书?\s*\n|甲方|乙方|第一条"),
    ("demand", r"催款|催告|律师函|函", r"催款函|催告函|律师函|贵公司.{0,80}(?:支付|付款)"),
    ("acceptance", r"验收", r"验收(?:单|报告|合格)"),
    ("delivery", r"送货|交货|签收|发货|收货", r"送货单|签收单|收货单|交货单"),
    ("bank", r"银行|回单|流水", r"银行.{0,6}回单|交易流水"),
    ("payment", r"付款|收据|支付|转账", r"付款记录|收据|转账记录"),
    ("identity", r"营业执照|身份证", r"营业执照|居民身份证"),
    ("correspondence", r"微信|邮件|聊天", r"聊天记录|发件人"),
)


class Item(msgspec.Struct, frozen=True):
    """A document as evidence."""

    evidence_id: str
    evidence_name: str
    evidence_type: str
    facts_to_prove: list[str]


class Row(msgspec.Struct, frozen=True):
    """One element: the documents that prove it, and the share of it that is covered (0–1)."""

    element: str
    title: str
    weight: int
    evidence: list[str]
    coverage: float
    gap: str | None


class Contradiction(msgspec.Struct, frozen=True):
    """Two places that cannot both be right."""

    message: str
    spans: list[Span]


class Evidence(msgspec.Struct):
    """The evidence of the case."""

    items: list[Item]
    matrix: list[Row]
    gaps: list[str]
    contradictions: list[Contradiction]


def kind_of(name: str, text: str) -> str:
    """What a document is, by the head of its content and then by its name."""
    head = text[:300]
    title = next((line.strip() for line in head.splitlines() if line.strip()), "")[:40]
    for place in (title, name):
        for kind, words, _ in KINDS:
            if re.search(words, place):
                return kind
    return next((kind for kind, _, words in KINDS if re.search(words, head)), "other")


def assess(texts: list[Text], ledger: Ledger, package: Package) -> Evidence:
    """The matrix for the elements of the package; the user's own words prove nothing."""
    documents = [text for text in texts if not text.is_statement]
    rows = []
    for element in package.elements:
        proving = [text for text in documents if text.kind in element.kinds]
        coverage = min(1.0, 0.7 + 0.3 * (len(proving) - 1)) if proving else 0.0
        gap = None if proving else f"缺少能证明“{element.title}”的材料"
        rows.append(Row(element.id, element.title, element.weight, [text.name for text in proving], coverage, gap))
    items = [
        Item(text.id, text.name, text.kind, [row.title for row in rows if text.name in row.evidence])
        for text in documents
    ]
    return Evidence(items, rows, [row.gap for row in rows if row.gap], _contradictions(ledger))


def _contradictions(ledger: Ledger) -> list[Contradiction]:
    found = [
        Contradiction(
            f"金额大写与小写不一致：{each.capital.value} 与 {each.figures.value}",
            [each.capital.span, each.figures.span],
        )
        for each in ledger.conflicts
    ]
    if ledger.agreed is False:
        message = f"计算的欠款 {ledger.arrears} 与材料陈述的 {ledger.stated_arrears} 不一致"
        found.append(Contradiction(message, [entry.span for entry in ledger.entries[:2]]))
    return found
