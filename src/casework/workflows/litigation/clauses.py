"""The clauses of a contract and what the documents cite: numbered articles, penalty, jurisdiction, statutes (pure)."""

import re
from datetime import date
from decimal import Decimal

import msgspec

from casework.workflows.litigation import dates
from casework.workflows.litigation.numerals import CHARACTERS, decimal, integer
from casework.workflows.litigation.span import Span, Text

# ruff: noqa: E501 - a pattern is read as one
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
_ITEM = re.compile(rf"^\s*([{CHARACTERS}]{{1,3}})\s*、", re.MULTILINE)
_CITED = re.compile(rf"《([^》]{{2,40}})》\s*第\s*([{CHARACTERS}\d]{{1,6}})\s*条")
_SHARE_WORDS = rf"(?:(?P<p>\d+(?:\.\d+)?)\s*(?P<s>%|‰|‱)|(?P<b>万分之|千分之|百分之)\s*(?P<n>[{CHARACTERS}点\d.]+))"
_DAILY = (
    re.compile(
        rf"(?:每[^，,。;；\n年月%]{{0,8}}?[日天]|按[日天]|逐[日天]|日利率|日息|(?<!\d)日(?=[万千百]分之))[^。;；\n年月]{{0,24}}?{_SHARE_WORDS}"
    ),
    re.compile(rf"{_SHARE_WORDS}[^，,。;；\n\d]{{0,6}}?(?:/|每|按|一)[日天]"),
)
LATE = r"(?:逾期|延期|迟延|延迟|延误|拖延|拖欠|迟|超期|过期|晚|未[^，,。]{0,6}按|不按|未能|未在|到期未|违约)"
_LATE_GOODS = re.compile(
    rf"{LATE}[^，,。;；\n付款租]{{0,8}}(?:交(?!租|费|款|纳|付[^，,。]{{0,4}}(?:款|租|费))|供|发|送|运|完工|竣工|工期|安装|到货|提供|施工|维修|开工)"
)
_YEARLY = re.compile(rf"(?:年利率|年利息|年息|年化(?:利率)?|每年|按年|年)[^。;；\n日月]{{0,12}}?{_SHARE_WORDS}")
_MONTHLY = re.compile(rf"(?:月利率|月利息|月息|每月|按月|月)[^。;；\n日年]{{0,12}}?{_SHARE_WORDS}")
_COINS = re.compile(rf"月(?:息|利率|利)\s*[:：为按]?\s*(?P<f>[{CHARACTERS}\d.]+)\s*分(?:\s*(?P<l>[{CHARACTERS}\d]))?")
_PRICE = "(?:总价款|总价|总额|总金额|价款|金额|货款|合同价)"
_FLAT = (
    re.compile(rf"{_PRICE}[^。;；\n日]{{0,8}}?{_SHARE_WORDS}[^。;；\n]{{0,16}}?违约金"),
    re.compile(rf"违约金[^。;；\n日]{{0,14}}?{_PRICE}[^。;；\n日]{{0,6}}?{_SHARE_WORDS}"),
)
_GUARANTEE = re.compile(rf"保证期间[^。；;\n]{{0,30}}?(?P<n>\d{{1,2}}|[{CHARACTERS}]{{1,3}})\s*(?P<unit>年|个月)")
_TIMES = re.compile(rf"(?:LPR|报价利率)[）)]?[^。;；\n]{{0,14}}?(?P<n>[{CHARACTERS}\d.]+)\s*倍")
_MORE = re.compile(rf"(?:LPR|报价利率)[）)]?[^。;；\n]{{0,14}}?(?:上浮|加计|加收|增加|加)\s*{_SHARE_WORDS}")
_ONCE = re.compile(
    rf"{LATE}[^。;；\n]{{0,60}}(?:LPR|报价利率)[）)]?(?![^。;；\n]{{0,16}}(?:倍|%|分之))[^。;；\n]{{0,14}}(?:计|支付|标准)"
)
_COURT = re.compile(
    r"([\u4e00-\u9fff]{0,12}?(?:所在地|住所地|履行地)?(?:有管辖权的)?[\u4e00-\u9fff]{0,10}(?:人民)?法院)"
)
_SHARE = {
    "万分之": Decimal(10_000),
    "千分之": Decimal(1000),
    "百分之": Decimal(100),
    "%": Decimal(100),
    "‰": Decimal(1000),
    "‱": Decimal(10_000),
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
    """What was agreed for the case of a dispute. Rates are shares of the sum: a day (`daily_rate`), a year
    (`annual_rate` of a loan, `overdue_rate` once it is late), once (`flat_rate`). `arbitration` and `court` are the
    clauses that count; `forum_conflict` tells of another that says otherwise."""

    clauses: list[Clause]
    citations: list[Citation]
    daily_rate: Decimal | None = None
    rate_span: Span | None = None
    arbitration: Span | None = None
    court: Span | None = None
    annual_rate: Decimal | None = None
    annual_span: Span | None = None
    overdue_rate: Decimal | None = None
    flat_rate: Decimal | None = None
    flat_span: Span | None = None
    lpr_factor: Decimal | None = None
    guarantee_months: int | None = None
    forum_conflict: str | None = None
    forum_spans: list[Span] = []


AGREEMENTS = {"contract", "iou", "loan_contract", "labor_contract", "guarantee", "repayment_plan"}


def find(texts: list[Text]) -> Terms:
    """The terms of all documents; those of the contract first."""
    terms = Terms([], [])
    for text in sorted(texts, key=lambda each: each.kind not in AGREEMENTS):
        terms.citations += _citations(text)
        if text.kind in AGREEMENTS:
            terms.clauses += _clauses(text)
        if not text.is_statement:
            _rates(text, terms)
    _forum([text for text in texts if text.kind in AGREEMENTS], terms)
    return terms


def _rates(text: Text, terms: Terms) -> None:
    if terms.daily_rate is None and (match := _daily(text)):
        terms.daily_rate, terms.rate_span = _share(match), text.span(*match.span())
    _interest(text, terms)
    guarantee = _GUARANTEE.search(text.text)
    count = integer(guarantee["n"]) if guarantee else None
    if guarantee and count and terms.guarantee_months is None:
        terms.guarantee_months = count * (12 if guarantee["unit"] == "年" else 1)
    if terms.lpr_factor is None:
        terms.lpr_factor = _factor(text)
    flat = next((found for pattern in _FLAT if (found := pattern.search(text.text))), None)
    daily = flat and re.search(r"每日|每天|逾期一[日天]|按日", text.text[slice(*text.sentence(*flat.span()))])
    if flat and terms.flat_rate is None and not daily:
        terms.flat_rate, terms.flat_span = _share(flat), text.span(*flat.span())


def _factor(text: Text) -> Decimal | None:
    """How many times the prime rate is to be paid; `上浮50%` is one and a half."""
    times, more = _TIMES.search(text.text), _MORE.search(text.text)
    if times:
        return decimal(times["n"])
    if more:
        return 1 + (_share(more) or 0)
    return Decimal(1) if text.kind in AGREEMENTS | {"reconciliation"} and _ONCE.search(text.text) else None


def _daily(text: Text) -> re.Match[str] | None:
    """What each day costs who pays late; not what it costs who delivers late."""
    before = 0
    for match in sorted((m for pattern in _DAILY for m in pattern.finditer(text.text)), key=lambda m: m.start()):
        said = text.text[max(before, text.sentence(*match.span())[0]) : match.end()]
        before = match.end()
        if "利息" not in match[0] and not _LATE_GOODS.search(said):
            return match
    return None


def _interest(text: Text, terms: Terms) -> None:
    """What a loan costs a year, before and after it is late."""
    for pattern, times in ((_YEARLY, 1), (_MONTHLY, 12)):
        for match in pattern.finditer(text.text):
            said = text.text[text.sentence(*match.span())[0] : match.end()]
            if text.kind not in AGREEMENTS and re.search(r"判令|请求|裁决", said):
                continue  # what is asked for is not what was agreed
            late = re.search(LATE, said)
            rate = _share(match)
            if rate is None or (late and not re.search(r"利|息", match[0])):
                continue
            if late and terms.overdue_rate is None:
                terms.overdue_rate = rate * times
            elif not late and terms.annual_rate is None:
                terms.annual_rate, terms.annual_span = rate * times, text.span(*match.span())
    coins = _COINS.search(text.text)
    whole = decimal(coins["f"]) if coins else None
    if coins and whole is not None and terms.annual_rate is None:
        terms.annual_rate = (whole + Decimal(integer(coins["l"] or "零") or 0) / 10) / 100 * 12
        terms.annual_span = text.span(*coins.span())


def _share(match: re.Match[str]) -> Decimal | None:
    number = decimal(match["p"] or match["n"])
    return None if number is None else number / _SHARE[match["s"] or match["b"]]


def _forum(texts: list[Text], terms: Terms) -> None:
    """Court or arbitration: of two agreements the later one counts; one that leaves the choice open is no arbitration."""
    found: list[tuple[date, str, Span]] = []
    for text in texts:
        day = max(
            (
                each.day
                for each in dates.find(text)
                if each.precision == "day" and re.search(r"签", _line(text, each.span))
            ),
            default=date.min,
        )
        for sentence in re.finditer(r"[^。;；\n]*(?:争议|纠纷|诉讼|仲裁|管辖)[^。;；\n]*", text.text):
            if re.search(r"(?<!劳动争议)(?<!劳动人事争议)仲裁委员会|仲裁院|提交.{0,16}仲裁(?!裁决)", sentence[0]):
                found.append((day, "arbitration", text.span(*sentence.span())))
            if _COURT.search(sentence[0]):
                found.append((day, "court", text.span(*sentence.span())))
    if not found:
        return
    latest = max(day for day, _, _ in found)
    counting = {kind: span for day, kind, span in reversed(found) if day == latest}
    terms.court = counting.get("court")
    terms.arbitration = counting.get("arbitration")
    terms.forum_spans = [span for _, _, span in found]
    if len(counting) == 2:
        terms.forum_conflict = "同时约定仲裁与诉讼，仲裁约定一般无效（对方未在首次开庭前提出异议的除外）"
        terms.arbitration = None
    elif len({kind for _, kind, _ in found}) == 2:
        terms.forum_conflict = "先后的约定不同，以在后的约定为准，请核对其效力与签署"


def _line(text: Text, span: Span) -> str:
    return text.text[text.text.rfind("\n", 0, span.start) + 1 : span.end + 20]


def _clauses(text: Text) -> list[Clause]:
    starts = [
        match
        for match in _CLAUSE.finditer(text.text)
        if "《" not in text.text[max(0, match.start() - 30) : match.start()]
    ]
    starts = starts or list(_ITEM.finditer(text.text))
    ends = [*(match.start() for match in starts), len(text.text)][1:]
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
