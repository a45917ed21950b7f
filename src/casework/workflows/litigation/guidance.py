"""What a package tells the language model, and how its report is to look (pure)."""

from collections.abc import Collection, Iterator
from typing import Annotated, Literal

import msgspec

from casework.workflows.litigation.choices import Words
from casework.workflows.litigation.words import NODES

Section = Literal["conclusions", "facts", "law", "evidence", "actions", "drafts"]


class Node(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is added to the question of one node, and how long its answer may be, in tokens."""

    instruction: Annotated[str, msgspec.Meta(max_length=1_000)] = ""
    max_tokens: Annotated[int, msgspec.Meta(ge=100, le=16_000)] | None = None


class Layout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Titles by scenario, and the sections in their order; none means all, as they are."""

    titles: dict[str, Words] = {}
    sections: list[Section] = []


def faults(llm: Collection[str], layout: Layout, scenarios: Collection[str]) -> Iterator[tuple[tuple[str, ...], str]]:
    """(where, what) is wrong with them beyond their shape."""
    for name in llm:
        if name not in NODES:
            yield ("llm", name), f"there is no node {name!r}; there are: {', '.join(NODES)}"
    for name in layout.titles:
        if name not in scenarios:
            yield ("report", "titles", name), f"this package does not serve {name!r}"
    if len(set(layout.sections)) != len(layout.sections):
        yield ("report", "sections"), "each section once"
