"""Until when interest was paid, as papers tell it; what was paid later counts from then."""

from datetime import date
from decimal import Decimal

import pytest

from casework.workflows.litigation.claims import interest_paid, loans
from casework.workflows.litigation.claims.claims import Computed
from casework.workflows.litigation.facts import clauses, parties, timeline
from casework.workflows.litigation.ledger import ledger
from casework.workflows.litigation.text import kinds, money
from casework.workflows.litigation.text.span import Text

NOTE = (
    "借条\n今借到骆志明人民币伍拾万元整（500000元），月利率1%，借期一年，至2023年5月31日归还。\n"
    "借款人：周国良\n2022年6月1日"
)
SUIT = "民事起诉状\n原告：骆志明\n被告：周国良\n事实与理由：\n"
BACK = "银行转账凭证\n付款人：周国良\n收款人：骆志明\n日期：2023年6月1日\n金额：100,000元\n附言：归还本金"


def read(*papers: str) -> list[Text]:
    return [Text(str(n), f"{n}.txt", each, [0], kinds.kind_of("", each)) for n, each in enumerate(papers)]


def computed(texts: list[Text]) -> Computed:
    amounts = [amount for text in texts for amount in money.find(text)]
    events = timeline.build(texts)[1]
    book = ledger.build(texts, amounts, events, "loan", parties.find(texts))
    return loans.compute(book, clauses.find(texts), events, date(2023, 12, 1), texts)


@pytest.mark.parametrize(
    "words",
    [
        "借款期间利息按月付清，本金未还。",
        "被告利息已付至2023年5月31日，之后未付。",
        "被告付利息到2023年5月31日后未再支付。",
        "2023年5月31日前的利息被告均已结清。",
        "借款期限内的利息已全部支付。",
    ],
)
def test_interest_that_was_paid_until_a_day_runs_from_the_next(words: str) -> None:
    texts = read(NOTE, SUIT + words, BACK)
    assert interest_paid.until(texts, timeline.build(texts)[1]) == date(2023, 5, 31)
    owed = {claim.kind: claim.amount for claim in computed(texts).claims}
    assert owed["principal"] == 400_000
    assert owed["interest"] == (400_000 * Decimal(12) / 100 * 183 / 365).quantize(Decimal("0.01"))


@pytest.mark.parametrize(
    "words",
    [
        "请求判令被告支付利息至2023年10月31日。",
        "被告应支付利息至2023年10月31日。",
        "被告未支付2023年5月31日前的利息。",
    ],
)
def test_interest_that_is_asked_for_was_not_paid(words: str) -> None:
    texts = read(NOTE, SUIT + words)
    assert interest_paid.until(texts, timeline.build(texts)[1]) is None
