"""A line of the ledger, and what stands round a sum in its document: clause, sentence, row, day (pure)."""

import re
from bisect import bisect_left
from datetime import date
from decimal import Decimal

import msgspec

from casework.workflows.litigation.text import money
from casework.workflows.litigation.text.money import Amount
from casework.workflows.litigation.text.span import REACH, Span, Text

Texts = dict[str, Text]
Days = dict[str, list[tuple[int, int, date]]]  # of each document: where a date stands, and which
AGREEMENTS = {"contract", "iou", "loan_contract", "repayment_plan"}
RECORDS = {"payment", "bank"}
SUM = re.compile(r"(?:至此|合计|共计|累计|总计|共|总共|合共)[^，,。；;]{0,12}$|(?:先后|陆续)[^，,。；;日号]{0,12}$")
_APART = re.compile(r"\n[ \t\u3000]*\n|\n(?=[（(【]?第?[一二三四五六七八九十]{1,2}[、）)】])")  # or a new number
_AND = re.compile(r"\s*[、和及与]\s*(?:人民币)?")

NAMES = re.compile(  # the day by which a paper is called: `归还2022年3月1日借条项下借款`
    r"\s*(?:的|所|出具的?|签订的?|书写的?)?\s*(?:那[张笔]|该)?(?:《?借款(?:合同|协议)|借条|借据|欠条|所借|借的)"
)


class Entry(msgspec.Struct, frozen=True):
    """A sum that was paid (`paid`), became due (`due`) or was lent (`lent`)."""

    day: date | None
    kind: str
    amount: Decimal
    span: Span
    note: Span | None = None  # of what was lent: where the note says so


def clause(texts: Texts, amount: "Amount | Entry") -> str:
    """The words between the sentence marks round it."""
    text = texts[amount.span.document]
    return text.text[slice(*text.clause(amount.span.start, amount.span.end))]


def row(texts: Texts, amount: "Amount | Entry") -> str:
    """The row of the table that it stands in; empty outside of tables."""
    line = sentence(texts, amount)
    return line if "|" in line or "\t" in line else ""


def lead(texts: Texts, amount: "Amount | Entry") -> str:
    """The few words before it."""
    return texts[amount.span.document].text[max(0, amount.span.start - 24) : amount.span.start]


def sentence(texts: Texts, amount: "Amount | Entry") -> str:
    """Its whole sentence."""
    text = texts[amount.span.document]
    return text.text[slice(*text.sentence(amount.span.start, amount.span.end))]


def day_of(texts: dict[str, Text], amount: Amount, days: Days) -> date | None:
    """The date of the amount's own sentence that stands nearest before it; of a slip, the only one it has."""
    text = texts[amount.span.document]
    begin, end = text.sentence(amount.span.start, amount.span.end)
    told = [each for each in days.get(text.id, []) if not NAMES.match(text.text, each[1])]
    near = told[bisect_left(told, begin, key=_place) : bisect_left(told, end, key=_place)]
    if not near and text.kind == "correspondence":
        said = told[: bisect_left(told, begin, key=_place)]
        return said[-1][2] if said else None
    if not near and text.kind in RECORDS | {"iou"}:
        line = [day for place, _, day in told if end <= place and "\n" not in text.text[end:place]]
        if line:
            return line[0]
    if not near:
        if text.kind not in RECORDS | {"iou"}:
            return None
        begin, end = (bisect_left(told, place, key=_place) for place in _block(text, amount.span.start))
        own = {day for _, _, day in told[begin:end][:9]}
        only = own if len(own) == 1 else {day for _, _, day in told[:9]}
        return only.pop() if len(only) == 1 else _of_its_slip(text, amount, told)
    listed = _in_list(text, amount, near) if len(near) > 1 else None
    before = [day for place, _, day in near if place < amount.span.start]
    return listed or (before[-1] if before else near[0][2])


def _block(text: Text, place: int) -> tuple[int, int]:
    """The lines round this place, until an empty one or a number of its own."""
    above = max(
        (m.end() for m in _APART.finditer(text.text, max(0, place - REACH), place)), default=max(0, place - REACH)
    )
    below = _APART.search(text.text, place, place + REACH)
    return above, below.start() if below else min(len(text.text), place + REACH)


def _of_its_slip(text: Text, amount: Amount, told: list[tuple[int, int, date]]) -> date | None:
    """Of slips below each other, each with its day before or behind its sums, the day of this one."""
    if not told:
        return None
    head = Text(text.id, text.name, text.text[max(0, told[0][0] - REACH) : told[0][0]], [0])
    if money.find(head):  # `今收到3万元。2023年3月15日`
        return next((day for place, _, day in told if place > amount.span.start), None)
    return next((day for place, _, day in reversed(told) if place < amount.span.start), None)


def _place(told: tuple[int, int, date]) -> int:
    return told[0]


def _in_list(text: Text, amount: Amount, days: list[tuple[int, int, date]]) -> date | None:
    """The day at the same place of a list: `分别于3月5日、9月10日借款15万元、20万元`."""
    begin, end = text.sentence(amount.span.start, amount.span.end)
    own = Text(text.id, text.name, text.text[begin:end], [0])
    sums = _run([(begin + a.span.start, begin + a.span.end) for a in money.find(own)], text)
    mine = next((run for run in sums if any(start == amount.span.start for start, _ in run)), [])
    for run in _run([(start, stop) for start, stop, _ in days], text):
        if len(run) == len(mine) > 1:
            place = [start for start, _ in mine].index(amount.span.start)
            return next(day for start, _, day in days if start == run[place][0])
    return None


def _run(places: list[tuple[int, int]], text: Text) -> list[list[tuple[int, int]]]:
    """Places that only `、` or `和` parts, together."""
    found: list[list[tuple[int, int]]] = []
    for start, end in places:
        if found and _AND.fullmatch(text.text, found[-1][-1][1], start):
            found[-1].append((start, end))
        else:
            found.append([(start, end)])
    return found
