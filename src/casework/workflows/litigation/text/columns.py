"""Tables whose columns only blanks part: which head each cell of a row stands under, of which some are empty (pure)."""

import re
from functools import cache

import msgspec

from casework.workflows.reading.lines import width

Piece = tuple[str, int, int]  # what stands there, and from where to where in the line
_WIDELY, _NARROWLY = re.compile(r"\S+(?: \S+)*"), re.compile(r"\S+")
_NAME = re.compile(
    r"^(?:序号|编号|姓名|班组|部门|岗位|摘要|用途|备注|附言|方式|签名|签字|凭证|说明|币种|状态|类型|收支|出勤|天数)|日期|时间|月份|交易日|户名|账号|"
    r"金额|额$|收入|支出|借方|贷方|转入|转出|存入|工资|应发|实发|扣|社保|个税|余额|款|付款人|收款人|对方|合计|小计|奖|补贴"
)
_HEAD = re.compile(r"日期|时间|交易日|月份|序号")
_SUMS = re.compile(r"金额|发生额|收入|支出|借方|贷方|转入|转出|存入|工资|应发|实发|余额|款")
_DATE = re.compile(r"(?:\d{4}[-/.年]\d{1,2}(?:[-/.月]\d{1,2}日?)?|\d{8})(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?月?")
_SUM = re.compile(r"[+\-¥￥]?\s?\d[\d,]*(?:\.\d{1,2})?元?")
MOST = 24  # columns of a table; a line of more names is no head
UNLIKE = 60  # columns that a cell may rather be moved than stand under a head of another sort


class Heads(msgspec.Struct, frozen=True):
    """The names of the columns with their place in columns of print; `gap` parts them."""

    names: list[Piece]
    gap: re.Pattern[str]


def heads(line: str) -> Heads | None:
    """The heads of a table, where the line is only such."""
    if re.search(r"[\d，。；:：|\t]", line) or not _HEAD.search(line) or not _SUMS.search(line):
        return None
    for gap in (_WIDELY, _NARROWLY):
        found = [(name, width(line[:start]), width(line[:end])) for name, start, end in _pieces(line, gap)]
        if 2 < len(found) <= MOST and (gap is _WIDELY or all(_NAME.search(name) for name, _, _ in found)):
            return Heads(found, gap)
    return None


def under(table: Heads, line: str) -> list[tuple[str, Piece]]:
    """(the head, the cell) of a row of such a table; nothing for a line that is none of its rows."""
    names, row = table.names, _pieces(line, table.gap)
    if len(row) < 2:  # the head is set wider than its rows
        row = _pieces(line, _NARROWLY)
    sums = [content for content, _, _ in row[1:] if _SUM.fullmatch(content)]
    if not 2 <= len(row) <= len(names) or not sums:
        return []
    if len(row) == len(names):
        return [(name, cell) for (name, _, _), cell in zip(names, row, strict=True)]
    sides = [width(line[:start]) for _, start, _ in row]
    ends = [width(line[:end]) for _, _, end in row]

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


def _pieces(line: str, gap: re.Pattern[str]) -> list[Piece]:
    return [(match[0], match.start(), match.end()) for match in gap.finditer(line)]


def _unlike(head: str, content: str) -> int:
    """What it costs to have such a cell below such a head."""
    if _HEAD.search(head) and "序号" not in head:
        return 0 if _DATE.fullmatch(content) else UNLIKE
    if _SUMS.search(head):
        return 0 if _SUM.fullmatch(content) else UNLIKE
    return UNLIKE if _DATE.fullmatch(content) or re.fullmatch(r"[\d,]+\.\d{2}", content) else 0
