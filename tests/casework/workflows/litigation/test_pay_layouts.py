"""Pay of the last months in the layouts in which employers hand it out: each gives the same months and sums."""

# ruff: noqa: E501 - a text is read as one

from datetime import date
from decimal import Decimal

import pytest

from casework.workflows.litigation.ledger import paytable
from tests.casework.workflows.litigation.test_labour import read

PAY = {date(2024, 11, 1): 4630, date(2024, 12, 1): 5280, date(2025, 1, 1): 5745}


def rows(line: str) -> str:
    return "\n".join(
        line.format(y=day.year, m=day.month, g=gross, c=f"{gross:,}", n=gross - 452, b=4200, p=gross - 4200)
        for day, gross in PAY.items()
    )


LAYOUTS = {
    "columns, months as figures": "工资表\n月份  应发工资  代扣  实发\n" + rows("{y}-{m:02d}  {g}.00  452.00  {n}.00"),
    "columns, months run together": "工资明细\n工资月份 应发合计 社保 实发\n" + rows("{y}{m:02d} {g}.00 452.00 {n}.00"),
    "columns, the year above": "2024年度工资\n月份 应发 实发\n" + rows("{m}月 {g} {n}"),
    "a table with parts": "工资表\n所属月份\t基本工资\t计件\t应发\t代扣社保\t实发\n" + rows("{y}-{m:02d}\t{b}\t{p}\t{g}\t452\t{n}"),
    "months as columns": "工资表\n项目\t2024年11月\t2024年12月\t2025年1月\n应发工资\t4630\t5280\t5745\n实发工资\t4178\t4828\t5293",
    "lines with wide blanks": "工资表\n姓名：张三\n" + rows("{y}年{m}月　应发{c}.00元　代扣社保452.00元　实发{n}.00元"),
    "lines, some not paid yet": "工资表\n" + rows("{y}年{m}月　应发{c}元　代扣社保452.00元　实发{n}元").replace("实发5293元", "未发"),
    "lines with parts": "工资表\n" + rows("{y}年{m}月：基本工资{b}元，计件{p}元，应发{c}元，扣社保452元，实发{n}元"),
    "lines without a unit": "工资表（单位：元）\n" + rows("{y}年{m}月 应发{g} 扣452 实发{n}"),
    "lines with labels": "工资明细\n" + rows("月份：{y}年{m}月 应发：人民币{g}元 实发：人民币{n}元"),
    "slips": rows("{y}年{m}月工资条\n姓名：张三\n基本工资：{b}元\n计件工资：{p}元\n应发合计：{g}元\n代扣社保：452元\n实发：{n}元\n"),
    "slips with the month behind": rows("工资条（{y}年{m}月）\n姓名 张三\n基本工资 {b}.00\n应发工资 {g}.00\n社保 452.00\n实发工资 {n}.00\n"),
    "slips of one line": rows("【工资单】张三，{y}年{m}月：基本工资{b}元、计件{p}元，应发{g}元，代扣社保452元，实发{n}元。"),
    "a sentence": "申请人离职前工资情况：2024年11月应发4630元，12月应发5280元，2025年1月应发5745元。",
    "a sentence, in turn": "证明：张三2024年11月至2025年1月应发工资分别为4,630元、5,280元、5,745元。",
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_the_same_months_and_sums_are_read_from_every_layout(layout: str) -> None:
    assert paytable.months(read(layout)) == {day: Decimal(gross) for day, gross in PAY.items()}


def test_months_that_are_only_owed_are_no_pay() -> None:
    owed = "现欠张三工资如下：\n2024年11月工资4630元；\n2024年12月工资5280元；\n2025年1月工资5745元；\n"
    assert paytable.months(read(f"工资欠条\n{owed}")) == {}
