"""Tables whose columns only blanks part."""

import pytest

from casework.workflows.litigation.text import columns, money, tables
from casework.workflows.litigation.text.span import Text

STATEMENT = """个人账户交易明细
交易日期      摘要        支出           收入          对方户名
2021-11-17    转账收入                   90,000.00     罗桂芳
2022-05-20    转账还款    12,000.00                    罗桂芳
以上共2笔
"""
WAGES = """月份  应发合计  代扣社保  实发
2024年3月 4,960.00 513.60 4,446.40
2025年1月 5,020.00 未发
"""


def heads(words: str) -> dict[str, str]:
    return {cell.content: cell.head for cell in tables.cells(Text("t", "t", words, [0]))}


def test_a_cell_stands_below_the_head_that_it_is_set_under_although_others_are_empty() -> None:
    found = heads(STATEMENT)
    assert found["90,000.00"] == "收入"
    assert found["12,000.00"] == "支出"
    assert found["罗桂芳"] == "对方户名"


def test_rows_may_be_set_closer_than_their_head() -> None:
    assert heads(WAGES) == {
        "2024年3月": "月份", "4,960.00": "应发合计", "513.60": "代扣社保", "4,446.40": "实发",
        "2025年1月": "月份", "5,020.00": "应发合计", "未发": "代扣社保",
    }  # fmt: skip


def test_sums_of_such_a_table_are_found_without_a_unit() -> None:
    assert [str(each.value) for each in money.find(Text("t", "t", WAGES, [0]))][:3] == ["4960.00", "513.60", "4446.40"]


@pytest.mark.parametrize(
    "line",
    ["出租方（甲方）：邓桂生    承租方：某厂", "双方于2023年5月6日    签订合同", "日期：    金额：", "付款时间和金额"],
)
def test_what_names_no_columns_is_no_head(line: str) -> None:
    assert columns.heads(line) is None


def test_a_line_of_thousands_of_names_is_no_head() -> None:
    words = "日期  金额  " + "列  " * 3000 + "\n" + "2024-05-06  " + "10.00  " * 2500 + "\n"
    assert heads(words) == {}  # it was a RecursionError
