"""Owed wages: months told apart, their sum, what was paid since and what is left; which paper's word counts."""

# ruff: noqa: E501 - a text is read as one

from decimal import Decimal

import pytest

from tests.casework.workflows.litigation.test_labour import asked, claimed, contract, typed

HEAD = contract("月工资6800元", "2021年3月1日")
FIRM = "无锡甲乙有限公司\n2024年12月5日\n"
TOLD = "2024年9月工资3800元、10月工资6800元、11月工资6800元"


@pytest.mark.parametrize(
    ("said", "owed"),
    [
        (f"拖欠{TOLD}，合计17,400元。2025年1月2日补发了其中的5,000元，现仍欠12,400元", 12_400),
        (f"欠发{TOLD}，三个月共计17400元。后被申请人于2025年1月2日支付了5000元，余款12400元至今未付", 12_400),
        ("拖欠2024年9月至11月工资共17,400元，2025年1月2日只补发5,000元，剩余12,400元未付", 12_400),
        ("拖欠2024年9月至11月工资共17,400元。2025年1月2日被申请人补发了5,000元，其余至今未付", 12_400),
        ("2024年9月工资只发了3000元，10月、11月工资分文未发，扣除后来补发的5000元，还欠12400元", 12_400),
        ("2024年9月欠3800元，10月欠6800元，11月欠6800元。2025年1月2日补发9月工资3800元", 13_600),
        ("拖欠9月、10月两个月工资各6800元，共计13600元", 13_600),
        ("2024年10月和11月两个月的工资共欠13,600元，其中10月已补发2,600元，尚余11,000元", 11_000),
        ("拖欠10月、11月工资合计13600元未支付，后支付6000元，仍有7600元未支付", 7_600),
        (f"尚有{TOLD}没有支付", 17_400),
        ("2024年9、10、11月工资未发", 20_400),
        ("2024年10月工资发放了一半，11月工资未发", 10_200),
        ("从2024年9月份开始就没有发过工资", 20_400),
    ],
)
def test_a_story_of_months_their_sum_what_was_paid_since_and_what_is_left(said: str, owed: int) -> None:
    facts = f"申请人于2021年3月1日入职，月工资6800元。被申请人{said}。申请人于2024年11月30日被迫解除劳动合同。"
    assert claimed(asked(facts, "支付拖欠工资"))["wages"] == owed


@pytest.mark.parametrize(
    ("paper", "owed"),
    [
        (f"欠薪证明\n兹证明我公司拖欠员工张三{TOLD}。\n{FIRM}", 17_400),
        (
            f"工资欠条\n今欠张三工资如下：\n2024年9月：3800元\n2024年10月：6800元\n2024年11月：6800元\n合计：17400元\n{FIRM}",
            17_400,
        ),
        (
            f"还款承诺书\n我公司承诺将拖欠张三的2024年9月至11月工资共计17400元分两次付清：2025年1月底前付10000元，2025年2月底前付7400元。\n{FIRM}",
            17_400,
        ),
        (
            "微信聊天记录\n2024年12月6日 10:00 张三：三个月工资了，还差我17400。\n2024年12月6日 10:05 王总：再等等。\n2024年12月31日 09:00 王总：工资先转你5000元，查收。\n",
            12_400,
        ),
        (
            "解除劳动合同通知书\n无锡甲乙有限公司：\n你公司自2024年9月起没有向本人发放工资，本人通知解除劳动合同。\n张三\n2024年11月30日\n",
            20_400,
        ),
        (
            "催告函\n无锡甲乙有限公司：\n你公司欠我2024年9月工资3800元、10月及11月工资各6800元，请于2024年12月31日前支付。\n张三\n2024年12月10日\n",
            17_400,
        ),
    ],
)
def test_papers_letters_and_chats_tell_what_is_owed(paper: str, owed: int) -> None:
    assert claimed(HEAD, paper)["wages"] == owed


@pytest.mark.parametrize(
    ("request_", "owed"),
    [
        ("1.支付2024年9月工资3,800元、10月工资6,800元；2.支付经济补偿27,200元", 10_600),
        ("一、支付2024年9月工资3,800元；二、支付2024年10月工资6,800元", 10_600),
        ("裁决被申请人支付申请人工资17,400元（其中9月3,800元，10月6,800元，11月6,800元）", 17_400),
        ("一次性付清所欠工资壹万柒仟肆佰元整（17,400元）；2.支付加班工资5,000元", 17_400),
    ],
)
def test_what_is_asked_for_goes_before_what_a_side_only_tells(request_: str, owed: int) -> None:
    facts = "申请人于2021年3月1日入职，月工资6800元。被申请人拖欠工资，最初共欠20,400元。"
    assert claimed(asked(facts, request_))["wages"] == Decimal(owed)


def test_each_month_of_owed_wages_is_an_event_and_a_range_is_one() -> None:
    listed = typed(asked("被申请人拖欠2024年9月的工资3,800元、2024年10月的工资6,800元。"))
    assert {("2024-09-01", "wage_arrears"), ("2024-10-01", "wage_arrears")} <= listed
    ranged = typed(asked("被申请人拖欠2024年9月至2024年11月的工资17,400元。"))
    assert ("2024-09-01", "wage_arrears") in ranged
    assert ("2024-11-01", "wage_arrears") not in ranged
    begun = typed(asked("申请人自2020年4月20日起任仓管员。被申请人自2024年9月起没有向申请人发放工资。"))
    assert {("2024-09-01", "wage_arrears"), ("2020-04-20", "employment")} <= begun


@pytest.mark.parametrize(
    ("paper", "owed"),
    [
        (f"工资拖欠情况说明\n因资金困难，我公司未能按时发放张三2024年9月至11月工资共计18,000元。\n{FIRM}", 18_000),
        (f"对账单\n应付张三工资：18,000元；已付：6,000元；未付：12,000元。\n{FIRM}", 12_000),
        (f"工资结算单\n应发工资18,000元\n已预支6,000元\n实欠12,000元\n{FIRM}", 12_000),
        (f"工资结算单\n张三2024年9月至11月应发工资18,000元，扣除借支6,000元，应付12,000元。\n{FIRM}", 12_000),
        (f"欠条\n今欠张三工资18,000元。\n{FIRM}2025年1月10日已付6,000元，余12,000元。\n", 12_000),
        (f"欠条\n今欠张三工资18,000元。\n{FIRM}\n收条\n今收到欠薪6,000元。\n张三\n2025年1月15日\n", 12_000),
        (
            "工资表\n姓名\t月份\t应发\t状态\n张三\t2024年9月\t6000\t已发\n张三\t2024年10月\t6000\t未发\n张三\t2024年11月\t6000\t未发\n",
            12_000,
        ),
        (
            "欠薪明细表\n月份\t应发工资（元）\t已发（元）\t欠发（元）\n2024年9月\t6000\t4000\t2000\n2024年10月\t6000\t0\t6000\n",
            8_000,
        ),
        (
            "调解协议书\n经调解，双方达成协议：被申请人于2025年3月31日前支付张三拖欠工资18,000元。\n2024年12月5日\n",
            18_000,
        ),
    ],
)
def test_accounts_of_owed_wages_by_many_titles(paper: str, owed: int) -> None:
    assert claimed(HEAD, paper)["wages"] == owed


def test_an_account_of_days_counts_by_its_sum_and_each_line_is_a_month() -> None:
    sheet = (
        "工资结算单\n2024年10月出勤25天，应付工资9,000元，未付；\n2024年11月应付工资7,200元，已付2,000元，尚有5,200元未付。\n"
        f"以上共拖欠工资14,200元。\n{FIRM}"
    )
    slip = "银行回单\n2025年1月24日\n付款人：无锡甲乙有限公司\n收款人：张三\n金额：4,000.00元\n用途：工资\n"
    assert claimed(sheet, slip)["wages"] == 10_200
    assert {("2024-10-01", "wage_arrears"), ("2024-11-01", "wage_arrears")} <= typed(sheet)


def test_no_more_is_owed_than_is_asked_for() -> None:
    paper = f"欠发工资确认单\n我公司尚欠职工2024年10月的工资2,200元、11月的工资5,200元，合计7,400元。\n{FIRM}"
    facts = "申请人于2021年3月1日入职，月工资6800元。被申请人后来付了2,200元，余款5,200元至今未付。"
    assert claimed(asked(facts, "支付拖欠的工资5,200元"), paper)["wages"] == 5_200


def test_what_an_undated_application_tells_as_paid_has_been_taken_off() -> None:
    slip = "欠发工资确认单\n张三：\n公司尚欠你2024年12月工资5,460元、2025年1月工资5,230元，合计10,690元。\n无锡甲乙有限公司\n2025年3月5日\n"
    receipt = "电子回单\n交易日期：2025年3月14日\n付款人：无锡甲乙有限公司\n收款人：张三\n金额：4,000.00元\n用途：发放部分欠薪\n"
    story = "2025年3月5日，被申请人书面确认欠发工资10,690元；2025年3月14日，被申请人仅支付4,000元，现仍欠6,690元。"
    application = asked(story, "支付拖欠的工资6,690元").rpartition("\n2025年1月6日")[0]
    assert claimed(slip, receipt, application)["wages"] == Decimal(6_690)
