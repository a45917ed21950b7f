"""What a report is made of, whatever it is written as (pure): sections of text, lists, tables and cards, and the
sources that they cite by number."""

from typing import Literal

import msgspec

from casework.workflows.litigation.span import Span
from casework.workflows.litigation.words import Language

Tone = Literal["", "good", "low", "medium", "high"]


class Cell(msgspec.Struct, frozen=True):
    """A piece of text, the numbers of its sources, and how it is to be seen."""

    text: str
    sources: list[int] = []
    tone: Tone = ""


class Text(msgspec.Struct, frozen=True, tag=True):
    """A paragraph; a `note` is smaller."""

    cell: Cell
    note: bool = False


class Bullets(msgspec.Struct, frozen=True, tag=True):
    """A list."""

    items: list[Cell]


class Table(msgspec.Struct, frozen=True, tag=True):
    """A table with the shares of the width that its columns take; `figures` are the columns that are set right."""

    head: list[str]
    rows: list[list[Cell]]
    widths: list[int]
    figures: list[int] = []


class Card(msgspec.Struct, frozen=True):
    """A figure with what it means and how it was computed."""

    title: str
    value: str
    formula: str = ""
    tone: Tone = ""


class Cards(msgspec.Struct, frozen=True, tag=True):
    """Figures side by side."""

    cards: list[Card]


Block = Text | Bullets | Table | Cards


class Part(msgspec.Struct, frozen=True):
    """A numbered part of a section; without a title it opens the section."""

    title: str
    blocks: list[Block]


class Section(msgspec.Struct, frozen=True):
    """A numbered section."""

    title: str
    parts: list[Part]


class Source(msgspec.Struct, frozen=True):
    """A place in a document: page from 1, offsets in characters, and the words there."""

    number: int
    document: str
    page: int
    start: int
    end: int
    quote: str


class Report(msgspec.Struct, frozen=True):
    """The whole report in one language; `words` are those that the writers need: sources, page, back, contents."""

    language: Language
    title: str
    facts: list[tuple[str, str]]
    sections: list[Section]
    sources: list[Source]
    disclaimer: str
    date: str
    words: dict[str, str]


class Sources:
    """Numbers the places that a report cites, each place once."""

    def __init__(self, names: dict[str, str], statement: str) -> None:
        self._names = names
        self._statement = statement
        self._numbers: dict[tuple[str, int, int], int] = {}
        self.listed: list[Source] = []

    def cite(self, spans: list[Span], most: int = 3) -> list[int]:
        """The numbers of these places, the first `most` of them."""
        numbers = []
        for span in spans[:most]:
            key = (span.document, span.start, span.end)
            if key not in self._numbers:
                self._numbers[key] = len(self.listed) + 1
                name = self._names.get(span.document, self._statement)
                source = Source(self._numbers[key], name, span.page, span.start, span.end, span.quote)
                self.listed.append(source)
            numbers.append(self._numbers[key])
        return numbers
