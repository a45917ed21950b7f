"""Labour: when work began and ended and what was earned, in the words of writers of trial cases."""

# ruff: noqa: E501 - a text is read as one

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
