"""A document's bytes as text with its pages; whatever cannot be read is told by name and reason.

The parsers are loaded where they are used, so that only the processes of the pool carry them.
"""

from collections.abc import Callable, Iterable, Iterator

import msgspec

from casework.workflows.reading import notice
from casework.workflows.reading.blanks import closed_up
from casework.workflows.reading.fold import closed, fold, tidy
from casework.workflows.reading.limits import BYTES, CHARACTERS, PAGES, SCANNED_CHARACTERS
from casework.workflows.reading.lines import mended
from casework.workflows.reading.notice import Notice, Unreadable

PDF = "application/pdf"


class Page(msgspec.Struct):
    """The text of page `number`; a `scanned` one has none worth the name, a `recognised` one has it from OCR, and one
    that `goes_on` ends in the middle of a line."""

    number: int
    text: str
    scanned: bool = False
    recognised: bool = False
    damaged: bool = False
    goes_on: bool = False


class Read(msgspec.Struct):
    """The text, the offsets at which its pages begin, and what could not be read of it.

    `recognised` are the pages whose text comes from OCR; `encoding` is a text file's.
    """

    text: str
    pages: list[int]
    notices: list[Notice]
    recognised: list[int] = []
    encoding: str | None = None

    @property
    def warnings(self) -> list[str]:
        """The notices in words."""
        return [str(each) for each in self.notices]


class Encoding(msgspec.Struct):
    """How a text file is written."""

    name: str


Part = Page | Notice | Encoding


def count(content: bytes, media_type: str) -> int:
    """How many pages `pages` is going to yield, or so it seems."""
    if media_type != PDF:
        return 1
    from casework.workflows.reading import pdf

    return min(pdf.count(content), PAGES)


def pages(content: bytes, media_type: str, *, markdown: bool = False) -> Iterator[Part]:
    """A document page by page, with what is to be told of it; a Word file in Markdown, as one page, where that is
    wanted. Raises Unreadable with the reason."""
    try:
        yield from _pages(content, media_type, markdown=markdown)
    except (Unreadable, MemoryError):
        raise
    except Exception as error:  # a parser may raise anything over a file that was made to make it
        raise Unreadable(notice.damaged(media_type.rpartition("/")[2][-8:], error)) from error


def _pages(content: bytes, media_type: str, *, markdown: bool) -> Iterator[Part]:
    if len(content) > BYTES:
        raise Unreadable(notice.TOO_LARGE)

    def spelled(text: str) -> str:
        return tidy(text) if markdown else closed_up(mended(tidy(text)))

    if media_type == PDF:
        yield from _limited(_pdf(content))
    elif media_type.endswith("wordprocessingml.document"):
        from casework.workflows.reading import word

        blocks = word.blocks(content)
        found = [word.markdown(blocks)] if markdown else word.plain(blocks)
        yield from _limited(Page(number, spelled(text), goes_on=True) for number, text in enumerate(found, 1))
    elif media_type.startswith("text/"):
        from casework.workflows.reading import plain

        text, encoding, told = plain.decode(content)
        yield Encoding(encoding)
        yield from told
        yield from _limited(Page(number, spelled(each)) for number, each in enumerate(text.split("\f"), 1))
    else:
        yield Page(1, "", scanned=True)


def assembled(parts: Iterable[Part], spell: Callable[[str], str] = fold) -> Read:
    """The parts of a document as one text, spelled so; raises Unreadable where there is none."""
    made = Read("", [], [])
    scanned: list[int] = []
    broken: list[int] = []
    texts: list[str] = []
    length = 0
    for part in parts:
        if isinstance(part, Notice):
            made.notices.append(part)
        elif isinstance(part, Encoding):
            made.encoding = part.name
        else:
            made.pages.append(length)
            text = spell(part.text if part.recognised or spell is not fold else closed(part.text))
            texts.append(text if part.goes_on or text.endswith("\n") else text + "\n")
            length += len(texts[-1])
            if part.recognised:
                made.recognised.append(part.number)
            elif part.scanned:
                (broken if part.damaged else scanned).append(part.number)
    made.text = "".join(texts)
    made.notices += [notice.scanned(scanned)] if scanned else []
    made.notices += [notice.broken_pages(broken)] if broken else []
    if not made.text.strip():
        raise Unreadable(made.notices[0] if made.notices else notice.EMPTY)
    return made


def read(content: bytes, media_type: str) -> Read:
    """The text of a document without OCR; raises Unreadable with the reason."""
    return assembled(pages(content, media_type))


def _pdf(content: bytes) -> Iterator[Page]:
    from casework.workflows.reading import pdf

    for number, text in enumerate(pdf.texts(content), 1):
        found = tidy(text or "")
        sound = sum(each.isprintable() and each not in " \ufffd" for each in found)
        bare = sound < max(SCANNED_CHARACTERS, len("".join(found.split())) // 2)  # or a font without its meanings
        yield Page(number, found, scanned=bare, damaged=text is None)


def _limited(found: Iterator[Page]) -> Iterator[Part]:
    """The pages up to the limits; what a limit has cut is told."""
    room = CHARACTERS
    for page in found:
        if page.number > PAGES:
            yield notice.cut("too_many_pages", f"{PAGES} 页", f"{PAGES} pages")
            return
        cut = len(page.text) > room
        page.text = page.text[:room]
        room -= len(page.text)
        yield page
        if cut:
            yield notice.cut("too_much_text", f"{CHARACTERS} 个字符", f"{CHARACTERS} characters")
            return
