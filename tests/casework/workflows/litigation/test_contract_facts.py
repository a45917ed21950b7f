"""Contracts as they are written: until when, of what, since when, and what was settled between."""

from datetime import date
from decimal import Decimal

import pytest

from casework.workflows.litigation.facts import messages, timeline
from casework.workflows.litigation.facts.clauses import find as terms
from casework.workflows.litigation.ledger import ledger
from casework.workflows.litigation.ledger.ledger import Ledger
from casework.workflows.litigation.text import kinds, money
from casework.workflows.litigation.text.span import Text
from casework.workflows.reading.lines import unwrapped


def text(content: str, name: str = "d.txt") -> Text:
    return Text(name, name, content, [0], kinds.kind_of(name, content))


def book(*texts: Text) -> Ledger:
    amounts = [amount for each in texts for amount in money.find(each)]
    return ledger.build(list(texts), amounts, timeline.build(list(texts))[1])


def dues(found: Ledger) -> list[tuple[date | None, Decimal]]:
    return [(entry.day, entry.amount) for entry in found.entries if entry.kind == "due"]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("租金分四期，乙方2023年4月10日前交84,000元。", "due"),
        ("需方最迟于2023年4月10日付清货款。", "due"),
        ("乙方2023年4月10日前付合同总额的30%。", "due"),
        ("供方在2023年4月10日前把货物送到需方所在地。", "delivery_due"),
        ("承揽人应于2023年4月10日前完工。", "delivery_due"),
        ("买方已于2023年4月10日付192,000元。", "payment"),
    ],
)
def test_what_must_be_done_until_a_day_is_told_by_its_form(words: str, kind: str) -> None:
    events = timeline.build([text(f"购销合同\n甲方：甲公司\n乙方：乙公司\n{words}")])[1]
    assert [event.type for event in events] == [kind]


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ("2023年1月10日前支付30%，2023年5月10日前支付余款。", [(date(2023, 1, 10), 30), (date(2023, 5, 10), 70)]),
        (
            "签约时付20万元，2023年5月10日前付至总价的90%，2023年9月8日前付清余款。",
            [(None, 20), (date(2023, 5, 10), 70), (date(2023, 9, 8), 10)],
        ),
        ("甲方自2023年1月起，每月15日前支付50万元。", [(date(2023, 1, 15), 50), (date(2023, 2, 15), 50)]),
        (
            "期次\t付款日期\t金额（万元）\n一\t2023年1月10日\t40\n二\t2023年5月10日\t60",
            [(date(2023, 1, 10), 40), (date(2023, 5, 10), 60)],
        ),
    ],
)  # fmt: skip
def test_instalments_come_to_the_price_however_they_are_put(
    terms: str, expected: list[tuple[date | None, int]]
) -> None:
    found = book(text(f"买卖合同\n合同总价100万元。\n{terms}\n"))
    assert sorted(dues(found), key=str) == sorted([(day, Decimal(sum_ * 10_000)) for day, sum_ in expected], key=str)


def test_of_a_settlement_only_what_was_paid_after_it_comes_off() -> None:
    settled = text(
        "结算协议\n结算总价1,580万元，已付1,100万元，尚有480万元未付。\n2022年1月31日前支付300万元，2022年6月30日前支付180万元。\n"
        "签署日期：2021年11月16日\n"
    )
    paid = text("电子回单\n2021年3月1日 1,100万元\n2022年2月8日 200万元\n", "回单.txt")
    found = book(settled, paid)
    assert found.arrears == 2_800_000
    assert found.since == date(2021, 11, 16)
    assert dues(found) == [(date(2022, 1, 31), Decimal(3_000_000)), (date(2022, 6, 30), Decimal(1_800_000))]


def test_what_is_asked_of_a_court_and_what_it_orders_are_no_payments() -> None:
    suit = text("民事起诉状\n诉讼请求：一、被告支付货款70,000元。\n事实与理由：被告于2023年7月20日支付68,000元。\n")
    order = text("民事判决书\n判决如下：被告于十日内支付原告货款70,000元。\n二〇二四年三月一日\n", "判决.txt")
    assert book(suit).paid == 68_000
    assert book(order).paid == 0
    assert book(order).arrears == 70_000


def test_the_rate_is_that_of_who_pays_late_not_of_who_delivers_late() -> None:
    found = terms(
        [text("购销合同\n供方逾期交货的，每日按千分之一支付违约金；需方逾期付款的，每迟一天按0.5‱计付违约金。")]
    )
    assert found.daily_rate == Decimal("0.00005")


@pytest.mark.parametrize(
    ("said", "meaning"),
    [
        ("剩下的5万什么时候给？", "demand"),
        ("麻烦尽快把余款付给我", "demand"),
        ("126400元我们认，三月份之前一定付", "acknowledgement"),
        ("还差你们12万，再宽限几天", "acknowledgement"),
        ("好的，这两天就安排付款", "acknowledgement"),
        ("先转了3万，请查收", "payment"),
        ("质量有问题，先不付", None),
    ],
)
def test_who_asks_and_who_owes_speak_differently(said: str, meaning: str | None) -> None:
    assert (messages.told(said) or None) == meaning


def test_a_line_that_is_full_does_not_swallow_a_label_nor_lose_half_a_number() -> None:
    party = "甲方（用人单位）：无锡蠡湖精密模具有限公司"
    assert unwrapped(f"{party}\n乙方（劳动者）：宓雪莹") == f"{party}\n乙方（劳动者）：宓雪莹\n"
    price = "合同总价为人民币捌拾陆万肆仟元整（￥864,000."
    assert unwrapped(f"{price}\n00），需方付清。") == f"{price}00），需方付清。\n"
