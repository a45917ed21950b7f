"""Huge texts that somebody has made to hold a worker: generous deadlines, each was minutes or grew with the square."""

import time
from collections.abc import Iterator
from decimal import Decimal

import pytest

from casework.workflows.litigation.claims import wages
from casework.workflows.litigation.facts import timeline
from casework.workflows.litigation.ledger import running
from casework.workflows.litigation.text import money
from casework.workflows.litigation.text.span import Text

SECONDS = 20  # of a processor
MANY = 3_000


@pytest.fixture(autouse=True)
def in_time() -> Iterator[None]:
    started = time.process_time()
    yield
    assert time.process_time() - started < SECONDS


def test_a_receipt_of_thousands_of_days() -> None:
    receipt = Text("d", "d", "收条\n今收到张三还来借款\n" + "2024年5月6日\n" * MANY, [0], "iou")
    assert {event.type for event in timeline.build([receipt])[1]} == {"repayment"}


def test_a_line_of_thousands_of_sums_behind_a_day() -> None:
    assert len(money.find(Text("d", "d", "2024年5月6日 " + "100.50 " * 10 * MANY, [0], "bank"))) == 0


def test_a_short_row_behind_a_day_still_is_one_of_sums() -> None:
    found = money.find(Text("d", "d", "x\n2024-05-06  96000.00  房租\n", [0], "bank"))
    assert [amount.value for amount in found] == [Decimal(96_000)]


def test_thousands_of_pay_slips() -> None:
    slips = Text("d", "d", "2024年5月工资条\n应发5,000元\n" * MANY, [0], "wage")
    assert wages.find([slips], money.find(slips), [], None, None).average == Decimal(5_000)


def test_a_contract_of_thousands_of_rents() -> None:
    rents = "".join(f"每月租金{number},000元。" for number in range(1, MANY))
    contract = Text("c", "c", f"合同\n{rents}每月5日前支付当月租金。", [0], "contract")
    letter = Text("d", "d", "2024年9月至12月租金欠付99元。\n" * MANY, [0], "demand")
    amounts = [*money.find(contract), *money.find(letter)]
    assert running.owed({"c": contract, "d": letter}, amounts, [], None) is None
