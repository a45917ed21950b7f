"""Which lines go on in the next, and which were ended on purpose."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.workflows.reading.lines import mended, unwrapped


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("供货人（乙方）：高邮市昊阳照明器", "材有限公司"),
        ("供方（乙方）：樟树市恒岳金属柜业有限", "公司"),
        ("2022年9月30日前付 171,", "000 元；2023年3月31日前付清余款。"),
        ("按逾期金额的", "万分之二向乙方支付违约金。"),
        ("请贵馆于2025年3月31日前", "付清上述货款。"),
        ("保证人对本借款的本息承担连带责任保证，保证期间", "为借款到期之日起三年。"),
        ("被告先后于2023年10月19日支付59,400元、12月25日支", "付70,000元，其余款项拒不支付。"),
        ("借款期限自2018年6月1日起至2019年5月31日止，年利", "率20%。"),
        ("第二条 利息按合同签订时一年期贷款市场报价利率（LPR）", "的2倍计算。"),
        ("租赁费总额确定为人民币贰拾叁万陆仟伍佰元整（", "¥236,500.00）。"),
        ("借款一万元，2023年5月31日前", "归还。"),
        ("借款一万元，2023-05-31前", "归还。"),
    ],
)
def test_a_line_that_breaks_a_name_a_sum_or_a_clause_goes_on(first: str, second: str) -> None:
    assert mended(f"标题\n{first}\n{second}\n") == f"标题\n{first}{second}\n"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("收货单位：察哈尔右翼后旗种植专业合作社联合社", "以上种薯已送到，数量无误。"),
        ("姓名 | 月份 | 金额（元） | 签名", "区志明 | 8月 | 6,500 | 区志明"),
        ("2    2023.02.24   85,200.00   授权支付", "3    2023.10.20   40,000.00   授权支付"),
        ("入账日期 2022-06-29 金额 120,000.00 元 用途 路灯款", "入账日期 2022-12-16 金额 100,000.00 元 用途 路灯款"),
        ("甲方已经按照本合同约定向乙方支付首期货款", "乙方：许昌沁香食品有限公司"),
        ("双方于二〇二四年五月在郑州市二七区签订合同", "2024年5月6日"),
    ],
)
def test_rows_labels_days_and_what_stands_below_a_name_stay_lines(first: str, second: str) -> None:
    assert mended(f"{first}\n{second}\n") == f"{first}\n{second}\n"


def test_rows_of_a_printed_table_are_not_joined_however_wide_they_are() -> None:
    rows = [f"2023-0{n}-15      1{n}0,000.00     货款" for n in range(1, 6)]
    assert unwrapped("\n".join(rows)).splitlines() == rows
    months = [f"2024年{n}月 4,960.00 513.60 4,446.40" for n in range(1, 6)]
    assert unwrapped("\n".join(months)).splitlines() == months


def test_a_short_line_in_the_midst_of_a_sentence_goes_on() -> None:
    first, second = "五、乙方不按期付款的，每逾期一日，应按逾期", "金额的万分之五支付违约金，至付清之日止。"
    long = "六、乙方联系人为罗永聪，其就对账、收货所作的确认对乙方均有法律效力。"
    assert mended(f"{first}\n{second}\n{long}\n") == f"{first}{second}\n{long}\n"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("--------------------------------------------", "收条（二）"),
        ("潘理事：先转你10,000.00元，过年先给这些，余下的年后再说，你看行不行", "———— 2024年9月11日 ————"),
        ("送达文书：起诉状副本、应诉通知书、举证通知书、开庭传票、诉讼须知", "2025年4月2日，前台签收上述文书。"),
        ("合计  综合布线 视频监控 一卡通 广播系统 机房 校园网  708,000.00", "2022年12月14日  700,000.00  付款"),
    ],
)
def test_a_full_line_ends_before_a_rule_a_decorated_day_and_a_day_below_a_list(first: str, second: str) -> None:
    assert unwrapped(f"{first}\n{second}\n").splitlines() == [first, second]


@given(st.lists(st.text("合同甲方乙方于前付款，。；：\n 0123456789,年月日公司|", max_size=40), max_size=12))
def test_joining_lines_loses_nothing_but_their_ends_and_the_blanks_before_them(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert "".join(mended(text).split()) == "".join(text.split())
    assert mended(text).count("\n") <= text.count("\n")


def test_a_sentence_of_a_hundred_thousand_lines_is_joined_in_one_pass() -> None:
    started = time.process_time()
    assert mended("甲的\n" * 100_000).count("\n") == 1
    assert time.process_time() - started < 20
