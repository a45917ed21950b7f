"""What a worker can ask for: unpaid wages, compensation by years of service, double wages without a contract (pure).

Sources: 劳动合同法 30, 46, 47, 48, 82, 85, 87; 劳动争议调解仲裁法 27.
"""

import re
from datetime import date, timedelta
from decimal import Decimal

from casework.workflows.litigation import unpaid, wages
from casework.workflows.litigation.claims import Claim, Computed
from casework.workflows.litigation.dates import add_months, works
from casework.workflows.litigation.ledger import Ledger
from casework.workflows.litigation.money import Amount, rounded
from casework.workflows.litigation.span import Text
from casework.workflows.litigation.timeline import Event
from casework.workflows.litigation.wages import DAYS_OF_PAY

_UNLAWFUL = re.compile(
    r"违法解除|违法终止|赔偿金|无故(?:被)?(?:辞退|开除|解除)|(?:无|没有)(?:任何)?(?:正当|合法)?理由.{0,8}(?:辞退|解除|开除)"
)
_NO_CONTRACT = re.compile(
    r"(?:未|没有|没|不|从未|一直未)(?:与[^，。,]{1,14})?(?:签订|签|订立)(?:过|立)?(?:书面)?(?:的)?劳动合同"
)


def compute(texts: list[Text], amounts: list[Amount], ledger: Ledger, events: list[Event], today: date) -> Computed:
    """The claims of a worker."""
    words = "\n".join(text.text for text in texts)
    start = _first(events, "employment") or _first(events, "contract_signing")
    end = _last(events, today, "dismissal") or _last(events, today, "termination")
    paid = wages.find(texts, amounts, events, start, end)
    wage, average = paid.monthly, paid.average
    no_contract = bool(_NO_CONTRACT.search(words)) and not any(text.kind == "labor_contract" for text in texts)
    unlawful = bool(_UNLAWFUL.search(words))
    months = service_months(start, end) if start and end else None
    facts: dict[str, Decimal | bool | None] = {
        "monthly_wage": wage,
        "service_months": months,
        "no_written_contract": no_contract,
        "unlawful_dismissal": unlawful,
        "dismissed": end is not None,
    }
    claims = []
    owed = _unpaid(words, ledger, wage)
    if owed is not None:
        claims.append(owed)
    if months is not None and average is not None and end is not None:
        once = rounded(average * months)
        if unlawful:
            lawful = f"如认定为合法解除，经济补偿 {average}×{months}"
            damages = Claim(
                "damages", "违法解除赔偿金", once * 2, f"{average}×{months}×2", statutes=["lcl-87", "lcl-47"]
            )
            damages.alternative, damages.alternative_formula = once, lawful
            claims.append(damages)
        else:
            claims.append(Claim("compensation", "经济补偿", once, f"{average}×{months}", statutes=["lcl-46", "lcl-47"]))
    if no_contract and start and wage is not None:
        double = _double(start, end or today, wage)
        if double.amount > 0:
            claims.append(double)
    return Computed(claims, facts)


def service_months(start: date, end: date) -> Decimal:
    """Months of pay for the years of service: one a full year, one for six months or more, half for less (art. 47)."""
    last = end + timedelta(days=1)
    whole = (last.year - start.year) * 12 + last.month - start.month - (last.day < start.day)
    years, rest = divmod(whole, 12)
    spare = add_months(start, whole) < last
    part = Decimal(1) if rest >= 6 else Decimal("0.5") if rest > 0 or spare else Decimal(0)
    return Decimal(years) + part


def _double(start: date, end: date, wage: Decimal) -> Claim:
    """Double wages from the second month on, for eleven months at most (art. 82)."""
    begin = add_months(start, 1)
    stop = min(end + timedelta(days=1), add_months(start, 12))
    whole = 0
    while add_months(begin, whole + 1) <= stop:
        whole += 1
    day, spare = add_months(begin, whole), 0
    while day < stop:
        spare += works(day)
        day += timedelta(days=1)
    amount = rounded(wage * whole + wage / DAYS_OF_PAY * spare) if begin < stop else Decimal(0)
    formula = f"{wage}×{whole}个月" + (f" + {wage}÷21.75×{spare}天" if spare else "")
    return Claim("double_wage", "未签书面劳动合同二倍工资差额", amount, formula, statutes=["lcl-82"])


def _unpaid(words: str, ledger: Ledger, wage: Decimal | None) -> Claim | None:
    if ledger.arrears:
        return Claim("wages", "拖欠工资", ledger.arrears, ledger.basis, statutes=["lcl-30"])
    count = unpaid.months(words)
    if count and wage is not None:
        return Claim("wages", "拖欠工资", rounded(wage * count), f"{wage}×{count}个月", statutes=["lcl-30"])
    return None


def _first(events: list[Event], kind: str) -> date | None:
    return min((e.day for e in events if e.type == kind), default=None)


def _last(events: list[Event], today: date, kind: str) -> date | None:
    return max((e.day for e in events if e.type == kind and e.day <= today), default=None)
