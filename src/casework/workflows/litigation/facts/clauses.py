"""The clauses of a contract and what the documents cite: numbered articles, penalty, jurisdiction, statutes (pure)."""

import re
from datetime import date
from decimal import Decimal
from itertools import combinations

import msgspec

from casework.workflows.litigation.facts import receipts
from casework.workflows.litigation.text import dates, money, rates
from casework.workflows.litigation.text.numerals import CHARACTERS, integer
from casework.workflows.litigation.text.rates import LATE, SHARE_WORDS, Interest, share
from casework.workflows.litigation.text.span import Span, Text

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
_DAILY = (
    re.compile(
        rf"(?:每[^，,。;；\n年月%]{{0,8}}?[日天]|按[日天]|逐[日天]|日利率|日息|(?<!\d)日(?=[万千百]分之))[^。;；\n年月]{{0,24}}?{SHARE_WORDS}"
    ),
    re.compile(rf"{SHARE_WORDS}[^，,。;；\n\d]{{0,6}}?(?:/|每|按|一)[日天]"),
)
_INTEREST = re.compile("利息|日利率|日息")  # of a loan by the day: no penalty
_LATE_GOODS = re.compile(
    rf"(?:{LATE}|迟|晚)[^，,。;；\n付款租]{{0,8}}(?:交(?:货|工|房|楼|车|船|件|样|苗|期|付(?![^，,。]{{0,4}}(?:款|租|费)))|供(?:货|应(?![商方]))|发(?:货|运|送)|送(?:货|达|到)|运(?:输|送|抵|到)|完工|竣工|工期|安装|到货|提供(?!方)|施工|维修|开工)"
)
_LATE_MONEY = re.compile(rf"(?:{LATE})[^。；;\n]{{0,12}}(?:付|交|缴|款|租|清)")
_PRICE = "(?:总价款|总价|总额|总金额|价款|金额|货款|合同价)"
_FLAT = (
    re.compile(rf"{_PRICE}[^。;；\n日]{{0,8}}?{SHARE_WORDS}[^。;；\n]{{0,16}}?违约金"),
    re.compile(rf"违约金[^。;；\n日]{{0,14}}?{_PRICE}[^。;；\n日]{{0,6}}?{SHARE_WORDS}"),
)
_GUARANTEE = re.compile(rf"保证期间[^。；;\n]{{0,30}}?(?P<n>\d{{1,2}}|[{CHARACTERS}]{{1,3}})\s*(?P<unit>年|个月)")
_SEAT = re.compile(
    r"(?P<who>[甲乙丙供需买卖]方|出卖人|买受人|[出承]租[人方]|发包人|承包人|定作人|承揽人|原告|被告|(?:合同)?(?:签订|履行)|[工项][程目])(?:所在|住所|经常居住)?地"
)
_COURT = re.compile(
    r"([\u4e00-\u9fff]{0,12}?(?:所在地|住所地|履行地)?(?:有管辖权的)?[\u4e00-\u9fff]{0,10}(?:人民)?法院)"
)


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
    """What was agreed for the case of a dispute. Rates are shares of the sum: a day (`daily_rate`), once
    (`flat_rate`, `flat_sum`; `flat_for_goods`: for goods that come late, not for money), a year (`interest`). `arbitration` and
    `court` are the clauses that count; `forum_conflict` tells of another that says otherwise."""

    clauses: list[Clause]
    citations: list[Citation]
    daily_rate: Decimal | None = None
    rate_span: Span | None = None
    arbitration: Span | None = None
    court: Span | None = None
    interest: Interest = msgspec.field(default_factory=Interest)
    flat_rate: Decimal | None = None
    flat_span: Span | None = None
    flat_for_goods: bool = False
    flat_sum: Decimal | None = None
    guarantee_months: int | None = None
    forum_conflict: str | None = None
    forum_spans: list[Span] = []


AGREEMENTS = {"contract", "iou", "loan_contract", "labor_contract", "guarantee", "repayment_plan"}


def find(texts: list[Text]) -> Terms:
    """The terms of all documents; those of the contract first."""
    terms = Terms([], [])
    for text in sorted(texts, key=lambda each: (each.kind not in AGREEMENTS, not receipts.is_renewal(each))):
        terms.citations += _citations(text)
        if text.kind in AGREEMENTS:
            terms.clauses += _clauses(text)
        if not text.is_statement:
            _rates(text, terms)
    _forum([text for text in texts if text.kind in AGREEMENTS], terms)
    return terms


def _rates(text: Text, terms: Terms) -> None:
    later = text.kind in ("repayment_plan", "reconciliation")  # what was agreed on a debt goes before the contract
    if (terms.daily_rate is None or later) and (match := _daily(text)):
        terms.daily_rate, terms.rate_span = share(match), text.span(*match.span())
    rates.read(text, terms.interest, agreed=text.kind in AGREEMENTS)
    guarantee = _GUARANTEE.search(text.text)
    count = integer(guarantee["n"]) if guarantee else None
    if guarantee and count and terms.guarantee_months is None:
        terms.guarantee_months = count * (12 if guarantee["unit"] == "年" else 1)
    for flat in (match for pattern in _FLAT for match in pattern.finditer(text.text)):
        words = text.text[slice(*text.sentence(*flat.span()))]
        daily = re.search(r"每[^，,。]{0,6}[日天]|一[日天]|按日", words)
        goods = _LATE_GOODS.search(words) is not None
        if not daily and (terms.flat_rate is None or (terms.flat_for_goods and not goods)):
            terms.flat_rate, terms.flat_span, terms.flat_for_goods = share(flat), text.span(*flat.span()), goods
    if text.kind in AGREEMENTS and terms.flat_sum is None:
        terms.flat_sum = _flat_sum(text)


def _flat_sum(text: Text) -> Decimal | None:
    """`逾期付款的，应支付违约金50,000元`: the penalty as one sum."""
    for amount in money.find(text):
        words = text.text[slice(*text.sentence(amount.span.start, amount.span.end))]
        late = _LATE_MONEY.search(words) and not _LATE_GOODS.search(words)
        if amount.label == "penalty" and late and not re.search(r"每|按[日天月]|[%‰‱]|分之|上限|不超过|最高", words):
            return amount.value
    return None


def _daily(text: Text) -> re.Match[str] | None:
    """What each day costs who pays late; not what it costs who delivers late."""
    before = 0
    for match in sorted((m for pattern in _DAILY for m in pattern.finditer(text.text)), key=lambda m: m.start()):
        said = text.text[max(before, text.sentence(*match.span())[0]) : match.end()]
        before = match.end()
        if not _INTEREST.search(match[0]) and not _LATE_GOODS.search(said):
            return match
    return None


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
    elif len({kind for _, kind, _ in found}) == 2 or _apart(found):
        terms.forum_conflict = "先后的约定不同，以在后的约定为准，请核对其效力与签署"


def _apart(found: list[tuple[date, str, Span]]) -> bool:
    """Whether two agreements name courts that no reading makes one: of the seller's seat, of the buyer's."""
    seats: dict[str, set[str]] = {}
    for _, kind, span in found:
        if kind == "court":
            seats.setdefault(span.document, set()).update(match["who"] for match in _SEAT.finditer(span.quote))
    told = [each for each in seats.values() if each]
    return any(one.isdisjoint(other) for one, other in combinations(told, 2))


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
