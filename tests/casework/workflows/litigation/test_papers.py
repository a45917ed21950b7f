"""Papers below each other in one file, notes with terms of their own, sums that a message tells of."""

from datetime import date
from decimal import Decimal

import pytest

from casework.workflows.litigation.claims import loans
from casework.workflows.litigation.claims.claims import Computed
from casework.workflows.litigation.facts import clauses, parties, spoken, timeline
from casework.workflows.litigation.ledger import ledger
from casework.workflows.litigation.text import dates, kinds, money, papers
from casework.workflows.litigation.text.span import Text
from tests.casework.workflows.litigation.test_lending import NOTE, book, slip, sums

RECEIPTS = (
    "收条一\n今收到孟庆林归还的借款3万元。\n钱惠珍\n2023年5月5日\n收条二\n今收到孟庆林还款2万元。\n钱惠珍\n2023年8月9日"
)
SLIPS = f"{slip('钱惠珍', '孟庆林', '2023年3月1日', '200,000')}\n\n{slip('孟庆林', '钱惠珍', '2023年6月1日', '50,000')}"
TWO = f"{NOTE}\n\n借条\n今借到钱惠珍人民币5万元，年利率6%，2025年3月1日前还清。\n借款人：孟庆林\n2024年3月1日"


def read(name: str, words: str) -> Text:
    return Text(name, name, words, [0], kinds.kind_of(name, words))


def computed(*texts: Text, today: date) -> Computed:
    own = list(texts)
    _, events = timeline.build(own)
    amounts = [amount for text in own for amount in money.find(text)]
    found = ledger.build(own, amounts, events, "loan", parties.find(own))
    return loans.compute(found, clauses.find(own), events, today, own)


def test_each_receipt_of_a_file_has_its_own_day() -> None:
    assert sums(book(NOTE, RECEIPTS), "paid") == [
        (date(2023, 5, 5), Decimal(30_000)),
        (date(2023, 8, 9), Decimal(20_000)),
    ]


def test_each_slip_of_a_file_has_its_own_way_and_day() -> None:
    found = book(NOTE.replace("叁拾万元整（300000元）", "贰拾万元整"), SLIPS)
    assert sums(found, "lent") == [(date(2023, 3, 1), Decimal(200_000))]
    assert sums(found, "paid") == [(date(2023, 6, 1), Decimal(50_000))]


@pytest.mark.parametrize("words", [RECEIPTS, SLIPS, TWO, "微信聊天记录\n2024年4月1日 钱惠珍：收条呢？"])
def test_papers_are_the_file_and_nothing_else(words: str) -> None:
    whole = read("a.txt", words)
    parts = papers.split(whole)
    assert "".join(part.text.text for part in parts) == whole.text
    for part in parts:
        for dated in part.of(dates.find(whole)):
            assert part.back(dated.span).quote == dated.span.quote


def test_notes_with_rates_of_their_own_run_apart() -> None:
    found = computed(read("借条.txt", TWO), today=date(2024, 9, 1))
    interest = next(claim for claim in found.claims if claim.kind == "interest")
    assert {(each.principal, each.percent) for each in interest.segments} == {
        (Decimal(300_000), Decimal(10)),
        (Decimal(50_000), Decimal(6)),
    }


@pytest.mark.parametrize(
    ("agreed", "percent"),
    [
        ("不计利息，2024年3月1日前还清，逾期每天付违约金20元", Decimal("2.4333")),
        ("利息共计3万元，2024年3月1日前还清", Decimal("9.9727")),
    ],
)
def test_a_sum_stands_for_a_rate(agreed: str, percent: Decimal) -> None:
    note = NOTE.replace("年利率10%，2024年3月1日前还清", agreed)
    found = computed(read("借条.txt", note), today=date(2024, 9, 1))
    interest = next(claim for claim in found.claims if claim.kind == "interest")
    assert abs(interest.segments[-1].percent - percent) < Decimal("0.0001")


@pytest.mark.parametrize("had", ["首月利息3,000元已扣除，实际收到297,000元", "先付利息3,000元，实得297,000元"])
def test_a_note_that_tells_what_was_kept_back_lends_the_rest(had: str) -> None:
    note = NOTE.replace("。\n借款人", f"。{had}。\n借款人")
    assert sums(book(note), "lent") == [(date(2023, 3, 1), Decimal(297_000))]


def test_a_transfer_short_by_the_interest_of_some_months_is_what_was_lent() -> None:
    note = NOTE.replace("年利率10%", "月利率2%")
    found = book(note, slip("钱惠珍", "孟庆林", "2023年3月1日", "282,000"))
    assert sums(found, "lent") == [(date(2023, 3, 1), Decimal(282_000))]


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        ("先给你转1万，剩下的再宽限两个月", True),
        ("钱转过去了，1万，你查一下", True),
        ("刚打了1万到你卡上", True),
        ("收到你转的1万，剩下的4万尽快", False),
        ("你只还了1万，还差4万", False),
        ("1万到账了", False),
        ("明天先转你1万", None),
        ("最多先转你1万行吗？", None),
        ("我会还你1万", None),
        ("剩下1万月底结清", None),
    ],
)
def test_a_message_tells_of_a_sum_that_has_moved(said: str, sent: bool | None) -> None:
    place = said.index("1万")
    assert spoken.moved(read("微信.txt", said), place, place + 2) is sent
