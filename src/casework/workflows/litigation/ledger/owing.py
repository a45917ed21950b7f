"""Unpaid wages told month by month, which must add up: `4月仅支付3000元，尚欠3000元，5月全部未付` (pure)."""

import re
from datetime import date
from decimal import Decimal

import msgspec

from casework.workflows.litigation.text.dates import DAY_END, valid
from casework.workflows.litigation.text.numerals import CHARACTERS, decimal, integer
from casework.workflows.litigation.text.span import Text

_N = rf"\d{{1,2}}|[{CHARACTERS}]{{1,3}}"
_CLAUSE = re.compile(r"[。；;，：\n（）()]|(?<=[元块付发])[、及和]|(?<!\d),|,(?!\d{3})|(?<!\d):")
_MONTH = re.compile(
    rf"(?:(?P<y>20\d\d)年)?(?<![\d{CHARACTERS}个])(?P<list>(?:(?:{_N})[、和及]){{0,11}})(?P<m>{_N})(?:月(?:份)?)?(?:(?:至|到|—|-|~|～|–|－)(?:(?P<y2>20\d\d)年)?(?P<m2>{_N})月(?:份)?)?(?<=[月份])"
    r"(?!\d{1,2}[日号]|份?\s*(?:底|初|起|以来|开始))"
)
_DAY = re.compile(r"(?:20\d\d年)?\d{1,2}月\d{1,2}[日号]")
_FIGURES = r"(?P<n>\d[\d,]*(?:\.\d+)?)\s*(?P<w>万)?"
_SUM = rf"[^\d，。；]{{0,8}}{_FIGURES}"
_OWED = re.compile(rf"(?:欠|差额|还差|少发|短发|少付|克扣|未发|未付|未支付|没发)(?!.{{0,6}}\d+[月年]){_SUM}")
_PAID = re.compile(rf"(?:仅|只|已|实)[^\d，]{{0,4}}(?:支付|发|付|给|得|[拿领收]到?|到手)(?!.{{0,4}}\d+[月年]){_SUM}")
_DUE = re.compile(rf"(?:应发|应付|工资|薪|工钱)(?!.{{0,4}}\d+[月年]){_SUM}\s*(?:元|块)")
_PLAIN = re.compile(rf"月(?:份)?(?:的|为|是)?{_SUM.replace('{0,8}', '{0,2}')}\s*(?:元|块|$)")
_ALONE = re.compile(rf"\s*(?:人民币|[￥¥])?{_FIGURES}\s*(?:元|块)(?:整|钱)?\s*")
_EACH = re.compile(r"各|每月|每个月|均为|都是")
_HALF = re.compile(r"(?:发放?|付|给)了?(?:一半|半个月)|一半(?:工资)?(?:没|未)")
_NOTHING = re.compile(r"(?:未|没有?|不)(?:再|曾|予)?(?:支付|发放?|付|给)|停发|分文未")
_OTHER = re.compile(r"[二双两]倍|加班|补偿|赔偿|社保|社会保险|平均|年休|高温|奖金|每月(?!均)")
_TOTAL = re.compile(rf"(?:合计|共计|总计|总额|累计|一共|总共|共(?:拖欠|欠)?)(?!.{{0,8}}\d+个?[月年]){_SUM}\s*(?:元|块)")
_NAMED = re.compile(r"(合计|共计|总计|总额)\s*[:：]\s*")
_SINCE = re.compile(
    rf"(?:补发|补付|补足|补给|支付|发放?|[转付打给汇])(?:了|过)?(?!.{{0,6}}\d+[月年]){_SUM}\s*(?:元|块)"
)
_REST = re.compile(rf"(?:[仍尚还现]|余|剩|其余|欠|差|未[发付])(?!.{{0,6}}\d+个?[月年]){_SUM}\s*(?:元|块)")
_MADE_GOOD = re.compile(rf"补(?:发|付|足|给)(?:了|过)?[^。；，]{{0,10}}?{_SUM}\s*(?:元|块)")
_PLANNED = re.compile(
    rf"应|须|将|承诺|要求|(?<!申)请|同意|(?:^|[底月末]|{DAY_END})(?:之|以)?前(?![^，]{{0,12}}了)|未|没|拒"
)
_DONE = re.compile(r"已|了|补|后|曾")
_PLANS = ("repayment_plan", "reconciliation", "iou")  # where a day and a sum alone are still to come
_ASKED = re.compile(r"(?:什么时候|啥时候|几时|何时|尽快|赶紧|怎么还[不没])[^。；\n]{0,8}(?:发|结|付|给)")
_ITEMS = re.compile(  # months below each other
    rf"(?<=[：:；;，,、元])[ \t]*\n\s{{0,40}}(?:[（(]?\d{{1,2}}[.、）)]\s*)?"
    rf"(?=(?:20\d\d年)?(?:{_N})月|合计|共计|总计|以上)"
)
_FROM = re.compile(
    r"(?P<y>20\d\d)[年./-](?P<m>\d{1,2})(?:月|(?=[./-]\d))(?:[./-]?(?P<d>\d{1,2})(?:日|(?!\d)))?(?:份)?(?:起|开始|以来|之?后)[^。；;\n]{0,20}?"
    r"(?:(?:停发|停止(?:发放|支付)|拖欠|(?:未|没有?|不)(?:再|能|曾)?(?:继续)?(?:[向给为][^，。；]{1,8})?(?:支付|发放?|付|给|[领拿收见]到?))过?[^。；;，\n]{0,12}(?:工资|薪|报酬)|"
    r"(?:工资|薪|报酬)[^。；;，\n]{0,8}(?:停发|(?:未|没有?|不)(?:再)?(?:支付|发|付|给)))"
)


def pieces(text: Text, wage: Decimal | None) -> list[Decimal]:
    """What is owed for each month, or group of months, that a line of the text tells of, and what was paid since; or
    what is told to be left of them."""
    for line in _ITEMS.sub("，", text.text).split("\n"):
        told = re.search("工资|薪|工钱", line) and not re.search(r"[|\t]", line)
        if told and (found := _line(line, wage, done=text.kind not in _PLANS)):
            return found
    return []


def since(words: str) -> date | None:
    """The day from which nothing was paid any more."""
    for match in _FROM.finditer(words):
        told = int(match["y"]), int(match["m"]), int(match["d"] or 1)
        if valid(*told) and not _OTHER.search(match[0]):
            return date(*told)
    return None


class _Account(msgspec.Struct):
    """What a line tells, clause by clause: `now` are the months that it speaks of, `count` of them; the sum of all and
    what was paid since end the list of months."""

    now: tuple[str, ...] = ()
    count: int = 1
    lead: bool = False
    owed: dict[tuple[str, ...], Decimal] = {}
    due: dict[tuple[str, ...], Decimal] = {}
    total: Decimal | None = None
    less: Decimal = Decimal(0)
    closed: bool = False


def _line(line: str, wage: Decimal | None, *, done: bool) -> list[Decimal]:
    """`done`: a payment is told as made."""
    told = _Account(lead=_ASKED.search(line) is not None)
    for clause in _CLAUSE.split(_NAMED.sub(r"\1", line)):
        said = _DAY.sub("", clause)
        if _OTHER.search(said):
            continue
        told.lead = told.lead or re.search(r"欠|未发|未付|未支付|没发|尚有", said) is not None
        months = list(_MONTH.finditer(said))
        if months:
            told.now, told.count = tuple(match[0] for match in months), sum(map(_count, months))
        if told.closed and not months and (rest := _REST.search(said)) and (value := _value(rest)):
            return [value]
        whole = _TOTAL.search(said)
        if told.lead and whole and (value := _value(whole)):
            told.total, told.closed = told.total or value, True
        elif (told.owed or told.closed) and (paid := _paid(said, done=done, named=bool(months))):
            told.less, told.closed = told.less + paid, told.closed or not months
        elif told.now and (months or not told.closed):
            _month(told, said, wage)
    owed = list(told.owed.values()) if len(told.owed) > 1 or told.total is None else [told.total]
    return [*owed, -told.less] if told.less else owed


def _paid(said: str, *, done: bool, named: bool) -> Decimal | None:
    """What a clause says was paid of it since; one that names a month must say that it was made good."""
    made = (_MADE_GOOD if named else _SINCE).search(said)
    return _value(made) if made and not _PLANNED.search(said) and (done or _DONE.search(said)) else None


def _month(told: _Account, said: str, wage: Decimal | None) -> None:
    """Take down what a clause says of the months that the line speaks of."""
    now, count = told.now, told.count
    left, paid = _OWED.search(said), _PAID.search(said)
    whole = _DUE.search(said) or ((_PLAIN.search(said) or _ALONE.fullmatch(said)) if told.lead else None)
    if left and (value := _value(left)):
        told.owed[now] = value
    elif paid and (value := _value(paid)) and (full := told.due.get(now, wage)) is not None and full > value:
        told.owed[now] = full * count - value if now not in told.due else full - value
    elif _HALF.search(said) and (full := told.due.get(now, wage and wage * count)) is not None:
        told.owed[now] = full / 2
    elif whole and (value := _value(whole)):
        told.due[now] = value * count if _EACH.search(whole[0]) else value
        if told.lead or _NOTHING.search(said, whole.end()):
            told.owed[now] = told.due[now]
    elif _NOTHING.search(said) and now not in told.owed and (full := told.due.get(now, wage and wage * count)):
        told.owed[now] = full


def _count(match: re.Match[str]) -> int:
    first, last = integer(match["m"]) or 1, integer(match["m2"] or match["m"]) or 1
    years = int(match["y2"] or match["y"] or 0) - int(match["y"] or match["y2"] or 0)
    return max(1, years * 12 + last - first + 1) + len(re.findall(r"[、和及]", match["list"]))


def _value(match: re.Match[str]) -> Decimal | None:
    return decimal(match["n"] + (match["w"] or ""))
