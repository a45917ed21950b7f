"""What an agreement makes due when: sums, shares of the total, and the rest (pure)."""

import re
from datetime import date
from decimal import Decimal

from casework.workflows.litigation.money import Amount, rounded
from casework.workflows.litigation.numerals import CHARACTERS, decimal
from casework.workflows.litigation.span import Span, Text
from casework.workflows.litigation.timeline import Event

_PERCENT = re.compile(rf"(?P<n>\d+(?:\.\d+)?)\s*%|百分之(?P<c>[{CHARACTERS}点]+)")
_NO_INSTALMENT = re.compile(r"违约|利率|利息|年化|税率|税点|逾期|质量|合格率|误差|赔偿|定金罚则|折")
_REST = re.compile(
    r"(?:余款|剩余(?:款项|货款|价款|部分|款)?|尾款|其余(?:款项|货款|价款)?|全部(?:货款|价款|款项|余款|报酬|加工费|合同款))"
)


def find(
    text: Text, amounts: list[Amount], events: list[Event], total: Decimal | None
) -> list[tuple[date, Decimal, Span]]:
    """(day, sum, where it stands) of each instalment that has a day in its own sentence."""
    days = sorted(
        (span.start, event.day)
        for event in events
        if event.type in ("due", "payment", "repayment")
        for span in event.spans
        if span.document == text.id
    )
    found = []
    for span, value in _pieces(text, amounts, total):
        begin, end = text.sentence(span.start, span.end)
        near = [(place, day) for place, day in days if begin <= place < end]
        clause = text.clause(span.start, span.end)
        own = [day for place, day in near if clause[0] <= place < clause[1]]
        before = [day for place, day in near if place < span.start]
        if near:
            found.append((own[0] if own else before[-1] if before else near[0][1], value, span))
    return found


def _pieces(text: Text, amounts: list[Amount], total: Decimal | None) -> list[tuple[Span, Decimal]]:
    pieces = []
    for amount in amounts:
        span = amount.span
        if span.document != text.id or amount.label in ("penalty", "fee", "unit_price") or amount.value == total:
            continue
        words = text.text[slice(*text.sentence(span.start, span.end))]
        if not _NO_INSTALMENT.search(text.text[slice(*text.clause(span.start, span.end))]) and re.search(
            r"付|还|清", words
        ):
            pieces.append((span, amount.value))
    for match in _PERCENT.finditer(text.text):
        share = decimal(match["n"] or match["c"])
        span = text.span(*match.span())
        clause = text.text[slice(*text.clause(span.start, span.end))]
        sentence = text.sentence(span.start, span.end)
        told = any(sentence[0] <= each.start < sentence[1] and 0 <= each.start - span.end <= 16 for each, _ in pieces)
        if (
            share
            and total
            and not told
            and re.search(r"付|余款|尾款|质保金", clause)
            and not _NO_INSTALMENT.search(clause)
        ):
            pieces.append((span, rounded(total * share / 100)))
    if total:
        pieces += _rest(text, pieces, total)
    return pieces


def _rest(text: Text, pieces: list[tuple[Span, Decimal]], total: Decimal) -> list[tuple[Span, Decimal]]:
    """The instalment that is only called the rest: the total less the others; none where two are called so."""
    told = sum((value for _, value in pieces), Decimal(0))
    found = []
    for match in _REST.finditer(text.text):
        begin, end = text.clause(*match.span())
        sentence = text.text[slice(*text.sentence(*match.span()))]
        has_sum = any(begin <= span.start < end for span, _ in pieces)
        if not has_sum and re.search(r"付|清", sentence) and not _NO_INSTALMENT.search(text.text[begin:end]):
            found.append((text.span(*match.span()), total - told))
    return found if len(found) == 1 and total > told else []
