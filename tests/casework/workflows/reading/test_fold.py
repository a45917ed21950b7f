"""How text is spelled before it is looked through."""

import pytest

from casework.workflows.reading.fold import closed
from casework.workflows.reading.lines import unwrapped


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("甲 方 （ 用 人 单 位 ）： 通 化 药 业 有 限 公 司", "甲方（用人单位）：通化药业有限公司"),
        ("合 同 期 限 自 2020 年 8 月 3 日 起", "合同期限自2020年8月3日起"),
        ("甲方：张三丰     乙方：李四", "甲方：张三丰     乙方：李四"),
        ("出 租 方 ：郑州中原仓储物流有限公司", "出 租 方 ：郑州中原仓储物流有限公司"),
        ("2024-10-15 无锡某某公司 工资 9,500.00元", "2024-10-15 无锡某某公司 工资 9,500.00元"),
    ],
)
def test_blanks_go_where_ocr_has_parted_each_character_and_only_there(written: str, read: str) -> None:
    assert closed(written) == read


def test_a_line_that_ends_with_a_comma_goes_on_however_short_it_is() -> None:
    lines = "2024年10月14日，被申请人没有说明理由，\n在群里将申请人辞退，\n申请人当日离店。\n此致"
    assert unwrapped(lines) == "2024年10月14日，被申请人没有说明理由，在群里将申请人辞退，申请人当日离店。\n此致\n"
