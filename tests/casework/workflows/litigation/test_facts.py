"""Facts as documents tell them: dates, sums, parties, events, ledgers; each where its words stand."""

import time
from datetime import date, timedelta
from decimal import Decimal
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.workflows.litigation.facts import clauses, parties, timeline
from casework.workflows.litigation.text import dates, kinds, money, tables
from casework.workflows.litigation.text.span import Span, Text

PIECES = (
    "2023年5月6日/二〇二四年五月二十日/2024.5.20/支付/38万元/壹佰万元整/￥1,200.50/甲方：/张三丰/苏州恒达机电有限公司/，/。/"
    "签订后30日内/月利率1.5%/《民法典》第五百七十七条/|/金额（元）/1000/（以下简称“恒达”）/借款人：/今借到/违约金/每日/"
    "万分之五/仲裁委员会/争议/第三条 付款/\n/\t/ "
)
WORDS = st.sampled_from(PIECES.split("/"))


def text(content: str, kind: str = "other") -> Text:
    return Text("d", "d.txt", content, [0], kind)


@given(st.lists(WORDS, max_size=40).map("".join), st.sampled_from(["contract", "bank", "iou", "demand", "other"]))
@settings(max_examples=150, deadline=None)
def test_whatever_is_found_quotes_the_words_where_it_stands(content: str, kind: str) -> None:
    given_text = text(content, kind)
    found: list[Span] = [each.span for each in dates.find(given_text)]
    found += [each.span for each in dates.terms(given_text)]
    found += [each.span for each in money.find(given_text)]
    found += [span for party in parties.find([given_text]) for span in party.spans]
    found += [span for event in timeline.build([given_text])[1] for span in event.spans]
    terms = clauses.find([given_text])
    found += [each.span for each in terms.clauses] + [each.span for each in terms.citations]
    found += [span for span in (terms.rate_span, terms.interest.span, terms.flat_span, terms.court) if span]
    for span in found:
        assert content[span.start : span.end] == span.quote
        assert span.start < span.end


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("二〇二四年五月二十日", date(2024, 5, 20)),
        ("贰零贰叁年拾贰月叁拾壹日", date(2023, 12, 31)),
        ("2024.5.20", date(2024, 5, 20)),
        ("2024/5/20", date(2024, 5, 20)),
        ("2023年3月", date(2023, 3, 1)),
        ("2021年底", date(2021, 12, 31)),
        ("2022 年 6 月 3O 日", date(2022, 6, 30)),
    ],
)
def test_dates_in_every_form(written: str, found: date) -> None:
    assert [each.day for each in dates.find(text(f"双方于{written}结算。"))] == [found]


@pytest.mark.parametrize(
    "written",
    ["（2024）苏05民初12号", "1980年5月6日出生", "合同编号：2022-03-08", "生于1980年5月6日", "出生日期：1980/5/6"],
)
def test_what_is_no_date_of_the_case(written: str) -> None:
    assert dates.find(text(f"{written}。")) == []


def test_a_name_that_ends_with_birth_hides_no_date() -> None:
    assert len(dates.find(text("其间卢水生于2022年12月8日还款24,000元。"))) == 1


def test_the_year_that_is_not_repeated_is_that_of_the_date_before() -> None:
    found = dates.find(text("2023年5月6日发货，同年6月1日验收，次年1月5日付款。"))
    assert [each.day for each in found] == [date(2023, 5, 6), date(2023, 6, 1), date(2024, 1, 5)]


@pytest.mark.parametrize(
    ("term", "start", "end"),
    [
        ("合同签订后30日内", date(2022, 3, 8), date(2022, 4, 7)),
        ("验收合格之日起10个工作日内", date(2022, 6, 10), date(2022, 6, 24)),
        ("交货后三个月内", date(2023, 11, 30), date(2024, 2, 29)),
        ("货到后七日内", date(2024, 9, 26), date(2024, 10, 8)),  # 10-03 is in the National Day holiday
    ],
)
def test_terms_run_from_their_event_and_end_on_a_working_day(term: str, start: date, end: date) -> None:
    (found,) = dates.terms(text(f"甲方应于{term}付清。"))
    assert found.end(start) == end


@given(st.dates(date(2005, 1, 1), date(2026, 12, 31)), st.integers(1, 60))
def test_a_term_never_ends_on_a_holiday_nor_before_its_days_are_over(start: date, days: int) -> None:
    end = dates.Term("delivery", days, "day", Span("d", 1, 0, 1, "x")).end(start)
    assert dates.works(end)
    assert start + timedelta(days=days) <= end <= start + timedelta(days=days + 12)


@pytest.mark.parametrize(
    ("written", "values"),
    [
        ("￥500000.00", ["500000"]),
        ("借给他5万。", ["50000"]),
        ("人民币貳拾伍萬圓整", ["250000"]),
        ("1.26亿元", ["126000000"]),
        ("九万六拖了半年", ["96000"]),
        ("叁佰元伍角", ["300.5"]),
        ("￥2O0,0OO.00", ["200000"]),
        ("面积5万平方米，共3万台，2万美元", []),
        ("合同第5条，电话13800138000", []),
    ],
)
def test_sums_in_every_form_and_no_others(written: str, values: list[str]) -> None:
    assert [each.value for each in money.find(text(written))] == [Decimal(value) for value in values]


@pytest.mark.parametrize("written", ["共26万袋", "交付14万株", "5万块砖", "每天3万片"])
def test_counted_things_are_no_money(written: str) -> None:
    assert money.find(Text("d", "d", written, [0])) == []


def test_a_desert_of_blanks_costs_no_more_than_words() -> None:
    started = time.process_time()
    assert money.find(Text("d", "d", " " * 100_000, [0])) == []
    assert time.process_time() - started < 20  # it was minutes: each blank looked through all that follow


def test_a_tables_sums_take_their_unit_from_the_columns_head_or_the_line_above() -> None:
    heads = text("| 品名 | 数量 | 单价（元） | 金额（万元） |\n| --- | --- | --- | --- |\n| 泵 | 3 | 400 | 0.12 |")
    assert [each.value for each in money.find(heads)] == [Decimal(400), Decimal(1200)]
    above = text("单位：万元\n日期\t摘要\t金额\n2021-08-25\t到账\t2400\n")
    assert [each.value for each in money.find(above)] == [Decimal(24_000_000)]


@pytest.mark.parametrize(
    ("written", "kind", "name", "roles"),
    [
        ("出借人（甲方）：葛明辉，身份证号", "loan_contract", "葛明辉", ["出借人", "甲方"]),
        ("今借到周建华人民币贰拾万元", "iou", "周建华", ["出借人"]),
        ("借款人：曲涛   保证人：邹平", "iou", "邹平", ["保证人"]),
        ("出 租 方 ：郑州中原仓储物流有限公司", "contract", "郑州中原仓储物流有限公司", ["出租方"]),
        ("承租方：广州小鹿奶茶店", "contract", "广州小鹿奶茶店", ["承租方"]),
        ("今借到宫丽萍现金人民币肆万元整", "iou", "宫丽萍", ["出借人"]),
        ("保证人（丙方）：朴成哲", "loan_contract", "朴成哲", ["保证人", "丙方"]),
        ("出借人：万俟雪 身份证号", "iou", "万俟雪", ["出借人"]),
        ("原告：买买提·艾力，男，1980年1月2日出生", "complaint", "买买提·艾力", ["原告"]),
        ("2024年1月5日 21:03 货主郝建平：运费我记着呢", "correspondence", "郝建平", []),
    ],
)
def test_parties_and_their_roles(written: str, kind: str, name: str, roles: list[str]) -> None:
    found = {party.name: party.roles for party in parties.find([text(written, kind)])}
    assert found[name] == roles


def test_words_that_begin_like_a_name_and_courts_are_no_parties() -> None:
    said = "原告陆续向被告供货。此致\n杭州市西湖区人民法院\n甲方：应于签订后支付\n乙方：付款后供货"
    said += "\n收款人：现金\n保证人：盖章"
    said += "\n被告全部支付，原告代为垫付，债务人通知与被告房屋的事，被告管理的门店，借款人利用贷款，被告方未付"
    assert parties.find([text(said)]) == []


def test_one_wrong_character_of_a_scanned_name_makes_no_second_party() -> None:
    found = parties.find([text("甲方：苏州恒达机电设备有限公司\n收款人：苏州恒达机电没备有限公司")])
    assert [(party.name, party.roles) for party in found] == [("苏州恒达机电设备有限公司", ["甲方", "收款人"])]


@pytest.mark.parametrize(
    ("sentence", "kind", "typed"),
    [
        ("甲方应于2023年6月30日前付清货款", "contract", "due"),
        ("请贵公司于2023年6月30日前付清", "demand", "deadline"),
        ("该函于2023年6月30日由贵公司签收", "demand", "demand"),
        ("2023年6月30日，公司无故辞退我", "statement", "dismissal"),
        ("借款期限自2022年4月1日起至2023年6月30日止", "iou", "due"),
        ("截至2023年6月30日，欠款10万元", "reconciliation", "other"),
        ("以10万元为基数，自2023年6月30日起按年利率14%计算利息", "complaint", "other"),
    ],
)
def test_events_by_the_words_nearest_to_them(sentence: str, kind: str, typed: str) -> None:
    _, events = timeline.build([text(sentence + "。", kind)])
    assert events[-1].type == typed


@pytest.mark.parametrize(
    ("title", "kind"),
    [("借 条", "iou"), ("解除劳动合同通知书", "dismissal"), ("劳动合同书", "labor_contract"), ("银行电子回单", "bank"),
     ("催款函", "demand"), ("对账单", "reconciliation"), ("民事判决书", "judgment"), ("补充协议", "contract")],
)  # fmt: skip
def test_documents_are_known_by_their_titles(title: str, kind: str) -> None:
    assert kinds.kind_of("扫描件001.pdf", f"{title}\n编号：1\n") == kind


def test_the_later_of_two_agreements_on_the_forum_counts() -> None:
    first = text("第五条 争议提交合肥仲裁委员会仲裁。\n签订日期：2023年3月1日", "contract")
    later = Text("e", "e", "争议由供应商所在地人民法院管辖。\n签订日期：2023年6月18日", [0], "contract")
    terms = clauses.find([first, later])
    assert terms.arbitration is None
    assert terms.court is not None
    assert terms.forum_conflict is not None


def test_an_agreement_that_leaves_court_and_arbitration_open_is_no_arbitration() -> None:
    terms = clauses.find([text("争议可提交北京仲裁委员会仲裁，或向人民法院起诉。", "contract")])
    assert terms.arbitration is None
    assert terms.forum_conflict is not None


def test_a_document_is_read_for_its_tables_once_however_many_dates_and_sums_ask() -> None:
    rows = [f"2023年{n % 12 + 1}月{n % 28 + 1}日\t{n + 1000}.00" for n in range(300)]
    statement = text("日期\t金额（元）\n" + "\n".join(rows), "bank")
    with mock.patch.object(tables, "_read", wraps=tables._read) as read:
        assert len(money.find(statement)) == 300
        assert len(timeline.build([statement])[0]) == 300
    assert read.call_count == 1
