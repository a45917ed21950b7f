"""Tables in running text: the cells whose column names a unit of money (pure).

A row is a line whose cells are parted by `|` or tabs, or by commas below a line that only names columns; `单位：万元`
above a table holds for all of its columns.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter

import msgspec

from casework.workflows.litigation.text import columns
from casework.workflows.litigation.text.span import Text

_UNIT = re.compile(
    r"(?:[（(/]|单位\s*[:：]?\s*)\s*(?:人民币)?\s*(?P<unit>亿|万|千)?元\s*(?:[/／每][\u4e00-\u9fff]+)?\s*[）)]?"
)
_MONEY = re.compile(r"金额|单价|总价|小计|合计|价款|应付|已付|未付|余额|工资|本金|利息|货款|价格|还款|付款额|借款")
_COUNTED = re.compile(r"账号|卡号|号码|账户|方式|数量|台数|件数|天数|比例|日期|时间|序号|编号|期数|期次|名称|型号|备注")
_FACTORS = {"亿": Decimal(10) ** 8, "万": Decimal(10) ** 4, "千": Decimal(1000), None: Decimal(1)}
_NAME = re.compile(r"[\u4e00-\u9fff\d（）()/、]{2,16}")
_VALUE = re.compile(r"\d{4}年|\d月|元$")
_MOVED = re.compile(r"金额|发生额|收入|支出|借方|贷方|转入|转出|存入|付款|收款|余额|代扣|扣款|社保|个税|公积金")
_TO_THE_FEN = re.compile(r"[+-]?\d[\d,]*\.\d{2}")
_ROUND = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d{3,9})(?:\.\d)?")  # `5,000` in a column of sums
_COMMAS = re.compile(r"(?=.*(?:日期|时间|金额|摘要))[^,，。；;\d]{1,12}(?:[,，][^,，。；;\d]{0,12}){2,}\s*")
_RULE = re.compile(r"[\s|:\-]+")


class Cell(msgspec.Struct, frozen=True):
    """What stands in a cell, where, what its column is called, and what its column's unit is worth in CNY."""

    content: str
    start: int
    end: int
    head: str
    unit: Decimal | None


def cells(text: Text) -> Iterator[Cell]:
    """The cells below the first row of each table."""
    for row in rows(text):
        yield from row


def beside(text: Text, place: int) -> str | None:
    """What names the cell that begins at `place`: the cell before it (`月薪 | 7800元`), else the head of its column."""
    begin = text.text.rfind("\n", 0, place) + 1
    end = text.text.find("\n", place)
    row = list(_split(text.text[begin : end if end >= 0 else len(text.text)], begin))
    column = next((n for n, (_, start, stop) in enumerate(row) if start <= place < stop), None)
    if column is None:
        return None
    name = row[column - 1][0] if column else ""
    if _NAME.fullmatch(name) and not name.isdigit() and not _VALUE.search(name):
        return name
    return head(text, place)


def head(text: Text, place: int) -> str | None:
    """The head of the column that this place is in."""
    cell = last(text, place)
    return cell.head if cell is not None and place < max(cell.end, cell.start + 1) else None


def last(text: Text, place: int) -> Cell | None:
    """The last cell that begins at this place or before it."""
    known = _cells(text.text)
    number = bisect_right(known, place, key=attrgetter("start"))
    return known[number - 1] if number else None


def rows(text: Text) -> list[list[Cell]]:
    """The rows below the first one of each table."""
    return _rows(text.text)


# Each date and each sum of a document asks for its tables.
@lru_cache(maxsize=8)
def _rows(words: str) -> list[list[Cell]]:
    return list(_read(words))


@lru_cache(maxsize=8)
def _cells(words: str) -> list[Cell]:
    return [cell for row in _rows(words) for cell in row]


def _read(words: str) -> Iterator[list[Cell]]:
    heads: list[str] = []
    above: Decimal | None = None
    place = 0
    commas = False
    spaced: columns.Heads | None = None
    for line in words.splitlines(keepends=True):
        commas = (commas and "," in line) or _COMMAS.fullmatch(line) is not None
        row = list(_split(line, place, ",")) if commas else list(_split(line, place))
        begin, place = place, place + len(line)
        spaced = columns.heads(line) or (spaced if line.strip() else None)
        if spaced and (under := columns.under(spaced, line)):
            yield [
                Cell(content, begin + start, begin + end, head, _worth(head, above, content))
                for head, (content, start, end) in under
            ]
        if len(row) < 2 or (commas and heads and len(row) != len(heads)):
            heads = []
            unit = _UNIT.search(line) if "单位" in line else None
            above = _FACTORS[unit["unit"]] if unit else above if not line.strip() else None
        elif _RULE.fullmatch(line):
            continue
        elif not heads:
            heads = [content for content, _, _ in row]
        else:
            yield [
                Cell(content, start, end, head, _worth(head, above, content))
                for head, (content, start, end) in zip(heads, row, strict=False)
            ]


def _split(line: str, place: int, mark: str | None = None) -> Iterator[tuple[str, int, int]]:
    mark = mark or ("|" if "|" in line else "\t")
    if mark not in line:
        return
    body = line.rstrip("\r\n;；")
    offset = 0
    pieces = body.split(mark)
    for number, piece in enumerate(pieces):
        start = offset + len(piece) - len(piece.lstrip())
        offset += len(piece) + 1
        outside = mark == "|" and number in (0, len(pieces) - 1) and not piece.strip()
        if not outside:
            yield piece.strip(), place + start, place + start + len(piece.strip())


def _worth(head: str, above: Decimal | None, content: str) -> Decimal | None:
    unit = _UNIT.search(head)
    if unit:
        return _FACTORS[unit["unit"]]
    if above is None and _MOVED.search(head) and _TO_THE_FEN.fullmatch(content):
        return Decimal(1)
    if above is None and _MOVED.search(head) and not _COUNTED.search(head) and _ROUND.fullmatch(content):
        return Decimal(1)
    if above is not None and _TO_THE_FEN.fullmatch(content) and not _COUNTED.search(head):
        return above
    return above if above is not None and _MONEY.search(head) and not _COUNTED.search(head) else None
