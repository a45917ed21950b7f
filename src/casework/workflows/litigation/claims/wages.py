"""What a worker earned: the wage that was agreed, and the average of the last twelve months (pure).

Sources: 劳动合同法 47; 劳动合同法实施条例 27 (what is due before deductions, of the twelve months before the end).
"""

import calendar
import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from casework.workflows.litigation.claims import agreed
from casework.workflows.litigation.facts import grounds, receipts
from casework.workflows.litigation.facts.timeline import Event
from casework.workflows.litigation.ledger import payslips, paytable
from casework.workflows.litigation.text import tables
from casework.workflows.litigation.text.dates import add_months
from casework.workflows.litigation.text.money import Amount, rounded
from casework.workflows.litigation.text.numerals import CHARACTERS, integer
from casework.workflows.litigation.text.span import Text

DAYS_OF_PAY, HOURS = Decimal("21.75"), 8  # of a month, of a day
CAP = 3  # times the local average wage
NO_MONTH = Decimal(30_000)  # no place's average of a month is more
ENOUGH = 3  # months of pay that tell more than a contract does
_WAGE = (
    r"时薪|保底|工资|月薪|年薪|日薪|底薪|薪资|薪酬|薪水|劳动报酬|报酬|待遇|到手|月收入|均收入|每月到手|税前|税后|应发"
)
_AVERAGE = re.compile(r"平均|月均")
_LOCAL = re.compile(
    r"社会(?:月|年)?平均|社平|最低工资|基数|(?:职工|就业人员|当地|本地区?|[本全][市省区县]|上一?年度)(?:(?!离职|解除|终止|本人|申请人|原告|劳动者|个月)[^，。；]){0,16}(?:平均|月均)(?:月|年)?(?:工资|收入|薪酬)"
)
_THRICE = re.compile(r"(?:三|3)倍(?:的?数?额|标准)?(?:[为是即:：]|也就是)*(?:人民币)?\s*$")
_PERIODS = (
    ("year", re.compile(r"年薪|年工资|年收入|年报酬|每年"), re.compile(r"\s*(?:/|每|一)年")),
    ("hour", re.compile(r"时薪|每小时|小时工资"), re.compile(r"\s*(?:/|每|一)个?小时")),
    ("day", re.compile(r"(?<!\d)日工资|日薪|每[日天](?!前)|一[日天]$|按日|按天"), re.compile(r"\s*(?:/|每|一)[日天]")),
    ("month", re.compile(r"月工资|月薪|每月|月"), re.compile(r"\s*(?:/|每个?|一个?)月")),
)
_PART = re.compile(
    r"(?:基本|基础|固定)(?:月)?工资|底薪|(?:岗位|绩效|职务|工龄|技能|职级|加班|计件|效益|浮动|保密)(?:工资|费|奖金?)?|奖金|提成|[补津]贴|餐补|房补|车补|全勤奖?"
)
_PIECE = re.compile(
    r"(?:岗位|绩效|职务|工龄|技能|浮动|保密|[补津]贴|[餐房车话]补|全勤奖?|提成|奖金?|转正后?)(?:为|是)?\s*$"
)
_GIVEN = re.compile(
    r"(?:每个?月|一个?月|月)(?!内)[^，。；\d欠]{0,6}(?:开|发放?|给付?|支付|到手|拿|挣|领)(?:给)?(?:了|我|他|她|申请人|乙方|劳动者)?(?:人民币)?\s*$|(?:每|(?<![年\d])一)个?月\s*$|(?<!违约金)(?<!罚款)(?<!补贴)(?<!餐补)(?<!逾期)(?:每[日天]|一天)\s*$"
)
_WHOLE = re.compile(r"月工资(?:标准|总额)?|月薪|合计|共计|总计|总额|应发|每月(?:工资|薪)|工资标准|综合|保底")
_RANGED = re.compile(r"\s*(?:元)?(?:至|到|—|-|~|～)\s*[¥￥]?\d|[^，。；]{0,4}(?:之间|不等|浮动)")
_NET = re.compile(r"税后|到手|实发|实得|实际发放")
_SUM = re.compile(
    rf"(?P<n>\d{{1,2}}|[{CHARACTERS}]{{1,3}})\s*个月(?:的)?[^，。；、]{{0,14}}(?:合计|共计|总计|总额|总和|总收入|一共|共)[^，。；、\d]{{0,6}}$"
)
_TRIAL = re.compile(r"试用期(?!满|结束|过|后|届满)")
_CHANGED = re.compile(
    r"调整|调[至到为成]|降[至到为]|上调|提高|涨|增加?[至到]|变更|升[至为]|加[薪到至]|转正|试用期满|离职前(?!十二|12|一年)"
)
_FROM = re.compile(r"[日月]起(?:，|每|月|按|执行|其|乙方|申请人)")
_RAISED = re.compile(
    r"(?:提高|上调|增加|增长|加薪|涨薪?|下调|降低|降薪?|减少)了?(?:人民币)?\s*$"
)  # by so much, not to it
_FIRST = re.compile(r"由|从|原|[起最]初|开始时|入职时|之前")
_NOT = re.compile(
    r"拖欠|欠发|欠付|未发|未付|克扣|代通知金|额外支付|年休假|加班工资差额|高温|[二双两]倍|补偿|赔偿|罚|扣除|押金|个人账户|缴费|[少短扣漏]发|[仅只](?:向[^，。；]{1,8})?(?:支付|付|发|给)|[、和及至到]\d{1,2}月[^，。；\d]{0,6}(?:共|合计|总计)"
)
_ASKED = re.compile(r"(?:请求|判令|裁决|裁令|要求|责令)[^。；;]{0,60}(?:支付|发放)")
_OWED = re.compile(r"欠|未发|未支付|克扣")
_BY_MONTH = re.compile(r"(?<![个\d一二三四五六七八九十])月(?:基本)?(?:工资|薪)|每月|年薪|日薪|(?<!\d)日工资")
_ORDER = {"labor_contract": 0, "wage": 1, "certificate": 2}
_FOUND = {"award": 0, "judgment": 0, "wage": 1, "certificate": 2, "arbitration_application": 4, "complaint": 4}


class Wages(msgspec.Struct, frozen=True):
    """`monthly` as it was agreed at last; `average` is what compensation is counted by, `basis` how it was counted,
    `local` the average of the place, where a document tells it, or a third of its threefold."""

    monthly: Decimal | None
    average: Decimal | None
    basis: str = ""
    local: Decimal | None = None


class Told(msgspec.Struct, frozen=True):
    """A wage that a text tells, by the month; `rank` is smaller for what tells more."""

    value: Decimal
    rank: tuple[int, ...]
    average: bool
    since: date
    changed: bool = False


def find(texts: list[Text], amounts: list[Amount], events: list[Event], start: date | None, end: date | None) -> Wages:
    """The wage that counts, and the average before `end`."""
    told = [each for text in texts for each in _told(text, [a for a in amounts if a.span.document == text.id], events)]
    wage = [each for each in told if not each.average and (end is None or each.since <= end)]
    best = min((each for each in wage if not each.changed), key=lambda e: e.rank, default=None)
    alike = [each for each in wage if best is None or each.changed or each.rank == best.rank]
    latest = max(alike, key=lambda e: e.since, default=None)
    stated = min((each for each in told if each.average), key=lambda each: each.rank, default=None)
    local = _local(texts, amounts)
    history = sorted({(each.since, each.value) for each in alike})
    months = paytable.months(texts) or _by_history(history, start, end)
    shown = _window(months, start, end)
    monthly = latest.value if latest else None
    if stated is not None:
        return Wages(monthly if monthly is not None else stated.value, stated.value, local=local)
    if shown and (monthly is None or len(shown) >= ENOUGH):
        average = sum(shown.values(), Decimal(0)) / len(shown)
        monthly = rounded(average) if monthly is None else monthly
        if len(set(shown.values())) == 1:
            return Wages(monthly, average, local=local)
        basis = f"({'+'.join(f'{value.normalize():f}' for value in shown.values())})÷{len(shown)}"
        return Wages(monthly, average, basis, local)
    return Wages(monthly, monthly, local=local)


def _by_history(history: list[tuple[date, Decimal]], start: date | None, end: date | None) -> dict[date, Decimal]:
    """The pay of the last months where the wage was changed among them."""
    if end is None or len(history) < 2 or not end - timedelta(days=400) < history[-1][0] <= end:
        return {}
    last = end.replace(day=1)
    months = [add_months(last, -back) for back in range(13)]
    return {
        month: [value for since, value in history if since <= month][-1]
        for month in months
        if (start is None or month >= start.replace(day=1)) and history[0][0] <= month
    }


def _local(texts: list[Text], amounts: list[Amount]) -> Decimal | None:
    """The average wage of the place, by the month."""
    by_id = {text.id: text for text in texts}
    for amount in amounts:
        text = by_id[amount.span.document]
        begin = text.clause(amount.span.start, amount.span.end)[0]
        said = (tables.beside(text, amount.span.start) or "") + text.text[begin : amount.span.start]
        thrice = _THRICE.search(said.removesuffix("："))
        if thrice and not _LOCAL.search(said):
            said = text.text[text.sentence(begin, begin)[0] : amount.span.start]
        if _LOCAL.search(said) and not re.search("最低|基数", said) and (thrice or not re.search("[三3]倍", said)):
            value = _monthly(text, amount, said)
            value = rounded(value / 12) if value > NO_MONTH * (CAP if thrice else 1) else value
            return value / CAP if thrice else value
    return None


def _window(months: dict[date, Decimal], start: date | None, end: date | None) -> dict[date, Decimal]:
    """Those of the last twelve whole months before the end."""
    if end is None:
        return dict(sorted(months.items())[-12:])
    whole = end.day == calendar.monthrange(end.year, end.month)[1]
    stop = add_months(end.replace(day=1), 1) if whole else end.replace(day=1)
    first = add_months(stop, -12)
    if start is not None and start > first and start < stop:
        first = start.replace(day=1)
    within = {month: value for month, value in sorted(months.items()) if first <= month < stop}
    return within or dict(sorted(months.items())[-12:])


def _told(text: Text, amounts: list[Amount], events: list[Event]) -> Iterator[Told]:
    parts: dict[tuple[int, int], list[tuple[Amount, str]]] = {}
    if text.kind in ("bank", "payment") or receipts.is_receipt(text):
        return  # what was paid out, of which `paytable` tells
    asked = grounds.requests(text)
    by_month = len(paytable.months([text])) > 1
    slips = payslips.begin(text) if by_month else len(text.text)
    amounts = [each for each in amounts if each.span.start < slips]
    before = 0
    for amount in amounts:
        sentence = text.sentence(amount.span.start, amount.span.end)
        said = _lead(text, amount, max(sentence[0], before))
        if _RAISED.search(said):
            continue
        before = amount.span.end
        trail = text.text[amount.span.end : amount.span.end + 6]
        cell = tables.beside(text, amount.span.start) or ""
        monthly = _PERIODS[-1][2].match(trail)
        if _elsewhere(text, amount, asked, cell, monthly=monthly is not None, by_month=by_month):
            continue
        near = re.split("[，,。；;]", said)[-1]
        named = re.search(rf"{_WAGE}|标准", cell or near) is not None or amount.label == "wage" or monthly is not None
        named = named or (
            re.search("每个?月|一个月|每小时|每[日天]", near) is not None and re.search(_WAGE, said[-24:]) is not None
        )
        summed = sentence in parts and (
            re.search(r"合计|共计|总计", said) is not None or re.search(rf"每月|{_CHANGED.pattern}", near) is not None
        )
        if _RANGED.match(text.text, amount.span.end, amount.span.end + 10):
            continue
        named = named or _GIVEN.search(near) is not None or (sentence in parts and _PIECE.search(near) is not None)
        named = named or (
            _AVERAGE.search(near[-6:]) is not None
            and re.search("工资|收入", text.text[sentence[0] : amount.span.start]) is not None
        )
        if not (named or summed) or amount.label in ("owed", "compensation", "penalty", "fee", "deposit", "interest"):
            continue
        words = cell or said
        whole = text.text[sentence[0] : amount.span.end]
        if _LOCAL.search(words[-24:]) or _NOT.search(words[-16:]) or (_ASKED.search(whole) and not monthly):
            continue
        if _OWED.search(whole) and not (monthly or _BY_MONTH.search(said)):
            continue
        parts.setdefault(sentence, []).append((amount, words))
    if text.kind == "wage" and _is_slip(list(parts.values())):
        parts = {(0, 0): [each for group in parts.values() for each in group]}
    for group in parts.values():
        yield from _sentence(text, group, events)


def _is_slip(lines: list[list[tuple[Amount, str]]]) -> bool:
    """Whether the lines are the parts of one month's pay, each told once."""
    names = [match[0] for group in lines for _, said in group if (match := _PART.search(said))]
    return len(lines) > 1 and len(names) > 1 and len(names) == len(set(names))


def _elsewhere(
    text: Text, amount: Amount, asked: tuple[int, int] | None, cell: str, *, monthly: bool, by_month: bool
) -> bool:
    """Whether it is a sum that is asked for, or the pay of one month, which a table of pay tells better."""
    place = amount.span.start
    if asked and asked[0] <= place < asked[1] and not monthly and not _BY_MONTH.search(_lead(text, amount, place - 16)):
        return True
    if cell:
        return by_month and paytable.is_month(text.line(place))
    if (by_month or text.kind == "reconciliation") and paytable.is_item(text.line(place)):
        return True
    return paytable.is_list(text.text[slice(*text.sentence(place, amount.span.end))])


def _lead(text: Text, amount: Amount, begin: int) -> str:
    return text.text[begin : amount.span.start]


def _sentence(text: Text, group: list[tuple[Amount, str]], events: list[Event]) -> Iterator[Told]:
    """The wages of one sentence: a sum that is made up of parts is told once."""
    kept = [(a, said) for a, said in group if not _AVERAGE.search(said[-16:])]
    for amount, said in group:
        total = _SUM.search(said)
        count = integer(total["n"]) if total else None
        if total and count:
            kept = [(a, each) for a, each in kept if a is not amount]
            weight = (_FOUND.get(text.kind, 3) + 2 * text.is_statement, True)
            yield Told(rounded(amount.value / count), weight, average=True, since=date.min)
        elif _AVERAGE.search(said[-16:]):
            weight = (_FOUND.get(text.kind, 3) + 2 * text.is_statement, bool(_NET.search(said)))
            yield Told(_monthly(text, amount, said), weight, average=True, since=date.min)
    pieces = [(a, said) for a, said in kept if (part := _last(_PART, said)) and part >= _last(_WHOLE, said)]
    whole = [(a, said) for a, said in kept if (a, said) not in pieces]
    rank = (_ORDER.get(text.kind, 3) + text.is_statement,)
    if len({a.value for a, _ in pieces}) > 1 and not whole:
        unique = {a.span.start: a.value for a, _ in pieces if not re.fullmatch(r"\s*[（(]?\s*", _gap(text, a, pieces))}
        yield Told(
            sum(unique.values(), Decimal(0)),
            (*rank, 0, 0),
            average=False,
            since=agreed.since(text, pieces[0][0].span.start, events),
        )
        return
    for amount, said in whole or pieces:
        changed = _CHANGED.search(said) is not None
        trial = bool(_TRIAL.search(said)) and not changed
        first = _FIRST.search(said) is not None and not changed
        place = agreed.since_behind(text, amount.span.end) or amount.span.start
        changed = changed or place > amount.span.start or (_FROM.search(said) is not None and not first)
        day = agreed.changed_on(text, place, events) if changed else None
        yield Told(
            _monthly(text, amount, said),
            (*rank, trial or first or (not whole and bool(pieces)), bool(_NET.search(said))),
            average=False,
            since=day or agreed.since(text, place, events),
            changed=day is not None,
        )


def _gap(text: Text, amount: Amount, pieces: list[tuple[Amount, str]]) -> str:
    """What stands between the sum before and this one: of a sum told twice only a bracket does."""
    before = max((a.span.end for a, _ in pieces if a.span.end <= amount.span.start), default=None)
    return "x" if before is None else text.text[before : amount.span.start]


def _last(pattern: re.Pattern[str], words: str) -> int:
    return max((match.end() for match in pattern.finditer(words)), default=0)


def _monthly(text: Text, amount: Amount, said: str) -> Decimal:
    trail = text.text[amount.span.end : amount.span.end + 6]
    for period, before, after in _PERIODS:
        if after.match(trail) or before.search(said[-10:]):
            if period == "year":
                return rounded(amount.value / 12)
            if period == "hour":
                return rounded(amount.value * HOURS * DAYS_OF_PAY)
            return rounded(amount.value * DAYS_OF_PAY) if period == "day" else amount.value
    return amount.value
