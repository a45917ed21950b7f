"""What both sides or a court have settled as owed on some day: an account, a settlement, an order (pure)."""

import re
from datetime import date
from decimal import Decimal

import msgspec

from casework.workflows.litigation.facts.entry import Entry, clause, sentence
from casework.workflows.litigation.facts.timeline import Event
from casework.workflows.litigation.text import money
from casework.workflows.litigation.text.money import Amount
from casework.workflows.litigation.text.span import Span, Text

SETTLING = {"reconciliation", "repayment_plan"}
ORDERING = {"judgment", "award"}
_ORDERED = re.compile(r"(?:被告|被申请人|判决|裁决|应).{0,40}(?:支付|给付|归还|偿还|返还)")
_DECISION = re.compile(r"(?:判决|裁决|裁定)如下|达成(?:如下|以下)?[^，。\n]{0,6}协议")
SUITS = ("complaint", "arbitration_application")
_ASKED = re.compile(r"(?:诉讼|仲裁|上诉)请求|请求事项")
_TOLD = re.compile(r"事\s*实")
_LEFT = re.compile(r"尚|仍|还(?:欠|有|差|剩)|现欠|未付|未结|净欠|余额|欠")
_OTHERS = re.compile(r"另案|另[一外有行]|其他合同|无关|不属于?本|非本合同|个人借款|往年")
_THIS = re.compile(r"(?:本|该|涉案|案涉|上述|前述)(?:份|次|项|批)?(?:合同|协议|订单|工程|项目)")
_PIECE = re.compile(r"剩余|余款|余下|其余|尾款|第.期|分期|每期")


class Account(msgspec.Struct, frozen=True):
    """`owed` on `day`, of which `document` tells; what is paid later comes off it."""

    document: str
    day: date | None
    owed: Decimal
    span: Span


def last(texts: dict[str, Text], amounts: list[Amount], events: list[Event]) -> Account | None:
    """The one that counts: a court's order before a settlement, of several the latest."""
    for kinds, choose in ((ORDERING, ordered), (SETTLING, _owed)):
        found = []
        for text in texts.values():
            own = [a for a in amounts if a.span.document == text.id]
            best = choose(texts, own) if text.kind in kinds else None
            if best is not None:
                found.append(Account(text.id, _day(text, events), best.value, best.span))
        if found:
            return max(found, key=lambda each: each.day or date.min)
    return None


def left(texts: dict[str, Text], amounts: list[Amount], text: Text) -> Decimal | None:
    """What this account says is left."""
    best = _owed(texts, [a for a in amounts if a.span.document == text.id]) if text.kind in SETTLING else None
    return best.value if best else None


def _day(text: Text, events: list[Event]) -> date | None:
    """The day on which the document was made: of its judgment or its signatures."""
    for kinds in ({"judgment", "acknowledgement"}, {"contract_signing"}):
        days = [e.day for e in events if e.type in kinds and any(span.document == text.id for span in e.spans)]
        if days:
            return max(days)
    told = [e.day for e in events if e.type == "other" and any(span.document == text.id for span in e.spans)]
    return max(told, default=None)


def ordered(texts: dict[str, Text], amounts: list[Amount]) -> Amount | None:
    """What a court has ordered to be paid."""
    orders = [
        a
        for a in amounts
        if a.label not in ("penalty", "fee", "interest") and _ORDERED.search(sentence(texts, a)[: _reach(texts, a)])
    ]
    decided = [a for a in orders if is_decided(texts[a.span.document], a.span.start)]
    judged = any(_DECISION.search(texts[a.span.document].text) for a in amounts)
    found = decided or ([] if judged else orders)  # a claim that was dismissed orders nothing
    first = next(iter(found), None)
    parts = [a for a in found if first is not None and a.span.document == first.span.document]
    for number, each in enumerate(parts[1:], 1):
        if each.value == sum(
            a.value for a in parts[:number]
        ):  # `9月30日前支付15万元，12月31日前支付12万元，共计27万元`
            return each
    return first


def is_asked(text: Text, place: int) -> bool:
    """Whether what stands there is asked of the court, and not told of the case."""
    heads = list(_ASKED.finditer(text.text, 0, place)) if text.kind in SUITS else []
    return bool(heads) and _TOLD.search(text.text, heads[-1].end(), place) is None


def _reach(texts: dict[str, Text], amount: Amount) -> int:
    text = texts[amount.span.document]
    return amount.span.end - text.sentence(amount.span.start, amount.span.end)[0]


def is_decided(text: Text, place: int) -> bool:
    """Whether what stands there is a court's order, no longer its story of the case."""
    return text.kind in ORDERING and _DECISION.search(text.text, 0, place) is not None


def _owed(texts: dict[str, Text], amounts: list[Amount]) -> Amount | None:
    """The sum left: the one that is the difference of two others, else the one that is called what is still owed."""
    if any(_OTHERS.search(clause(texts, a)) for a in amounts):  # several debts in one account
        amounts = [a for a in amounts if not _OTHERS.search(clause(texts, a))]
        if mine := [a for a in amounts if _THIS.search(clause(texts, a)) and a.label in ("owed", "other", "paid")]:
            return mine[-1]
    named = [a for a in amounts if a.label == "owed"]
    values = {a.value for a in amounts if a.label not in ("penalty", "fee", "unit_price")}
    whole = [a for a in named if not _PIECE.search(clause(texts, a))] or named
    balance = [a for a in whole if any(a.value + each in values and each != a.value for each in values)]
    left = [a for a in whole if _LEFT.search(clause(texts, a))]
    best = next(iter([*balance[-1:], *left[-1:], *whole[-1:]]), None)
    spoiled = next((each for each in money.conflicts(amounts) if each.figures == best), None)
    return spoiled.capital if spoiled else best


def since(account: Account, payments: list[Entry]) -> Decimal:
    """What is left of it after what was paid later."""
    day = account.day or date.max
    own = [each for each in payments if each.span.document != account.document]
    return max(Decimal(0), account.owed - sum(each.amount for each in own if each.day is not None and each.day > day))
