"""Pay slips below each other, each headed by its month (pure)."""

# ruff: noqa: E501 - a pattern is read as one

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from casework.workflows.litigation.text.numerals import decimal
from casework.workflows.litigation.text.span import Text

_SLIP = r"(?:工资|薪资|薪酬|薪金)(?:条|单|明细|发放单|结算单)"
_MONTH = r"(?P<y{0}>20\d\d)\s?[年.\-/]\s?(?P<m{0}>\d{{1,2}})(?:\s?月)?(?:份)?"
_HEAD = re.compile(
    rf"(?m)^[^\n\d]{{0,24}}{_MONTH.format(1)}[^\n\d，。]{{0,10}}{_SLIP}|"
    rf"^[^\n\d]{{0,16}}{_SLIP}[^\n\d。]{{0,16}}{_MONTH.format(2)}|"
    rf"^[ \t\u3000]*(?:工资|薪资|发薪|所属)(?:月份|期间|期)[ \t\u3000]*[:：]?[ \t\u3000]*{_MONTH.format(3)}[ \t\u3000]*$"
)
_GROSS = re.compile(
    r"(?:应发|税前|应付)(?:工资|薪资|薪酬)?(?:总额|合计|金额|小计)?[ \t\u3000:：|为（(元）)]*[¥￥]?\s?(?P<n>\d[\d,]*(?:\.\d+)?)(?!\s*[年月日天%])"
)


def months(text: Text) -> Iterator[tuple[date, Decimal]]:
    """The month of each slip with what was due before deductions."""
    for month, begin, end in _slips(text):
        gross = _GROSS.search(text.text, begin, end)
        value = decimal(gross["n"]) if gross else None
        if value:
            yield month, value


def begin(text: Text) -> int:
    """Where the first slip begins, and so all of them; the end of the text where there is none."""
    first = _HEAD.search(text.text)
    return first.start() if first else len(text.text)


def _slips(text: Text) -> list[tuple[date, int, int]]:
    heads = [
        (date(int(year), int(month), 1), match.start())
        for match in _HEAD.finditer(text.text)
        for year, month in [next((match[f"y{n}"], match[f"m{n}"]) for n in "123" if match[f"y{n}"])]
        if 1 <= int(month) <= 12
    ]
    ends = [*(start for _, start in heads), len(text.text)][1:]
    return [(month, start, end) for (month, start), end in zip(heads, ends, strict=True)]
