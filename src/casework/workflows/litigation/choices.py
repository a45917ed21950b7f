"""What a package chooses by condition: strategies with their scores, and the documents that are drafted (pure)."""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Annotated, Literal, Protocol

import msgspec

from casework.workflows.litigation.condition import FACTS, OUTCOMES, Condition, Value

Line = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
Fault = tuple[tuple[str, ...], str]
DRAFTED = ("complaint", "evidence-list", "defence", "preservation", "enforcement", "arbitration", "appeal")


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same in Chinese and English."""

    zh: Line
    en: Line


class Stage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One step of a strategy; `until` names a day that goes before `deadline` where it is known."""

    executor: Literal["lawyer", "client"]
    step_name: Words
    description: Words
    deadline: Words
    until: Literal["limitation"] | None = None


class Course(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A strategy in words."""

    type: Literal["aggressive", "balanced", "conservative", "settlement"]
    title: Words
    description: Words
    expected_outcome: Words
    risk_mitigation: Words
    steps: Annotated[list[Stage], msgspec.Meta(min_length=1, max_length=10)]


class Chosen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For whom something is chosen, and when; no list means all."""

    positions: list[str] = []
    scenarios: list[str] = []
    when: Condition | None = None

    def fits(self, known: Mapping[str, Value], words: str) -> bool:
        """Whether it is chosen in a case of which this is known."""
        return (
            (not self.positions or known.get("position") in self.positions)
            and (not self.scenarios or known.get("scenario") in self.scenarios)
            and (self.when is None or self.when.holds(known, words))
        )


class Strategy(Chosen, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A strategy with its score; of those of one id the first that fits counts. Without a text it is a shipped one."""

    id: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_\-]{1,64}$")]
    score: Annotated[int, msgspec.Meta(ge=1, le=5)]
    text: Course | None = None

    @property
    def course(self) -> Course:
        """What it says."""
        return self.text or shipped()[self.id]


class Drafts(Chosen, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The documents to draft; the first that fits counts, and no other."""

    types: list[str]


def strategies(offered: list[Strategy], known: Mapping[str, Value], words: str) -> list[Strategy]:
    """The strategies that fit, the best first."""
    fitting = [each for each in reversed(offered) if each.fits(known, words)]
    return sorted({each.id: each for each in fitting}.values(), key=lambda each: -each.score)


def drafts(offered: list[Drafts], known: Mapping[str, Value], words: str) -> list[str]:
    """The types of documents to draft."""
    return next((each.types for each in offered if each.fits(known, words)), [])


def faults(
    strategies: list[Strategy], drafts: list[Drafts], positions: Collection[str], scenarios: Collection[str],
    own_facts: Collection[str],
) -> Iterator[Fault]:  # fmt: skip
    """(where, what) is wrong with them beyond their shape."""
    known = [*FACTS, *OUTCOMES, *own_facts]
    chosen = [("strategies", number, each) for number, each in enumerate(strategies)]
    for section, index, each in [*chosen, *(("drafts", number, each) for number, each in enumerate(drafts))]:
        way = (section, str(index))
        yield from unserved(way, each, positions, scenarios)
        if each.when is not None:
            yield from each.when.faults((*way, "when"), known)
    for number, strategy in enumerate(strategies):
        if strategy.text is None and strategy.id not in shipped():
            told = f"there is no strategy {strategy.id!r}; give its text, or one of: {', '.join(shipped())}"
            yield ("strategies", str(number), "id"), told
    for number, draft in enumerate(drafts):
        for kind in sorted(set(draft.types) - set(DRAFTED)):
            yield ("drafts", str(number), "types"), f"there is no draft {kind!r}; there are: {', '.join(DRAFTED)}"


class Sided(Protocol):
    """Whatever is for some positions and scenarios alone."""

    @property
    def positions(self) -> list[str]: ...
    @property
    def scenarios(self) -> list[str]: ...


def unserved(
    way: tuple[str, ...], each: Sided, positions: Collection[str], scenarios: Collection[str]
) -> Iterator[Fault]:
    """(where, what) for positions and scenarios that the package does not serve: there it would never count."""
    for field, values, served in (("positions", each.positions, positions), ("scenarios", each.scenarios, scenarios)):
        for value in sorted(set(values) - set(served)):
            yield (*way, field), f"this package does not serve {value!r}; it serves {', '.join(served)}"


@cache
def shipped() -> dict[str, Course]:
    """The strategies that need no text of their own."""
    text = resources.files("casework.workflows.litigation").joinpath("strategies.toml").read_text(encoding="utf-8")
    return {name: msgspec.convert(course, Course) for name, course in tomllib.loads(text).items()}
