"""Rule packages: data in TOML, checked when read; which inputs each serves, which version a task keeps to."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import structlog

from casework import InvalidInput, PermanentError
from casework.workflows.litigation import choices, extraction, guidance, law, rulebook
from casework.workflows.litigation.choices import Drafts, Strategy
from casework.workflows.litigation.claims.limitation import CIVIL
from casework.workflows.litigation.claims.limitation import Rule as Limitation
from casework.workflows.litigation.condition import FACTS, Condition, Word
from casework.workflows.litigation.extraction import Extractor
from casework.workflows.litigation.guidance import Layout, Node
from casework.workflows.litigation.words import DOCUMENTS

# ruff: noqa: E501 - lists of names
CASE_TYPES = (
    "contract_performance", "complaint_defense", "judgment_appeal", "evidence_preservation", "enforcement", "arbitration",
    "debt_collection", "labor_dispute", "ip_infringement", "marine_accident", "general", "breach_of_trust", "divorce",
    "inheritance", "real_estate", "consumer_rights", "product_liability", "environmental", "securities", "antitrust", "fraud",
)  # fmt: skip
POSITIONS = (
    "plaintiff", "defendant", "appellant", "appellee", "applicant", "respondent", "third_party", "court", "arbitrator",
    "other_party", "unknown",
)  # fmt: skip
SCENARIOS = (
    "pre_litigation", "defense", "appeal", "execution", "preservation", "evidence_collection", "mediation",
)  # fmt: skip
CATEGORIES = (
    "contract_dispute", "litigation", "procedural", "evidence", "tort", "property", "labor", "family", "intellectual_property",
    "corporate", "criminal", "administrative", "execution", "bankruptcy", "maritime",
)  # fmt: skip
USUAL = rulebook.BUILT_IN / "packages" / "contract_dispute_default.toml"
Name = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_\-]{1,64}$")]
Version = Annotated[str, msgspec.Meta(pattern=r"^\d+(\.\d+){0,2}$")]
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class Element(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What must be proved, what kinds of documents prove it, and its weight in the score."""

    id: Name
    title: Line
    weight: Annotated[int, msgspec.Meta(ge=0, le=100)]
    kinds: list[str]
    statutes: list[str]


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A risk: when it is there and for whom, what to say, and what it takes off the score."""

    id: Name
    name: Line
    severity: Literal["low", "medium", "high"]
    when: Condition
    message: Line
    statutes: list[str]
    score: Annotated[int, msgspec.Meta(ge=0, le=100)]
    positions: list[str] = []
    scenarios: list[str] = []

    def concerns(self, position: str, scenario: str) -> bool:
        """Whether it is for this side and this purpose; no list means all."""
        return (not self.positions or position in self.positions) and (not self.scenarios or scenario in self.scenarios)


class Issue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question the court will ask."""

    id: Name
    title: Line
    description: Line
    importance: Literal["critical", "important", "normal"]
    statutes: list[str] = []
    when: Condition | None = None


class Fees(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A court fee that does not follow from the value of the claim, in CNY."""

    acceptance: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class Package(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rules for a kind of case; `kind` says which calculations it needs, `claimant_roles` whose claim it is,
    `documents` by which words in its name or head a document is of a type. One that lists no strategies or drafts has
    those of the shipped contract_dispute_default."""

    schema: Literal[1]
    id: Name
    version: Version
    name: Line
    name_en: Line
    category: str
    case_types: list[str]
    positions: list[str]
    scenarios: list[str]
    aliases: list[Name]
    law_as_of: date
    elements: list[Element]
    rules: list[Rule]
    kind: Literal["contract", "loan", "labor"] = "contract"
    description: str = ""
    claimant_roles: list[str] = []
    respondent_roles: list[str] = []
    limitation: Limitation = CIVIL
    issues: list[Issue] = []
    documents: dict[str, list[Word]] = {}
    extractors: list[Extractor] = []
    strategies: list[Strategy] = []
    drafts: list[Drafts] = []
    fees: Fees | None = None
    llm: dict[str, Node] = {}
    report: Layout = Layout()

    @property
    def order(self) -> tuple[int, ...]:
        """Its version as numbers."""
        return tuple(int(part) for part in self.version.split("."))


def check_file(path: Path) -> Package:
    """The package in a file; raises InvalidInput with all that is wrong, each with its line and field."""
    if not path.is_file():
        raise InvalidInput(f"there is no file {path}")
    return _checked(rulebook.parsed(path, Package), path.read_text(encoding="utf-8-sig"), path.name)


def check_text(text: str, name: str) -> Package:
    """The same for TOML that is in no file."""
    return _checked(rulebook.parse(text, Package, name), text, name)


def _checked(package: Package, text: str, name: str) -> Package:
    errors = [rulebook.field_error(text, name, list(way), told) for way, told in _faults(package)]
    if errors:
        raise InvalidInput(f"{name} is no valid package: {len(errors)} faults", errors)
    if package.strategies and package.drafts:
        return package
    usual = rulebook.parsed(USUAL, Package)
    return msgspec.structs.replace(
        package, strategies=package.strategies or usual.strategies, drafts=package.drafts or usual.drafts
    )


def _faults(package: Package) -> Iterator[tuple[tuple[str, ...], str]]:
    served = (
        ("category", [package.category], CATEGORIES),
        ("case_types", package.case_types, CASE_TYPES),
        ("positions", package.positions, POSITIONS),
        ("scenarios", package.scenarios, SCENARIOS),
    )
    for field, values, known in served:
        for value in values or [""]:
            if value not in known:
                yield (field,), f"{value!r} is none of {', '.join(known)}"
    yield from _parts(package)
    if sum(element.weight for element in package.elements) > 90:
        yield ("elements",), "the weights come to more than 90; 10 are for procedure"
    for kind in package.documents:
        if kind not in DOCUMENTS or kind in ("statement", "other"):
            yield ("documents", kind), f"there is no type {kind!r}; there are: {', '.join(DOCUMENTS)}"
    yield from extraction.faults(package.extractors)
    yield from choices.faults(
        package.strategies,
        package.drafts,
        package.positions,
        package.scenarios,
        [each.id for each in package.extractors],
    )
    yield from guidance.faults(package.llm, package.report, package.scenarios)


def _parts(package: Package) -> Iterator[tuple[tuple[str, ...], str]]:
    """Of its elements, rules and issues."""
    own = [each.id for each in package.extractors]
    statutes = {each.id for each in law.statutes().statute}
    for section in ("elements", "rules", "issues"):
        seen: set[str] = set()
        for number, each in enumerate(getattr(package, section)):
            way = (section, str(number))
            if each.id in seen:
                yield (*way, "id"), f"a second {each.id!r}"
            seen.add(each.id)
            if isinstance(each, Element):
                for kind in sorted(set(each.kinds) - DOCUMENTS.keys()):
                    yield (*way, "kinds"), f"there is no type {kind!r}; there are: {', '.join(DOCUMENTS)}"
            for unknown in sorted(set(each.statutes) - statutes):
                yield (*way, "statutes"), f"there is no statute {unknown!r} in law/statutes.toml"
            if isinstance(each, Rule):
                yield from choices.unserved(way, each, package.positions, package.scenarios)
            if not isinstance(each, Element) and each.when is not None:
                yield from each.when.faults((*way, "when"), [*FACTS, *own])


def _all() -> list[tuple[bool, Package]]:
    """(whether it is the user's, the package) of every valid file; one that is not is told in the log and left out."""
    found = []
    for path, own in rulebook.files("packages"):
        try:
            found.append((own, check_file(path)))
        except InvalidInput as error:
            if not own:
                raise
            told = "; ".join(f"{each.pointer} {each.detail}" for each in error.errors)
            structlog.get_logger().error("package.invalid", file=path.name, reason=told or error.detail)
    return found


def packages() -> dict[str, Package]:
    """The packages to choose from by id: of each the user's before the built-in, of several the newest version."""
    return {package.id: package for package, _ in sourced()}


def sourced() -> list[tuple[Package, bool]]:
    """(the package, whether it is the user's) of those to choose from."""
    ranked = sorted(_all(), key=lambda each: (each[1].id, each[0], each[1].order))
    return list({package.id: (package, own) for own, package in ranked}.values())


def find(name: str) -> Package:
    """The package of that id or alias; raises InvalidInput naming those there are."""
    known = packages()
    package = known.get(name) or next((each for each in known.values() if name in each.aliases), None)
    if package is None:
        raise InvalidInput.at("/package_id", f"there is no package {name!r}; there are: {', '.join(known)}")
    return package


def pinned(name: str, version: str | None) -> Package:
    """The version that a task was submitted with, so that a later attempt follows the same rules."""
    found = [package for _, package in _all() if package.id == name and package.version == version]
    if not found:
        raise PermanentError(
            f"version {version} of package {name} is gone; put its file back, or submit the case again"
        )
    return found[-1]
