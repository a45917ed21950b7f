"""Rule packages: data in TOML, their conditions too; which inputs each serves (pure but for loading)."""

import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any, Literal

import msgspec

from casework import InvalidInput

Value = bool | int | float | Decimal | None
Operator = Literal[">", ">=", "<", "<=", "==", "!=", "between"]


class Condition(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"every": "all", "some": "any", "no": "not"}
):
    """`all`, `any` or `not` of others, or a fact: true by itself, or compared with a value."""

    every: list["Condition"] = []
    some: list["Condition"] = []
    no: "Condition | None" = None
    fact: str | None = None
    op: Operator | None = None
    value: float | list[float] | None = None

    def holds(self, facts: Mapping[str, Value]) -> bool:
        """Whether it holds; a comparison with a fact that is not known does not."""
        if self.every:
            return all(each.holds(facts) for each in self.every)
        if self.some:
            return any(each.holds(facts) for each in self.some)
        if self.no is not None:
            return not self.no.holds(facts)
        known = facts.get(self.fact or "")
        if self.op is None:
            return bool(known)
        return known is not None and _compare(float(known), self.op, self.value)


def _compare(left: float, operator: Operator, right: float | list[float] | None) -> bool:
    if isinstance(right, list):
        return operator == "between" and right[0] <= left <= right[1]
    if right is None:
        return False
    results = {">": left > right, ">=": left >= right, "<": left < right, "<=": left <= right, "==": left == right}
    return results.get(operator, left != right)


class Element(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What must be proved, what kinds of documents prove it, and its weight in the score."""

    id: str
    title: str
    weight: int
    kinds: list[str]
    statutes: list[str]


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A risk: when it is there, what to say, and what it takes off the score."""

    id: str
    name: str
    severity: Literal["low", "medium", "high"]
    when: Condition
    message: str
    statutes: list[str]
    score: int


class Package(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rules for a kind of case."""

    schema: Literal[1]
    id: str
    version: str
    name: str
    name_en: str
    category: str
    case_types: list[str]
    positions: list[str]
    scenarios: list[str]
    aliases: list[str]
    law_as_of: date
    elements: list[Element]
    rules: list[Rule]


@cache
def packages() -> dict[str, Package]:
    """The packages that are shipped, by id."""
    folder = resources.files("casework.workflows.litigation").joinpath("packages")
    loaded: list[Any] = [
        tomllib.loads(file.read_text(encoding="utf-8")) for file in folder.iterdir() if file.name.endswith(".toml")
    ]
    found = [msgspec.convert(each, Package) for each in loaded]
    return {package.id: package for package in sorted(found, key=lambda each: each.id)}


def find(name: str) -> Package:
    """The package of that id or alias; raises InvalidInput naming those there are."""
    for package in packages().values():
        if name == package.id or name in package.aliases:
            return package
    raise InvalidInput.at("/package_id", f"there is no package {name!r}; there are: {', '.join(packages())}")
