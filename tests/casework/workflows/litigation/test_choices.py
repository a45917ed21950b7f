"""What a package may choose beyond its rules: each part has its effect, and each fault is told with its line."""

from pathlib import Path
from typing import Any

import pytest

from casework import InvalidInput
from casework.workflows.litigation import choices, rulebook
from casework.workflows.litigation.condition import Value
from casework.workflows.litigation.llm.questions import QUESTIONS
from casework.workflows.litigation.package import check_text, find, packages
from tests.casework.workflows.litigation.conftest import analyse
from tests.casework.workflows.litigation.llm.conftest import Play, play

__all__ = ["play"]  # a fixture
TEXT = (rulebook.BUILT_IN / "packages" / "contract_dispute_default.toml").read_text(encoding="utf-8")
HEAD, CHOSEN = TEXT.split("# Of the strategies of one id")
MINE = (
    HEAD.replace("contract_dispute_default", "mine")
    .replace("contract_performance_v1", "mine_v1")
    .replace('when = { fact = "identity_invalid" }', 'when = { fact = "retention", op = ">", value = 1000 }')
    + """
[documents]
wage = ["特别标记"]

[[extractors]]
id = "retention"
kind = "amount"
labels = ["质保金", "第三期"]
[[extractors]]
id = "since_delivery"
kind = "date"
labels = ["特别标记"]

[[strategies]]
id = "settle"
score = 2
when = { fact = "retention", op = "exists" }
[[strategies]]
id = "wait"
score = 5
scenarios = ["pre_litigation"]
when = { all = [{ fact = "score", op = ">=", value = 0 }, { text = ["特别标记"] }] }
[strategies.text]
type = "conservative"
title = { zh = "再等等", en = "Wait" }
description = { zh = "等。", en = "Wait." }
expected_outcome = { zh = "无。", en = "None." }
risk_mitigation = { zh = "无。", en = "None." }
[[strategies.text.steps]]
executor = "client"
step_name = { zh = "等待", en = "Wait" }
description = { zh = "等待", en = "wait" }
deadline = { zh = "一个月", en = "a month" }
until = "limitation"

[[drafts]]
when = { fact = "strength_level", op = "in", value = ["strong", "medium", "weak"] }
types = ["evidence-list"]

[fees]
acceptance = 77

[llm.assess_case]
instruction = "注意质保金。"
max_tokens = 333

[report]
sections = ["evidence", "conclusions"]
titles.pre_litigation = { zh = "我所评估意见", en = "Our firm's opinion" }
"""
)


def marked(sample: dict[str, bytes]) -> dict[str, bytes]:
    words = "特别标记\n第三期货款37,800元。特别标记于2024年3月1日交付。"
    return {**sample, "note.txt": words.encode()}


async def test_each_part_of_a_package_has_its_effect(
    tmp_path: Path, play: Play, sample: dict[str, bytes], case: dict[str, Any]
) -> None:
    (tmp_path / "packages").mkdir()
    (tmp_path / "packages" / "mine.toml").write_text(MINE, encoding="utf-8")
    fake = play("ok", rules_dir=tmp_path)
    result, desk = await analyse(marked(sample), **{**case, "package_id": "mine"})
    kinds = {each["name"]: each.get("type") for each in result["documents"]}
    assert kinds["note.txt"] == "wage"
    assert result["rule_facts"]["retention"] == 37_800
    assert result["rule_facts"]["since_delivery"] > 600
    assert "CP013" in {risk["rule_id"] for risk in result["risk_warnings"]}, "a rule asks for an extracted fact"
    assert [each["strategy_id"] for each in result["strategies"]] == ["wait", "settle"]
    assert result["strategies"][0]["steps"][0]["deadline"].startswith("不迟于 ")
    assert [each["type"] for each in result["drafts"]] == ["evidence-list"]
    assert result["fees"]["acceptance"] == "77"
    asked = fake.calls[[each.node for each in QUESTIONS].index("assess_case")]
    assert asked["max_tokens"] == 333
    assert "注意质保金" in asked["messages"][1]["content"]
    text = desk.artifacts["report.md"].decode()
    assert text.startswith("# 我所评估意见")
    assert text.index("证据审查") < text.index("核心结论")
    assert "法律分析" not in text
    assert desk.artifacts["report.en.md"].decode().startswith("# Our firm's opinion")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('id = "settle"', 'id = "dance"', "there is no strategy 'dance'"),
        ('types = ["evidence-list"]', 'types = ["poem"]', "there is no draft 'poem'"),
        ('scenarios = ["pre_litigation"]\nwhen', 'scenarios = ["war"]\nwhen', "does not serve 'war'"),
        ('fact = "score", op = ">="', 'fact = "scores", op = ">="', "there is no fact 'scores'"),
        ("score = 5\nscenarios", "score = 6\nscenarios", "Expected `int` <= 5"),
        ('id = "since_delivery"', 'id = "arrears_agree"', "a second fact 'arrears_agree'"),
        ("wage = [", "wages = [", "there is no type 'wages'"),
        ("[llm.assess_case]", "[llm.poetry]", "there is no node 'poetry'"),
        ("titles.pre_litigation", "titles.war", "does not serve 'war'"),
        ('sections = ["evidence", "conclusions"]', 'sections = ["evidence", "evidence"]', "each section once"),
        ('kinds = ["delivery", "acceptance"]', 'kinds = ["delivering"]', "there is no type 'delivering'"),
        ('positions = ["plaintiff", "applicant"]\nwhen', 'positions = ["court"]\nwhen', "does not serve 'court'"),
        ('when = { not = { fact = "opponent_known" } }', 'when = { fact = "score" }', "there is no fact 'score'"),
    ],
)  # fmt: skip
def test_each_fault_is_told_with_its_line(old: str, new: str, told: str) -> None:
    assert MINE.count(old) >= 1
    text = MINE.replace(old, new, 1)
    with pytest.raises(InvalidInput) as caught:
        check_text(text, "mine.toml")
    [error] = [each for each in caught.value.errors if told in each.detail]
    line = text[: text.index(new)].count("\n") + 1
    assert abs(int(error.pointer.partition(":")[2]) - line) <= 4, error


def test_a_package_that_chooses_nothing_has_what_is_usual() -> None:
    mine = check_text(HEAD.replace("contract_dispute_default", "mine"), "mine.toml")
    usual = find("contract_dispute_default")
    assert (mine.strategies, mine.drafts) == (usual.strategies, usual.drafts)


@pytest.mark.parametrize("name", ["contract_dispute_default", "debt_collection_v1", "labor_dispute_v1"])
def test_every_position_and_scenario_of_a_shipped_package_has_a_strategy_and_a_choice_of_drafts(name: str) -> None:
    package = packages()[name]
    for position in package.positions:
        for scenario in package.scenarios:
            for case_type in package.case_types:
                known: dict[str, Value] = {"position": position, "scenario": scenario, "case_type": case_type}
                known |= {"claim_value": 100.0, "strength_level": "medium"}
                assert choices.strategies(package.strategies, known, "")
                assert any(each.fits(known, "") for each in package.drafts)
    used = {each.id for each in package.strategies if each.text is None}
    assert used <= set(choices.shipped())


def test_every_shipped_strategy_is_chosen_by_a_shipped_package() -> None:
    assert {each.id for package in packages().values() for each in package.strategies} == set(choices.shipped())
