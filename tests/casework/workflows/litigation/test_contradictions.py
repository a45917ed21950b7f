"""What contradicts what: identity numbers, days of delivery, sums that are asked for although they were paid."""

from tests.casework.workflows.litigation.conftest import analyse

NOTE = (
    "借条\n今借到罗桂花人民币8万元（80,000元），{interest}2023年5月1日前还清。\n借款人：段成武\n{number}2022年5月2日\n"
)
PAID = "收条\n今收到段成武还来30,000元。\n收款人：罗桂花\n2024年1月9日\n"
SUIT = """民事起诉状
原告：罗桂花
被告：段成武
诉讼请求：判令被告归还借款本金80,000元。
具状人：罗桂花
2025年2月3日
"""
CONTRACT = """购销合同
卖方（甲方）：开封禾谷粮油有限公司
买方（乙方）：许昌沁香食品有限公司
合同总价90,000元，乙方于2022年6月30日前付清。
签订日期：2022年3月1日
"""


async def kinds(files: dict[str, str], package: str, position: str = "plaintiff") -> list[str]:
    case = {"contract_dispute_default": "contract_performance", "debt_collection_v1": "debt_collection"}[package]
    result, _ = await analyse(
        {name: text.encode() for name, text in files.items()},
        package_id=package,
        case_type=case,
        case_position=position,
    )
    return [each["kind"] for each in result["contradictions"]]


async def test_two_identity_numbers_of_one_person_are_told_in_whatever_sentence_they_stand() -> None:
    note = NOTE.format(interest="", number="身份证号：620522198106142718\n")
    letter = "催款函\n段成武（身份证号：620522198106142179）：\n请归还借款80,000元。\n罗桂花\n2024年3月1日\n"
    assert "identity" in await kinds({"note.txt": note, "letter.txt": letter}, "debt_collection_v1")
    same = letter.replace("142179", "142718")
    assert "identity" not in await kinds({"note.txt": note, "letter.txt": same}, "debt_collection_v1")


async def test_all_of_a_loan_that_bears_interest_may_still_be_owed_after_payments() -> None:
    files = {"suit.txt": SUIT, "paid.txt": PAID}
    bearing = {"note.txt": NOTE.format(interest="月息一分，", number=""), **files}
    assert await kinds(bearing, "debt_collection_v1", "defendant") == []
    without = {"note.txt": NOTE.format(interest="不计利息，", number=""), **files}
    assert await kinds(without, "debt_collection_v1", "defendant") == ["arrears"]


async def test_a_letter_that_leaves_out_what_was_paid_after_the_account_contradicts_it() -> None:
    account = """对账单
卖方：开封禾谷粮油有限公司
买方：许昌沁香食品有限公司
货款总额90,000元，已付20,000元，尚欠70,000元，双方确认无误。
2022年9月30日
"""
    slip = "银行回单\n付款人：许昌沁香食品有限公司\n收款人：开封禾谷粮油有限公司\n日期：2023年2月1日\n金额：30,000元\n"
    letter = "催款函\n许昌沁香食品有限公司：\n贵司尚欠货款70,000元，请即支付。\n开封禾谷粮油有限公司\n{day}\n"
    files = {"contract.txt": CONTRACT, "account.txt": account, "slip.txt": slip}
    late = {**files, "letter.txt": letter.format(day="2024年5月6日")}
    assert await kinds(late, "contract_dispute_default") == ["arrears"]
    early = {**files, "letter.txt": letter.format(day="2022年12月1日")}
    assert await kinds(early, "contract_dispute_default") == []


async def test_a_record_of_acceptance_contradicts_a_suit_that_tells_another_day_of_delivery() -> None:
    record = """验收记录
供方：开封禾谷粮油有限公司
需方：许昌沁香食品有限公司
交付日期：2022年4月15日
验收日期：2022年4月18日
验收合格。
"""
    suit = """民事起诉状
原告：开封禾谷粮油有限公司
被告：许昌沁香食品有限公司
诉讼请求：判令被告支付货款90,000元。
事实与理由：2022年4月5日，原告将全部货物交付被告，被告未付款。
2025年2月3日
"""
    files = {"contract.txt": CONTRACT, "record.txt": record, "suit.txt": suit}
    assert await kinds(files, "contract_dispute_default", "defendant") == ["day"]
