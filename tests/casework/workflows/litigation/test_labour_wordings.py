"""Labour: when work began and ended and what was earned, in the words of writers of trial cases."""

# ruff: noqa: E501 - a text is read as one

from decimal import Decimal

import pytest

from tests.casework.workflows.litigation.test_labour import asked, claimed, computed, contract, typed

RECEIPT = "收条\n今收到无锡甲乙有限公司支付的工资4,000元。\n收款人：张三\n2025年1月22日\n"


@pytest.mark.parametrize(
    "said",
    [
        "申请人于2021年3月1日经老乡介绍到被申请人处当保安",
        "申请人自2021年3月1日起在被申请人处做质检",
        "请求确认双方自2021年3月1日至2024年11月30日存在劳动关系",
    ],
)
def test_work_begins_as_somebody_of_a_trade(said: str) -> None:
    assert ("2021-03-01", "employment") in typed(asked(f"{said}。月工资6000元。"))


@pytest.mark.parametrize(
    "said",
    [
        "请求确认双方自2021年3月1日至2024年11月30日期间存在事实劳动关系",
        "2024年11月30日被申请人以旷工为由解除",
        "申请人于2024年11月30日以拖欠工资为由书面通知解除",
        "2024年11月30日，被申请人拖欠9月、10月工资，申请人无奈提出解除劳动合同",
    ],
)
def test_work_ends_for_a_reason(said: str) -> None:
    assert ("2024-11-30", "dismissal") in typed(asked(f"申请人2021年3月1日入职，月工资6000元。{said}。"))


def test_a_contract_says_when_it_takes_effect_and_who_signed_it() -> None:
    text = "劳动合同\n甲方：无锡甲乙有限公司\n乙方：张三\n一、本合同于2024年3月4日生效，于2026年3月3日终止。\n二、月工资5000元。\n甲方（章） 乙方：张三 日期：2024年3月2日\n"
    assert typed(text) == {("2024-03-04", "employment"), ("2026-03-03", "expiry"), ("2024-03-02", "contract_signing")}


def test_what_was_paid_of_the_wages_is_no_wage() -> None:
    facts = "申请人于2021年3月1日入职，工资每月6,240元。2024年11月30日被申请人解除劳动合同。"
    assert claimed(asked(facts), RECEIPT)["compensation"] == 6240 * 4


def test_the_pay_of_some_days_is_no_daily_wage() -> None:
    requests = "支付2024年11月1日至8日工资1,380元"
    facts = "申请人于2021年3月1日入职。2024年11月8日被申请人解除劳动合同。"
    assert computed(asked(facts, requests), contract("月工资5100元")).facts["monthly_wage"] == 5100


@pytest.mark.parametrize("said", ["被申请人微信转账付了5,000元", "公司只支付了5,000元", "被申请人仅支付工资5,000元"])
def test_what_the_employer_paid_after_its_note_is_taken_off(said: str) -> None:
    note = "欠条\n兹欠张三2024年6月份工资5,500元，7月份工资5,500元，8月份工资3,300元，共计14,300元。\n欠款人：无锡甲乙有限公司\n2024年8月31日\n"
    facts = f"申请人2023年5月15日入厂，月工资5500元。2024年11月15日{said}。"
    assert claimed(note, asked(facts, "支付剩余工资9,300元"))["wages"] == 9300


@pytest.mark.parametrize(
    "said",
    [
        "2021年3月1日起申请人给被申请人开货车",
        "2021年3月1日起，申请人为被申请人做保洁",
        "2021年3月1日，申请人被招为设计师",
        "2021年3月1日申请人经录用为英语教师",
    ],
)
def test_work_begins_for_somebody(said: str) -> None:
    assert ("2021-03-01", "employment") in typed(asked(f"{said}。月工资6000元。"))


@pytest.mark.parametrize("said", ["2021年3月1日，公司被评为先进", "2021年3月1日起，公司为申请人缴纳社会保险"])
def test_work_does_not_begin_where_the_employer_does_something(said: str) -> None:
    assert ("2021-03-01", "employment") not in typed(asked(f"{said}。月工资6000元。"))


@pytest.mark.parametrize(
    "said",
    [
        "2024年11月30日申请人产假结束返岗，被申请人称岗位已有人顶替，不让申请人上岗",
        "2024年11月30日，公司拒绝安排申请人返岗",
        "合同于2024年11月30日到期，被申请人表示不再续签，并于当日让申请人交钥匙走人",
    ],
)
def test_work_ends_where_nobody_is_let_back(said: str) -> None:
    found = typed(asked(f"申请人2021年3月1日担任店长，工资6000元。{said}。"))
    assert ("2024-11-30", "dismissal") in found
    assert ("2024-11-30", "employment") not in found


@pytest.mark.parametrize(
    "said", ["2024年8月仅发4,000元", "产假期间每月只发3,200元", "8月、9月共少发4,800元", "8月、9月的工资一共9,000元"]
)
def test_what_was_paid_too_little_or_is_owed_for_months_is_no_wage(said: str) -> None:
    facts = f"申请人于2021年3月1日入职。{said}，而约定工资为5,600元/月。2024年11月30日被申请人解除劳动合同。"
    assert computed(asked(facts)).facts["monthly_wage"] == 5600


def test_a_request_may_name_months_and_a_sum_behind_a_comma_without_a_verb() -> None:
    facts = "申请人于2021年3月1日入职，月工资7000元。2024年11月12日被申请人解除劳动合同。上述工资一分未付。"
    assert claimed(asked(facts, "2024年9月、10月、11月（至12日）工资，合计16,896.55元"))["wages"] == Decimal("16896.55")


def test_a_payment_since_may_name_neither_its_year_nor_who_paid() -> None:
    note = "工资结算确认单\n截至2024年9月30日，公司尚未发放张三2024年8月工资7,800元、9月工资7,800元，合计15,600元。\n无锡甲乙有限公司（章）\n2024年9月30日\n"
    facts = (
        "申请人于2021年3月1日入职，月工资7800元。2024年9月30日被申请人解散，双方劳动合同终止。10月25日只支付了5,600元"
    )
    assert claimed(note, asked(facts, "支付拖欠工资"))["wages"] == 10000
