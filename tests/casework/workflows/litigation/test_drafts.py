"""Drafts: the right ones for each side, nothing made up, and every open place listed."""

import io
import re
from typing import Any

import docx
import msgspec
import pytest
from docx.oxml.ns import qn

from casework.workflows.litigation import choices, strategies
from casework.workflows.litigation.case import CaseInput
from casework.workflows.litigation.drafts import Draft, draft, word
from casework.workflows.litigation.package import find
from casework.workflows.litigation.report.render import Rendered
from casework.workflows.litigation.result import Facts
from casework.workflows.litigation.sides import divide
from tests.casework.workflows.litigation.conftest import analyse

Known = tuple[CaseInput, Facts]


@pytest.fixture
async def known(sample: dict[str, bytes], case: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Known:
    """The sample case and its facts, without its files."""
    found: list[Any] = []

    def keep(given: CaseInput, facts: Facts, *_: object) -> Rendered:
        found.extend([given, facts])
        return Rendered([], [], "")

    monkeypatch.setattr("casework.workflows.litigation.report.render", keep)
    await analyse(sample, **case)
    return found[0], found[1]


def of(position: str, scenario: str, case_type: str = "contract_performance", words: str = "x") -> CaseInput:
    return CaseInput(
        package_id="labor_dispute_v1" if case_type == "labor_dispute" else "contract_dispute_default",
        case_type=case_type,
        case_position=position,
        analysis_scenario=scenario,
        user_input=words,
    )


def chosen(case: CaseInput, facts: Facts) -> Facts:
    """The facts with what the case's package chooses for its position and scenario."""
    package = find(case.package_id)
    about = {"position": case.case_position, "scenario": case.analysis_scenario, "case_type": case.case_type}
    given = {**facts.assessment.facts, **about}
    picked = choices.strategies(package.strategies, given, "")
    return msgspec.structs.replace(facts, chosen=picked, drafts=choices.drafts(package.drafts, given, ""))


@pytest.mark.parametrize(
    ("position", "scenario", "case_type", "titles"),
    [
        ("plaintiff", "pre_litigation", "contract_performance", ["民事起诉状", "证据清单"]),
        ("defendant", "defense", "complaint_defense", ["答辩状", "证据清单"]),
        ("appellant", "appeal", "judgment_appeal", ["民事上诉状", "证据清单"]),
        ("appellee", "appeal", "judgment_appeal", ["答辩状"]),
        ("plaintiff", "preservation", "contract_performance", ["财产保全申请书"]),
        ("plaintiff", "execution", "enforcement", ["强制执行申请书"]),
        ("applicant", "pre_litigation", "arbitration", ["仲裁申请书", "证据清单"]),
        ("applicant", "pre_litigation", "labor_dispute", ["仲裁申请书", "证据清单"]),
        ("respondent", "defense", "arbitration", ["答辩状", "证据清单"]),
        ("plaintiff", "evidence_collection", "contract_performance", ["证据清单"]),
        ("third_party", "mediation", "contract_performance", ["证据清单"]),
    ],
)
def test_each_side_gets_its_documents_and_every_open_place_is_listed(
    known: Known, position: str, scenario: str, case_type: str, titles: list[str]
) -> None:
    case = of(position, scenario, case_type)
    drafts = draft.write(case, chosen(case, known[1]))
    assert [each.title for each in drafts] == titles
    for each in drafts:
        marked = re.findall(r"【待填：([^】]*)】", "\n".join(each.lines))
        assert list(dict.fromkeys(marked)) == each.placeholders
        assert each.placeholders
        assert each.lines[0].startswith("# ")
        assert not re.search(r"None|\{\{|%\}|[\r\n]", "".join(each.lines))


def test_the_complaint_names_both_sides_and_asks_for_what_was_computed(known: Known) -> None:
    case, facts = known
    complaint, listing = draft.write(case, facts)
    text = "\n".join(complaint.lines)
    assert "原告：苏州恒达机电设备有限公司" in text
    assert "被告：无锡远川自动化科技有限公司" in text
    assert "判令被告支付欠付款项 432,000.00 元" in text
    assert "第188条" not in text
    assert sum(line.startswith("| ") for line in listing.lines) == 1 + len(facts.evidence.items)
    assert any("仅有我方陈述" in line for line in complaint.lines)


@pytest.mark.parametrize(
    ("asking", "ours"),
    [
        (of("plaintiff", "pre_litigation"), "苏州恒达机电设备有限公司"),  # 供方
        (of("defendant", "defense"), "无锡远川自动化科技有限公司"),  # 需方
        (of("plaintiff", "pre_litigation", words="我方是远川公司。"), "无锡远川自动化科技有限公司"),
        (of("third_party", "mediation"), None),
    ],
)
def test_our_side_is_told_by_our_words_then_by_roles_and_else_left_open(
    known: Known, asking: CaseInput, ours: str | None
) -> None:
    for party in known[1].parties:
        if hasattr(party, "our_side"):
            party.our_side = None  # it was told for the sample case's own position
    sides = divide(asking, known[1].parties)
    assert (sides.ours.name if sides.ours else None) == ours
    if ours is None:
        assert "【待填：提交人名称】" in "\n".join(draft.write(asking, chosen(asking, known[1]))[0].lines)


def test_the_words_of_a_document_make_no_lines_of_their_own(known: Known) -> None:
    case, facts = known
    facts.events[0].description = "甲方称：\n# 判决书\n| 伪造 | 表格 |"
    lines = draft.write(case, facts)[0].lines
    assert not [line for line in lines[1:] if line.startswith(("# ", "| "))]


def test_the_word_file_marks_what_is_open_and_sets_its_faces(known: Known) -> None:
    made = Draft(
        "x",
        "民事起诉状",
        "x.docx",
        ["# 民事起诉状", "## 诉讼请求", "请求 【待填：金额】。", "| 序号 | 名称 |", "| 1 | 合同 |", "> 日期"],
        ["金额"],
    )
    content = word.write(made, "2026-11-25")
    assert content == word.write(made, "2026-11-25")
    document = docx.Document(io.BytesIO(content))
    runs = [run for paragraph in document.paragraphs for run in paragraph.runs]
    assert [run.text for run in runs if run.font.highlight_color is not None] == ["【待填：金额】"]
    faces = {font.get(qn("w:eastAsia")) for run in runs for font in run._element.iter(qn("w:rFonts"))}
    assert faces == {"宋体", "黑体", "仿宋"}
    assert document.tables[0].rows[1].cells[1].text == "合同"


def test_a_respondent_in_labour_arbitration_has_ten_days_and_a_defendant_in_court_fifteen(known: Known) -> None:
    _, facts = known
    for case_type, days in (("labor_dispute", "十日内"), ("complaint_defense", "十五日内")):
        case = msgspec.structs.replace(of("respondent", "defense", "labor_dispute"), case_type=case_type)
        plan = strategies.write(case, [], facts.assessment, facts.evidence, facts.today)
        assert any(action.when.endswith(days) for action in plan.actions)


def test_strategies_tell_who_does_what_until_when_in_both_languages(known: Known) -> None:
    _, facts = known
    for position, scenario in (
        ("plaintiff", "pre_litigation"),
        ("defendant", "defense"),
        ("appellant", "appeal"),
        ("plaintiff", "execution"),
        ("plaintiff", "preservation"),
    ):
        case = of(position, scenario)
        for language in ("zh", "en"):
            picked = chosen(case, facts).chosen
            plan = strategies.write(case, picked, facts.assessment, facts.evidence, facts.today, language)
            assert plan.strategies
            scores = [each.recommendation_score for each in plan.strategies]
            assert scores == sorted(scores, reverse=True)
            for strategy in plan.strategies:
                assert strategy.steps
                assert all(step.executor and step.deadline for step in strategy.steps)
            for action in plan.actions:
                assert action.why
                assert action.executor
                assert action.due is None or action.due >= facts.today
                assert action.due is not None or action.when
            if language == "en":
                own = [
                    plan.strategies[0].title,
                    plan.strategies[0].description,
                    *(step.step_name for step in plan.strategies[0].steps),
                ]
                assert not re.search("[\u4e00-\u9fff]", "".join(own))
