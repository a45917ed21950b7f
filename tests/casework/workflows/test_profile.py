"""data.profile: what a column holds, exact while it is small and estimated within bounds beyond."""

import statistics
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework import PermanentError
from casework.workflows.profile import data_profile
from casework.workflows.profile_column import Learner, kind
from casework.workflows.profile_table import NoTable, Profile, Progress, guess, profile
from tests.casework.workflows.litigation.conftest import Desk
from tests.casework.workflows.running import run

TABLE = """编号,客户,金额,日期,已付,备注
1,甲公司,"1,200.50",2023-01-18,是,
2,乙公司,300,2023年3月5日,否,催款
3,甲公司,99.5,2023/12/31,是,N/A
3,甲公司,99.5,2023/12/31,是,N/A
"""


async def profiled(text: str, encoding: str = "utf-8", **given: Any) -> tuple[dict[str, Any], Desk]:
    desk = Desk({"表.csv": text.encode(encoding)})
    return await run(data_profile, desk, **given), desk


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
async def test_types_nulls_distincts_and_double_rows_are_found(encoding: str) -> None:
    result, desk = await profiled(TABLE, encoding)
    columns = {each["name"]: each for each in result["columns"]}
    assert [each["type"] for each in result["columns"]] == ["integer", "text", "number", "date", "boolean", "text"]
    assert (result["rows"], result["duplicate_rows"], result["ragged_rows"]) == (4, 1, 0)
    assert (columns["备注"]["nulls"], columns["备注"]["distinct"]) == (3, 1)
    assert columns["客户"]["top"][0] == {"value": "甲公司", "count": 3}
    assert (columns["金额"]["minimum"], columns["金额"]["maximum"]) == (99.5, 1200.5)
    assert msgspec.json.decode(desk.artifacts["report.json"]) == result
    assert "| 金额 | number |" in desk.artifacts["report.md"].decode()


async def test_rows_of_another_length_are_counted_and_the_missing_fields_are_nulls() -> None:
    result, _ = await profiled("a;b;c\n1;2\n1;2;3;4\n1;2;3\n")
    assert (result["delimiter"], result["ragged_rows"]) == (";", 2)
    assert result["columns"][2]["nulls"] == 1


async def test_without_a_header_the_first_row_counts() -> None:
    result, _ = await profiled("1,2\n3,4\n", header=False)
    assert (result["rows"], [each["name"] for each in result["columns"]]) == (2, ["column_1", "column_2"])


@pytest.mark.parametrize(
    ("text", "said"),
    [('a,b\n1,"' + "x" * 1_100_000, "quotation mark left open"), ("," * 2_000, "at most 1000 columns")],
)
async def test_what_is_no_table_fails_for_good_and_says_why(text: str, said: str) -> None:
    with pytest.raises(PermanentError, match=said):
        await profiled(text)


async def test_what_is_no_text_fails_for_good() -> None:
    with pytest.raises(PermanentError, match="reads delimited text"):
        await run(data_profile, Desk({"a.pdf": b"%PDF-1.7"}))


def test_progress_counts_bytes_to_the_last_one() -> None:
    content = ("a,b\n" + "1,2\n" * 9_000).encode()
    *told, made = list(profile(content, None, True))
    assert isinstance(made, Profile)
    rows = [each.rows for each in told if isinstance(each, Progress)]
    assert rows == [2_000, 4_000, 6_000, 8_000, 9_000]
    assert told[-1].bytes == len(content) == made.bytes


def test_an_empty_text_is_no_table() -> None:
    with pytest.raises(NoTable):
        list(profile(b"\n\n", None, True))


@pytest.mark.parametrize(
    ("value", "known"),
    [
        ("7", "integer"), ("-1,234", "integer"), ("1.5e3", "number"), ("007", "text"), ("110101199003078515", "text"),
        ("2023-02-30", "text"), ("2023-02-28", "date"), ("2023年2月8日", "date"), ("2023-02-08T10:00:00Z", "datetime"),
        ("是", "boolean"), ("True", "boolean"), ("甲", "text"), ("1e999", "text"),
    ],
)  # fmt: skip
def test_the_kind_of_a_value(value: str, known: str) -> None:
    assert kind(value) == known


@given(st.lists(st.lists(st.integers(-(10**9), 10**9), max_size=40), min_size=1, max_size=10))
def test_a_small_column_is_exact_however_it_comes_in_batches(batches: list[list[int]]) -> None:
    learner = Learner("n", 20_000)
    for batch in batches:
        learner.add([str(number) for number in batch])
    numbers = [number for batch in batches for number in batch]
    column = learner.learnt()
    assert (column.values, column.distinct, column.distinct_exact) == (len(numbers), len(set(numbers)), True)
    if numbers:
        assert column.type == "integer"
        assert (column.minimum, column.maximum) == (min(numbers), max(numbers))
        assert column.mean == pytest.approx(statistics.fmean(numbers), abs=1e-3)
        assert column.deviation == pytest.approx(statistics.pstdev(numbers), rel=1e-6, abs=1e-3)
        assert column.quantiles["p50"] in numbers


@settings(max_examples=5, deadline=None)
@given(st.integers(30_000, 90_000))
def test_a_large_column_is_estimated_within_bounds(size: int) -> None:
    learner = Learner("n", 2_000)
    for begin in range(0, size, 5_000):
        learner.add([str(number) for number in range(begin, min(size, begin + 5_000))])
    column = learner.learnt()
    assert not column.distinct_exact
    assert column.distinct == pytest.approx(size, rel=0.08)
    assert column.quantiles["p50"] == pytest.approx(size / 2, rel=0.08)
    assert column.top == []


def test_the_delimiter_is_the_one_that_splits_evenly() -> None:
    assert guess("a,b;c\n1,2;3\n4;5\n") == ";"
    assert guess("one\ntwo\n") == ","
