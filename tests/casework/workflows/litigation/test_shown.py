"""What a scan is by its body, where its name says nothing: `扫描件1.pdf`."""

# ruff: noqa: E501 - a text is read as one

import pytest

from casework.workflows.litigation.text import kinds

BODIES = [
    ("correspondence", "2024年6月2日 张三：小燕，到期快一个月了，什么时候还我？\n2024年6月3日 李四：叔，钱我肯定还。"),
    ("correspondence", "[2024/2/2 20:11] 张三：姐，年前再还你一笔\n[2024/2/2 20:15] 李四：好"),
    ("correspondence", "张三  08:31:05\n借款两年多了，麻烦你尽快还给我。\n李四  08:40:12\n知道了"),
    ("correspondence", "2025年2月11日 19:40\n张三：王经理，剩下的工资什么时候给？"),
    ("bank", "【四川天府银行】您尾号4407的账户于2022年12月19日收到转入人民币5,000.00元"),
    ("bank", "记账日期：2022-03-08\n付款人：张三\n收款人：李四\n金额：120,000.00"),
    ("bank", "户名：甲乙公司\n对方户名：丙丁公司\n交易日期  收入金额  摘要\n2023-03-08  20,000.00  货款\n2023-05-09  30,000.00  货款"),
    ("arbitration_application", "申请人：张三，女，住沈阳市。\n被申请人：丙丁公司\n请求事项：支付工资9,000元。\n事实和理由：解除劳动合同违法。"),
    ("award", "（第2页）\n申请人张三与被申请人甲乙公司劳动争议一案，本委受理后依法开庭。解除劳动合同违法。"),
    ("complaint", "原告：张三，男。\n被告：李四，女。\n请求判令被告归还借款。"),
    ("labor_contract", "合同号：0388\n甲方：甲乙公司\n乙方：张三\n期限三年，月工资6,000元。"),
    ("other", "宫羽于2025年4月18日签收民事判决书。"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), BODIES, ids=[f"{n} {kind}" for n, (kind, _) in enumerate(BODIES)])
def test_a_scan_is_known_by_its_body(kind: str, text: str) -> None:
    assert kinds.kind_of("扫描件1.pdf", text) == kind


def test_a_title_goes_before_the_body() -> None:
    assert kinds.kind_of("扫描件1.pdf", "收条\n" + BODIES[5][1]) == "iou"
