"""Packages as data: what a file may say, what is wrong with it and where, and which version a task keeps to."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from casework import InvalidInput, PermanentError, settings
from casework.workflows.litigation import law, litigation_analysis, rulebook
from casework.workflows.litigation.condition import FACTS, OUTCOMES, Condition
from casework.workflows.litigation.package import (
    CASE_TYPES,
    POSITIONS,
    SCENARIOS,
    check_file,
    find,
    packages,
    pinned,
)
from tests.casework.workflows.litigation.conftest import analyse

BUILT_IN = rulebook.BUILT_IN / "packages" / "contract_dispute_default.toml"
GOOD = {"package_id": "contract_dispute_default", "case_type": "general", "case_position": "plaintiff"}


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The user's own folder of rules."""
    (tmp_path / "packages").mkdir()
    (tmp_path / "law").mkdir()
    monkeypatch.setenv("CASEWORK_RULES_DIR", str(tmp_path))
    settings.load.cache_clear()
    yield tmp_path
    settings.load.cache_clear()


def changed(*changes: tuple[str, str]) -> str:
    text = BUILT_IN.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def line_of(text: str, words: str) -> int:
    return max(number for number, line in enumerate(text.splitlines(), 1) if words in line)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('category = "contract_dispute"', 'category = "cooking"', "'cooking' is none of"),
        ('"pre_litigation", "defense"', '"pre_litigation", "war"', "'war' is none of"),
        ('fact = "opponent_known"', 'fact = "opponent_is_nice"', "there is no fact 'opponent_is_nice'"),
        ('op = "between", value = [0, 180]', 'op = "between", value = 5', "between needs value = [least, most]"),
        ('op = "<", value = 0 }', 'op = "~", value = 0 }', "Invalid enum value '~'"),
        ('severity = "medium"', 'severity = "awful"', "Invalid enum value 'awful'"),
        ('statutes = ["cc-465", "cpl-67"]', 'statutes = ["cc-9999"]', "there is no statute 'cc-9999'"),
        ('id = "CP002"', 'id = "CP001"', "a second 'CP001'"),
        ('weight = 25', 'weight = 95', "weights come to more than 90"),
        ('version = "1.2"', 'version = "new"', "matching regex"),
        ('name = "主体资格"', 'name = "主体资格"\ncolour = "red"', "unknown field `colour`"),
        ('when = { fact = "forum_conflict" }', 'when = { fact = "forum_conflict", text = ["仲裁"] }', "exactly one of"),
        ('id = "CP003"', 'id = CP003', "Invalid value"),
    ],
)  # fmt: skip
def test_each_fault_of_a_package_is_told_with_its_line(tmp_path: Path, old: str, new: str, told: str) -> None:
    text = changed((old, new))
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        check_file(file)
    faults = [(error.pointer, error.detail) for error in caught.value.errors]
    (place,) = [pointer for pointer, detail in faults if told in detail]
    name, _, number = place.partition(":")
    assert name == "mine.toml"
    near = line_of(text, new.splitlines()[-1])
    assert near - 3 <= int(number) <= near + 1, faults


def test_all_that_is_shipped_is_valid_and_asks_only_for_facts_that_there_are() -> None:
    assert set(packages()) == {"contract_dispute_default", "debt_collection_v1", "labor_dispute_v1"}
    for package in packages().values():
        assert {name for rule in package.rules for name in rule.when.named()} <= set(FACTS)
        assert package.elements
        assert package.issues
        assert sum(element.weight for element in package.elements) == 90


async def test_every_fact_that_a_condition_may_ask_for_is_gathered(
    sample: dict[str, bytes], case: dict[str, Any]
) -> None:
    gathered: set[str] = set()
    for package, case_type in (
        ("contract_dispute_default", "general"), ("debt_collection_v1", "general"), ("labor_dispute_v1", "general"),
    ):  # fmt: skip
        result, _ = await analyse(sample, **{**case, "package_id": package, "case_type": case_type})
        gathered |= set(result["rule_facts"])
    assert gathered == {*FACTS, *OUTCOMES}


def test_the_users_package_goes_before_the_built_in_and_of_several_versions_the_newest(rules: Path) -> None:
    (rules / "packages" / "a.toml").write_text(changed(('version = "1.2"', 'version = "1.9"')), encoding="utf-8")
    (rules / "packages" / "b.toml").write_text(changed(('version = "1.2"', 'version = "1.10"')), encoding="utf-8")
    assert packages()["contract_dispute_default"].version == "1.10"
    assert litigation_analysis.parse({**GOOD, "user_input": "x"}).package_version == "1.10"


def test_an_id_goes_before_another_packages_alias(rules: Path) -> None:
    assert find("contract_performance_v1").id == "contract_dispute_default"
    own = changed(('id = "contract_dispute_default"', 'id = "contract_performance_v1"'))
    (rules / "packages" / "own.toml").write_text(own, encoding="utf-8")
    assert find("contract_performance_v1").id == "contract_performance_v1"


def test_a_change_of_the_file_counts_at_once_and_a_broken_one_is_left_out(rules: Path) -> None:
    file = rules / "packages" / "a.toml"
    file.write_text(changed(('version = "1.2"', 'version = "2.0"')), encoding="utf-8")
    assert packages()["contract_dispute_default"].version == "2.0"
    file.write_text("id = ", encoding="utf-8")
    assert packages()["contract_dispute_default"].version == "1.2"


async def test_a_task_keeps_to_the_version_it_was_submitted_with(rules: Path) -> None:
    old = rules / "packages" / "old.toml"
    old.write_text(changed(('version = "1.2"', 'version = "3.0"'), ("没有提交合同文本", "旧规则")), encoding="utf-8")
    parsed = litigation_analysis.parse({**GOOD, "user_input": "x"})
    new = changed(('version = "1.2"', 'version = "4.0"'), ("没有提交合同文本", "新规则"))
    (rules / "packages" / "new.toml").write_text(new, encoding="utf-8")
    assert packages()["contract_dispute_default"].version == "4.0"
    kept = pinned(parsed.package_id, parsed.package_version)
    assert kept.version == "3.0"
    old.unlink()
    with pytest.raises(PermanentError, match=r"3\.0 of package contract_dispute_default is gone"):
        pinned(parsed.package_id, parsed.package_version)


def test_the_users_law_goes_before_the_built_in(rules: Path) -> None:
    text = (rulebook.BUILT_IN / "law" / "lpr.toml").read_text(encoding="utf-8")
    newer = text.replace("]\n", '  { from = 2026-01-20, percent = "2.90" },\n]\n').replace("2025-06-30", "2026-02-01")
    (rules / "law" / "lpr.toml").write_text(newer, encoding="utf-8")
    assert law.lpr().on(date(2026, 2, 1)) == Decimal("2.90")
    assert law.lpr().as_of == date(2026, 2, 1)


async def test_beyond_the_day_of_its_data_a_result_says_so(sample: dict[str, bytes], case: dict[str, Any]) -> None:
    result, _ = await analyse(sample, **case)
    assert any("报价利率" in warning and "2025-06-30" in warning for warning in result["warnings"])


SERVED: list[tuple[str, Callable[[Any], list[str]], tuple[str, ...]]] = [
    ("case_type", lambda package: package.case_types, CASE_TYPES),
    ("case_position", lambda package: package.positions, POSITIONS),
    ("analysis_scenario", lambda package: package.scenarios, SCENARIOS),
]


@pytest.mark.parametrize("name", ["contract_dispute_default", "debt_collection_v1", "labor_dispute_v1"])
@pytest.mark.parametrize(("field", "served", "values"), SERVED)
def test_what_a_package_serves_is_accepted_and_the_rest_refused_with_the_list(
    name: str, field: str, served: Callable[[Any], list[str]], values: tuple[str, ...]
) -> None:
    package = packages()[name]
    base = {"package_id": name, "case_type": "general", "case_position": "plaintiff", "user_input": "x"}
    for value in values:
        given = {**base, field: value}
        if value in served(package):
            assert getattr(litigation_analysis.parse(given), field) == value
            continue
        with pytest.raises(InvalidInput) as caught:
            litigation_analysis.parse(given)
        (error,) = caught.value.errors
        assert error.pointer == f"/{field}"
        assert all(each in error.detail for each in served(package))


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"fact": "arrears", "op": ">", "value": 10}, True),
        ({"fact": "penalty_ratio", "op": ">", "value": 1}, False),
        ({"not": {"fact": "penalty_ratio", "op": "exists"}}, True),
        ({"fact": "scenario", "op": "in", "value": ["defense", "appeal"]}, True),
        ({"fact": "scenario", "op": "!=", "value": "appeal"}, True),
        ({"all": [{"fact": "arbitration"}, {"text": ["质量"]}]}, False),
        ({"any": [{"fact": "arbitration"}, {"text": ["质量", "瑕疵"]}]}, True),
        ({"fact": "arrears", "op": "between", "value": [0, 100]}, True),
    ],
)
def test_conditions(condition: dict[str, Any], holds: bool) -> None:
    facts = {"arrears": Decimal(100), "penalty_ratio": None, "arbitration": False, "scenario": "defense"}
    assert msgspec.convert(condition, Condition).holds(facts, "货物有瑕疵") is holds
