"""Double wages for the time without a written contract (pure).

Sources: 劳动合同法 10, 82; 劳动合同法实施条例 6, 7: from the second month on, for eleven months at most.
"""

import re
from datetime import date, timedelta
from decimal import Decimal

from casework.workflows.litigation.claims.claims import Claim
from casework.workflows.litigation.claims.wages import DAYS_OF_PAY
from casework.workflows.litigation.facts.timeline import Event
from casework.workflows.litigation.text.dates import add_months, works
from casework.workflows.litigation.text.money import rounded
from casework.workflows.litigation.text.span import Text

_NONE = re.compile(
    r"(?:未|没有|没|从未|一直未|从没|不(?!再))[^，。；\n]{0,16}?(?:签订|签署|订立|签|补签)(?:过|立|有)?(?:任何)?(?:书面)?(?:的)?(?:劳动|用工|聘用)?合同"
)
_DENIED = re.compile(r"(?:找不到|丢失|遗失)")
_DOUBLE = re.compile(r"[二双两2]\s*倍(?:的)?工资")
_RAN_OUT = re.compile(
    r"(?:到期|期满|届满)[^。；\n]{0,30}?(?:未|没有|没|一直未)[^，。；\n]{0,14}?(?:续签|续订|签订|签|订立)"
)


def is_missing(texts: list[Text]) -> bool:
    """Whether no written contract was ever made, as is said and as the documents bear out."""
    words = "\n".join(text.text for text in texts)
    return bool(_NONE.search(words)) and not any(text.kind == "labor_contract" for text in texts)


def claim(
    texts: list[Text], events: list[Event], start: date, end: date, wage: Decimal, *, missing: bool
) -> Claim | None:
    """What is due beside the wage that was paid; None where a contract was there in time."""
    words = "\n".join(text.text for text in texts)
    signed = _signed(texts, events, start)
    expired = [e.day for e in events if e.type == "expiry" and start < e.day < end]
    if _DOUBLE.search(words) and expired and _RAN_OUT.search(words):
        found = between(max(expired) + timedelta(days=1), end, wage)
    elif missing:
        found = between(start, min(end, signed - timedelta(days=1)) if signed else end, wage)
    elif _DOUBLE.search(words) and signed is not None:
        found = between(start, min(end, signed - timedelta(days=1)), wage)
    else:
        return None
    return found if found.amount > 0 else None


def between(start: date, end: date, wage: Decimal) -> Claim:
    """Of work from `start` to `end`."""
    last = min(end, add_months(start, 12) - timedelta(days=1))
    amount, formula = worth(start, last, wage, later=1)
    return Claim("double_wage", "未签书面劳动合同二倍工资差额", amount, formula, statutes=["lcl-82"])


def worth(start: date, last: date, wage: Decimal, later: int = 0) -> tuple[Decimal, str]:
    """(the wage of the days from so many months after `start`, how it was counted): whole months, then working days at
    a 21.75th each."""
    stop = last + timedelta(days=1)
    whole = 0
    while add_months(start, later + whole + 1) <= stop:
        whole += 1
    day, spare = add_months(start, later + whole), 0
    while day < stop:
        spare += works(day)
        day += timedelta(days=1)
    amount = rounded(wage * whole + wage / DAYS_OF_PAY * spare)
    return amount, f"{wage}×{whole}个月" + (f" + {wage}÷21.75×{spare}天" if spare else "")


def _signed(texts: list[Text], events: list[Event], start: date) -> date | None:
    """The day of the first contract, where it was signed too late."""
    contracts = {text.id for text in texts if text.kind == "labor_contract"}
    days = [
        event.day
        for event in events
        if event.type == "contract_signing"
        and event.precision == "day"
        and (
            any(span.document in contracts for span in event.spans)
            or (re.search(r"(?:劳动|用工|聘用)合同", event.description) and "解除" not in event.description)
        )
    ]
    first = min(days, default=None)
    return first if first is not None and first > add_months(start, 1) else None
