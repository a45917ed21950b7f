"""Blanks beside figures: gone from sentences and days, kept where they part cells, speakers and times of day."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.workflows.reading.blanks import closed_up


@pytest.mark.parametrize(
    ("spaced", "solid"),
    [
        ("于 2024 年 3 月 5 日 前付清", "于 2024年3月5日 前付清"),
        (
            "买方应于 2024 年 3 月 5 日前支付 30,000.00 元，余款另付。",
            "买方应于2024年3月5日前支付30,000.00元，余款另付。",
        ),
        ("每逾期一日按 0.5‰ 计算违约金。", "每逾期一日按0.5‰计算违约金。"),
        ("第 5 条 逾期的，按日付 ¥200 元。", "第 5 条 逾期的，按日付 ¥200 元。"),
    ],
)
def test_a_sentence_has_no_blanks_beside_its_figures(spaced: str, solid: str) -> None:
    assert closed_up(spaced) == solid


@pytest.mark.parametrize(
    "line",
    [
        "2024-08-20 危素梅：先还你16,000元，已经转到你卡上。",
        "2024.8.20 危素梅：先还你16,000元，已经转到你卡上。",
        "汪秀莲 10:26：借条我收好了，谢谢。",
        "10:26 汪秀莲：借条我收好了，谢谢。",
        "2024年3月  30,000.00  备注：还款，利息",
        "11月 4630 4178",
        "1 2021/8/11 100,000.00 转账",
        "2024-03-05\t转账 300\t还款，利息",
    ],
)
def test_blanks_that_part_something_stay(line: str) -> None:
    assert closed_up(line) == line


@given(st.text(alphabet="年月日元，。 \n\t:12甲乙¥%-", max_size=80))
def test_nothing_but_blanks_is_taken_away(text: str) -> None:
    closed = closed_up(text)
    assert closed.replace(" ", "") == text.replace(" ", "")
    assert closed.count("\n") == text.count("\n")


@given(st.text(alphabet="年月日元，。 \n12甲乙", max_size=80))
def test_closing_up_once_is_enough(text: str) -> None:
    assert closed_up(closed_up(text)) == closed_up(text)
