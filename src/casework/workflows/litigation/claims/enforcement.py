"""What is owed under a judgment or an award: the money it orders, and the doubled part of the interest on it (pure).

Sources: 民事诉讼法 264; 法释〔2014〕8号 art. 1 (0.0175 % a day on the money ordered, without general interest), 2
(from the end of the time for performance, of each instalment by itself), 4 (what is paid settles the debt first).
"""

import re
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from casework.workflows.litigation import law
from casework.workflows.litigation.claims.claims import Claim, Computed
from casework.workflows.litigation.facts.timeline import Event
from casework.workflows.litigation.ledger.arrears import stretches
from casework.workflows.litigation.ledger.ledger import Ledger
from casework.workflows.litigation.text import dates
from casework.workflows.litigation.text.money import Amount, rounded
from casework.workflows.litigation.text.numerals import CHARACTERS, integer
from casework.workflows.litigation.text.span import Text

INSTRUMENTS = ("judgment", "award")
_OPERATIVE = re.compile(r"(?:判决|裁定|裁决|协议)如下")
_ORDER = re.compile(r"支付|返还|偿还|给付|归还|清偿|付清|赔偿")
_OTHER = re.compile(r"驳回|受理费|诉讼费|保全费|仲裁费|公告费|鉴定费|加倍支付")
_NO_DEBT = re.compile(r"(?:利息|以|按|基数|计算)[^，,、]{0,8}$")
_EFFECT = re.compile(rf"生效之日起\s*(?P<n>\d{{1,3}}|[{CHARACTERS}]{{1,4}})\s*[日天]内")
_TAKES_EFFECT = re.compile(r"^\s*(?:起)?(?:发生法律效力|生效)")


class Ordered(msgspec.Struct, frozen=True):
    """Money that is to be paid, by a day where that is known."""

    amount: Decimal
    due: date | None


def compute(
    computed: Computed, texts: list[Text], amounts: list[Amount], events: list[Event], ledger: Ledger, today: date
) -> Computed:
    """The claims that an instrument gives, in place of those that it has settled; as they are where there is none."""
    instrument = next((text for text in reversed(texts) if text.kind in INSTRUMENTS), None)
    found = _ordered(instrument, amounts, _effect(texts)) if instrument else []
    if instrument is None or not found:
        return computed
    made = max((each.day for each in events if each.type == "judgment" and each.day <= today), default=date.min)
    paid = [(e.day, e.amount) for e in ledger.entries if e.kind == "paid" and e.day is not None and e.day > made]
    total, settled = sum((each.amount for each in found), Decimal(0)), sum((value for _, value in paid), Decimal(0))
    claims = []
    if total > settled:
        said = f"文书确定 {total}" + (f" － 其后已付 {settled}" if settled else "")
        claims.append(Claim("principal", "生效文书确定的未履行款项", total - settled, said, statutes=["cpl-250"]))
    warnings = list(computed.warnings)
    dues = [(each.due, each.amount) for each in found if each.due is not None]
    if len(dues) < len(found):
        warnings.append("有的款项的履行期限自文书生效之日起算而生效日不在材料中，其加倍部分债务利息未计算")
    late, rate = stretches(dues, paid, today) if len(dues) == len(found) else [], law.caps().delay_daily
    if late:
        doubled = sum((rounded(each.amount * rate * each.days) for each in late), Decimal(0))
        formula = " + ".join(f"{each.amount}×{rate.normalize():f}×{each.days}天" for each in late)
        claims.append(
            Claim("delay", "加倍部分债务利息", doubled, f"{formula}，计算至 {today}", statutes=["cpl-264", "delay-1"])
        )
    if "利息" in _operative(instrument)[1].split("加倍支付")[0]:
        warnings.append("文书确定的一般债务利息按其主文另行计算，未计入请求")
    return Computed(claims, computed.facts, warnings)


def _operative(text: Text) -> tuple[int, str]:
    """Where the part that orders something begins, and the part."""
    begun = _OPERATIVE.search(text.text)
    return (begun.end(), text.text[begun.end() :]) if begun else (len(text.text), "")


def _ordered(text: Text, amounts: list[Amount], effect: date | None) -> list[Ordered]:
    """The first sum of each order that is a debt, and no base of interest or cost."""
    start, part = _operative(text)
    days, found = dates.find(text), []
    for sentence in re.finditer(r"[^。；;\n]+", part):
        if not _ORDER.search(sentence[0]) or _OTHER.search(sentence[0]):
            continue
        begin, end = start + sentence.start(), start + sentence.end()
        here = [a for a in amounts if a.span.document == text.id and begin <= a.span.start < end]
        debts = [a for a in here if not _NO_DEBT.search(text.text[begin : a.span.start])]
        if not debts:
            continue
        named = [each.day for each in days if begin <= each.span.start < debts[0].span.start]
        found.append(Ordered(debts[0].value, named[-1] if named else _after(sentence[0], effect)))
    return found


def _after(words: str, effect: date | None) -> date | None:
    """The last day of a time that runs from the day of effect."""
    term = _EFFECT.search(words)
    count = integer(term["n"]) if term else None
    return dates.rolled(effect + timedelta(days=count)) if effect and count else None


def _effect(texts: list[Text]) -> date | None:
    """The day of effect, where a document or our own words tell it."""
    found = []
    for text in texts:
        for each in dates.find(text):
            before, behind = text.text[max(0, each.span.start - 8) : each.span.start], text.text[each.span.end :][:10]
            if _TAKES_EFFECT.search(behind) or re.search(r"生效(?:日期|时间|日)?\s*[:：为是于]\s*$", before):
                found.append(each.day)
    return max(found, default=None)
