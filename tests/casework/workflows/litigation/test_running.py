"""Rent and fees that run: what is owed of which months, each late from its own day."""

# ruff: noqa: E501 - a text is read as one

from datetime import date
from decimal import Decimal

import pytest

from casework.workflows.litigation.facts import timeline
from casework.workflows.litigation.ledger import ledger
from casework.workflows.litigation.ledger.ledger import Ledger
from casework.workflows.litigation.text import money
from tests.casework.workflows.litigation.test_labour import read

HEAD = "厂房租赁合同\n出租方（甲方）：宁乡金洲资产管理有限公司\n承租方（乙方）：宁乡众合五金制品有限公司\n租期三年，自2023年3月1日起至2026年2月28日止。\n"
FOOT = "\n签订日期：2023年2月20日\n"
BY_MONTH = "租金每月18,000元，乙方应于每月5日前支付当月租金。"
LETTER = "租金催缴函\n宁乡众合五金制品有限公司：\n{said}\n宁乡金洲资产管理有限公司\n2025年3月6日\n"
OWED = "2024年9月至2025年2月的租金共108,000元至今未付。"


def book(terms: str, said: str, *more: str) -> Ledger:
    texts = read(f"{HEAD}{terms}{FOOT}", LETTER.format(said=said), *more)
    amounts = [amount for text in texts for amount in money.find(text)]
    return ledger.build(texts, amounts, timeline.build(texts)[1])


def dues(found: Ledger) -> list[tuple[date | None, Decimal]]:
    return [(each.day, each.amount) for each in found.entries if each.kind == "due"]


@pytest.mark.parametrize(
    ("terms", "first", "last", "each", "count"),
    [
        (BY_MONTH, date(2024, 9, 5), date(2025, 2, 5), 18_000, 6),
        ("月租金18000元，次月10日前付清上月租金。每月10日前支付上月租金。", date(2024, 10, 10), date(2025, 3, 10), 18_000, 6),
        ("租金为18,000元/月，每月25日前支付次月租金。", date(2024, 8, 25), date(2025, 1, 25), 18_000, 6),
        ("租金每月1.8万元，按季支付，每季度首月10日前支付当季租金。", date(2024, 9, 10), date(2024, 12, 10), 54_000, 2),
        ("季租金54,000元，每季度的第一个月31日前付清。", date(2024, 9, 30), date(2024, 12, 31), 54_000, 2),
    ],
)  # fmt: skip
def test_each_period_is_due_on_its_own_day(terms: str, first: date, last: date, each: int, count: int) -> None:
    found = book(terms, OWED)
    told = dues(found)
    assert (told[0][0], told[-1][0], len(told)) == (first, last, count)
    assert ({amount for _, amount in told}, found.arrears) == ({Decimal(each)}, Decimal(108_000))


@pytest.mark.parametrize(
    "said",
    [
        "贵司自2024年9月起至2025年2月拖欠租金108,000元。",
        "截至发函之日，贵司2024年9月1日至2025年2月28日期间租金人民币壹拾万捌仟元整（¥108,000）未支付。",
        "欠缴2024年9月—2025年2月租金，合计108000元。",
        "贵司欠付2024年9月、10月、11月、12月和2025年1月、2月的租金，共计108,000元。",
        "现欠租金如下：\n2024年9月至12月租金72,000元；\n2025年1月租金18,000元；\n2025年2月租金18,000元；\n以上合计108,000元。",
    ],
)
def test_months_owed_are_told_in_many_words(said: str) -> None:
    assert len(dues(book(BY_MONTH, said))) == 6


@pytest.mark.parametrize(
    "said",
    [
        "尚欠2024年第三季度租金54,000元；\n2024年第四季度租金54,000元；\n以上共计108,000元。",
        "2024年第3季度至第4季度的租金108,000元未付。",
        "贵司拖欠2024年三季度、四季度租金合计108,000元。",
    ],
)
def test_quarters_owed_are_told_in_many_words(said: str) -> None:
    terms = "每季度租金为人民币伍万肆仟元整（¥54,000.00），乙方应于每季度最后一个月的20日前将当季租金转入甲方账户。"
    assert dues(book(terms, said)) == [(date(2024, month, 20), Decimal(54_000)) for month in (9, 12)]


def test_rents_paid_before_are_not_taken_off_and_later_ones_are() -> None:
    slips = "\n".join(
        f"电子回单\n{day} 付款人：宁乡众合五金制品有限公司 收款人：宁乡金洲资产管理有限公司 金额：18,000.00元 用途：租金"
        for day in ("2024年7月5日", "2024年8月5日", "2025年3月18日")
    )
    assert book(BY_MONTH, OWED, slips).arrears == Decimal(90_000)


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        (BY_MONTH, "2024年9月至2025年2月的租金共100,000元至今未付。"),
        (BY_MONTH, "2024年9月至2025年2月的租金共108,000元已付清。"),
        (BY_MONTH, "2025年2月至2024年9月的租金共108,000元至今未付。"),
        (BY_MONTH, "2024年13月至2025年2月的租金共108,000元至今未付。"),
        ("租金每月18,000元，每月支付。", OWED),
    ],
)
def test_what_does_not_come_to_the_sum_is_none_of_it(terms: str, said: str) -> None:
    assert not any(amount == Decimal(18_000) for _, amount in dues(book(terms, said)))
