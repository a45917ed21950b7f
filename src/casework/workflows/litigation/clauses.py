"""The clauses of a contract and what the documents cite: numbered articles, penalty, jurisdiction, statutes (pure)."""

import re
from decimal import Decimal

import msgspec

from casework.workflows.litigation.numerals import CHARACTERS, decimal, integer
from casework.workflows.litigation.span import Span, Text

KINDS = (
    ("arbitration", r"仲裁委员会|提交.{0,8}仲裁"),
    ("jurisdiction", r"人民法院(?:管辖|起诉|提起诉讼)|向.{0,20}法院"),
    ("penalty", r"违约金|滞纳金"),
    ("acceptance", r"验收|检验"),
    ("payment", r"付款|支付|货款|价款"),
    ("delivery", r"交货|交付"),
    ("termination", r"解除"),
)
_CLAUSE = re.compile(rf"第\s*([{CHARACTERS}\d]{{1,4}})\s*条\s*([^\n]{{0,12}}?)(?=[\s，：:、]|$)", re.MULTILINE)
_CITED = re.compile(rf"《([^》]{{2,40}})》\s*第\s*([{CHARACTERS}\d]{{1,6}})\s*条")
_RATE = re.compile(
    rf"(?:每日|每逾期一日|按日)[^。；\n]{{0,20}}?(?:(?P<p>\d+(?:\.\d+)?)\s*(?P<s>%|‰)|(?P<b>万分之|千分之|百分之)(?P<n>[{CHARACTERS}点\d.]+))"
)
_COURT = re.compile(r"([\u4e00-\u9fff]{0,12}?(?:所在地|住所地|履行地)?(?:有管辖权的)?[\u4e00-\u9fff]{0,10}人民法院)")
_SHARE = {
    "万分之": Decimal(10_000),
    "千分之": Decimal(1000),
    "百分之": Decimal(100),
    "%": Decimal(100),
    "‰": Decimal(1000),
}


class Clause(msgspec.Struct, frozen=True):
    """A numbered article of a contract and what it is about."""

    number: int
    kind: str
    span: Span


class Citation(msgspec.Struct, frozen=True):
    """A statute that a document cites."""

    law: str
    article: int
    span: Span


class Terms(msgspec.Struct):
    """What was agreed for the case of a dispute; `daily_rate` is a share of the sum a day."""

    clauses: list[Clause]
    citations: list[Citation]
    daily_rate: Decimal | None = None
    rate_span: Span | None = None
    arbitration: Span | None = None
    court: Span | None = None


def find(texts: list[Text]) -> Terms:
    """The terms of all documents; those of the contract first."""
    terms = Terms([], [])
    for text in sorted(texts, key=lambda each: each.kind != "contract"):
        terms.citations += _citations(text)
        if text.kind == "contract":
            terms.clauses += _clauses(text)
        if text.is_statement:
            continue
        rate = _RATE.search(text.text)
        if rate and terms.daily_rate is None:
            terms.daily_rate, terms.rate_span = _share(rate), text.span(*rate.span())
        if text.kind == "contract":
            _dispute(text, terms)
    return terms


def _share(match: re.Match[str]) -> Decimal | None:
    number = decimal(match["p"] or match["n"])
    return None if number is None else number / _SHARE[match["s"] or match["b"]]


def _clauses(text: Text) -> list[Clause]:
    starts = [
        match
        for match in _CLAUSE.finditer(text.text)
        if "《" not in text.text[max(0, match.start() - 30) : match.start()]
    ]
    ends = [match.start() for match in starts[1:]] + [len(text.text)]
    found = []
    for match, end in zip(starts, ends, strict=True):
        number = integer(match[1])
        body = text.text[match.start() : end]
        if number is not None:
            kind = next((name for name, words in KINDS if re.search(words, body)), "other")
            found.append(Clause(number, kind, text.span(match.start(), end)))
    return found


def _citations(text: Text) -> list[Citation]:
    found = []
    for match in _CITED.finditer(text.text):
        article = integer(match[2])
        if article is not None:
            law = match[1].removeprefix("中华人民共和国")
            found.append(Citation(law, article, text.span(*match.span())))
    return found


def _dispute(text: Text, terms: Terms) -> None:
    arbitration = re.search(r"[^。；\n]*仲裁委员会[^。；\n]*", text.text)
    if arbitration and terms.arbitration is None:
        terms.arbitration = text.span(*arbitration.span())
    for sentence in re.finditer(r"[^。；\n]*(?:争议|纠纷|诉讼)[^。；\n]*人民法院[^。；\n]*", text.text):
        if terms.court is None and _COURT.search(sentence[0]):
            terms.court = text.span(*sentence.span())
