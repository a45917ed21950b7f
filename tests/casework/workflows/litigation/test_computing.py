"""What is computed: fees without a jump, interest that adds up, periods by the calendar, loans and labour claims."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.workflows.litigation import law
from casework.workflows.litigation.claims import labor, limitation, loans
from casework.workflows.litigation.facts.clauses import Terms
from casework.workflows.litigation.facts.entry import Entry
from casework.workflows.litigation.facts.timeline import Event
from casework.workflows.litigation.ledger.ledger import Ledger
from casework.workflows.litigation.text.numerals import integer
from casework.workflows.litigation.text.rates import Interest
from casework.workflows.litigation.text.span import Span

SPAN = Span("d", 1, 0, 1, "x")
CENT = Decimal("0.01")
DAYS = st.dates(date(2020, 9, 1), date(2025, 6, 1))


def event(day: date, kind: str, *, stated_only: bool = False, arrival: bool | None = None) -> Event:
    return Event(day, "day", kind, "", "normal", [SPAN], stated_only, arrival)


def test_no_fee_jumps_at_the_limit_of_a_part() -> None:
    for scale in (law.fees().acceptance, law.fees().preservation, law.fees().enforcement):
        for part in scale.parts:
            assert 0 <= scale.fee(part.above + CENT) - scale.fee(part.above) <= CENT


@given(DAYS, st.integers(0, 900), st.integers(0, 900))
def test_interest_up_to_a_day_and_from_it_make_the_whole(start: date, one: int, other: int) -> None:
    middle, end = start + timedelta(days=one), start + timedelta(days=one + other)
    sums = [sum((s.amount for s in law.interest(law.lpr(), Decimal(123_456), a, b)), Decimal(0))
            for a, b in ((start, middle), (middle, end), (start, end))]  # fmt: skip
    assert abs(sums[0] + sums[1] - sums[2]) <= CENT


@given(DAYS, st.integers(1, 1500))
def test_the_days_late_are_those_after_the_due_day_and_with_the_last(due: date, days: int) -> None:
    until = due + timedelta(days=days)
    for fixed in (True, False):
        segments = law.late_interest(law.lpr(), Decimal(1000), due, until, fixed=fixed)
        assert sum(segment.days for segment in segments) == days
        assert segments[0].start == due + timedelta(days=1)
    (only,) = law.late_interest(law.lpr(), Decimal(1000), due, until, fixed=True)
    assert only.percent == law.lpr().on(due + timedelta(days=1))


@pytest.mark.parametrize(
    ("due", "expires"),
    [
        (date(2020, 2, 29), date(2023, 2, 28)),  # no corresponding day
        (date(2021, 10, 1), date(2024, 10, 8)),  # the National Day holiday
        (date(2022, 1, 31), date(2025, 2, 5)),  # the Spring Festival
        (date(2024, 5, 20), date(2027, 5, 20)),
    ],
)
def test_three_years_by_the_calendar(due: date, expires: date) -> None:
    found = limitation.assess([event(due, "due")], date(2025, 6, 1)).proven
    assert found is not None
    assert found.expires == expires


def test_instalments_run_from_the_last_even_where_it_is_still_to_come() -> None:
    events = [event(date(2023, 1, 2), "due"), event(date(2026, 3, 2), "due")]
    found = limitation.assess(events, date(2025, 6, 2)).proven
    assert found is not None
    assert found.start == date(2026, 3, 2)


def test_a_letter_that_is_not_shown_to_have_arrived_counts_only_in_the_second_reading() -> None:
    events = [event(date(2022, 3, 1), "due"), event(date(2024, 3, 1), "demand", arrival=False)]
    found = limitation.assess(events, date(2024, 6, 3))
    assert found.proven is not None
    assert found.with_statement is not None
    assert found.proven.expires < found.with_statement.expires


def test_after_its_end_only_a_new_promise_begins_it_anew() -> None:
    due, late = event(date(2018, 3, 1), "due"), date(2023, 5, 8)
    for kind, expires in (("demand", date(2021, 3, 1)), ("acknowledgement", date(2026, 5, 8))):
        found = limitation.assess([due, event(late, kind)], date(2024, 1, 2)).proven
        assert found is not None
        assert found.expires == expires


def test_labour_has_one_year_and_enforcement_two() -> None:
    one = limitation.Rule("labor", 1, [])
    ended = limitation.assess([event(date(2024, 9, 30), "dismissal")], date(2025, 1, 2), one).proven
    judged = [event(date(2023, 12, 8), "judgment"), event(date(2024, 1, 31), "due")]
    enforced = limitation.assess(judged, date(2025, 1, 2), limitation.ENFORCEMENT).proven
    assert ended is not None
    assert enforced is not None
    assert (ended.expires, enforced.expires) == (date(2025, 9, 30), date(2026, 2, 2))


@given(
    st.integers(1000, 1_000_000),
    st.lists(st.tuples(st.integers(1, 1500), st.integers(1, 50_000)), max_size=5),
    st.decimals(0, Decimal("0.4"), places=3),
)
def test_a_loans_payments_and_rest_are_its_principal_and_interest(
    lent: int, payments: list[tuple[int, int]], rate: Decimal
) -> None:
    start, today = date(2021, 3, 1), date(2025, 6, 1)
    paid = [Entry(start + timedelta(days=day), "paid", Decimal(amount), SPAN) for day, amount in payments]
    book = Ledger(
        Decimal(lent), Decimal(0), None, None, "", None, [Entry(start, "lent", Decimal(lent), SPAN), *paid], []
    )
    found = loans.compute(book, Terms([], [], interest=Interest(annual=rate)), [event(date(2022, 3, 1), "due")], today)
    rest = {claim.kind: claim.amount for claim in found.claims}
    assert all(amount > 0 for amount in rest.values())
    assert rest.get("principal", Decimal(0)) <= lent
    segments = [segment for claim in found.claims for segment in claim.segments]
    assert all(segment.percent <= Decimal("15.4") for segment in segments)  # 4 x 3.85
    if rest.get("interest"):
        accrued = sum(segment.amount for segment in segments)
        assert rest["principal"] + rest["interest"] == lent + accrued - sum(e.amount for e in paid)


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2021, 3, 1), date(2024, 2, 29), "3"),
        (date(2021, 3, 1), date(2024, 3, 1), "3.5"),
        (date(2021, 3, 1), date(2024, 8, 31), "4"),
        (date(2023, 10, 9), date(2024, 4, 8), "1"),
        (date(2024, 1, 1), date(2024, 1, 2), "0.5"),
    ],
)
def test_months_of_pay_by_years_of_service(start: date, end: date, months: str) -> None:
    assert labor.service_months(start, end) == Decimal(months)


def capital(number: int) -> str:
    """A number below a hundred million as it stands on a bill."""
    digits, units = "零壹贰叁肆伍陆柒捌玖", ["", "拾", "佰", "仟"]
    if number >= 10_000:
        rest = number % 10_000
        return capital(number // 10_000) + "万" + (("零" if rest < 1000 else "") + capital(rest) if rest else "")
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        text += ("零" if gap and digit and text else "") + (digits[digit] + units[place] if digit else "")
        gap = digit == 0
    return text


@given(st.integers(1, 99_999_999))
def test_capitals_and_their_traditional_forms_are_the_same_number(number: int) -> None:
    written = capital(number)
    assert integer(written) == number
    assert integer(written.translate(str.maketrans("贰叁陆万", "貳參陸萬"))) == number
