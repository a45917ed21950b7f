"""Payments back of a loan in the words of suits, letters and chats; which note they are for; who still guarantees."""

from datetime import date
from decimal import Decimal

import pytest

from casework.workflows.litigation.claims import guarantee
from casework.workflows.litigation.facts import doubles, parties, timeline
from casework.workflows.litigation.ledger import ledger
from casework.workflows.litigation.text import kinds, money
from casework.workflows.litigation.text.span import Text

NOTE = "借条\n今借到钱惠珍人民币叁拾万元整（300000元），年利率10%，2024年3月1日前还清。\n借款人：孟庆林\n2023年3月1日"
SUIT = (
    "民事起诉状\n原告：钱惠珍\n被告：孟庆林\n诉讼请求：1.判令被告归还借款本金及利息。\n"
    "事实与理由：2023年3月1日被告向原告借款30万元。{}\n具状人：钱惠珍\n2024年9月2日"
)
SUMMER = [(date(2023, month, 1), Decimal(10_000)) for month in (6, 7, 8)]


def read(*papers: str) -> list[Text]:
    return [Text(str(n), f"{n}.txt", each, [0], kinds.kind_of("", each)) for n, each in enumerate(papers)]


def paid(*papers: str) -> list[tuple[date | None, Decimal]]:
    texts = read(*papers)
    amounts = [amount for text in texts for amount in money.find(text)]
    book = ledger.build(texts, amounts, timeline.build(texts)[1], "loan", parties.find(texts))
    return [(each.day, each.amount) for each in book.entries if each.kind == "paid"]


@pytest.mark.parametrize(
    "words",
    [
        "被告已还三次，每次10000元，分别为2023年6月1日、2023年7月1日、2023年8月1日。",
        "被告分别于2023年6月1日、7月1日、8月1日各归还10000元。",
        "被告于2023年6月1日、7月1日、8月1日三次还款，每次1万元。",
        "2023年6月至8月，被告每月1日归还1万元，共3万元。",
        "被告自2023年6月起每月1日归还10000元，还至2023年8月1日。",
        "被告先后还款：2023年6月1日10000元、2023年7月1日10000元、2023年8月1日10000元。",
        "被告于2023年6月1日还现金1万元，7月1日还1万元，8月1日又还了10000元。",
    ],
)
def test_a_sum_that_is_told_once_for_several_days_is_as_many_payments(words: str) -> None:
    assert paid(NOTE, SUIT.format(words)) == SUMMER


@pytest.mark.parametrize(
    "words",
    [
        "双方约定被告分别于2023年6月1日、7月1日、8月1日各归还10000元。",
        "请求判令被告于2024年6月1日、7月1日各归还10000元。",
        "利息付至2023年5月31日。",
    ],
)
def test_what_was_only_agreed_or_asked_for_is_no_payment(words: str) -> None:
    assert paid(NOTE, SUIT.format(words)) == []


@pytest.mark.parametrize(
    "chat",
    [
        "【2023年6月1日】\n孟庆林 14:08：[微信转账] 10,000元\n钱惠珍 14:31：[已收款]\n",
        "[2023/6/1 20:11] 孟庆林：年前再还你一笔\n[2023/6/1 20:12] 孟庆林：【转账】10000.00元\n",
        "2023年6月1日 14:08\n孟庆林：先给你转10,000元，这钱还30万元那张条子的。\n",
    ],
)
def test_a_transfer_in_a_chat_is_a_payment_however_the_phone_writes_it(chat: str) -> None:
    assert paid(NOTE, "微信聊天记录\n" + chat) == SUMMER[:1]


@pytest.mark.parametrize("between", ["\n", ""], ids=["an empty line", "a number"])
def test_a_slip_below_a_printed_statement_has_its_own_day(between: str) -> None:
    papers = (
        "收到还款的记录\n一、账户（户名钱惠珍）入账明细\n交易日期      对方户名    入账金额      附言\n"
        "2023-06-19    孟庆林      30,000.00     还借款\n打印日期：2024-08-11\n" + between + "二、微信转账\n"
        "孟庆林  向你转账  ￥15,000.00\n转账说明：还借款\n转账时间：2023年9月12日 18:26\n状态：已收款\n"
    )
    assert paid(NOTE, papers) == [(date(2023, 6, 19), Decimal(30_000)), (date(2023, 9, 12), Decimal(15_000))]


def test_what_a_request_names_is_no_payment_although_it_says_given_back() -> None:
    suit = SUIT.replace(
        "1.判令被告归还借款本金及利息。", "（一）被告归还借款本金300,000元，支付自2024年1月15日起的利息。"
    )
    assert paid(NOTE, suit.format("")) == []


def test_a_chat_beside_a_payment_back_and_a_suit_beside_a_transfer_tell_nothing_more() -> None:
    told: dict[doubles.Key, set[str]] = {
        (date(2023, 3, 1), "loan"): {"iou"},
        (date(2023, 3, 2), "loan"): {"complaint"},
        (date(2023, 3, 2), "payment"): {"bank"},
        (date(2024, 3, 2), "loan"): {"complaint"},
        (date(2023, 6, 1), "repayment"): {"correspondence"},
        (date(2023, 6, 1), "acknowledgement"): {"correspondence"},
        (date(2023, 7, 1), "acknowledgement"): {"correspondence"},
    }
    assert doubles.found(told) == {(date(2023, 3, 2), "loan"), (date(2023, 6, 1), "acknowledgement")}


def test_a_guarantor_is_held_to_the_day_of_the_paper_that_he_has_signed() -> None:
    note = NOTE + "\n保证人：杨志明"
    longer = "延期还款协议\n出借人：钱惠珍\n借款人：孟庆林\n还款日期由2024年3月1日延长到2024年9月1日。\n2024年2月1日"
    texts = read(note, longer)
    people, events = parties.find(texts), timeline.build(texts)[1]
    assert date(2024, 9, 1) in {event.day for event in events if event.type == "due"}
    assert guarantee.due(events, people, texts) == date(2024, 3, 1)
    assert guarantee.due(events, [each for each in people if each.name != "杨志明"], texts) is None


def test_a_receipt_that_tells_until_when_interest_was_paid_has_its_own_day() -> None:
    receipt = "收条\n今收到孟庆林还来现金伍万元整。\n之前的利息，他已付到2023年7月13日。\n收款人：钱惠珍\n2024年1月18日"
    assert paid(NOTE, receipt) == [(date(2024, 1, 18), Decimal(50_000))]


def test_what_stands_above_the_slip_of_a_letter_is_not_its_arrival() -> None:
    letter = (
        "催款函\n孟庆林：\n你2023年3月1日向我借的30万元，2024年3月1日就到期了。\n请在2025年2月28日前还清。\n钱惠珍\n2025年1月7日\n\n"
        "快递签收记录\n收件人：孟庆林\n签收时间：2025年1月9日\n"
    )
    text = Text("letter", "催款函及快递签收.pdf", letter, [0], "demand")
    events = timeline.build([*read(NOTE), text])[1]
    assert [str(each.day) for each in events if each.type == "demand"] == ["2025-01-07", "2025-01-09"]
