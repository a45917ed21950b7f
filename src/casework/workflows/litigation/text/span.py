"""Where a fact stands: document, page, offsets, and the words themselves (pure)."""

import bisect
import re
from functools import lru_cache

import msgspec

from casework.workflows.litigation.text.script import simplified

STATEMENT = "statement"  # the id of the user's own words among the documents

QUOTE = 300
REACH = 400  # no sentence is looked for farther away: a text without marks costs no more than one with them
_SENTENCE_END = re.compile(r"[。；;\n]")
_CLAUSE_END = re.compile(r"[。；;\n：|\t]|(?<!\d):|[，,](?!\d{3})|(?<!\d)[，,]")


_DAY = r"\s{0,4}(?:19|20|１９|２０)[\d０-９]{2}\s?[年.\-/]"
_BROKEN = re.compile(  # a line that ends before the sum or the day that it leads to
    r"(?<=[^\n]{10})(?:(?:支付|给付|归还|偿还|付款|人民币|合计|共计|总计|尚欠|仍欠|借款)\n"
    rf"(?!{_DAY})|[于自至]\n)(?=\s{{0,4}}[\d０-９¥￥壹贰叁肆伍陆柒捌玖拾])"
    r"(?!\s{0,4}[\d０-９]{1,2}\s?[、.．)）:：](?![\d０-９]))"
)


_DAY_MISREAD = re.compile(r"(?<=[每当即次今\d〇零一二三四五六七八九十])曰")
_NARROW = re.compile(r"(?<!\d),|,(?!\d)|;")
_WIDE = {",": "，", ";": "；"}
_MARKED = re.compile(r"[。；;:：!?！？]")


def punctuated(text: str) -> str:
    """The text with the wide marks of a sentence, but in a row of values that commas part."""
    lines = _DAY_MISREAD.sub("日", text).split("\n")
    commas = [0 if _MARKED.search(line) else line.count(",") for line in lines]
    rows = [n > 1 and n in (*commas[max(0, k - 1) : k], *commas[k + 1 : k + 2]) for k, n in enumerate(commas)]
    return "\n".join(
        line if row else _NARROW.sub(lambda mark: _WIDE[mark[0]], line) for line, row in zip(lines, rows, strict=True)
    )


def rejoined(text: str) -> str:
    """The text with a blank for the end of a line that breaks a sentence before its sum or its day."""
    return _BROKEN.sub(lambda match: match[0] if _row(text, match.start()) else match[0][:-1] + " ", text)


def _row(text: str, place: int) -> bool:
    """Whether this place is in a row whose cells blanks part."""
    return re.search(r"\S(?: {2,}|\t)\S", text[text.rfind("\n", 0, place) + 1 : place]) is not None


class Span(msgspec.Struct, frozen=True):
    """`start` and `end` are offsets in characters of the document's text, `page` counts from 1."""

    document: str
    page: int
    start: int
    end: int
    quote: str


class Text(msgspec.Struct):
    """A document that could be read; `pages` are the offsets at which its pages begin, `kind` what it is; `raw` is it
    as written, `text` the same in simplified characters."""

    id: str
    name: str
    text: str
    pages: list[int]
    kind: str = "other"
    sha256: str = ""
    raw: str = ""

    def __post_init__(self) -> None:
        self.raw = self.raw or self.text
        self.text = punctuated(simplified(rejoined(self.text)))

    @property
    def is_statement(self) -> bool:
        return self.id == STATEMENT

    def span(self, start: int, end: int) -> Span:
        """The words from `start` to `end` (at most QUOTE of them), with where they stand."""
        end = min(end, start + QUOTE)
        return Span(self.id, max(1, bisect.bisect_right(self.pages, start)), start, end, self.raw[start:end])

    def clause(self, start: int, end: int) -> tuple[int, int]:
        """The clause round a place: from the sentence mark before it to the one after it."""
        return self._between(_CLAUSE_END, start, end)

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        """The sentence round a place."""
        return self._between(_SENTENCE_END, start, end)

    def says(self, words: re.Pattern[str]) -> bool:
        """Whether such words stand anywhere in it: asked for each date and sum, looked for once."""
        return _says(words, self.text)

    def line(self, place: int) -> str:
        """The line that a place is in."""
        end = self.text.find("\n", place)
        return self.text[self.text.rfind("\n", 0, place) + 1 : end if end >= 0 else len(self.text)]

    def _between(self, mark: re.Pattern[str], start: int, end: int) -> tuple[int, int]:
        begin = max(0, start - REACH)
        for found in mark.finditer(self.text, begin, start):
            begin = found.end()
        following = mark.search(self.text, end, end + REACH)
        return begin, following.start() if following else min(len(self.text), end + REACH)


@lru_cache(maxsize=64)
def _says(words: re.Pattern[str], text: str) -> bool:
    return words.search(text) is not None
