"""Sums that are told once for several payments: the same on each of listed days, or month by month (pure)."""

import re
from datetime import date

from casework.workflows.litigation.facts.entry import Days
from casework.workflows.litigation.text.dates import valid
from casework.workflows.litigation.text.money import Amount
from casework.workflows.litigation.text.span import Text

_PAY = r"(?:归还|偿还|还款?|支付|付款?|转账?|打款?|汇款?|存|给)"
_OF = r"(?:本金|利息|借款|货款|租金|工程款|服务费|款项?|本息)?"
_EACH = re.compile(
    rf"(?:各|每次|每笔|每回|均|都)(?:又|再|向[^，,。；;\n]{{1,8}})?{_PAY}?(?:了|给)?{_OF}(?:人民币|现金)?\s*$"
)
_PAID = re.compile(rf"{_PAY}|到账|收到")
_TO_COME = re.compile(r"应(?!付|收)|须|约定|要求|(?<!申)请|计划|承诺|同意|判令|未(?!付清|还清|结清)|分期")
_MONTHLY = re.compile(
    r"(?P<y>20\d\d)年(?P<m>\d{1,2})月(?:份|\d{1,2}[日号])?(?:起|开始)?[，,]?"
    r"(?:[至到—\-](?:(?P<y2>20\d\d)年)?(?P<m2>\d{1,2})月(?:份|底|\d{1,2}[日号])?(?:止|间|期间)?)?[^。；;\n\d]{0,14}?"
    rf"每(?:个)?月(?P<d>\d{{1,2}})[日号][^。；;，,\n\d]{{0,10}}?{_PAY}[^。；;，,\n\d]{{0,10}}$"
)
_UNTIL = re.compile(rf"(?:元|块)?[^。；;\n\d]{{0,10}}(?:{_PAY}|一直)(?:到|至)了?(?:(?P<y>20\d\d)年)?(?P<m>\d{{1,2}})月")
MOST = 120  # months


def days(text: Text, amount: Amount, told: Days) -> list[date]:
    """The days on each of which this sum was paid; empty where it is told of one day alone."""
    begin, end = text.sentence(amount.span.start, amount.span.end)
    before = text.text[begin : amount.span.start]
    if _TO_COME.search(before) or not _PAID.search(text.text, begin, end):
        return []
    if _EACH.search(before):
        own = [each for each in told.get(text.id, []) if begin <= each[0] < end]
        return _listed(text, own)
    return _monthly(text, amount, before)


def _listed(text: Text, own: list[tuple[int, int, date]]) -> list[date]:
    """Of the dates of a sentence those that stand in one list."""
    run: list[tuple[int, int, date]] = []
    for each in own:
        if run and not re.fullmatch(r"\s*[、，,和及与]\s*", text.text[run[-1][1] : each[0]]):
            if len(run) > 1:
                break
            run = []
        run.append(each)
    return [day for _, _, day in run] if len(run) > 1 else []


def _monthly(text: Text, amount: Amount, before: str) -> list[date]:
    match = _MONTHLY.search(before)
    if match is None:
        return []
    year, first, year2, last = match["y"], match["m"], match["y2"], match["m2"]
    if last is None:
        if (after := _UNTIL.match(text.text, amount.span.end)) is None:
            return []
        year2, last = after["y"], after["m"]
    months = [divmod(n, 12) for n in range(int(year) * 12 + int(first) - 1, int(year2 or year) * 12 + int(last))]
    found = [(year, month + 1, int(match["d"])) for year, month in months[:MOST]]
    return [date(*each) for each in found if valid(*each)]
