"""Labour disputes: when work began and ended, what was earned and is owed, what the end makes."""

# ruff: noqa: E501 - a text is read as one

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.workflows.litigation.claims import double_wage, labor, wages
from casework.workflows.litigation.claims.claims import Computed
from casework.workflows.litigation.facts import timeline
from casework.workflows.litigation.ledger import ledger, paytable
from casework.workflows.litigation.text import kinds, money
from casework.workflows.litigation.text.span import Text

HEAD = "劳动人事争议仲裁申请书\n申请人：张三，男\n被申请人：无锡甲乙有限公司\n"
FOOT = "\n申请人：张三\n2025年1月6日\n"
TODAY = date(2025, 6, 2)


def asked(facts: str, requests: str = "支付经济补偿") -> str:
    return f"{HEAD}仲裁请求：{requests}。\n事实与理由：\n{facts}{FOOT}"


def contract(wage: str, day: str = "2022年3月1日") -> str:
    return f"劳动合同\n甲方：无锡甲乙有限公司\n乙方：张三\n合同期限自{day}起至2026年2月28日止。\n第三条 {wage}。\n签订日期：{day}\n"


def read(*documents: str) -> list[Text]:
    return [Text(f"d{n}", f"d{n}.txt", text, [0], kinds.kind_of(f"d{n}.txt", text)) for n, text in enumerate(documents)]


def computed(*documents: str) -> Computed:
    texts = read(*documents)
    amounts = [amount for text in texts for amount in money.find(text)]
    events = timeline.build(texts)[1]
    return labor.compute(texts, amounts, ledger.build(texts, amounts, events, "labor"), events, TODAY)


def claimed(*documents: str) -> dict[str, Decimal]:
    return {claim.kind: claim.amount for claim in computed(*documents).claims}


def typed(*documents: str) -> set[tuple[str, str]]:
    return {(str(event.day), event.type) for event in timeline.build(read(*documents))[1]}


@pytest.mark.parametrize(
    "said",
    [
        "申请人于2020年3月2日到被申请人处工作",
        "2020年3月2日，申请人进入被申请人公司从事焊工工作",
        "申请人自2020年3月2日起在被申请人处担任会计",
        "申请人2020年3月2日经人介绍到被申请人工地干活",
        "2020年3月2日被申请人聘请申请人为厨师",
        "双方自2020年3月2日起建立劳动关系",
        "被申请人于2020年3月2日招用申请人为司机",
        "我2020年3月2日进厂",
        "自2020年3月2日起受雇于被申请人",
        "2020年3月2日至2024年6月30日期间，申请人在被申请人处工作",
    ],
)
def test_work_begins_in_many_words(said: str) -> None:
    assert ("2020-03-02", "employment") in typed(asked(f"{said}，月工资5000元。"))


@pytest.mark.parametrize(
    "said",
    [
        "2024年6月30日被申请人口头通知申请人离开公司",
        "2024年6月30日被申请人将申请人移出工作群，不让申请人再上班",
        "2024年6月30日，申请人向被申请人提交辞职信",
        "劳动合同于2024年6月30日到期后被申请人不再续签",
        "2024年6月30日合同期满，被申请人未与申请人续签",
        "申请人最后工作日为2024年6月30日",
        "申请人在被申请人处工作到2024年6月30日",
        "2024年6月30日公司让我走人",
        "2024年6月30日我被公司除名",
        "2024年6月30日被申请人提出解除，双方协商一致",
        "公司决定自2024年6月30日起与您解除劳动合同，经济补偿将按N+1标准计算",
    ],
)
def test_work_ends_in_many_words(said: str) -> None:
    assert ("2024-06-30", "dismissal") in typed(asked(f"申请人2020年3月2日入职，月工资5000元。{said}。"))


@pytest.mark.parametrize(
    "said", ["离职前十二个月平均工资为5000元", "离职补偿5000元", "2024年6月30日公司出具了离职证明"]
)
def test_what_only_speaks_of_leaving_is_no_end_of_work(said: str) -> None:
    assert not any(kind == "dismissal" for _, kind in typed(asked(f"申请人2020年3月2日入职。{said}。")))


@pytest.mark.parametrize(
    ("said", "monthly"),
    [
        ("月工资由基本工资3000元、岗位工资2000元、绩效工资1500元组成", "6500"),
        ("月工资8000元（其中基本工资5000元、绩效工资3000元）", "8000"),
        ("月工资标准为固定工资4000元加岗位津贴800元，合计4800元", "4800"),
        ("乙方税前年薪为240,000元", "20000"),
        ("日工资300元", "6525"),
        ("每月到手7200元，税前8000元", "8000"),
        ("试用期工资5000元/月，转正后6000元/月", "6000"),
        ("试用期月工资为6,400元，试用期满后月工资为8,000元", "8000"),
        ("月薪12000", "12000"),
        ("月工资自2023年1月1日起由6000元调整为7000元", "7000"),
        ("本市最低工资标准为2,200元，乙方月工资4,000元", "4000"),
        ("甲方每月10日前支付工资，标准为人民币5500元", "5500"),
    ],
)
def test_the_monthly_wage_in_many_words(said: str, monthly: str) -> None:
    assert computed(contract(said)).facts["monthly_wage"] == Decimal(monthly)


def test_what_is_asked_for_and_holidays_not_taken_are_no_wage() -> None:
    requests = "1.支付拖欠工资12,000元；2.支付加班费8,000元；3.支付未休年休假工资2,000元"
    assert computed(asked("申请人于2021年3月1日入职，月工资6000元。", requests)).facts["monthly_wage"] == 6000


def table(months: list[tuple[int, int]], pay: list[int]) -> str:
    rows = "".join(f"{y}年{m}月\t5000\t{each}\t4500\n" for (y, m), each in zip(months, pay, strict=True))
    return f"工资表\n姓名：张三\n月份\t基本工资（元）\t应发合计（元）\t实发（元）\n{rows}"


YEAR = [(2023, 10), (2023, 11), (2023, 12), *((2024, month) for month in range(1, 10))]


@given(st.lists(st.integers(3000, 30_000), min_size=12, max_size=12))
def test_compensation_goes_by_the_average_of_the_twelve_months_before_the_end(pay: list[int]) -> None:
    facts = asked("申请人于2021年10月1日入职，2024年9月30日被申请人解除劳动合同。")
    due = money.rounded(Decimal(sum(pay)) / 12 * 3)
    assert claimed(facts, contract("月工资3000元", "2021年10月1日"), table(YEAR, pay))["compensation"] == due


@given(
    st.lists(st.tuples(st.integers(1, 12), st.integers(1000, 9000)), min_size=2, max_size=11, unique_by=lambda m: m[0])
)
def test_months_without_a_year_run_on_into_the_next(rows: list[tuple[int, int]]) -> None:
    text = "2023年工资明细\n月份\t应发工资（元）\n" + "".join(f"{month}月\t{pay}\n" for month, pay in rows)
    found = list(paytable.months([Text("d", "d", text, [0], "wage")]))
    assert found == sorted(found)
    assert [month.month for month in found] == [month for month, _ in rows]


def test_a_change_of_the_wage_within_the_last_year_is_averaged() -> None:
    said = "申请人于2021年3月1日入职，月工资5000元，2024年4月起调整为每月6000元。2024年9月30日被申请人解除劳动合同。"
    assert claimed(asked(said))["compensation"] == Decimal(5500) * 4


@pytest.mark.parametrize(
    ("said", "owed"),
    [
        ("被申请人拖欠申请人2024年7月、8月、9月工资至今未付", 18_000),
        ("被申请人拖欠2024年7月工资6000元、8月工资5500元", 11_500),
        ("被申请人未支付2024年8月1日至2024年9月30日的工资", 12_000),
        ("被申请人拖欠申请人两个半月工资", 15_000),
        ("被申请人拖欠2024年7月至2024年9月工资", 18_000),
        ("工资已经三个月没发", 18_000),
    ],
)
def test_unpaid_wages_by_months_days_and_sums(said: str, owed: int) -> None:
    said = f"申请人于2021年3月1日入职，月工资6000元。{said}，2024年9月30日申请人被迫提出解除劳动合同。"
    assert claimed(asked(said, "支付拖欠工资"))["wages"] == owed


def test_what_was_paid_since_a_note_is_taken_off() -> None:
    note = "欠条\n今欠木工师傅张三2023年9月至12月工资共计16,400元，2024年2月8日前付清。\n欠款人：无锡甲乙有限公司\n2023年12月29日\n"
    chat = "微信聊天记录\n2024年2月6日 18:32 财务：工资先转你4,400元，你查一下。\n"
    assert claimed(note, chat)["wages"] == 12_000


def test_a_contract_that_came_late_ends_the_double_wages() -> None:
    facts = asked("申请人于2023年3月1日入职，月工资6000元。", "支付未签订书面劳动合同二倍工资差额")
    assert claimed(facts, contract("月工资6000元", "2023年8月1日"))["double_wage"] == 24_000


@given(st.dates(date(2020, 1, 1), date(2024, 1, 1)), st.integers(0, 900), st.integers(1000, 50_000))
def test_double_wages_grow_with_the_days_to_eleven_months(start: date, days: int, wage: int) -> None:
    ends = [date.fromordinal(start.toordinal() + days + more) for more in (0, 40)]
    first, later = (double_wage.between(start, end, Decimal(wage)).amount for end in ends)
    two_days = Decimal(wage) * 2 / wages.DAYS_OF_PAY  # a month may have 23 working days, and 21.75 make its wage
    assert 0 <= first <= later + two_days
    assert later <= 11 * wage + two_days
    assert double_wage.between(start, date(2026, 1, 1), Decimal(wage)).amount == 11 * wage


def test_what_a_tribunal_ordered_goes_before_what_was_asked_of_it() -> None:
    award = (
        "仲裁裁决书\n申请人：张三，男\n被申请人：无锡甲乙有限公司\n"
        "申请人请求支付拖欠工资18,000元、违法解除劳动合同赔偿金42,000元。经查明：申请人于2021年3月1日入职，月工资6000元，"
        "2024年9月30日被申请人解除劳动合同。\n裁决如下：\n一、被申请人支付申请人2024年8月至9月工资12,000元；\n"
        "二、被申请人支付申请人经济补偿24,000元。\n2025年3月3日\n"
    )
    assert claimed(award) == {"wages": Decimal(12_000), "compensation": Decimal(24_000)}


def test_who_leaves_for_reasons_of_his_own_has_no_compensation() -> None:
    said = "申请人于2021年3月1日入职，月工资6000元。2024年9月30日申请人因个人原因离职。"
    assert "compensation" not in claimed(asked(said, "支付2024年9月工资6000元"))


def test_a_local_average_caps_the_wage_and_the_years() -> None:
    said = "申请人于2008年3月1日入职，月工资40000元。2024年9月30日被申请人解除劳动合同。当地上年度职工月平均工资为9,000元。"
    assert claimed(asked(said))["compensation"] == 27_000 * 12


def test_a_table_says_by_its_heads_or_the_cells_before_when_work_began_and_ended() -> None:
    heads = "离职员工名单\n姓名\t入职时间\t离职时间\t月工资（元）\n粟小燕\t2021.4.1\t2024.1.15\t4600\n"
    beside = "劳动合同书\n| 项目 | 内容 |\n| --- | --- |\n| 劳动者 | 粟小燕 |\n| 合同起始日期 | 2021年4月1日 |\n| 合同终止日期 | 2024年3月31日 |\n"
    assert {("2021-04-01", "employment"), ("2024-01-15", "dismissal")} <= typed(heads)
    assert {("2021-04-01", "employment"), ("2024-03-31", "expiry")} <= typed(beside)


def test_the_day_for_handing_over_is_no_end_of_work() -> None:
    letter = "劳动合同解除通知书\n张三：\n公司将于2024年5月31日起解除与你的劳动合同，请于2024年6月5日前办理离职手续。\n无锡甲乙有限公司\n2024年5月1日\n"
    assert ("2024-06-05", "dismissal") not in typed(letter)
