"""What a loan costs a year, before and after it is late: %, ‰, 分 and 厘, times the LPR, a sum a month (pure).

`月息2分` is 2 % a month, `年息1分` 10 % a year, `8厘` a tenth of it; `二分利` without a unit is a month's.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

import msgspec

from casework.workflows.litigation.text import money
from casework.workflows.litigation.text.money import MISREAD
from casework.workflows.litigation.text.numerals import CHARACTERS, decimal
from casework.workflows.litigation.text.span import Span, Text

SHARE_WORDS = (
    r"(?:(?P<p>\d[\dOol]*(?:\.\s?[\dOolI]+)?)\s*(?P<s>[%％‰‱])|"
    rf"(?P<b>万分之|千分之|百分之)\s*(?P<n>[{CHARACTERS}点\d.]+))"
)
_SHARE = {
    "万分之": Decimal(10_000),
    "千分之": Decimal(1000),
    "百分之": Decimal(100),
    "%": Decimal(100),
    "％": Decimal(100),
    "‰": Decimal(1000),
    "‱": Decimal(10_000),
}
_N = rf"(?:\d+(?:\.\d+)?|[{CHARACTERS}点]{{1,4}})"
_ONE = "[1-9一二三四五六七八九两]"
_YEARLY = re.compile(rf"(?:年利率|年利息|年息|年化(?:利率)?|每年|按年|年)[^。;；\n日月]{{0,12}}?{SHARE_WORDS}")
_MONTHLY = re.compile(rf"(?:月利率|月利息|月息|每月|每个月|按月|月)[^。;；\n日年]{{0,12}}?{SHARE_WORDS}")
_DAILY = re.compile(rf"(?:日利率|日息|日利息)[^。;；\n年月]{{0,8}}?{SHARE_WORDS}")
_AFTER = re.compile(rf"{SHARE_WORDS}\s*(?:[/／每]|一个|的)\s*(?P<per>年|月|个月|日|天)")
_BARE = re.compile(rf"(?:利率|利息|计息|息)[^。;；\n，,年月日元倍浮收]{{0,8}}?{SHARE_WORDS}")
_EACH = r"(?:[是为按以]?(?:每|一|按)个?(?P<each>[月年]))?"  # `利息每月八厘`
_COINS = (
    re.compile(
        rf"(?P<per>年|月|日)?\s*(?:息|利率|利息|利){_EACH}[^。；;\n，,元年月日%‰\d{CHARACTERS}]{{0,6}}?(?P<f>{_N})\s*分(?![之钟期别批次])(?P<half>半)?(?:\s*(?P<l>{_ONE})(?!分|个|年|月|次|起))?"
    ),
    re.compile(
        rf"(?P<per>年|月)?\s*(?<![百千万\d.])(?P<f>{_N})\s*分(?P<half>半)?(?:(?P<l>{_ONE})\s*厘?)?\s*(?:钱)?(?:的)?(?:月|年)?(?:利|息)"
    ),
)
_MILS = re.compile(
    rf"(?P<per>年|月|日)?\s*(?:息|利率|利息|利){_EACH}[^。；;\n，,元年月日%‰\d{CHARACTERS}分]{{0,6}}?(?P<l>{_N})\s*厘"
)
_PER_TEN_THOUSAND = re.compile(  # `每万元每月利息100元`
    r"每(?:1|一|壹)?万元?(?:每|一)?个?(?P<per>[月年])(?:支?付|计|的|给)?(?:利息|息)(?:为|是)?\s*(?P<sum>\d{2,4})\s*[元块]"
)
_LPR = r"(?:LPR|lpr|报价利率|市场利率|(?:银行|同期)[^。；，,\n]{0,8}贷款(?:基准)?利率)[）)”\"]?"
_TIMES = (
    re.compile(rf"{_LPR}[^。;；\n]{{0,14}}?(?P<n>[{CHARACTERS}点\d.]+)\s*倍"),
    re.compile(rf"(?P<n>[{CHARACTERS}点\d.]+)\s*倍(?:的)?[^。;；\n，,]{{0,24}}?{_LPR}"),
)
_PLAIN_LPR = re.compile(
    rf"(?:按|以|参照|依照)[^。;；\n，,]{{0,40}}?{_LPR}[^。;；\n，,倍加浮]{{0,8}}?(?:计|支付|执行|标准|$)"
)
_MORE = re.compile(
    rf"(?:加收|上浮|加计|增加)\s*(?:{SHARE_WORDS}|(?P<half>一半))|(?:约定|借款|上述|原|合同|该)[^。;；\n，,]{{0,10}}?利率[^。;；\n，,]{{0,6}}?(?P<times>[{CHARACTERS}点\d.]+)\s*倍"
)
_BY_DAY = re.compile(r"每[日天]|按[日天]")
LATE = (
    r"(?:逾期|违约|到期未|到期不|过期|超期|延期|迟延|延迟|延误|拖延|拖欠|迟(?:付|交|还)|"
    r"(?:不能|未|没有|不)[^，,。；;]{0,6}按(?:期|时|约)|罚息)"
)
_LATE = re.compile(LATE)
_ASKED = re.compile(r"判令|请求|裁决|诉请|要求")
_EVERY_MONTH = re.compile(r"每月|每个月|按月|一个月|/月|月息|月利息|每季")


class Interest(msgspec.Struct):
    """Shares of the sum a year: `annual` as agreed, `overdue` once it is late (`more` times the agreed where only the
    surcharge is told); `lpr` and `late_lpr` are factors of the LPR. Sums in CNY instead: `yearly_sum`, `late_sum` of
    who is late, `whole_sum` until the last day."""

    annual: Decimal | None = None
    span: Span | None = None
    overdue: Decimal | None = None
    more: Decimal | None = None
    lpr: Decimal | None = None
    late_lpr: Decimal | None = None
    yearly_sum: Decimal | None = None
    late_sum: Decimal | None = None
    whole_sum: Decimal | None = None


def share(match: re.Match[str]) -> Decimal | None:
    """What `1.5%` or `万分之五` is of the whole."""
    number = decimal((match["p"] or match["n"]).translate(MISREAD))
    return None if number is None else number / _SHARE[match["s"] or match["b"]]


def read(text: Text, interest: Interest, *, agreed: bool) -> None:
    """Take from a text what is not known yet; what is asked for counts only in an agreement (`agreed`)."""
    for start, end, rate in _told(text.text):
        said, clause = _around(text, start, end)
        if not agreed and _ASKED.search(said):
            continue
        late = _LATE.search(said) or re.search(r"逾期|罚息", clause)
        if late and not re.search(r"利|息", text.text[start:end] + clause):
            continue  # a penalty by the day is read with the penalties
        if late and interest.overdue is None:
            interest.overdue = rate
        elif not late and interest.annual is None:
            interest.annual, interest.span = rate, text.span(start, end)
    _factors(text, interest, agreed=agreed)
    if interest.annual is None and interest.yearly_sum is None:
        interest.yearly_sum = _sum(text)
    if agreed and interest.late_sum is None:
        interest.late_sum = _late_sum(text)
    lends = text.kind in ("iou", "loan_contract")
    if lends and interest.annual is None and interest.yearly_sum is None and interest.whole_sum is None:
        interest.whole_sum = _whole_sum(text)


def _around(text: Text, start: int, end: int) -> tuple[str, str]:
    clause = text.text[end : text.clause(start, end)[1]]
    return text.text[text.sentence(start, end)[0] : end], clause


def _told(words: str) -> Iterator[tuple[int, int, Decimal]]:
    """(from, to, share a year) of each rate, the surest ways of writing one first."""
    taken = [match.span() for match in _MORE.finditer(words)]
    found: list[tuple[int, int, Decimal]] = []

    def add(match: re.Match[str], rate: Decimal | None) -> None:
        if rate is not None and rate > 0 and not any(a < match.end() and match.start() < b for a, b in taken):
            taken.append(match.span())
            found.append((*match.span(), rate))

    for match in _AFTER.finditer(words):
        rate = share(match)
        add(match, rate and rate * {"年": 1, "月": 12, "个月": 12}.get(match["per"], 365))
    for pattern, times in ((_YEARLY, 1), (_MONTHLY, 12), (_DAILY, 365)):
        for match in pattern.finditer(words):
            rate = share(match)
            add(match, rate and rate * times)
    for pattern in _COINS:
        for match in pattern.finditer(words):
            add(match, _coins(match))
    for match in _PER_TEN_THOUSAND.finditer(words):
        add(match, Decimal(match["sum"]) / 10_000 * (1 if match["per"] == "年" else 12))
    for match in _MILS.finditer(words):
        mils = decimal(match["l"])
        add(match, mils and (mils / 100 if "年" in (match["per"], match["each"]) else mils / 1000 * 12))
    for match in _BARE.finditer(words):
        add(match, share(match))
    yield from sorted(found)


def _coins(match: re.Match[str]) -> Decimal | None:
    whole, tenth = decimal(match["f"]), decimal(match["l"] or "零")
    if whole is None or tenth is None:
        return None
    coins = whole + (Decimal("0.5") if match["half"] else tenth / 10)
    return coins / 10 if "年" in (match["per"], match.groupdict().get("each")) else coins / 100 * 12


def _factors(text: Text, interest: Interest, *, agreed: bool) -> None:
    for match in [m for pattern in _TIMES for m in pattern.finditer(text.text)]:
        said, clause = _around(text, *match.span())
        if not agreed and _ASKED.search(said):
            continue
        if _LATE.search(said) or re.search(r"逾期|罚息|违约", clause):
            interest.late_lpr = interest.late_lpr or decimal(match["n"])
        else:
            interest.lpr = interest.lpr or decimal(match["n"])
    for match in _PLAIN_LPR.finditer(text.text):
        said, _ = _around(text, *match.span())
        if agreed and not _LATE.search(said):
            interest.lpr = interest.lpr or Decimal(1)
        elif agreed:
            interest.late_lpr = interest.late_lpr or Decimal(1)
    for match in _MORE.finditer(text.text):
        daily = (
            match["b"] == "万分之"
            or match["s"] == "‱"
            or _BY_DAY.search(text.text, text.clause(*match.span())[0], match.start())
        )
        if daily:
            continue  # a penalty beside the rate
        if interest.more is None and _LATE.search(text.text[slice(*text.sentence(*match.span()))]):
            part = Decimal("0.5") if match["half"] else share(match) if match["p"] or match["n"] else None
            times = decimal(match["times"]) if match["times"] else None
            interest.more = times if part is None else 1 + part


def _sum(text: Text) -> Decimal | None:
    """`每月支付利息2,000元`, `利息每天60元`: the sum of a year."""
    for amount in money.find(text):
        clause = text.text[slice(*text.clause(amount.span.start, amount.span.end))]
        if not re.search(r"息", clause) or re.search(r"已|付了|付过|本金|每(?:1|一)?万", clause):
            continue
        if _EVERY_MONTH.search(clause):
            return amount.value * (4 if "每季" in clause else 12)
        if each := re.search(
            r"利息[^，。；\d]{0,4}每(?P<day>[天日])|每(?P<one>[天日])利息|利息[^，。；\d]{0,4}每年|每年利息", clause
        ):
            return amount.value * (365 if each["day"] or each["one"] else 1)
    return None


def _late_sum(text: Text) -> Decimal | None:
    """`逾期每天支付违约金100元`: the sum of a year."""
    for amount in money.find(text):
        clause = text.text[slice(*text.clause(amount.span.start, amount.span.end))]
        said = text.text[text.sentence(amount.span.start, amount.span.end)[0] : amount.span.end]
        daily = re.search(r"每[^，,。]{0,4}[天日]|按[天日]|一[天日]|/[天日]", clause)
        times = 365 if daily else 12 if _EVERY_MONTH.search(clause) else 0
        if times and _LATE.search(said) and not re.search(r"利率|本金", clause):
            return amount.value * times
    return None


def _whole_sum(text: Text) -> Decimal | None:
    """`利息共计1万元`; `到期连本带利归还11万元` less what was lent."""
    sums = money.find(text)
    for amount in sums:
        begin, end = text.clause(amount.span.start, amount.span.end)
        before, clause = text.text[begin : amount.span.start], text.text[begin:end]
        if _EVERY_MONTH.search(clause) or re.search(r"已|扣|付了|付过|每|逾期", clause):
            continue
        if re.search(r"利息(?:一共|总共|共计|合计|总计|总额|共|为|是|计|定为|[:：])*(?:人民币|[￥¥])?\s*$", before):
            return amount.value
        both = re.search(r"本息|本利|连本带[利息]|本金(?:和|及|加|与)利息", before)
        smaller = [each.value for each in sums if each.value < amount.value]
        if both and smaller and amount.value < 2 * max(smaller):
            return amount.value - max(smaller)
    return None
