"""Where documents contradict each other or themselves (pure)."""

import re
from itertools import combinations

import msgspec

from casework.workflows.litigation.facts import slips
from casework.workflows.litigation.facts.clauses import Terms
from casework.workflows.litigation.facts.parties import Party
from casework.workflows.litigation.facts.timeline import TITLES, Event
from casework.workflows.litigation.ledger.ledger import Ledger
from casework.workflows.litigation.text.money import Amount
from casework.workflows.litigation.text.span import Span, Text

NOTICE = 3  # days
ONCE = ("contract_signing", "acceptance", "employment", "dismissal")  # what happens once in most cases
PRICED = ("contract", "reconciliation", "acceptance")
QUOTING = ("complaint", "arbitration_application", "demand")
_PRICE = re.compile(r"总价|合同价|价款|造价|合同金额|合同总额|总金额|货款总额|租金总额")


_PART = re.compile(r"每一?个?[年月日天季期台]|费(?:用)?[^，。]{0,8}(?:共|合)计")


class Contradiction(msgspec.Struct, frozen=True):
    """Two places that cannot both be right; `kind` says of what sort."""

    message: str
    spans: list[Span]
    kind: str = "other"


def find(
    texts: list[Text], parties: list[Party], events: list[Event], amounts: list[Amount], ledger: Ledger, terms: Terms
) -> list[Contradiction]:
    """All of them."""
    found = [
        Contradiction(
            f"金额大写与小写不一致：{each.capital.value} 与 {each.figures.value}",
            [each.capital.span, each.figures.span],
            "capitals",
        )
        for each in ledger.conflicts
    ]
    if ledger.agreed is False:
        message = f"计算的欠款 {ledger.arrears} 与材料陈述的 {ledger.stated_arrears} 不一致"
        spans = [span for span in (ledger.total_span, ledger.stated_span) if span]
        found.append(Contradiction(message, spans or [entry.span for entry in ledger.entries[:2]], "arrears"))
    found += _totals(texts, amounts)
    found += _payments(ledger)
    renewed = {
        t.id for t in texts if t.kind == "labor_contract" or re.search("补充|变更|续签", re.sub(r"\s", "", t.text[:60]))
    }
    found += _deliveries(texts, events) + _lendings(texts, events)
    found += _days(events, renewed, {text.id: text for text in texts})
    if terms.forum_conflict:
        found.append(Contradiction(f"争议解决约定矛盾：{terms.forum_conflict}", terms.forum_spans, "forum"))
    found += [
        Contradiction(f"{p.name} 的证件号码 {p.number} 校验不通过，请核对", [p.number_span], "identity")
        for p in parties
        if p.number_valid is False and p.number_span
    ]
    found += [
        Contradiction(f"{p.name} 的证件号码记载不一致", [p.number_span, p.other_number], "identity")
        for p in parties
        if p.number_valid and p.number_span and p.other_number
    ]
    return found


def _totals(texts: list[Text], amounts: list[Amount]) -> list[Contradiction]:
    """Two agreements that give the price differently, and a suit or a letter that gives none of theirs."""
    whole = {text.id: text for text in texts}
    highest: dict[str, Amount] = {}
    for amount in amounts:
        document = amount.span.document
        text, held = whole[document], highest.get(document)
        told = amount.label == "total" and text.kind in (*PRICED, *QUOTING)
        clause = text.text[slice(*text.clause(amount.span.start, amount.span.end))]
        replaced = re.search(r"[由从原](?:人民币)?$", text.text[: amount.span.start][-4:]) and re.match(
            r"(?:元)?[^，。；\n]{0,4}(?:改|变更|调|降|修改|增)", text.text[amount.span.end : amount.span.end + 8]
        )
        if (
            replaced
            or re.search(r"暂定|暂估|预估|结算", clause)
            or (text.kind == "contract" and _PART.search(clause) and not _PRICE.search(clause))
            or (text.kind in QUOTING and not _PRICE.search(clause))
        ):
            continue  # a price that is still to be settled, or its settlement; a sum of something else
        if told and (held is None or amount.value > held.value):
            highest[document] = amount
    own = [each for each in highest.values() if whole[each.span.document].kind in PRICED]
    quoted = [each for each in highest.values() if whole[each.span.document].kind in QUOTING]
    apart = [
        *((one, other) for one, other in combinations(own, 2) if one.value != other.value),
        *((own[0], each) for each in quoted if own and each.value not in {one.value for one in own}),
    ]
    return [
        Contradiction(f"总价记载不一致：{one.value} 与 {other.value}", [one.span, other.span], "total")
        for one, other in {frozenset((one.value, other.value)): (one, other) for one, other in apart[::-1]}.values()
    ]


def _payments(ledger: Ledger) -> list[Contradiction]:
    """Two documents that tell of a payment on one day with different sums."""
    return [
        Contradiction(
            f"{one.day} 的付款金额记载不一致：{one.amount} 与 {other.amount}", [one.span, other.span], "payment"
        )
        for other in ledger.disputed
        for one in ledger.entries
        if one.kind == "paid" and one.day == other.day and one.span.document != other.span.document
    ]


def _deliveries(texts: list[Text], events: list[Event]) -> list[Contradiction]:
    """A suit or a letter that tells one delivery of all, on another day than the only record of it."""
    shown = {text.id: text.kind for text in texts}
    told = [e for e in events if e.type == "delivery" and e.precision == "day" and not e.derived]
    kinds = [(each, {shown[span.document] for span in each.spans}) for each in told]
    records = [each for each, of in kinds if of & {"delivery", "acceptance"}]
    stories = [each for each, of in kinds if of <= set(QUOTING)]
    if len(records) != 1 or len(stories) != 1 or len(told) != 2:
        return []
    one, other = records[0], stories[0]
    stages = [re.search(r"发货|发出|发运|启运|装车", each.description) is not None for each in (one, other)]
    if stages[0] != stages[1] or re.search(r"分批|首批|第.批|部分|陆续|余下|其余", one.description + other.description):
        return []
    message = f"{TITLES['delivery']}的日期记载不一致：{one.day} 与 {other.day}"
    return [Contradiction(message, [one.spans[0], other.spans[0]], "day")]


def _lendings(texts: list[Text], events: list[Event]) -> list[Contradiction]:
    """A suit or a letter that tells the only loan on a day that no note and no transfer knows."""
    shown = {text.id: text.kind for text in texts}
    told = [e for e in events if e.precision == "day" and not e.derived]
    lent = [each for each in told if each.type == "loan"]
    stories = [each for each in lent if {shown[span.document] for span in each.spans} <= set(QUOTING)]
    papers = [each for each in lent if each not in stories]
    known = {e.day for e in told if not {shown[span.document] for span in e.spans} <= set(QUOTING)}
    if len(papers) != 1 or len(stories) != 1 or stories[0].day in known:
        return []
    one, other = papers[0], stories[0]
    message = f"{TITLES['loan']}的日期记载不一致：{one.day} 与 {other.day}"
    return [Contradiction(message, [one.spans[0], other.spans[0]], "day")]


def _ends(days: list[Event], shown: dict[str, Text]) -> list[Event]:
    """Of the days that one paper tells of the end of work, the last: before it, it was only announced. A slip of the
    post tells of none."""
    last = {span.document: event.day for event in days for span in event.spans}  # in order of time
    return [
        event
        for event in days
        if any(last[span.document] == event.day and not slips.is_post(shown[span.document]) for span in event.spans)
    ]


def _days(events: list[Event], later: set[str], shown: dict[str, Text]) -> list[Contradiction]:
    """Two documents that give different days for what happens once."""
    found = []
    for kind in ONCE:
        days = [event for event in events if event.type == kind and event.precision == "day" and not event.derived]
        if kind == "dismissal":
            days = _ends(days, shown)
        for one, other in combinations(days, 2):
            apart = {span.document for span in one.spans}.isdisjoint(span.document for span in other.spans)
            notice = any(shown[span.document].kind == "correspondence" for span in one.spans)
            if kind == "dismissal" and notice and (other.day - one.day).days <= NOTICE:
                continue  # on the first day it was told, on the second it took effect
            if apart and not any({span.document for span in each.spans} <= later for each in (one, other)):
                message = f"{TITLES[kind]}的日期记载不一致：{one.day} 与 {other.day}"
                found.append(Contradiction(message, [one.spans[0], other.spans[0]], "day"))
    return found
