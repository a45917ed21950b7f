"""What is owed under a judgment: by the words of its order, and the payments after it."""

from datetime import date
from decimal import Decimal

import pytest

from casework.workflows.litigation.claims import enforcement
from casework.workflows.litigation.claims.claims import Claim, Computed
from casework.workflows.litigation.facts.entry import Entry
from casework.workflows.litigation.facts.timeline import Event
from casework.workflows.litigation.ledger.ledger import Ledger
from casework.workflows.litigation.text import money
from casework.workflows.litigation.text.span import Span, Text

TODAY = date(2025, 3, 31)
CONTRACT = Computed([Claim("penalty", "违约金", Decimal(1), "")], {"days_late": Decimal(3)})
HEAD = "民事判决书\n本院于2023年9月12日立案。原告主张货款500,000元。\n判决如下：\n"
TAIL = "\n案件受理费5,000元，由被告负担。如未按期履行，应当加倍支付迟延履行期间的债务利息。\n二〇二三年十二月八日"


def computed(order: str, *payments: tuple[date, int], also: str = "") -> Computed:
    texts = [Text("j", "判决书", HEAD + order + TAIL, [0], "judgment"), Text("e", "生效证明", also, [0])]
    amounts = [amount for text in texts for amount in money.find(text)]
    span = Span("b", 1, 0, 1, "x")
    entries = [Entry(day, "paid", Decimal(value), span) for day, value in payments]
    ledger = Ledger(None, Decimal(0), None, None, "", None, entries, [])
    judged = [Event(date(2023, 12, 8), "day", "judgment", "", "critical", [span], stated_only=False)]
    return enforcement.compute(CONTRACT, texts, amounts, judged, ledger, TODAY)


def sums(found: Computed) -> dict[str, Decimal]:
    return {claim.kind: claim.amount for claim in found.claims}


def test_a_part_paid_late_and_the_rest_still_owed_bear_the_doubled_interest_each_for_its_days() -> None:
    found = computed("被告应于2024年1月31日前向原告支付服务费386,000元。", (date(2024, 4, 19), 86_000))
    # 86,000 × 0.0175 % × 79 days = 1,188.95; 300,000 × 0.0175 % × 425 days = 22,312.50
    assert sums(found) == {"principal": Decimal(300_000), "delay": Decimal("23501.45")}
    assert found.claims[1].statutes == ["cpl-264", "delay-1"]
    assert found.facts == CONTRACT.facts
    assert not found.warnings


def test_each_instalment_is_late_from_its_own_day_and_what_was_paid_in_time_is_not() -> None:
    order = "一、被告于2024年1月31日前支付货款100,000元；二、被告于2025年1月31日前支付货款200,000元；"
    found = computed(order, (date(2024, 1, 20), 100_000))
    assert sums(found) == {"principal": Decimal(200_000), "delay": Decimal("2065.00")}  # 200,000 × 0.0175 % × 59 days


def test_a_term_from_the_day_of_effect_needs_that_day() -> None:
    order = "被告于本判决生效之日起十日内支付货款100,000元及利息（以100,000元为基数，自2022年1月1日起计算）。"
    without = computed(order)
    assert sums(without) == {"principal": Decimal(100_000)}
    assert len(without.warnings) == 2  # the day of effect, and the general interest
    told = computed(order, also="本院（2023）号民事判决书已于2024年1月5日发生法律效力。")
    assert sums(told)["delay"] == Decimal("7717.50")  # due on Monday 2024-01-15; 100,000 × 0.0175 % × 441 days


@pytest.mark.parametrize("order", ["驳回原告的诉讼请求。", "", "准许原告撤回起诉。"])
def test_where_nothing_is_ordered_the_claims_are_those_of_the_contract(order: str) -> None:
    assert computed(order) == CONTRACT


def test_a_debt_paid_in_full_and_in_time_leaves_nothing_to_claim() -> None:
    assert computed("被告于2024年1月31日前支付100,000元。", (date(2024, 1, 31), 100_000)).claims == []
