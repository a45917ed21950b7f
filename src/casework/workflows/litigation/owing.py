"""Unpaid wages told month by month, which must add up: `4月仅支付3000元，尚欠3000元，5月全部未付` (pure)."""

import re
from datetime import date
from decimal import Decimal

from casework.workflows.litigation.dates import valid
from casework.workflows.litigation.numerals import CHARACTERS, decimal, integer
from casework.workflows.litigation.span import Text

_N = rf"\d{{1,2}}|[{CHARACTERS}]{{1,3}}"
_CLAUSE = re.compile(r"[。；;，：\n]|(?<=[元块付发])[、及和]|(?<!\d),|,(?!\d{3})|(?<!\d):")
_MONTH = re.compile(
    rf"(?:(?P<y>20\d\d)年)?(?<![\d{CHARACTERS}个])(?P<m>{_N})(?:月(?:份)?)?(?:(?:至|到|—|-|~|～|–|－)(?:(?P<y2>20\d\d)年)?(?P<m2>{_N})月(?:份)?)?(?<=[月份])"
    r"(?!\d{1,2}[日号]|\s*(?:底|初|起|以来|开始))"
)
_DAY = re.compile(r"(?:20\d\d年)?\d{1,2}月\d{1,2}[日号]")
_SUM = r"[^\d，。；]{0,8}(?P<n>\d[\d,]*(?:\.\d+)?)\s*(?P<w>万)?"
_OWED = re.compile(rf"(?:欠|差额|还差|少发|短发|少付|克扣|未发|未付|未支付|没发)(?!.{{0,6}}\d+[月年]){_SUM}")
_PAID = re.compile(rf"(?:仅|只|已|实)[^\d，]{{0,4}}(?:支付|发|付|给|得|[拿领收]到?|到手)(?!.{{0,4}}\d+[月年]){_SUM}")
_DUE = re.compile(rf"(?:应发|应付|工资|薪)(?!.{{0,4}}\d+[月年]){_SUM}\s*(?:元|块)")
_PLAIN = re.compile(rf"月(?:份)?(?:的|为|是)?{_SUM.replace('{0,8}', '{0,2}')}\s*(?:元|块|$)")
_HALF = re.compile(r"(?:发|付|给)了?(?:一半|半个月)|一半(?:工资)?(?:没|未)")
_NOTHING = re.compile(r"(?:未|没有?|不)(?:再|曾|予)?(?:支付|发放?|付|给)|停发|分文未")
_OTHER = re.compile(r"[二双两]倍|加班|补偿|赔偿|社保|社会保险|平均|年休|高温|奖金|每月(?!均)")
_FROM = re.compile(
    r"(?P<y>20\d\d)年(?P<m>\d{1,2})月(?:(?P<d>\d{1,2})日)?(?:份)?(?:起|开始|以来|之?后)[^。；;\n]{0,20}?"
    r"(?:(?:停发|停止(?:发放|支付)|拖欠|(?:未|没有?|不)(?:再|能|曾)?(?:继续)?(?:支付|发放?|付|给|[领拿收见]到?))过?[^。；;，\n]{0,12}(?:工资|薪|报酬)|"
    r"(?:工资|薪|报酬)[^。；;，\n]{0,8}(?:停发|(?:未|没有?|不)(?:再)?(?:支付|发|付|给)))"
)


def pieces(text: Text, wage: Decimal | None) -> list[Decimal]:
    """What is owed for each month, or group of months, that a line of the text tells of."""
    for line in text.text.split("\n"):
        if re.search("工资|薪", line) and not re.search(r"[|\t]", line) and (found := _line(line, wage)):
            return found
    return []


def since(words: str) -> date | None:
    """The day from which nothing was paid any more."""
    for match in _FROM.finditer(words):
        told = int(match["y"]), int(match["m"]), int(match["d"] or 1)
        if valid(*told) and not _OTHER.search(match[0]):
            return date(*told)
    return None


def _line(line: str, wage: Decimal | None) -> list[Decimal]:
    owed: dict[tuple[str, ...], Decimal] = {}
    due: dict[tuple[str, ...], Decimal] = {}
    now: tuple[str, ...] = ()
    count = 1
    lead = False
    for clause in _CLAUSE.split(line):
        said = _DAY.sub("", clause)
        if _OTHER.search(said):
            continue
        lead = lead or re.search(r"欠|未发|未付|未支付|没发", said) is not None
        if months := list(_MONTH.finditer(said)):
            now, count = tuple(match[0] for match in months), sum(map(_count, months))
        if not now or (not months and re.search("合计|共计|总计|总额|一共|总共", said)):
            continue
        left, paid, whole = (
            _OWED.search(said),
            _PAID.search(said),
            _DUE.search(said) or (_PLAIN.search(said) if lead else None),
        )
        if left and (value := _value(left)):
            owed[now] = value
        elif paid and (value := _value(paid)) and (full := due.get(now, wage)) is not None and full > value:
            owed[now] = full * count - value if now not in due else full - value
        elif _HALF.search(said) and (full := due.get(now, wage and wage * count)) is not None:
            owed[now] = full / 2
        elif whole and (value := _value(whole)):
            due[now] = value
            if lead or _NOTHING.search(said, whole.end()):
                owed[now] = value
        elif _NOTHING.search(said) and now not in owed and (full := due.get(now, wage and wage * count)) is not None:
            owed[now] = full
    return list(owed.values())


def _count(match: re.Match[str]) -> int:
    first, last = integer(match["m"]) or 1, integer(match["m2"] or match["m"]) or 1
    years = int(match["y2"] or match["y"] or 0) - int(match["y"] or match["y2"] or 0)
    return max(1, years * 12 + last - first + 1)


def _value(match: re.Match[str]) -> Decimal | None:
    return decimal(match["n"] + (match["w"] or ""))
