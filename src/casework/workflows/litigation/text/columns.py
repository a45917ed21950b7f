"""Tables whose columns only blanks part: which head a cell stands under, where some cells of its row are empty (pure)."""

import re
from functools import cache

Piece = tuple[str, int, int]  # what stands there, and from where to where in the line
_WIDE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_PIECE = re.compile(r"\S+(?: \S+)*")
_GAP = re.compile(r"\S(?:[ \u3000]{2,}|\u3000)\S")
_HEAD = re.compile(r"日期|时间|交易日|月份|序号")
_SUMS = re.compile(r"金额|发生额|收入|支出|借方|贷方|转入|转出|存入|工资|应发|实发|余额|款")
_DATE = re.compile(r"(?:\d{4}[-/.年]\d{1,2}(?:[-/.月]\d{1,2}日?)?|\d{8})(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?月?")
_SUM = re.compile(r"[+\-¥￥]?\s?\d[\d,]*(?:\.\d{1,2})?元?")
UNLIKE = 60  # columns that a cell may rather be moved than stand under a head of another sort


def pieces(line: str) -> list[Piece]:
    """What two blanks or more part."""
    return [(match[0], match.start(), match.end()) for match in _PIECE.finditer(line)]


def heads(line: str) -> list[Piece]:
    """The names of the columns with their place in columns of print, where the line is only such; else none."""
    found = [(name, _width(line[:start]), _width(line[:end])) for name, start, end in pieces(line)]
    named = len(found) > 2 and not re.search(r"[\d，。；:：|\t]", line) and _GAP.search(line)
    return found if named and _HEAD.search(line) and _SUMS.search(line) else []


def under(names: list[Piece], line: str) -> list[tuple[str, Piece]]:
    """(the head, the cell) of a row of such a table; nothing for a line that is none of its rows."""
    row = pieces(line)
    if not 2 <= len(row) <= len(names) or not _GAP.search(line):
        return []
    if len(row) == len(names):
        return [(name, cell) for (name, _, _), cell in zip(names, row, strict=True)]
    sides = [_width(line[:start]) for _, start, _ in row]
    ends = [_width(line[:end]) for _, _, end in row]

    @cache
    def best(cell: int, head: int) -> tuple[int, tuple[int, ...]]:
        """The least cost of the cells from here under the heads from here, and the heads."""
        if cell == len(row):
            return 0, ()
        if len(row) - cell > len(names) - head:
            return 10**9, ()
        name, top, end = names[head]
        apart = min(abs(sides[cell] - top), abs(ends[cell] - end))
        taken, others = best(cell + 1, head + 1)
        here = (apart + _unlike(name, row[cell][0]) + taken, (head, *others))
        return min(here, best(cell, head + 1))

    _, chosen = best(0, 0)
    return [(names[number][0], cell) for number, cell in zip(chosen, row, strict=True)]


def _width(text: str) -> int:
    """In columns of print: a Chinese character takes two."""
    return len(text) + len(_WIDE.findall(text))


def _unlike(head: str, content: str) -> int:
    """What it costs to have such a cell below such a head."""
    if _HEAD.search(head) and "序号" not in head:
        return 0 if _DATE.fullmatch(content) else UNLIKE
    if _SUMS.search(head):
        return 0 if _SUM.fullmatch(content) else UNLIKE
    return UNLIKE if _DATE.fullmatch(content) or re.fullmatch(r"[\d,]+\.\d{2}", content) else 0
