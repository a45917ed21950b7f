"""What a worker can ask for: unpaid wages, compensation by years of service, double wages without a contract (pure).

Sources: 劳动合同法 30, 46, 47, 48, 82, 85, 87; 劳动争议调解仲裁法 27.
"""

from datetime import date, timedelta
from decimal import Decimal

from casework.workflows.litigation.claims import double_wage, wages
from casework.workflows.litigation.claims.claims import Claim, Computed
from casework.workflows.litigation.claims.wages import Wages
from casework.workflows.litigation.facts import grounds, work
from casework.workflows.litigation.facts.timeline import Event
from casework.workflows.litigation.ledger import owing, unpaid
from casework.workflows.litigation.ledger.ledger import Ledger
from casework.workflows.litigation.text.dates import add_months
from casework.workflows.litigation.text.money import Amount, rounded
from casework.workflows.litigation.text.span import Text

_ORDERING = {"award", "judgment", "labor_contract"}
YEARS = 12  # of service, where the cap counts


def compute(texts: list[Text], amounts: list[Amount], ledger: Ledger, events: list[Event], today: date) -> Computed:
    """The claims of a worker."""
    start = _first(events, "employment") or _first(events, "contract_signing")
    end = _end(texts, events, today)
    paid = wages.find(texts, amounts, events, start, end)
    wage, average = paid.monthly, paid.average
    no_contract = double_wage.is_missing(texts)
    due, unlawful = grounds.due(texts)
    months = service_months(start, end) if start and end else None
    facts: dict[str, Decimal | bool | None] = {
        "monthly_wage": wage,
        "service_months": months,
        "no_written_contract": no_contract,
        "unlawful_dismissal": unlawful,
        "dismissed": end is not None,
    }
    claims = []
    owed = _unpaid(texts, amounts, ledger, wage, end)
    if owed is not None:
        claims.append(owed)
    if months is not None and average is not None and end is not None and due != "nothing":
        claims.append(_ended(paid, months, unlawful=unlawful))
    if start and wage is not None:
        double = double_wage.claim(texts, events, start, end or today, wage, missing=no_contract)
        if double is not None:
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


def _ended(paid: Wages, months: Decimal, *, unlawful: bool) -> Claim:
    """Compensation by years of service, twice that where the end was unlawful; capped by a local average."""
    average = paid.average or Decimal(0)
    if paid.local is not None and average > (most := rounded(paid.local * wages.CAP)):
        average, months = most, min(months, Decimal(YEARS))
    base = paid.basis if paid.basis and average == paid.average else f"{average}"
    once = rounded(average * months)
    if not unlawful:
        return Claim("compensation", "经济补偿", once, f"{base}×{months}", statutes=["lcl-46", "lcl-47"])
    twice = rounded(average * months * 2)
    damages = Claim("damages", "违法解除赔偿金", twice, f"{base}×{months}×2", statutes=["lcl-87", "lcl-47"])
    damages.alternative, damages.alternative_formula = once, f"如认定为合法解除，经济补偿 {base}×{months}"
    return damages


def _unpaid(
    texts: list[Text], amounts: list[Amount], ledger: Ledger, wage: Decimal | None, end: date | None
) -> Claim | None:
    """Owed wages; never more than is asked for: what was paid before has then been taken off."""
    words = "\n".join(text.text for text in texts)
    found = ledger.arrears, ledger.basis
    stated = ledger.stated_span
    told = [t for t in texts if (t.id == stated.document if stated else True) and t.kind not in _ORDERING]
    asked = stated is not None and any(
        place[0] <= stated.start < place[1] for text in told if (place := grounds.requests(text))
    )
    by_month = [] if asked else next((each for text in told if (each := owing.pieces(text, wage))), [])
    account = any(t.kind in ("reconciliation", "repayment_plan") for t in told) and ledger.arrears
    if by_month and (not account or (len(by_month) > 1 and ledger.stated_arrears in by_month)):
        later = (ledger.stated_arrears or Decimal(0)) - (ledger.arrears or Decimal(0))
        found = (
            max(Decimal(0), sum(by_month, -later)),
            "+".join(f"{each.normalize():f}" for each in by_month).replace("+-", "-"),
        )
    elif not ledger.arrears and not ledger.stated_arrears and wage is not None:
        count, days, since = unpaid.months(words), unpaid.stretch(words), owing.since(words)
        if count:
            found = rounded(wage * count), f"{wage}×{count}个月"
        elif days or (since and end and since < end):
            found = double_wage.worth(*(days or (since or date.min, end or date.min)), wage)
    limit = unpaid.asked({text.id: text for text in texts}, amounts)
    if found[0] and limit is not None and limit < found[0]:
        found = limit, "仲裁或诉讼请求的数额"
    if not found[0]:
        return None
    return Claim("wages", "拖欠工资", found[0], found[1], statutes=["lcl-30"])


def _first(events: list[Event], kind: str) -> date | None:
    return min((e.day for e in events if e.type == kind), default=None)


def _end(texts: list[Text], events: list[Event], today: date) -> date | None:
    """The last day on which work is said to end; where a paper tells that day, those on which it was only signed, sent
    or received are none, unless it was to take effect when it arrived."""
    by_id = {text.id: text for text in texts}
    for kind in ("dismissal", "termination"):
        ends = [e for e in events if e.type == kind and e.day <= today]
        told = [e for e in ends if any(work.says_end(by_id[s.document], s.start, s.end) for s in e.spans)]
        if ends:
            arriving = any(work.ends_on_arrival(text) for text in texts)
            return max(e.day for e in (ends if arriving or not told else told))
    return None
