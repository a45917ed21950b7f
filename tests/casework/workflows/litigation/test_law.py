"""Numbers of the law: fees, interest, limitation, numerals."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.workflows.litigation import law
from casework.workflows.litigation.claims import limitation
from casework.workflows.litigation.facts import identity
from casework.workflows.litigation.facts.entry import Entry
from casework.workflows.litigation.facts.timeline import Event
from casework.workflows.litigation.ledger.arrears import late
from casework.workflows.litigation.ledger.ledger import Ledger
from casework.workflows.litigation.text import dates, money
from casework.workflows.litigation.text.numerals import decimal, integer
from casework.workflows.litigation.text.span import Span, Text
from tests.casework.workflows.litigation.conftest import analyse

SUMS = st.decimals(min_value=0, max_value=Decimal(10) ** 9, places=2)
# 诉讼费用交纳办法 art. 13(1): the quick formulas that practitioners use, by the part in which the claim ends.
QUICK = [(10_000, "0", 50), (100_000, "0.025", -200), (200_000, "0.02", 300), (500_000, "0.015", 1300),
         (1_000_000, "0.01", 3800), (2_000_000, "0.009", 4800), (5_000_000, "0.008", 6800),
         (10_000_000, "0.007", 11_800), (20_000_000, "0.006", 21_800), (10**12, "0.005", 41_800)]  # fmt: skip


@given(SUMS)
def test_the_acceptance_fee_is_what_the_quick_formula_gives(claim: Decimal) -> None:
    rate, constant = next((Decimal(rate), constant) for top, rate, constant in QUICK if claim <= top)
    assert law.fees().acceptance.fee(claim) == money.rounded(claim * rate + constant)


@given(SUMS, SUMS)
def test_a_larger_claim_never_costs_less(one: Decimal, other: Decimal) -> None:
    for scale in (law.fees().acceptance, law.fees().preservation, law.fees().enforcement):
        assert scale.fee(min(one, other)) <= scale.fee(max(one, other))


def test_known_fees() -> None:
    fees = law.fees()
    assert fees.preservation.fee(Decimal(100_000)) == Decimal(1020)
    assert fees.preservation.fee(Decimal(896_000)) == Decimal(5000)
    assert fees.enforcement.fee(Decimal(500_000)) == Decimal(7400)


@given(st.dates(date(2019, 8, 20), date(2026, 1, 1)), st.integers(0, 2000))
def test_interest_segments_join_without_a_gap(start: date, days: int) -> None:
    end = start + timedelta(days=days)
    segments = law.interest(law.lpr(), Decimal(100_000), start, end)
    assert sum(segment.days for segment in segments) == days
    for one, following in pairwise(segments):
        assert one.end == following.start


def test_interest_of_one_year_at_one_rate() -> None:
    segments = law.interest(law.lpr(), Decimal(100_000), date(2020, 6, 1), date(2021, 6, 1))
    assert [(segment.percent, segment.amount) for segment in segments] == [(Decimal("3.85"), Decimal("3850.00"))]


def event(day: date, kind: str, *, stated_only: bool = False) -> Event:
    return Event(day, "day", kind, "", "normal", [Span("d", 1, 0, 1, "x")], stated_only)


@given(st.dates(date(2018, 1, 1), date(2023, 1, 1)))
def test_limitation_ends_on_the_corresponding_working_day_three_years_on(due: date) -> None:
    found = limitation.assess([event(due, "due")], date(2026, 1, 1)).proven
    assert found is not None
    assert found.expires >= dates.add_years(due, 3)
    assert found.expires - dates.add_years(due, 3) <= timedelta(days=12)
    assert dates.rolled(found.expires) == found.expires


def test_a_demand_begins_it_anew_and_one_after_its_end_does_not() -> None:
    events = [event(date(2020, 3, 2), "due"), event(date(2022, 5, 9), "demand"), event(date(2025, 8, 1), "demand")]
    found = limitation.assess(events, date(2026, 1, 1)).proven
    assert found is not None
    assert found.interruptions == [date(2022, 5, 9)]
    assert found.expires == date(2025, 5, 9)


def test_what_only_our_side_says_is_shown_beside_what_is_proven() -> None:
    events = [event(date(2022, 3, 1), "due"), event(date(2024, 3, 1), "acknowledgement", stated_only=True)]
    found = limitation.assess(events, date(2024, 6, 1))
    assert found.proven is not None
    assert found.with_statement is not None
    assert found.proven.expires < found.with_statement.expires
    assert "主张未证" in found.note


def test_an_instalment_that_only_our_own_words_tell_proves_nothing() -> None:
    signed = event(date(2023, 1, 5), "contract_signing")

    def due(document: str) -> Entry:
        return Entry(date(2023, 6, 1), "due", Decimal(1), Span(document, 1, 0, 1, "x"))

    ours = limitation.assess([signed], date(2024, 1, 1), dues=[due("statement")])
    shown = limitation.assess([signed], date(2024, 1, 1), dues=[due("contract")])
    assert [each and each.start for each in (ours.proven, ours.with_statement)] == [signed.day, date(2023, 6, 1)]
    assert shown.proven == shown.with_statement == ours.with_statement


def chinese(number: int) -> str:
    """A number below a hundred million in Chinese, by another road than the parser's."""
    digits, units = "零一二三四五六七八九", ["", "十", "百", "千"]
    if number >= 10_000:
        rest = number % 10_000
        return chinese(number // 10_000) + "万" + (("零" if rest < 1000 else "") + chinese(rest) if rest else "")
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            text += ("零" if gap and text else "") + digits[digit] + units[place]
            gap = False
        else:
            gap = True
    return text


@given(st.integers(1, 99_999_999))
def test_chinese_numerals_come_back_as_the_number_they_were_made_of(number: int) -> None:
    assert integer(chinese(number)) == number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("壹佰贰拾陆万", 1_260_000),
        ("37.8万", 378_000),
        ("三十七点八万", 378_000),
        ("1.2亿", 120_000_000),
        ("1,260,000.50", "1260000.5"),
    ],
)
def test_sums_in_all_their_forms(text: str, value: object) -> None:
    assert decimal(text) == Decimal(str(value))


def test_capitals_and_figures_that_disagree_are_told() -> None:
    text = Text("d", "d", "合同总价壹佰万元整（￥1,200,000.00）。", [0])
    assert len(money.conflicts(money.find(text))) == 1
    right = Text("d", "d", "合同总价壹佰贰拾万元整（￥1,200,000.00）。", [0])
    assert money.conflicts(money.find(right)) == []
    unit = Text("d", "d", "每米100元，合计肆拾壹万贰仟元整（412000元）。", [0])
    assert money.conflicts(money.find(unit)) == []


@given(
    st.dates(date(1950, 1, 1), date(2099, 12, 31)),
    st.sampled_from(["{y}年{m}月{d}日", "{y}-{m}-{d}", "{y}/{m:02}/{d:02}", "{y}.{m}.{d}"]),
)
def test_a_date_in_any_form_is_found_where_it_stands(day: date, form: str) -> None:
    written = form.format(y=day.year, m=day.month, d=day.day)
    found = dates.find(Text("d", "d", f"双方于{written}签订合同。", [0]))
    assert [each.day for each in found] == [day]
    assert found[0].span.quote == written


def test_a_day_that_the_calendar_has_not_and_a_birthday_are_no_dates() -> None:
    assert dates.find(Text("d", "d", "2023年2月30日；张三，1980年5月6日出生；案号（2024）苏05民初12号", [0])) == []


DAY = date(2024, 1, 1)
MOVES = st.lists(st.tuples(st.integers(0, 700), st.integers(1, 10_000)), min_size=1, max_size=6)


def entries(kind: str, moves: list[tuple[int, int]]) -> list[Entry]:
    return [Entry(DAY + timedelta(days=n), kind, Decimal(sum_), Span("d", 1, 0, 1, "x")) for n, sum_ in moves]


@given(MOVES, MOVES)
def test_what_is_still_late_is_what_is_due_and_not_paid(
    dues: list[tuple[int, int]], payments: list[tuple[int, int]]
) -> None:
    total = sum(amount for _, amount in dues)
    paid = sum(amount for _, amount in payments)
    book = Ledger(
        Decimal(total), Decimal(paid), None, None, "", None, entries("due", dues) + entries("paid", payments), [],
        scheduled=Decimal(total),
    )  # fmt: skip
    found = late(book, DAY + timedelta(days=1000))
    assert sum(each.amount for each in found if not each.paid) == max(0, total - paid)
    assert all(each.days > 0 and each.amount > 0 for each in found)


@given(MOVES, MOVES, st.integers(0, 700), st.data())
def test_of_an_account_only_what_was_paid_after_it_is_paid_and_what_is_owed_is_late(
    dues: list[tuple[int, int]], payments: list[tuple[int, int]], since: int, data: st.DataObject
) -> None:
    total = sum(amount for _, amount in dues)
    later = sum(amount for day, amount in payments if day > since)
    owed = data.draw(st.integers(0, max(0, total - later)))
    book = Ledger(
        None, Decimal(0), Decimal(owed), None, "", None, entries("due", dues) + entries("paid", payments), [],
        scheduled=Decimal(total), since=DAY + timedelta(days=since),
    )  # fmt: skip
    found = late(book, DAY + timedelta(days=1000))
    assert sum(each.amount for each in found if not each.paid) == owed
    assert all(each.until > book.since for each in found if each.paid and book.since)


async def test_the_penalty_of_the_sample_case_is_exact_to_the_fen(
    sample: dict[str, bytes], case: dict[str, object]
) -> None:
    result, _ = await analyse(sample, **case)
    today = date.fromisoformat(result["analysed_on"])
    rate = Decimal("0.0005")
    pieces = [(300_000, date(2023, 4, 30), date(2023, 5, 26)), (150_000, date(2023, 4, 30), date(2023, 9, 12)),
              (54_000, date(2023, 4, 30), today), (378_000, date(2023, 6, 30), today)]  # fmt: skip
    expected = sum(money.rounded(amount * rate * (until - due).days) for amount, due, until in pieces)
    penalty = next(claim for claim in result["claims"] if claim["kind"] == "penalty")
    assert Decimal(penalty["amount"]) == expected


def test_check_digits_tell_a_slip_of_the_pen() -> None:
    assert identity.valid_uscc("91320594MA1XK7Q32A")
    assert not identity.valid_uscc("91320594MA1XK7Q32B")
    assert identity.valid_id("11010519491231002X")
    assert not identity.valid_id("110105194912310021")


def test_no_article_is_listed_twice() -> None:
    ids = [each.id for each in law.statutes().statute]
    assert sorted(ids) == sorted(set(ids))
