"""What was lent and what came back, as papers tell it: one loan told often, slips by their two names, chats, notes."""

from datetime import date
from decimal import Decimal

import pytest

from casework.workflows.litigation.facts import parties, timeline
from casework.workflows.litigation.ledger import ledger
from casework.workflows.litigation.ledger.ledger import Ledger
from casework.workflows.litigation.text import kinds, money
from casework.workflows.litigation.text.span import Text

NOTE = "借条\n今借到钱惠珍人民币叁拾万元整（300000元），年利率10%，2024年3月1日前还清。\n借款人：孟庆林\n2023年3月1日"


def book(*papers: str) -> Ledger:
    """The ledger of these papers."""
    texts = [Text(str(n), f"{n}.txt", each, [0], kinds.kind_of("", each)) for n, each in enumerate(papers)]
    amounts = [amount for text in texts for amount in money.find(text)]
    return ledger.build(texts, amounts, timeline.build(texts)[1], "loan", parties.find(texts))


def sums(found: Ledger, kind: str) -> list[tuple[date | None, Decimal]]:
    return [(each.day, each.amount) for each in found.entries if each.kind == kind]


def slip(giver: str, taker: str, day: str, amount: str, memo: str = "") -> str:
    return f"银行转账凭证\n付款人：{giver}\n收款人：{taker}\n日期：{day}\n金额：{amount}元\n{memo}"


@pytest.mark.parametrize(
    "again",
    [
        "催款函\n孟庆林：\n你所借30万元已经到期，请于2024年5月31日前归还。\n钱惠珍\n2024年5月8日",
        "收条\n今收到钱惠珍借款人民币叁拾万元整（300000元）。\n收款人：孟庆林\n2023年3月1日",
        "借款合同\n出借人：钱惠珍\n借款人：孟庆林\n第一条 借款金额：人民币300,000元。\n签订日期：2023年2月27日",
        "微信聊天记录\n2024年4月1日 钱惠珍：借你的30万什么时候还？\n2024年4月1日 孟庆林：30万我认，再等等。",
        slip("钱惠珍", "孟庆林", "2023年3月1日", "300,000.00", "用途：借款"),
    ],
)
def test_a_loan_that_is_told_again_is_one(again: str) -> None:
    assert sums(book(NOTE, again), "lent") == [(date(2023, 3, 1), Decimal(300_000))]


def test_a_note_is_paid_out_by_the_transfers_that_come_to_it() -> None:
    parts = slip("钱惠珍", "孟庆林", "2023年3月1日", "100,000"), slip("钱惠珍", "孟庆林", "2023年3月5日", "200,000")
    assert sums(book(NOTE, *parts), "lent") == [
        (date(2023, 3, 1), Decimal(100_000)),
        (date(2023, 3, 5), Decimal(200_000)),
    ]


def test_interest_kept_back_is_not_lent() -> None:
    told = "情况说明\n出借时预先扣除利息3万元，实际转账27万元。"
    found = book(NOTE, slip("钱惠珍", "孟庆林", "2023年3月1日", "270,000"), told)
    assert sums(found, "lent") == [(date(2023, 3, 1), Decimal(270_000))]


@pytest.mark.parametrize(
    "paper",
    [
        slip("孟庆林", "钱惠珍", "2023年9月1日", "15,000"),
        slip("孟小林", "钱惠珍", "2023年9月1日", "15,000", "附言：代孟庆林还款"),
        "收条\n今收到孟庆林还来的借款壹万伍仟元。\n收款人：钱惠珍\n2023年9月1日",
        "微信聊天记录\n2023年9月1日 孟庆林：先还你15000元，转过去了。\n2023年9月1日 钱惠珍：收到15000元。",
        "银行交易明细\n户名：钱惠珍\n日期\t收入\t支出\t对方户名\n2023-09-01\t15,000.00\t\t孟庆林\n2023-09-02\t800.00\t\t某公司",
        "还款计划\n本人孟庆林欠钱惠珍借款，2023年9月1日已还15000元，余款2024年12月31日前还清。\n2024年1月5日",
    ],
)
def test_what_came_back_is_told_by_names_words_or_columns(paper: str) -> None:
    assert sums(book(NOTE, paper), "paid") == [(date(2023, 9, 1), Decimal(15_000))]


@pytest.mark.parametrize(
    "paper",
    [
        "律师函\n孟庆林先生：\n你拖欠借款本金30万元及利息，请于2024年5月10日前一次性付清。\n2024年4月2日",
        "民事调解书\n被告孟庆林于2024年11月30日前偿还原告钱惠珍借款300,000元。\n2024年10月16日",
    ],
)
def test_what_is_owed_or_ordered_has_not_been_paid(paper: str) -> None:
    assert sums(book(NOTE, paper), "paid") == []


def test_a_note_that_takes_the_place_of_another_is_the_only_one() -> None:
    anew = (
        "借条\n经结算重新出具借条，今借到钱惠珍人民币叁拾贰万元整，2025年3月1日前还清，原借条作废。\n"
        "借款人：孟庆林\n2024年3月2日"
    )
    assert sums(book(NOTE, anew), "lent") == [(date(2024, 3, 2), Decimal(320_000))]


@pytest.mark.parametrize(
    ("term", "due"),
    [("借期三个月", date(2024, 4, 15)), ("借款期限半年", date(2024, 7, 15)), ("为期2年", date(2026, 1, 15))],
)
def test_a_loan_for_some_time_falls_due_at_its_end(term: str, due: date) -> None:
    note = Text("d", "借条.txt", f"借条\n今借到宋卫平人民币5万元，{term}。\n借款人：杜文斌\n2024年1月15日", [0], "iou")
    assert [event.day for event in timeline.build([note])[1] if event.type == "due"] == [due]


def test_traditional_characters_are_read_and_told_as_written() -> None:
    note = Text(
        "d",
        "借據.txt",
        "借據\n茲借到歐陽振邦先生人民幣貳拾萬圓整\n立據借款人：譚麗儀\n二○二二年三月二十八日",
        [0],
        "iou",
    )
    found = {party.name: party.roles for party in parties.find([note])}
    assert found == {"歐陽振邦": ["出借人"], "譚麗儀": ["借款人"]}
    assert [(each.value, each.span.quote) for each in money.find(note)] == [(Decimal(200_000), "貳拾萬圓整")]


def test_a_receipt_tells_again_what_a_slip_shows_and_adds_up_what_it_tells() -> None:
    moved = slip("钱惠珍", "孟庆林", "2023年3月1日", "291,000.00", "用途：借款")
    receipt = (
        "收条\n今收到钱惠珍借款现金玖仟元整（9,000元），连同银行汇款291,000元，共计300,000元。\n孟庆林\n2023年3月2日"
    )
    assert sums(book(NOTE, moved, receipt), "lent") == [
        (date(2023, 3, 1), Decimal(291_000)),
        (date(2023, 3, 2), Decimal(9_000)),
    ]


def test_interest_that_a_chat_tells_without_a_unit_was_paid() -> None:
    chat = "微信聊天记录\n2023年4月5日 18:01\n孟庆林：这个月利息2400转你了\n2023年4月5日 18:03\n钱惠珍：好的"
    assert sums(book(NOTE, chat), "paid") == [(date(2023, 4, 5), Decimal(2400))]
