"""What a report is made of, whatever it is written as (pure): sections of text, lists, tables and cards, and the
sources that they cite by number."""

from typing import Literal

import msgspec

from casework.workflows.litigation.text.span import Span
from casework.workflows.litigation.text.span import Text as Document
from casework.workflows.litigation.words import Language

AROUND = 60  # characters of a sentence shown on each side of a quote
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
    """A place in a document: page from 1, offsets in characters, the words there and those of the sentence round it."""

    number: int
    document: str
    page: int
    start: int
    end: int
    quote: str
    before: str = ""
    after: str = ""


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

    def __init__(self, names: dict[str, str], statement: str, texts: list[Document]) -> None:
        self._names = names
        self._statement = statement
        self._texts = {text.id: text for text in texts}
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
                around = _around(self._texts.get(span.document), span)
                source = Source(self._numbers[key], name, span.page, span.start, span.end, span.quote, *around)
                self.listed.append(source)
            numbers.append(self._numbers[key])
        return numbers


def _around(text: Document | None, span: Span) -> tuple[str, str]:
    """What stands in the same sentence before and after."""
    if text is None:
        return "", ""
    begin, end = text.sentence(span.start, span.end - 1)  # a quote that ends its sentence has nothing after it
    before, after = (" ".join(text.text[a:b].split()) for a, b in ((begin, span.start), (span.end, end)))
    return ("…" + before[-AROUND:] if len(before) > AROUND else before), (
        after[:AROUND] + "…" if len(after) > AROUND else after
    )
