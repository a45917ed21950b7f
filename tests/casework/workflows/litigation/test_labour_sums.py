"""Sums in labour disputes: what is owed month by month, figures without a unit, the cap by a local average."""

from decimal import Decimal

import pytest

from tests.casework.workflows.litigation.test_labour import asked, claimed, computed, contract


@pytest.mark.parametrize(
    ("said", "owed"),
    [
        ("2024年4月工资仅支付3000元，尚欠3000元，5月全部未付", "9000"),
        ("被申请人2024年4月仅发放工资3000元，差额3000元，5月工资6000元未发", "9000"),
        ("2024年4月、5月工资未发", "12000"),
        ("自2024年4月起未再发放工资", "18000"),
        ("三个月工资没给", "18000"),
        ("还差我工资8000块", "8000"),
        ("2024年4月应发6000元，实发2000元，差额4000元", "4000"),
        ("拖欠4月工资2000元，5月工资3000元，6月工资6000元", "11000"),
        ("4月欠2000元，5月欠3000元，6月欠6000元，合计欠工资11000元", "11000"),
        ("2024年5月和6月的工资共12000元至今未发", "12000"),
        ("尚有工资12,000元未支付", "12000"),
        ("2024年6月工资6000元，被申请人只发了2500元", "3500"),
        ("克扣工资3500元", "3500"),
    ],
)
def test_what_is_owed_in_many_words(said: str, owed: str) -> None:
    facts = f"申请人于2023年3月1日入职，月工资6000元。{said}。申请人于2024年6月30日被迫解除劳动合同。"
    assert claimed(asked(facts, "支付拖欠工资"))["wages"] == Decimal(owed)


@pytest.mark.parametrize(
    ("said", "monthly"),
    [
        ("月薪8K", "8000"),
        ("基本工资4000+绩效2000", "6000"),
        ("工资由基础工资3500、岗位工资1500、全勤奖200构成", "5200"),
        ("每个月给我开6000块钱", "6000"),
        ("月薪1万2", "12000"),
        ("约定工资6千元", "6000"),
        ("试用期工资4800，转正6000", "6000"),
        ("时薪25元", "4350"),
    ],
)
def test_wages_without_a_unit(said: str, monthly: str) -> None:
    assert computed(contract(said)).facts["monthly_wage"] == Decimal(monthly)


@pytest.mark.parametrize(
    "said",
    [
        "当地上年度职工月平均工资\t10,200元",
        "本市社平工资（元/月）\t10200",
        "当地上年度职工月平均工资三倍\t30,600元",
        "苏州市2023年度社平工资为10200元/月",
        "本地区上年度职工月平均工资的三倍即30,600元",
        "当地职工年平均工资为122400元",
    ],
)
def test_a_local_average_caps_wage_and_years(said: str) -> None:
    form = f"人员信息表\n姓名\t张三\n入职日期\t2011年3月14日\n解除前十二个月平均工资\t4.35万元\n{said}\n"
    assert claimed(form, asked("2024年6月28日被申请人解除劳动合同。"))["compensation"] == 367200


@pytest.mark.parametrize(
    "paper",
    [
        "解除劳动合同通知书\n张三：\n公司自2024年6月28日起解除劳动合同。\n2024年6月27日\n签收人：张三 2024年7月8日\n",
        "解除劳动合同证明\n张三的劳动合同于2024年6月28日解除。\n无锡甲乙有限公司\n2024年7月8日\n",
        "EMS快递单\n内件：解除劳动合同通知书\n收件人：张三\n2024年7月8日签收\n",
        "离职交接单\n姓名：张三\n交接日期：2024年7月8日\n",
        "关于解除劳动合同的通知\n张三：\n公司自2024年6月28日起解除与您的劳动合同。\n（张三于2024年7月8日收到本通知）\n",
    ],
)
def test_a_later_day_of_receipt_does_not_move_the_end(paper: str) -> None:
    facts = "申请人于2021年1月4日入职，月工资6000元。2024年6月28日被申请人解除劳动合同。"
    assert claimed(paper, asked(facts))["compensation"] == Decimal(21000)


def test_a_letter_that_takes_effect_when_it_arrives_ends_work_on_that_day() -> None:
    letter = (
        "解除劳动合同通知书\n张三：\n公司解除劳动合同，自送达之日起生效。\n2024年6月27日\n签收：张三 2024年7月8日\n"
    )
    assert computed(letter, asked("申请人于2021年1月4日入职，月工资6000元。")).facts["service_months"] == 4
