"""What was due, what was paid, what is owed: from the words of the documents, never from a guess (pure)."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import msgspec
from msgspec.structs import replace

from casework.workflows.litigation.facts import slips
from casework.workflows.litigation.facts.entry import AGREEMENTS, RECORDS, Days, Entry, clause, lead, sentence
from casework.workflows.litigation.facts.parties import Party
from casework.workflows.litigation.facts.timeline import Event
from casework.workflows.litigation.ledger import (
    account,
    additions,
    lending,
    payments,
    running,
    schedule,
    sorting,
    unpaid,
)
from casework.workflows.litigation.ledger.flows import Flows
from casework.workflows.litigation.text import money
from casework.workflows.litigation.text.money import Amount, AmountConflict
from casework.workflows.litigation.text.span import Span, Text

STATING = ("acknowledgement", "demand", "filing", "arbitration_filing", "judgment")
_INTEREST = re.compile(r"利率|[月年]息|[分厘](?:利|息)|(?<!不计)(?<!不付)(?<!不要)(?<!没有)(?<!无)利息")
_SET_OFF = re.compile(
    r"(?:已|还|付)[^。；\n]{0,12}(?:冲抵|抵充|抵扣|扣除|扣减|抵作|折抵)|(?:冲抵|抵充|抵扣|扣除|扣减)[^。；\n]{0,6}(?:已|还|付)"
)
_CLAIMING = ("complaint", "demand")
_SUED = ("paid", "other", "claimed", "owed")
_ORDERED = ("paid", "owed", "claimed", "loan")


class Ledger(msgspec.Struct):
    """`arrears` is the contract's total less the payments, or what is said to be owed where the total is not known;
    `basis` says which; `agreed` whether both are known and agree. `disputed` are payments that a record of the same day
    tells differently: the record counts. `scheduled` is what the instalments come to in all, `since` the day of the
    account that they pay off: payments until then are not theirs."""

    total: Decimal | None
    paid: Decimal
    arrears: Decimal | None
    stated_arrears: Decimal | None
    basis: str
    agreed: bool | None
    entries: list[Entry]
    conflicts: list[AmountConflict]
    total_span: Span | None = None
    stated_span: Span | None = None
    disputed: list[Entry] = []
    scheduled: Decimal | None = None
    since: date | None = None


def build(
    texts: list[Text],
    amounts: list[Amount],
    events: list[Event],
    kind: str = "contract",
    parties: Sequence[Party] = (),
) -> Ledger:
    """The ledger of the case, drawn up by papers, of which a file may hold several."""
    apart, sums, told, back = sorting.apart(texts, amounts, events)
    book = _build(apart, sums, told, kind, parties)

    def entry(each: Entry) -> Entry:
        return replace(each, span=back(each.span), note=back(each.note) if each.note else None)

    return replace(
        book,
        entries=[entry(each) for each in book.entries],
        disputed=[entry(each) for each in book.disputed],
        conflicts=money.conflicts(amounts),
        total_span=back(book.total_span) if book.total_span else None,
        stated_span=back(book.stated_span) if book.stated_span else None,
    )


def _build(
    texts: list[Text], amounts: list[Amount], events: list[Event], kind: str, parties: Sequence[Party]
) -> Ledger:
    """The ledger of the case; of a loan, what was lent stands in for the price."""
    by_id = {text.id: text for text in texts}
    days = _days(by_id, events)
    flows = Flows(by_id, parties)
    lent = lending.lent(by_id, amounts, events, days, flows) if kind == "loan" else []
    total, total_span = _total(by_id, amounts) if kind == "contract" else (_sum(lent), lent[0].span if lent else None)
    settled, disputed = payments.paid(by_id, amounts, days, kind, flows)
    if kind == "loan" and (since := lending.renewed(by_id, events)):
        settled = [each for each in settled if each.day is None or each.day >= since]
    paid = _sum(settled) or Decimal(0)
    agreed_on = account.last(by_id, amounts, events) if kind == "contract" else None
    runs = running.owed(by_id, amounts, events, agreed_on) if kind == "contract" else None
    if runs is not None:
        agreed_on, dues = runs
        total, total_span = agreed_on.owed, agreed_on.span
    stated = unpaid.stated(by_id, amounts) if kind == "labor" else _stated(by_id, amounts)
    if agreed_on and total is None and by_id[agreed_on.document].kind in account.ORDERING:
        total, total_span = agreed_on.owed, agreed_on.span
    plan = schedule.choose(by_id, amounts, events, total, agreed_on, settled) if kind != "labor" else schedule.NONE
    if agreed_on is not None and runs is not None:
        plan = schedule.Schedule(dues, agreed_on.owed, agreed_on.day)
    agreed: bool | None = None
    arrears: Decimal | None
    if agreed_on is not None:
        told = "所欠各期之和" if runs is not None else "双方或裁判确认的欠款"
        arrears, basis = account.since(agreed_on, settled), f"{told}减去其后的付款"
        claimed = _claimed(by_id, amounts)
        agreed = None if claimed is None else claimed.value in (arrears, _then(claimed, agreed_on, events, settled))
        before = [each for each in settled if agreed_on.day and each.day and each.day <= agreed_on.day]
        if (
            total is not None and before and by_id[agreed_on.document].kind in account.SETTLING
        ):  # so that the payments that led to the account are told
            own = [e for e in settled if e.day is None and e.span.document == agreed_on.document]  # told again
            agreed = agreed is not False and arrears in (total - paid, total - paid + (_sum(own) or 0))
    elif total is not None and (paid > 0 or stated is None):
        arrears, basis = max(Decimal(0), total - paid), "出借本金减去还款" if kind == "loan" else "合同总价减去已付款"
    else:
        arrears = _since(by_id, stated, events, settled)
        basis = "材料中陈述的欠款" if stated is not None else "没有可用的金额"
    if agreed_on is None and stated is not None and total is not None:
        of_principal = sum((e.amount for e in settled if not _interest_only(by_id, e)), Decimal(0))
        bears = kind == "loan" and any(
            t.says(_INTEREST if t.kind in AGREEMENTS else _SET_OFF)
            for t in texts
            if t.kind in (*AGREEMENTS, *_CLAIMING)
        )
        all_of_it = bears and (arrears or 0) <= stated.value <= total  # payments may have gone to interest
        agreed = arrears in (stated.value, _since(by_id, stated, events, settled)) or all_of_it
        agreed = agreed or stated.value == total - of_principal
    if kind == "labor" and stated is not None and by_id[stated.span.document].kind in unpaid.PAPERS:
        wages = unpaid.asked(by_id, amounts)
        agreed = None if wages is None else wages <= stated.value  # less: a part was paid
    if arrears is not None and plan.since is None:
        plan = schedule.of_the_rest(plan, arrears, settled)
    entries = sorted([*lent, *settled, *plan.dues], key=lambda entry: (entry.day or date.max, entry.kind))
    return Ledger(
        total, paid, arrears, stated.value if stated else None, basis, agreed, entries, money.conflicts(amounts),
        total_span, stated.span if stated else None, disputed, plan.whole, plan.since,
    )  # fmt: skip


def _then(claimed: Amount, agreed_on: account.Account, events: list[Event], settled: list[Entry]) -> Decimal:
    """What was left of an account on the day of the paper that claims a sum; all of it where that day is not known."""
    own = [event for event in events if any(span.document == claimed.span.document for span in event.spans)]
    written = max((event.day for event in own if event.type in STATING), default=date.min)
    return account.since(agreed_on, [each for each in settled if each.day is not None and each.day <= written])


def _days(texts: dict[str, Text], events: list[Event]) -> Days:
    """Where each document tells which day on which something may have been paid."""
    days: Days = {}
    for event in events:
        for span in event.spans if not event.derived else ():
            if not slips.is_range(texts[span.document], span.start):
                days.setdefault(span.document, []).append((span.start, span.end, event.day))
    for told in days.values():
        told.sort()
    return days


def _interest_only(texts: dict[str, Text], entry: Entry) -> bool:
    """Whether its words call it interest: it takes nothing off what was lent."""
    words = clause(texts, entry)
    return "息" in words and not re.search(r"本金|本息|还本|借款", words)


def _sum(entries: list[Entry]) -> Decimal | None:
    return sum((entry.amount for entry in entries), Decimal(0)) if entries else None


def _since(texts: dict[str, Text], stated: Amount | None, events: list[Event], payments: list[Entry]) -> Decimal | None:
    """What is left of a debt that was stated on some day, after the payments since; a suit has taken off those that it
    tells of."""
    if stated is None:
        return None
    own = [event for event in events if any(span.document == stated.span.document for span in event.spans)]
    told = [event.day for event in own if event.type in STATING]
    told = told or [event.day for event in own if event.type == "contract_signing"]
    before = [e for e in payments if e.span.document == stated.span.document and e.span.start < stated.span.start]
    taken = {e.day for e in own} if texts[stated.span.document].kind in account.SUITS else set()
    since = max(told, default=date.max)
    open_ = [e for e in payments if e.day is not None and e.day > since and e.day not in taken and e not in before]
    return max(Decimal(0), stated.value - sum(e.amount for e in open_))


def _total(texts: dict[str, Text], amounts: list[Amount]) -> tuple[Decimal | None, Span | None]:
    """The price: what the contract calls its total, a later one that changes it, else its greatest sum that is nothing
    else, else what others call the total."""
    totals = [amount for amount in amounts if amount.label == "total"]
    own = [amount for amount in totals if texts[amount.span.document].kind == "contract"]
    changed = [a for a in own if re.search(r"(?:变更|调整|修改|更改|改)为|以.{0,10}为准", sentence(texts, a))]
    settled = [
        a
        for a in totals
        if re.search(r"结算|审定", clause(texts, a) + lead(texts, a)[-4:] + _title(texts[a.span.document]))
        and texts[a.span.document].kind not in RECORDS
    ]
    unnamed = [
        a
        for a in amounts
        if texts[a.span.document].kind == "contract"
        and a.label in ("other", "paid", "wage")
        and not re.search(r"违约|赔|罚|逾期|迟|[月日]租|[月日]服务费|按[月日天]", clause(texts, a))
        and not re.search(r"每[^，。\s]{0,5}$", texts[a.span.document].text[max(0, a.span.start - 8) : a.span.start])
        and not re.match(r"\s?[每/]", texts[a.span.document].text[a.span.end : a.span.end + 2])
    ]
    told = [a for a in amounts if texts[a.span.document].kind in schedule.NARRATIVES and _is_price(texts, a)]
    others = [a for a in totals if texts[a.span.document].kind not in RECORDS]
    pool = (
        settled[-1:] or changed[-1:] or own or [a for a in unnamed if money.is_capital(a)] or others or unnamed or told
    )
    best = max(pool, key=lambda amount: amount.value, default=None)
    if best is None:
        return None, None
    added = Decimal(0) if best in settled or best in changed else additions.come_to(texts, amounts, best)
    return best.value + added, best.span


def _title(text: Text) -> str:
    return text.text.lstrip()[:24].split("\n")[0] if text.kind in account.SETTLING else ""


def _is_price(texts: dict[str, Text], amount: Amount) -> bool:
    """Whether a story of the case gives it as the price of what was agreed: `签订合同，货款138,000元`."""
    words = clause(texts, amount)
    named = re.search(rf"{money.PRICE}(?:为|是|共|计|约定为)?(?:人民币)?\s*$", words[: words.find(amount.raw)])
    agreed = re.search(r"签订|约定|订立|合同|协议", sentence(texts, amount))
    return bool(named and agreed) and not re.search(r"支付|已付|付了|尚欠|欠", words)


def _claimed(texts: dict[str, Text], amounts: list[Amount]) -> Amount | None:
    """What a side says in its own papers to be owed."""
    own = [a for a in amounts if texts[a.span.document].kind in ("demand", "complaint", "arbitration_application")]
    asked = [a for a in own if account.is_asked(texts[a.span.document], a.span.start) and a.label in _SUED]
    return next(iter(asked), None) or next((a for a in reversed(own) if a.label in ("claimed", "owed")), None)


def _stated(texts: dict[str, Text], amounts: list[Amount]) -> Amount | None:
    """What is said to be owed at last, outside of what was agreed: an acknowledgement before anybody's own words."""
    owed = [
        a for a in amounts if a.label == "owed" and texts[a.span.document].kind not in AGREEMENTS - {"repayment_plan"}
    ]
    judged = [a for a in amounts if texts[a.span.document].kind in account.ORDERING]
    if ordered := account.ordered(texts, [a for a in judged if a.label in _ORDERED]):
        return ordered
    for kinds in ({"reconciliation", "repayment_plan"}, None):
        found = [a for a in owed if kinds is None or texts[a.span.document].kind in kinds]
        if found:
            spoiled = next((each for each in money.conflicts(amounts) if each.figures == found[-1]), None)
            return spoiled.capital if spoiled else found[-1]
    asked = [a for a in amounts if account.is_asked(texts[a.span.document], a.span.start) and a.label in _SUED]
    return next((a for a in [*amounts, *asked] if a.label == "claimed" or a in asked), None)
