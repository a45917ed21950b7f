"""Labour: a wage that was changed, by a prolongation, an agreement, a notice or in the story, counts as it was last."""

# ruff: noqa: E501 - a text is read as one

from decimal import Decimal

import pytest

from tests.casework.workflows.litigation.test_labour import asked, computed

SIDES = "甲方：自贡灯语彩灯文化有限公司\n乙方：张三\n"
CONTRACT = f"劳动合同书\n{SIDES}一、期限自2019年10月8日起至2022年10月7日止。\n三、乙方月工资为人民币伍仟贰佰元整（¥5,200元）。\n签订日期：2019年9月27日\n"
END = "2025年3月31日被申请人解除劳动合同。"
STORY = asked(f"申请人于2019年10月8日入职，任裱糊工。{END}")

PAPERS = [
    f"劳动合同续签协议\n{SIDES}原劳动合同期限续延至2025年10月7日；续延期间乙方月工资调整为5,800元。\n签订日期：2022年9月28日\n",
    f"劳动合同续签书\n{SIDES}合同期限续签三年，自2022年10月8日起至2025年10月7日止，月工资为5800元。\n签订日期：2022年9月28日\n",
    f"劳动合同书（续签）\n{SIDES}一、合同期限自2022年10月8日起至2025年10月7日止。\n二、乙方月工资5800元。\n2022年9月28日\n",
    f"劳动合同\n{SIDES}签订日期：2022年9月28日\n一、期限自2022年10月8日起至2025年10月7日。\n二、月工资5800元。\n",
    f"劳动合同变更协议书\n{SIDES}自2023年1月1日起，乙方月工资由5200元变更为5800元。\n2022年12月28日\n",
    f"劳动合同变更协议\n{SIDES}经协商一致，乙方月工资调整为5800元/月，自2023年1月起执行。\n2022年12月28日\n",
    f"补充协议\n{SIDES}双方同意自2023年1月1日起将乙方的月工资标准提高600元，即每月5800元，其余不变。\n2022年12月28日\n",
    "离职人员工资结算单\n劳动者：张三\n月工资标准：5,800元（自2023年1月1日起由5,200元调整）\n2025年4月2日\n",
    "工资调整通知\n张三：\n自2023年1月起，您的月工资调整为5,800元。\n2022年12月28日\n",
    "微信聊天记录\n2022年12月28日\n经理：小张，从2023年1月起给你涨工资，每个月5800元。\n张三：谢谢经理。\n",
]


@pytest.mark.parametrize("joined", [False, True], ids=["a file of its own", "below the contract"])
@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.split("\n")[0])
def test_a_later_paper_changes_the_wage_of_the_contract(paper: str, joined: bool) -> None:
    papers = [CONTRACT + "\n" + paper] if joined else [CONTRACT, paper]
    assert computed(*papers, STORY).facts["monthly_wage"] == Decimal(5800)


@pytest.mark.parametrize(
    "said",
    [
        "入职时月工资5200元，2023年1月起涨至5800元",
        "约定月工资5200元，后涨到5800元",
        "月工资起初为5200元，离职前为5800元",
        "最初月薪5200元，自2023年1月1日起每月5800元",
        "月工资5200元，2022年10月续签时加到5800元",
        "2022年10月续签合同后月工资为5800元，之前为5200元",
    ],
)
def test_a_story_tells_the_wage_as_it_was_last(said: str) -> None:
    told = computed(asked(f"申请人于2019年10月8日入职，任裱糊工，{said}。{END}"))
    assert told.facts["monthly_wage"] == Decimal(5800)


def test_a_prolongation_counts_from_its_own_day_although_the_next_end_is_later() -> None:
    assert computed(CONTRACT + "\n" + PAPERS[0], STORY).facts["service_months"] == Decimal("5.5")
