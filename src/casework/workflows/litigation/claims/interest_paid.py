"""Until when the interest on a loan has been paid, where a paper tells it without the payments (pure)."""

import re
from collections.abc import Sequence
from datetime import date

from casework.workflows.litigation.facts.timeline import Event
from casework.workflows.litigation.text import dates
from casework.workflows.litigation.text.span import Text

_DONE = r"(?:支?付|给付|还|交|结|清偿|履行)(?:了|清|讫|到|至)*"
_UNTIL = re.compile(  # `利息付至2023年2月28日`
    rf"(?:利息|月息|息)[^，。；;\n]{{0,12}}(?:{_DONE})\s*(?:利息)?\s*(?:至|到)\s*$|(?:{_DONE})(?:了)?利息\s*(?:至|到)\s*$|(?<=息)(?:至|到)\s*$"
)
_BEFORE = re.compile(rf"\s*(?:之前|以前|前|止|为止)?的?(?:全部)?利息[^，。；;\n]{{0,6}}(?:{_DONE}|结清|付清)")
_TERM = re.compile(  # `借款期间利息按月付清`
    r"借款期(?:间|限内?|内)?的?利息[^，。；;\n]{0,8}(?:付清|结清|支付完毕|全部支付|全部付|均已支付|已付|已支付)|"
    r"期内利息[^，。；;\n]{0,8}(?:付清|结清|支付完毕|全部支付|已付|已支付)"
)
_NOT = re.compile(r"未(?!偿还本金|归还本金|还本)|没有?付|拒|应|须|判令|请求|之日|付清之|分文")
_DENIED = re.compile(r"答辩")


def until(texts: Sequence[Text], events: list[Event]) -> date | None:
    """The last day whose interest has been paid."""
    found = [day for text in texts if not _DENIED.search(text.text[:40]) for day in _told(text, events)]
    return max(found, default=None)


def _told(text: Text, events: list[Event]) -> list[date]:
    days = []
    for each in dates.find(text):
        if each.precision != "day":
            continue
        begin, end = text.clause(each.span.start, each.span.end)
        before, after = text.text[begin : each.span.start], text.text[each.span.end : end]
        told = _BEFORE.match(after)
        if (_UNTIL.search(before) or told) and not _NOT.search(before + (told[0] if told else "")):
            days.append(each.day)
    due = max((event.day for event in events if event.type == "due"), default=None)
    if due is not None and any(
        not _NOT.search(text.text[slice(*text.clause(*match.span()))]) for match in _TERM.finditer(text.text)
    ):
        days.append(due)
    return days


def of_principal(text: Text, place: int) -> bool:
    """Whether what was paid there was paid on the principal: `归还本金`."""
    return "本金" in text.text[slice(*text.sentence(place, place))]
