"""Failures that are alike share a fingerprint."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import ids
from progress.fingerprint import LONGEST, fingerprint, normalised


@given(st.text(max_size=2_000))
def test_a_message_is_normalised_once_and_for_all(message: str) -> None:
    once = normalised(message)
    assert normalised(once) == once
    assert len(once) <= LONGEST


@given(st.text("abc 第步失败:", max_size=50), st.integers(0), st.integers(0), st.text("xyz ", max_size=50))
def test_numbers_make_no_difference(before: str, one: int, other: int, behind: str) -> None:
    assert normalised(f"{before} {one} {behind}") == normalised(f"{before} {other} {behind}")


@given(st.text("abc ", max_size=20))
def test_ids_make_no_difference(text: str) -> None:
    assert normalised(f"{text} {ids.new()} gone") == normalised(f"{text} {ids.new()} gone")


@pytest.mark.parametrize(
    ("message", "folded"),
    [
        ("step 2 was asked to fail on attempt 1", "step <n> was asked to fail on attempt <n>"),
        ("第3步失败：金额 1,234.50 元", "第<n>步失败：金额 <n> 元"),
        ("no file /srv/data/a b", "no file <path> b"),
        ("no file C:\\data\\a.txt, sorry", "no file <path>, sorry"),
        ("GET https://host:8000/x?y=1 timed out", "GET <url> timed out"),
        ("at 2026-11-25T17:00:00.123Z it broke", "at <time> it broke"),
        ("object at 0x7f00deadbeef of deadbeef1234", "object at <id> of <id>"),
        ("and/or is no path", "and/or is no path"),
        ("two\n lines", "two lines"),
    ],
)
def test_what_differs_each_time_is_folded(message: str, folded: str) -> None:
    assert normalised(message) == folded


def test_workflow_step_type_and_message_all_count() -> None:
    same = fingerprint("w", "s", "ValueError", "no 1")
    assert same == fingerprint("w", "s", "ValueError", "no 2")
    others = [("x", "s", "ValueError", "no 1"), ("w", None, "ValueError", "no 1"), ("w", "s", "KeyError", "no 1")]
    assert len({same, *(fingerprint(*each) for each in others), fingerprint("w", "s", "ValueError", "yes")}) == 5
    assert len(same) == 16
