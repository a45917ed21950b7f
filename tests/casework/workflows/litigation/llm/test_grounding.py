"""What may be said is what the facts say; whatever else a model writes is found."""

import json
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.workflows.litigation.llm.advice import estimated_tokens
from casework.workflows.litigation.llm.brief import Brief, Fact
from casework.workflows.litigation.llm.grounding import Ground
from casework.workflows.litigation.llm.mask import mask
from casework.workflows.litigation.llm.questions import QUESTIONS, Unusable, parse, readable

FACT = "2023年3月12日交付，合同总价1,260,000.00元，已付37.8万元，违约金每日万分之五，合同第六条。"


def ground() -> Ground:
    known = Ground(articles={("民法典", 577)}, clauses={6})
    known.learn([FACT, "2027-05-24"])
    return known


@pytest.mark.parametrize(
    "text",
    [
        "合同总价为126万元，已付378000元。",
        "总价一百二十六万元，二〇二三年三月十二日交付。",
        "2023年3月交付，2023年内付款。",
        "最后一日为2027年5月24日。",
        "依《民法典》第577条与合同第六条，按日0.05%计。",
        "依《中华人民共和国民法典》第五百七十七条。",
        "有三份证据，应在15日内核对；万一对方否认，千万注意。",
    ],
)
def test_what_the_facts_say_may_be_said_in_any_form(text: str) -> None:
    assert ground().faults(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "总价为127万元。",
        "对方另欠一百三十万元。",
        "2023年3月13日交付。",
        "2024年付款。",
        "5月20日催告。",
        "二〇二四年五月交付。",
        "胜诉率为87%。",
        "有百分之九十的把握。",
        "依《民法典》第578条。",
        "依《公司法》第577条。",
        "依第五百八十五条。",
        "2023年2月30日交付。",
    ],
)
def test_what_they_do_not_say_is_found(text: str) -> None:
    assert ground().faults(text)


@given(st.dates(date(1990, 1, 1), date(2035, 1, 1)), st.decimals(100, 10**10, places=2))
def test_a_fact_repeated_is_grounded_and_another_sum_or_day_is_not(day: date, amount: Decimal) -> None:
    known = Ground()
    known.learn([f"{day.year}年{day.month}月{day.day}日支付{amount:,.2f}元"])
    assert known.faults(f"{day} 的 {amount:.2f} 元") == []
    assert known.faults(f"{amount + 1:.2f} 元")
    assert known.faults(f"{day.year + 1}年{day.month}月")


@given(st.text())
def test_no_text_breaks_the_checks(text: str) -> None:
    known = ground()
    known.learn([text])
    known.faults(text)
    mask(text)
    assert estimated_tokens(text) >= 0


@given(
    st.sampled_from("3456789"),
    st.text("0123456789", min_size=9, max_size=9),
    st.sampled_from(["电话{}。", "（+86 {}）", "手机:{},", "{}"]),
)
def test_telephone_numbers_are_masked(second: str, rest: str, around: str) -> None:
    number = f"1{second}{rest}"
    assert number not in mask(around.format(number))


@pytest.mark.parametrize(
    "number",
    [
        "11010519491231002X",
        "110105194912310021",
        "110105 19491231 0021",
        "6222021001112345678",
        "6222 0210 0111 2345 678",
        "６２２２０２１００１１１２３４５６７８",
        "138-1234-5678",
        "138 1234 5678",
        "0512-62881234",
    ],
)
def test_personal_numbers_are_masked_however_they_are_written(number: str) -> None:
    assert number not in mask(f"号码：{number}，")
    assert number not in mask(f"号码{number}")


@pytest.mark.parametrize(
    "text",
    [
        "1,260,000.00 元",
        "432000元",
        "2023-03-12",
        "91320594MA1XK7Q32A",
        "第 585 条",
        "12345678.90 元",
        "2023年3月12日至2024年5月20日",
    ],
)
def test_sums_dates_and_companies_are_not_masked(text: str) -> None:
    assert mask(text) == text


def brief() -> Brief:
    return Brief("", [Fact("F1", FACT)], {"cc-577": "《民法典》第577条：要旨"}, "", ground())


def test_what_is_round_the_answer_does_not_matter() -> None:
    item = '{"kind":"overview","text":"已付37.8万元。","fact_ids":["F1"],"statute_ids":["cc-577"]}'
    for text in (
        f'{{"items":[{item}]}}',
        f'```json\n{{"items":[{item}]}}\n```',
        f'<think>{{}}</think>好的：{{"items":[{item}]}}',
    ):
        kept, dropped = parse(text, QUESTIONS[0], brief())
        assert (len(kept), dropped) == (1, [])


@pytest.mark.parametrize(
    "item",
    [
        '{"kind":"overview","text":"好。","fact_ids":["F2"]}',
        '{"kind":"overview","text":"好。","fact_ids":[]}',
        '{"kind":"overview","text":"好。","fact_ids":["F1"],"statute_ids":["cc-1"]}',
        '{"kind":"verdict","text":"好。","fact_ids":["F1"]}',
        '{"kind":"overview","text":" ","fact_ids":["F1"]}',
        '{"kind":"overview","text":"欠99万元。","fact_ids":["F1"]}',
    ],
)
def test_an_item_that_does_not_rest_on_the_facts_is_dropped_and_the_others_stay(item: str) -> None:
    good = '{"kind":"overview","text":"好。","fact_ids":["F1"]}'
    kept, dropped = parse(f'{{"items":[{item},{good}]}}', QUESTIONS[0], brief())
    assert len(kept) == len(dropped) == 1
    with pytest.raises(Unusable):
        parse(f'{{"items":[{item}]}}', QUESTIONS[0], brief())


def test_a_half_written_answer_is_readable() -> None:
    half = '{"items":[{"kind":"a","text":"先说\\n这个","fact_ids":["F1"]},{"kind":"b","text":"再说'
    assert readable(half) == "先说 这个\n再说"
    assert readable('{"items":[') == ""


@given(st.lists(st.text(max_size=20), max_size=4), st.booleans())
def test_what_is_readable_of_an_answer_only_ever_grows(texts: list[str], ascii_only: bool) -> None:
    answer = json.dumps({"items": [{"kind": "a", "text": text} for text in texts]}, ensure_ascii=ascii_only)
    steps = [readable(answer[:end]) for end in range(len(answer) + 1)]
    assert all(later.startswith(earlier) for earlier, later in pairwise(steps))
    assert steps[-1].split() == "\n".join(texts).split()
