"""What was earned in which month: pay tables, lists of months, transfers of wages (pure)."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from casework.workflows.litigation.ledger import payslips
from casework.workflows.litigation.text import tables
from casework.workflows.litigation.text.dates import add_months
from casework.workflows.litigation.text.numerals import CHARACTERS, decimal, integer
from casework.workflows.litigation.text.span import Text
from casework.workflows.litigation.text.tables import Cell

_N = rf"\d{{1,2}}|[{CHARACTERS}]{{1,3}}"
_MONTH = re.compile(rf"\s*(?:(?P<y>20\d\d)\s*[年.\-/]?\s*)?(?P<m>{_N})\s*(?:月份?)?\s*(?:工资)?\s*")
_YEAR = re.compile(r"(20\d\d)\s*年")
_SPELT = rf"(?:(?P<y>20\d\d)年)?(?P<m>{_N})月(?:份)?"
_LISTED = re.compile(
    rf"{_SPELT}[:：]?\s*(?:(?:至|到|—|-|~)(?:(?P<y2>20\d\d)年)?(?P<m2>{_N})月(?:份)?)?(?:的)?(?:(?:应发|税前)?(?:月?工资|薪资|薪酬)?(?:总额)?)"
    rf"[均都为是各每月:：]*(?P<each>(?:每月)?)(?:工资)?[为:：]?\s*(?:人民币)?(?P<n>[\d,]+(?:\.\d+)?)\s*(?P<w>万)?元"
)
_LINE = re.compile(  # `2024年2月　基本工资4,200元　提成430元　应发4,630.00元　代扣社保452.00元　实发4,178.00元`
    rf"\s*(?:\d{{1,2}}\s?[.、．]\s?)?(?:(?:工资)?月份|期间|所属期)?[:：]?\s*(?P<month>{_SPELT})(?:工资)?[^\n。]{{0,80}}?"
    r"(?:应发|税前|应付)(?:工资|薪资|薪酬)?(?:总额|合计|金额)?[\s:：为|]*(?:人民币)?[¥￥]?\s*(?P<n>\d[\d,]*(?:\.\d+)?)(?=\s*元|[\s，；|]|$)"
)
_IN_TURN = re.compile(  # `2024年11月至2025年1月应发工资分别为4,630元、5,280元、5,745元`
    rf"(?P<y>20\d\d)年(?P<m>{_N})月(?:份)?(?:至|到|—|-|~)(?:(?P<y2>20\d\d)年)?(?P<m2>{_N})月[^，。；\d]{{0,14}}(?:分别|依次)[为是:：]*"
    r"(?P<sums>(?:[¥￥]?\d[\d,]*(?:\.\d+)?元?[、，和及\s]*){2,24})"
)
_GROSS = (
    re.compile(r"应发|应得|应付工资|税前"),
    re.compile(r"(?:工资|薪资|薪酬|收入)(?:合计|总额|总计|小计)|合计|总额|总计"),
    re.compile(r"^(?:月?工资|薪资|月薪|薪酬|工资金额|月收入)"),
)
_PIECE = re.compile(
    r"基本工资|基础工资|底薪|岗位|绩效|加班|提成|奖金?$|奖金|补贴|津贴|职务|工龄|全勤|计件|餐补|其他应发"
)
_NET = re.compile(r"实发|实得|到手|发放金额|税后|金额")
_STATE = re.compile(r"(?:全部|均|尚|仍)?(?:未发放?|未付|未支付|没发|欠[发付]?|拖欠)")
_ASKED = re.compile(  # what is owed and asked for is not what was paid each month
    r"欠|未发|未支付|克扣|请求|裁决|(?:^\s*|[\d一二三四五六七八九十][.、．)）]\s*|申请人|公司|单位)(?:一次性|立即)?(?:支付|补发|给付|补足)"
)
_OWED = re.compile(r"[，；\s]*(?:欠发?|未发|未支付|未付)[^，；]*$")
_LESS = re.compile(r"欠|未发|差额|扣|社保|个税|公积金|[二双两]倍|平均|应补")


def months(texts: list[Text]) -> dict[date, Decimal]:
    """The pay of each month, by its first day: what is due before what was paid out."""
    found: dict[date, Decimal] = {}
    for text in texts:
        for month, value in [*_tables(text), *_lists(text), *payslips.months(text)]:
            found.setdefault(month, value)
    if not found:
        for text in texts:
            for month, value in _transfers(text):
                found[month] = found.get(month, Decimal(0)) + value
    return found


def is_month(line: str) -> bool:
    """Whether it is a row about a month."""
    return any(_MONTH.fullmatch(cell) and "月" in cell for cell in re.split(r"[|\t]", line))


def is_list(sentence: str) -> bool:
    """Whether it lists the pay of months."""
    listed = list(_LISTED.finditer(sentence))
    return len(listed) > 1 or any(match["m2"] for match in listed)


def is_item(line: str) -> bool:
    """Whether a line is one of a list of the pay of months."""
    return _item(line) is not None


def _item(line: str) -> str | None:
    """The month and its pay before deductions, as one of a list is told."""
    if told := _LINE.match(line):
        return f"{told['month']}{told['n']}元"
    return line.strip() if _LISTED.match(line.lstrip()) else None


def owed(text: Text) -> Decimal | None:
    """The sum of a column of unpaid wages, else of the months that a cell says are unpaid."""
    values = [
        value
        for row in tables.rows(text)
        for cell in row
        if re.search(r"欠|未发|未付|差额", cell.head) and not re.search("月份?$|月数", cell.head)
        if (value := _value(cell)) is not None and _first(row) is not None
    ]
    values = values or [
        value
        for row in tables.rows(text)
        if any(_STATE.fullmatch(cell.content) for cell in row) and _first(row) and (value := _gross(row)) is not None
    ]
    return sum(values, Decimal(0)) if values else None


def _tables(text: Text) -> Iterator[tuple[date, Decimal]]:
    for rows in (tables.rows(text), _spaced(text)):
        yield from _rows(text, rows)


def _rows(text: Text, rows: Iterable[list[Cell]]) -> Iterator[tuple[date, Decimal]]:
    year: int | None = None
    before: date | None = None
    for row in rows:
        if row and _GROSS[0].search(row[0].content):
            yield from _across(row[1:])
            continue
        parsed = _first(row)
        value = _gross(row)
        if parsed is None or value is None or value == 0:
            continue
        told, month = parsed
        stated = _YEAR.search(text.text[max(0, row[0].start - 400) : row[0].start])
        year = told or (before.year if before else int(stated[1]) if stated else None)
        if year is None:
            continue
        if not told and before and month < before.month:
            year += 1
        before = date(year, month, 1)
        yield before, value


def _across(row: list[Cell]) -> Iterator[tuple[date, Decimal]]:
    """A row of pay below a head of months."""
    for cell in row:
        match, value = re.fullmatch(rf"\s*{_SPELT}\s*", cell.head), _value(cell)
        month = integer(match["m"]) if match else None
        if match and match["y"] and month and 1 <= month <= 12 and value:
            yield date(int(match["y"]), month, 1), value


def _spaced(text: Text) -> Iterator[list[Cell]]:
    """The rows of a table whose columns only blanks part, as a PDF gives them."""
    heads: list[str] = []
    place = 0
    for line in text.text.splitlines(keepends=True):
        fields = re.split(r"[ \u3000，]+", line.strip())
        if "|" in line or "\t" in line or len(fields) < 2:
            heads = []
        elif re.search(r"月份?$|所属期|期间", fields[0]) and not re.search(r"\d", line):
            heads = fields
        elif len(fields) == len(heads):
            yield [Cell(each, place, place + len(each), head, None) for head, each in zip(heads, fields, strict=True)]
        place += len(line)


def _first(row: list[Cell]) -> tuple[int | None, int] | None:
    """(year, month) that a row is about."""
    for cell in row[:2]:
        if re.search(r"月|期|时间|日期", cell.head) or "月" in cell.content:
            match = _MONTH.fullmatch(cell.content)
            month = integer(match["m"]) if match else None
            if match and month and 1 <= month <= 12:
                return (int(match["y"]) if match["y"] else None), month
    return None


def _gross(row: list[Cell]) -> Decimal | None:
    sums = [(cell, value) for cell in row[1:] if not _LESS.search(cell.head) and (value := _value(cell)) is not None]
    for heads in _GROSS:
        for cell, value in sums:
            if heads.search(cell.head):
                return value
    pieces = [value for cell, value in sums if _PIECE.search(cell.head)]
    if pieces:
        return sum(pieces, Decimal(0))
    return next((value for cell, value in sums if _NET.search(cell.head)), None)


def _value(cell: Cell) -> Decimal | None:
    match = re.fullmatch(r"[¥￥]?\s*([\d,]+(?:\.\d+)?)\s*元?", cell.content)
    value = decimal(match[1]) if match else None
    return None if value is None else value * (cell.unit or 1)


def _lists(text: Text) -> Iterator[tuple[date, Decimal]]:
    """`2023年7月至12月每月8000元，2024年1月9000元` in a sentence on wages."""
    for said in [*re.findall(r"[^。；;\n]+", text.text), _below(text)]:
        if not re.search(r"工资|薪", said) or _ASKED.search(said) or "|" in said:
            continue
        yield from _in_turn(said)
        listed = list(_LISTED.finditer(said))
        spans = [match for match in listed if match["m2"]]
        if len(listed) < 2 and not spans:
            continue
        year: int | None = None
        for match in listed:
            year = int(match["y"]) if match["y"] else year
            first, value = integer(match["m"]), decimal(match["n"] + (match["w"] or ""))
            if year is None or not first or not 1 <= first <= 12 or value is None:
                continue
            month = date(year, first, 1)
            year = int(match["y2"]) if match["y2"] else year
            last = integer(match["m2"]) if match["m2"] else first
            stop = date(year, last, 1) if last and 1 <= last <= 12 else month
            while month <= stop:
                yield month, value
                month = add_months(month, 1)


def _in_turn(said: str) -> Iterator[tuple[date, Decimal]]:
    """A range of months with as many sums."""
    for match in _IN_TURN.finditer(said):
        first, last = integer(match["m"]) or 0, integer(match["m2"]) or 0
        sums = [decimal(each) for each in re.findall(r"\d[\d,]*\d(?:\.\d+)?|\d", match["sums"])]
        begin = int(match["y"]) * 12 + first
        count = int(match["y2"] or match["y"]) * 12 + last - begin + 1
        if count == len(sums) and 1 <= first <= 12 and 1 <= last <= 12:
            month = date(int(match["y"]), first, 1)
            yield from ((add_months(month, at), value) for at, value in enumerate(sums) if value)


def _below(text: Text) -> str:
    """A list of months below each other as one sentence; empty where it lists what is owed."""
    lines = [(line, item) for line in text.text.splitlines() if (item := _item(line)) is not None]
    lines = [(line, item) for line, item in lines if not _LESS.search(item.split("，")[0])]
    unpaid = sum(_ASKED.search(line) is not None for line, _ in lines)
    if len(lines) < 3 or 2 * unpaid > len(lines):
        return ""
    first = lines[0][0]
    if not (text.kind == "wage" or "工资" in first or "应发" in first):
        return ""
    begin = text.text.find(first)
    if _LESS.search(text.text[max(0, begin - 60) : begin]):
        return ""
    return "工资" + "，".join(_OWED.sub("", item).rstrip("。；;，") for _, item in lines)


def _transfers(text: Text) -> Iterator[tuple[date, Decimal]]:
    """A wage that was transferred is that of the month before."""
    if text.kind not in ("bank", "wage", "payment"):
        return
    for line in text.text.splitlines():
        day = re.search(r"(20\d\d)[年.\-/](\d{1,2})[月.\-/]\d{1,2}", line)
        sums = re.findall(r"(?<![\d.,\-])\d[\d,]*\.\d\d(?!\d)|(?<![\d.,])\d[\d,]*(?:\.\d+)?(?=\s*元)", line)
        if day and sums and re.search(r"工资|薪|代发", line) and 1 <= int(day[2]) <= 12:
            value = decimal(sums[0])
            if value:
                yield add_months(date(int(day[1]), int(day[2]), 1), -1), value
