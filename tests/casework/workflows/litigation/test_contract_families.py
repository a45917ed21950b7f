"""Contracts: families of texts that fresh cases showed, each told in several ways."""

import time
from datetime import date
from decimal import Decimal

import pytest

from casework.workflows.litigation.facts import parties, timeline
from casework.workflows.litigation.facts.clauses import find as terms
from casework.workflows.litigation.text.span import STATEMENT, Text
from tests.casework.workflows.litigation.test_contract_facts import book, dues, text

SELLER, BUYER = "宁波镇海恒达机械有限公司", "绍兴上虞云帆纺织有限公司"
CONTRACT = f"买卖合同\n甲方（买方）：{BUYER}\n乙方（卖方）：{SELLER}\n一、合同总价30万元，"
DAYS = [date(2023, 3, 31), date(2023, 9, 28)]


@pytest.mark.parametrize(
    "words",
    [
        "分两期支付，每期15万元，分别于2023年3月31日、2023年9月28日前支付。",
        "甲方分两期支付，每期支付15万元：\n第一期应于2023年3月31日前支付；\n第二期应于2023年9月28日前支付。",
        "分两期等额支付，付款日分别为2023年3月31日、2023年9月28日。",
        "甲方于2023年3月31日和2023年9月28日前各支付一半。",
        "甲方于2023年3月31日、2023年9月28日前各付15万元。",
    ],
)
def test_equal_instalments_fall_due_each_on_its_day(words: str) -> None:
    assert dues(book(text(CONTRACT + words))) == [(day, Decimal(150_000)) for day in DAYS]


@pytest.mark.parametrize(
    "slips",
    [
        "付款日期：2023年4月10日\n金额：100,000.00元\n\n付款日期：2023年6月9日\n金额：50,000.00元\n",
        "金额：100,000.00元\n付款日期：2023年4月10日\n\n金额：50,000.00元\n付款日期：2023年6月9日\n",
    ],
)
def test_each_slip_of_a_file_has_its_own_day(slips: str) -> None:
    found = book(text(CONTRACT + "甲方于2023年3月31日前付清。"), text("银行回单\n" + slips, "回单.txt"))
    paid = [(entry.day, entry.amount) for entry in found.entries if entry.kind == "paid"]
    assert paid == [(date(2023, 4, 10), Decimal(100_000)), (date(2023, 6, 9), Decimal(50_000))]


def test_a_claim_that_was_dismissed_is_no_debt_that_a_court_ordered() -> None:
    judgment = (
        f"民事判决书\n原告：{SELLER}\n被告：{BUYER}\n经审理查明：2023年4月18日，被告支付了货款10万元。\n"
        "判决如下：\n驳回原告的诉讼请求。\n2025年5月20日"
    )
    assert book(text(CONTRACT + "甲方于2023年3月31日前付清。"), text(judgment)).arrears == 200_000


def test_a_penalty_for_late_goods_is_told_as_such() -> None:
    late = "二、乙方逾期交货超过十五日的，应向甲方支付合同总价10%的违约金。"
    found = terms([text(CONTRACT + "甲方于2023年3月31日前付清。\n" + late)])
    assert (found.flat_rate, found.flat_for_goods) == (Decimal("0.1"), True)


@pytest.mark.parametrize(
    "before", ["我方是出卖人", "我公司是被告", "我方是原审原告", "我司系一审被告", "本案被上诉人是"]
)
def test_a_name_begins_behind_the_role_that_it_has(before: str) -> None:
    statement = Text(STATEMENT, "statement", f"{before}{SELLER}，请评估。", [0], "statement")
    assert [party.name for party in parties.find([statement])] == [SELLER]


def test_courts_of_two_agreements_that_are_not_one_contradict() -> None:
    one, other = (
        text(f"{title}\n供方：{SELLER}\n需方：{BUYER}\n因争议，由{seat}住所地人民法院管辖。", f"{title}.txt")
        for title, seat in (("框架协议", "供方"), ("采购订单", "需方"))
    )
    assert terms([one, other]).forum_conflict


@pytest.mark.parametrize(
    ("paper", "price"),
    [
        ("增项确认单\n增加阳台封窗、衣柜，费用共14,500元，与尾款一并结清。\n2023年2月2日", 314_500),
        ("工程签证单\n1.防水层 8,000元\n2.灯具 6,500元\n合计 14,500元\n2023年2月2日", 314_500),
        ("补充协议\n双方同意追加设备一台，追加价款贰万元整（20,000元）。\n2023年2月2日", 320_000),
        ("减项确认单\n取消吊顶，减少费用10,000元。\n2023年2月2日", 290_000),
        ("补充协议\n双方同意增加设备一台，合同总价变更为32万元。\n2023年2月2日", 320_000),
    ],
)
def test_what_a_later_paper_adds_or_takes_off_changes_the_price(paper: str, price: int) -> None:
    assert book(text(CONTRACT + "甲方于2023年3月31日前付清。"), text(paper, "补充.txt")).total == price


def test_a_rest_that_is_paid_by_months_follows_what_was_due_before() -> None:
    plan = (
        f"还款协议书\n甲方：{SELLER}\n乙方：{BUYER}\n截至本协议签订之日，甲方尚欠乙方货款300,000元。\n"
        "1.甲方于2023年4月30日前支付100,000元；\n"
        "2.余款200,000元自2023年5月起，每月月底前支付100,000元，至2023年6月底付清。\n2023年4月10日"
    )
    days = [date(2023, 4, 30), date(2023, 5, 31), date(2023, 6, 30)]
    found = dues(book(text(CONTRACT + "甲方于2023年3月31日前付清。"), text(plan, "还款协议书.txt")))
    assert found == [(day, Decimal(100_000)) for day in days]


def test_what_is_paid_after_an_account_that_was_signed_in_one_line_comes_off_it() -> None:
    account = f"对账单\n客户：{BUYER}\n合计300,000元，已付100,000元，欠200,000元。\n客户确认：葛永信 2023年5月30日"
    slip = "银行回单\n付款日期：2023年6月18日\n金额：36,000元\n"
    assert book(text(CONTRACT), text(account, "对账.txt"), text(slip, "回单.txt")).arrears == 164_000


@pytest.mark.parametrize("words", ["至此已付货款15万元", "累计付款15万元", "合计支付15万元", "共支付货款15万元"])
def test_the_sum_of_dated_payments_is_no_further_payment(words: str) -> None:
    told = f"民事起诉状\n原告：{SELLER}\n被告于2023年4月10日支付10万元，又于2023年6月9日支付5万元，{words}。"
    found = book(text(CONTRACT + "甲方于2023年3月31日前付清。"), text(told, "起诉状.txt"))
    assert found.paid == found.arrears == 150_000


@pytest.mark.parametrize("end", ["发布期满后三十日内付清", "服务期限届满之日起30日内付清", "租赁期满后30日内支付"])
def test_what_falls_due_when_a_term_has_run_out_is_due_that_many_days_later(end: str) -> None:
    agreed = f"期限自2023年1月1日至2023年6月30日。合同签订后十日内支付50%，余款在{end}。\n签订日期：2022年12月18日"
    assert dues(book(text(CONTRACT + agreed)))[-1] == (date(2023, 7, 31), Decimal(150_000))


def test_a_line_that_breaks_off_before_its_sum_or_its_day_goes_on_in_the_next() -> None:
    broken = "甲方应当按照以下约定于\n2023年3月31日前支付\n150,000元；甲方应于2023年9月28日前支付\n150,000元。"
    assert dues(book(text(CONTRACT + broken))) == [(day, Decimal(150_000)) for day in DAYS]


def test_a_sum_that_secures_the_price_is_no_instalment() -> None:
    agreed = "甲方另向乙方交纳押金20,000元，无息退还。2023年3月31日前支付150,000元，2023年9月28日前支付150,000元。"
    assert dues(book(text(CONTRACT + agreed))) == [(day, Decimal(150_000)) for day in DAYS]


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("付款：2023年3月31日前付10万元；其余于2023年9月28日、2023年12月29日各付一半。", [100_000, 100_000, 100_000]),
        ("付款：①2023年3月31日前100,000元；②2023年9月28日前200,000元。", [100_000, 200_000]),
        ("2023年3月31日前付20万元，余下10万元，9月28日前付5万元，12月29日前付5万元。", [200_000, 50_000, 50_000]),
    ],
)  # fmt: skip
def test_equal_parts_beside_others_items_and_a_rest_in_parts(words: str, parts: list[int]) -> None:
    assert [amount for _, amount in dues(book(text(CONTRACT + words)))] == parts


def test_thousands_of_equal_instalments_and_dates_in_one_line_cost_no_minutes() -> None:
    started = time.process_time()
    book(text(CONTRACT + "余款于2024年5月6日、2024年6月6日各支付100元。\n" * 1500))
    timeline.build([text("2024年5月6日支付100元，" * 2000)])
    assert time.process_time() - started < 30
