"""Labour: how the same thing is said by different hands, each family of wordings with a few of its members."""

# ruff: noqa: E501 - a text is read as one

from datetime import date
from decimal import Decimal

import pytest

from casework.workflows.litigation.claims.limitation import Rule, assess
from casework.workflows.litigation.facts import timeline
from tests.casework.workflows.litigation.test_labour import asked, claimed, computed, contract, read, typed

FACTS = "申请人于2021年3月1日入职，月工资6000元。2024年11月30日被申请人解除劳动合同。"
PAY = [6500, 6600, 6700, 6800, 6900, 7000, 7100, 7200, 7300, 7400, 7500, 7600]
MONTHS = [(2023, 12), *((2024, month) for month in range(1, 12))]


@pytest.mark.parametrize(
    "said",
    [
        "2024年11月30日，申请人被公司优化",
        "2024年11月30日被申请人停业，未再安排申请人工作",
        "申请人在职期间为2021年3月1日至2024年11月30日",
        "2024年11月30日，被申请人关闭了申请人的企业微信账号",
        "2024年11月30日，经理当众宣布把我开了",
        "2024年11月30日劳动合同期满终止，被申请人不同意续签",
        "2024年11月30日因被申请人拖欠工资，申请人解除劳动合同",
        "2024年11月30日，申请人以被申请人未缴社会保险为由提出解除劳动关系",
    ],
)
def test_work_ends_in_more_words(said: str) -> None:
    assert ("2024-11-30", "dismissal") in typed(asked(f"申请人2021年3月1日入职，月工资6000元。{said}。"))


@pytest.mark.parametrize(
    "said",
    [
        "申请人于2021年3月1日经老乡介绍进入被申请人承包的工地",
        "2021年3月1日申请人开始给被申请人开车",
        "我是2021年3月1日来的",
        "2021年3月1日，申请人与被申请人建立事实劳动关系",
        "申请人自2021年3月1日起任仓管员",
    ],
)
def test_work_begins_in_more_words(said: str) -> None:
    assert computed(asked(f"{said}，月工资6000元。2024年11月30日被申请人解除劳动合同。")).facts["service_months"] == 4


@pytest.mark.parametrize("line", ["{y}年{m}月：应发{p}元，实发{n}元", "{y}年{m}月工资{p}元；", "{m}月工资：{p}元"])
def test_months_of_pay_below_each_other_make_the_average(line: str) -> None:
    rows = [line.format(y=y, m=m, p=p, n=p - 300) for (y, m), p in zip(MONTHS, PAY, strict=True)]
    table = "近12个月工资（自2023年12月起）\n" + "\n".join(rows).replace("12月工资：", "2023年12月工资：") + "\n"
    table = table.replace("\n1月工资：", "\n2024年1月工资：")
    assert claimed(asked(FACTS), table)["compensation"] == Decimal(sum(PAY)) / 12 * 4


@pytest.mark.parametrize(
    ("requests", "owed"),
    [
        ("支付经济补偿24,000元、代通知金6,000元", None),
        ("支付额外一个月工资6,000元；支付经济补偿金24,000元", None),
        ("支付未休年休假工资4,137.93元；支付经济补偿24,000元", None),
        ("支付加班工资8,000元；支付经济补偿24,000元", None),
        ("退还押金500元、支付2024年11月工资6,000元、经济补偿24,000元", 6000),
        ("支付经济补偿24,000元；支付代通知金6,000元；支付2024年11月工资6,000元", 6000),
    ],
)
def test_pay_in_lieu_of_notice_and_other_pay_are_neither_compensation_nor_owed_wages(
    requests: str, owed: int | None
) -> None:
    claims = claimed(asked(FACTS, requests))
    assert (claims["compensation"], claims.get("wages")) == (Decimal(24_000), owed and Decimal(owed))


def test_a_list_of_owed_months_is_no_list_of_pay() -> None:
    note = "工资欠条\n今欠张三工资如下：\n2024年9月工资3800元；\n2024年10月工资6800元；\n2024年11月工资6800元；\n合计：17400元\n2024年12月5日\n"
    assert claimed(note, asked(FACTS)) == {"wages": Decimal(17_400), "compensation": Decimal(24_000)}


def test_work_that_went_on_without_a_new_contract_makes_double_wages_from_its_end() -> None:
    said = "申请人于2020年3月1日入职，月工资6000元。劳动合同于2023年2月28日到期后未续签，申请人工作至2023年9月30日。"
    assert claimed(asked(said, "支付未签订书面劳动合同二倍工资差额"))["double_wage"] == 36_000


@pytest.mark.parametrize(
    "paper",
    [
        "劳动保障监察投诉登记表\n投诉人：张三\n投诉日期：2024年9月10日\n投诉内容：公司不支付经济补偿。\n",
        "工会调解记录\n时间：2024年9月10日\n张三：要求公司支付补偿金。\n公司代表：同意研究后支付。\n",
        "调解笔录\n时间：2024年9月10日\n经理：工资欠着，我们认，现在还欠她7,740元。\n",
    ],
)
def test_a_complaint_or_a_talk_on_record_begins_the_year_anew(paper: str) -> None:
    letter = "劳动合同解除通知书\n张三：\n公司决定自2024年6月28日起解除与您的劳动合同。\n2024年6月28日\n"
    period = assess(timeline.build(read(letter, paper))[1], date(2025, 6, 2), Rule("labor", 1, [])).proven
    assert period is not None
    assert period.expires == date(2025, 9, 10)


@pytest.mark.parametrize(
    ("slip", "kind"),
    [
        ("顺丰速运 电子存根\n托寄物：关于解除劳动合同的通知\n签收：2025年3月12日 12:07，家人代签\n", "dismissal"),
        ("挂号信函收据联\n收件人：张三\n内件：劳动合同期满终止告知书\n投递日期：2025年3月12日 妻代收\n", "dismissal"),
        (
            "应诉通知\n请收到之日起十日内答辩。\n【物流】挂号信 内件：仲裁申请书副本\n2025年3月12日 收发室 妥投\n",
            "service",
        ),
        ("法务部收文登记\n文件：仲裁裁决书一份\n签收日期：2025年3月12日\n", "judgment"),
    ],
)
def test_slips_of_the_post_and_registers_by_more_names(slip: str, kind: str) -> None:
    assert ("2025-03-12", kind) in typed(slip)


@pytest.mark.parametrize(
    ("said", "claims"),
    [
        ("我2021年3月1日到厂里上班，一个月六千，2024年11月30日老板让我走，没赔钱。", {"compensation": 24_000}),
        (
            "我从2022年5月开始在饭店后厨做事，每月5500，没签合同，干到2024年3月31日，老板说不用来了，我要双倍工资和赔偿金。",
            {"damages": 22_000, "double_wage": 60_500},
        ),
        (
            "2023年8月1日进厂，底薪2300加计件，平均一个月5800，2025年1月15日主任叫我别来了，没有任何理由。",
            {"damages": 17_400},
        ),
        ("我2019年7月1日入职，月薪9000，2024年7月10日合同到期公司不续签。", {"compensation": 49_500}),
        ("工地上一天300，2024年3月1日进场，6月30日完工，还欠我12000元工钱没给。", {"wages": 12_000}),
    ],
)
def test_a_worker_tells_it_as_people_speak(said: str, claims: dict[str, int]) -> None:
    statement = f"我的情况\n{said}\n"
    assert {kind: int(sum_) for kind, sum_ in claimed(statement).items()} == claims


@pytest.mark.parametrize(
    ("paper", "wage"),
    [
        ("调薪通知单\n张三：自2024年1月1日起，您的月工资由6000元调整为6500元。\n", 6500),
        ("补充协议\n甲乙双方同意，自2024年1月1日起乙方月工资调整为6500元。\n", 6500),
        ("考核办法\n绩效工资在1500元至2500元之间浮动。\n", 6000),
    ],
)
def test_a_raise_goes_before_the_contract_and_a_range_is_no_wage(paper: str, wage: int) -> None:
    assert computed(contract("月工资6000元", "2021年3月1日"), paper, asked(FACTS)).facts["monthly_wage"] == wage


def test_what_a_tribunal_orders_for_several_months_is_added_up() -> None:
    award = (
        "仲裁裁决书\n申请人：张三\n被申请人：无锡甲乙有限公司\n裁决如下：\n一、被申请人支付申请人2024年9月工资6,000元；\n"
        "二、被申请人支付申请人2024年10月、11月工资12,000元。\n2025年1月10日\n"
    )
    assert claimed(award)["wages"] == 18_000
