"""The numbers of headings (pure)."""

from collections.abc import Iterator

from casework.workflows.litigation.report.blocks import Part, Section
from casework.workflows.litigation.words import Language

CHINESE = "一二三四五六七八九十"


def numbered(number: int, language: Language) -> str:
    """`一、` or `1. `, before a section's title."""
    if language == "en" or number > len(CHINESE):
        return f"{number}. "
    return f"{CHINESE[number - 1]}、"


def headed(number: int, section: Section) -> Iterator[tuple[str, Part]]:
    """The parts of a section with their headings, such as `3.1 …`; an opening part has none and no number."""
    titled = 0
    for part in section.parts:
        titled += bool(part.title)
        yield f"{number}.{titled} {part.title}" if part.title else "", part
