"""What an agreement makes due when: sums, shares of the total, and the rest (pure)."""

import re
from datetime import date
from decimal import Decimal

from casework.workflows.litigation.facts.timeline import Event
from casework.workflows.litigation.text import dates
from casework.workflows.litigation.text.money import Amount, rounded
from casework.workflows.litigation.text.numerals import CHARACTERS, decimal, integer
from casework.workflows.litigation.text.span import Span, Text

_PERCENT = re.compile(
    rf"(?P<n>\d+(?:\.\d+)?)\s*%|百分之(?P<c>[{CHARACTERS}点]+)|(?P<low>[三四五])分之(?P<high>[一二三四])|(?P<half>一半|半数)|"
    r"(?P<tenths>[一二三四五六七八九])成(?![交立品本])"
)
_NO_INSTALMENT = re.compile(
    r"违约|利率|(?<!无)利息|年化|税率|税点|逾期|质量(?!保证|保修)|合格率|误差|赔偿|定金罚则|折|已(?:经)?(?:支?付|收|还|结)|实(?:际)?[付收]|[付还交汇转打结给]了|[仅只才](?:支?付|还|交|给)"
)
_PAID_THEN = re.compile(
    rf"{dates.DAY_END}(?!\s*(?:之|以)?[前内])[^，,。；;\n应须]{{0,16}}(?:付|汇|转|打)"
)  # `被告于5月10日支付10万元`
_REST = re.compile(
    r"(?:余款|余下(?:款项|货款|部分|的)?|剩余(?:款项|货款|价款|部分|款)?|剩下的?|下余|尾款|其余(?:款项|货款|价款|款|部分)?|"
    r"(?:全部|全额|所有|一次性付清)(?:货款|价款|款项|余款|报酬|加工费|合同款|租金|费用|工程款|服务费|运费|欠款)?)"
)
_VERB = re.compile(r"(?<![首预])(?:付(?!款)|交|缴|清|汇|结)")
SECURITY = re.compile(r"押金|(?:履约|租赁|投标|质量)保证金")  # it secures the price and is none of it
_WAITS = re.compile(r"(?:后|时|之日|期满)[^，,。；;]{0,14}(?:付|清|结)")
_EACH_MONTH = re.compile(
    r"(?:自|从)?(?P<since>\d{4}年\d{1,2}月)(?:份)?(?:起|开始)[，,]?(?:于|在)?每(?:个)?月(?:(?P<day>\d{1,2}|底|末)[日号]?)?(?:之?前)?"
    r"[^，,。；;\n\d]{0,16}(?=[\d￥¥])"
)
_EACH = re.compile(
    r"(?:每(?:一)?(?:期|次|笔|季度?|半年|年|批)|各)(?:应|须|均|分别|为|是|支付|交纳?|缴纳?|付|偿?还|归还|款|金额|租金|货款|人民币|[:：]|￥|¥)*(?=[\d壹贰叁肆伍陆柒捌玖拾一二三四五六七八九十￥¥])"
)
_ALIKE = re.compile(
    rf"分(?:为|成)?(?P<n>[{CHARACTERS}\d]{{1,3}})(?:期|次|笔|批)[^。；;\n]{{0,10}}(?:等额|平均|均等|均分)|(?:等额|平均|均)分?(?:成|为)?(?P<n2>[{CHARACTERS}\d]{{1,3}})(?:期|次|笔|批)|"
    r"各(?:自)?(?:支付|付|交|付款)[^。；;\n，,]{0,8}(?:一半|半数|50%|百分之五十)|(?:平均|等额|对半|均分)(?:付清|支付|结清|归还|付)"
)
_AT_ONCE = re.compile(r"^(?!.*(?:已|截[至止])).*(?:付|交|缴)", re.DOTALL)
TOLD = ("due", "payment", "repayment")  # what a day of an agreement may be taken for


def find(
    text: Text, amounts: list[Amount], events: list[Event], total: Decimal | None, types: tuple[str, ...] = TOLD
) -> list[tuple[date | None, Decimal, Span]]:
    """(day, sum, where it stands) of each instalment that has a day in its own sentence, after those without a day that
    go before them: what was to be paid at once."""
    level, own = _monthly(text, amounts, total)
    if level and sum((value for _, value, _ in level), Decimal(0)) != total:  # `余款40万元自2024年10月起每月…`
        others = [a for a in amounts if not own[0] <= a.span.start < own[1]]
        before = _find(text, others, events, total, types)
        return [each for each in before if not own[0] <= each[2].start < own[1]] + level
    if level := level or _level(text, amounts, events, total, types):
        return level
    return _find(text, amounts, events, total, types)


def _find(
    text: Text,
    amounts: list[Amount],
    events: list[Event],
    total: Decimal | None,
    types: tuple[str, ...],
    *,
    undated: bool = False,
) -> list[tuple[date | None, Decimal, Span]]:
    days = sorted(
        (span.start, event.day)
        for event in events
        if event.type in types
        for span in event.spans
        if span.document == text.id
    )
    found: list[tuple[date | None, Decimal, Span]] = []
    open_ended: list[tuple[date | None, Decimal, Span]] = []
    pieces = sorted(_pieces(text, amounts, days, total, types is TOLD), key=lambda piece: piece[0].start)
    pieces = [piece for piece in pieces if not _sums_up(text, piece, pieces)]
    for span, value in pieces:
        near = _near(text, span, days)
        clause = text.clause(span.start, span.end)
        own = [day for place, day in near if clause[0] <= place < clause[1]]
        waits = not own and _WAITS.search(text.text[slice(*clause)])
        before = [day for place, day in near if place < span.start and not waits]
        later = [(place, day) for place, day in near if place > span.end]
        unpaid = not _VERB.search(text.text[slice(*clause)]) and later  # `余5%为质保金，质保期满后7日内付清`
        if unpaid and not own and not any(_together(text, each.start, later[0][0]) for each, _ in pieces):
            found.append((later[0][1], value, span))
        elif (
            not own
            and not _VERB.search(text.text[slice(*clause)])
            and _WAITS.search(text.text[clause[1] : text.sentence(span.start, span.end)[1]])
        ):
            continue  # `余3%为质保金，缺陷责任期满后付清`
        elif own or before:
            found.append((own[0] if own else before[-1], value, span))
        elif (
            near
            and not waits
            and not any(_together(text, each.start, near[0][0]) for each, _ in pieces if each != span)
        ):
            found.append((near[0][1], value, span))
        elif not found and _AT_ONCE.search(text.text[slice(*clause)]):
            open_ended.append((None, value, span))
    return [*open_ended, *found] if found or undated else []


def _sums_up(text: Text, piece: tuple[Span, Decimal], pieces: list[tuple[Span, Decimal]]) -> bool:
    """Whether it only tells what the instalments behind it come to: `余下10万元，6月底前付5万元，8月底前付5万元`."""
    span, value = piece
    end = text.sentence(span.start, span.end)[1]
    later = [each for place, each in pieces if span.end < place.start < end]
    named = _REST.search(text.text, text.clause(span.start, span.end)[0], span.start)
    return named is not None and len(later) > 1 and sum(later) == value


def _monthly(
    text: Text, amounts: list[Amount], total: Decimal | None
) -> tuple[list[tuple[date | None, Decimal, Span]], tuple[int, int]]:
    """`自2023年4月起每月30日前偿还6万元`: a sum each month until all is paid, or what the sentence calls the rest; and
    where it stands.
    """
    for match in _EACH_MONTH.finditer(text.text):
        each = next(
            (
                a
                for a in amounts
                if a.span.document == text.id and match.start() < a.span.start <= match.end() < a.span.end
            ),
            None,
        )
        first = next((d for d in dates.find(text) if d.span.start <= match.start("since") + 1 < d.span.end), None)
        if each is None or first is None or total is None or each.value <= 0 or total > 120 * each.value:
            continue
        own = text.sentence(*match.span())
        rest = [
            a.value
            for a in amounts
            if a.span.document == text.id and own[0] <= a.span.start < match.start() and each.value < a.value < total
        ]
        total = rest[-1] if rest and _REST.search(text.text[own[0] : match.start()]) else total
        last = 31 if match["day"] in ("底", "末", None) else int(match["day"])
        found: list[tuple[date | None, Decimal, Span]] = []
        while (told := sum((value for _, value, _ in found), Decimal(0))) < total:
            month = dates.add_months(first.day.replace(day=1), len(found))
            day = dates.in_month(month, last)
            found.append((day, min(each.value, total - told), each.span))
        return found, own
    return [], (0, 0)


def _level(
    text: Text, amounts: list[Amount], events: list[Event], total: Decimal | None, types: tuple[str, ...]
) -> list[tuple[date | None, Decimal, Span]]:
    """`每期96,000元`, `余款各付一半`: the same sum on each of the days of its sentence (else of the text), which
    come, with the instalments of other sentences, to the total."""
    places = [(s.start, e.day) for e in events if e.type == "due" for s in e.spans if s.document == text.id]
    matches = [*_EACH.finditer(text.text), *_ALIKE.finditer(text.text)] if total is not None and len(places) > 1 else []
    found = _find(text, amounts, events, total, types, undated=True) if matches else []
    for match in matches:
        begin, end = text.sentence(*match.span())
        own = sorted({day for place, day in places if begin <= place < end})
        alone = len(own) < 2
        days = sorted({day for _, day in places}) if alone else own
        others = [] if alone else [each for each in found if not begin <= each[2].start < end]
        rest = (total or Decimal(0)) - sum((value for _, value, _ in others), Decimal(0))
        if len(days) < 2 or rest <= 0:
            continue
        if match.re is _EACH:
            each = next((a for a in amounts if a.span.document == text.id and a.span.start == match.end()), None)
            if each is not None and each.value * len(days) == rest:
                return [*others, *((day, each.value, each.span) for day in days)]
        elif (count := match["n"] or match["n2"]) is None or integer(count) == len(days):
            part = rounded(rest / len(days))
            parts = [*[part] * (len(days) - 1), rest - part * (len(days) - 1)]
            return [*others, *zip(days, parts, [text.span(*match.span())] * len(days), strict=True)]
    return []


def _together(text: Text, place: int, day: int) -> bool:
    """Whether a sum stands in the clause of a day."""
    begin, end = text.clause(day, day)
    return begin <= place < end


def _near(text: Text, span: Span, days: list[tuple[int, date]]) -> list[tuple[int, date]]:
    begin, end = text.sentence(span.start, span.end)
    return [(place, day) for place, day in days if begin <= place < end]


def _pieces(
    text: Text, amounts: list[Amount], days: list[tuple[int, date]], total: Decimal | None, agreed: bool
) -> list[tuple[Span, Decimal]]:
    pieces = []
    for amount in amounts:
        span = amount.span
        if (
            span.document != text.id
            or amount.label in ("penalty", "fee", "unit_price", "total")
            or amount.value == total
        ):
            continue
        said = text.text[slice(*text.clause(span.start, span.end))]
        if _NO_INSTALMENT.search(said) or SECURITY.search(said):
            continue
        if not agreed and _PAID_THEN.search(text.text[text.clause(span.start, span.end)[0] : span.start]):
            continue
        if re.match(r"[^。；;\n]{0,8}分[\d一二两三四五六七八九十]+(?:期|次|笔)", text.text[span.end : span.end + 14]):
            continue  # the sum of those that follow
        words = text.text[slice(*text.sentence(span.start, span.end))]
        if _near(text, span, days) or (
            agreed and re.search(r"付|还|清|交", words) and amount.label in ("paid", "deposit")
        ):
            pieces.append((span, amount.value))
    for match in _PERCENT.finditer(text.text):
        share = _share(match)
        span = text.span(*match.span())
        clause = text.text[slice(*text.clause(span.start, span.end))]
        sentence = text.sentence(span.start, span.end)
        told = any(sentence[0] <= each.start < sentence[1] and 0 <= each.start - span.end <= 16 for each, _ in pieces)
        words = text.text[slice(*sentence)]
        upto = re.search(
            r"(?:付|支付|累计|达|结算|付款)\s*(?:至|到)[^，,。；;\n]{0,10}$",
            text.text[max(0, span.start - 16) : span.start],
        )
        pays = re.search(r"付|余款|尾款|质保金|交|缴|结", words) and not _NO_INSTALMENT.search(clause)
        if share and total and not told and pays:
            until_now = sum((value for each, value in pieces if each.start < span.start), Decimal(0)) if upto else 0
            pieces.append((span, rounded(total * share / 100) - until_now))
    if total:
        pieces += _rest(text, pieces, days, total)
    return pieces


def _share(match: re.Match[str]) -> Decimal | None:
    """Per cent."""
    if match["half"]:
        return Decimal(50)
    if match["tenths"]:
        return 10 * Decimal(decimal(match["tenths"]) or 0)
    if match["low"]:
        return 100 * Decimal(decimal(match["high"]) or 0) / Decimal(decimal(match["low"]) or 1)
    return decimal(match["n"] or match["c"])


def _rest(
    text: Text, pieces: list[tuple[Span, Decimal]], days: list[tuple[int, date]], total: Decimal
) -> list[tuple[Span, Decimal]]:
    """The instalment that is only called the rest: the total less the others; none where two are called so."""
    told = sum((value for _, value in pieces), Decimal(0))
    found: dict[int, tuple[Span, Decimal]] = {}
    for match in _REST.finditer(text.text):
        begin, end = text.clause(*match.span())
        span = text.span(*match.span())
        has_sum = any(begin <= each.start < end for each, _ in pieces)
        if not has_sum and _near(text, span, days) and not _NO_INSTALMENT.search(text.text[begin:end]):
            found.setdefault(text.sentence(*match.span())[0], (span, total - told))
    return list(found.values()) if len(found) == 1 and total > told else []
