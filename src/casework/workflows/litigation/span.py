"""Where a fact stands: document, page, offsets, and the words themselves (pure)."""

import bisect

import msgspec

STATEMENT = "statement"  # the id of the user's own words among the documents


class Span(msgspec.Struct, frozen=True):
    """`start` and `end` are offsets in characters of the document's text, `page` counts from 1."""

    document: str
    page: int
    start: int
    end: int
    quote: str


class Text(msgspec.Struct):
    """A document that could be read; `pages` are the offsets at which its pages begin, `kind` what it is."""

    id: str
    name: str
    text: str
    pages: list[int]
    kind: str = "other"
    sha256: str = ""

    @property
    def is_statement(self) -> bool:
        return self.id == STATEMENT

    def span(self, start: int, end: int) -> Span:
        """The words from `start` to `end`, with where they stand."""
        quote = " ".join(self.text[start:end].split())
        return Span(self.id, max(1, bisect.bisect_right(self.pages, start)), start, end, quote[:200])

    def clause(self, start: int, end: int) -> tuple[int, int]:
        """The clause round a place: from the sentence mark before it to the one after it."""
        begin = max(self.text.rfind(mark, 0, start) for mark in "。；;\n，,：") + 1
        ends = [place for mark in "。；;\n，," if (place := self.text.find(mark, end)) >= 0]
        return begin, min(ends, default=len(self.text))

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        """The sentence round a place."""
        begin = max(self.text.rfind(mark, 0, start) for mark in "。；;\n") + 1
        ends = [place for mark in "。；;\n" if (place := self.text.find(mark, end)) >= 0]
        return begin, min(ends, default=len(self.text))
