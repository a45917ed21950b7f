"""PDF: text by pypdf, pages as pictures by PDFium; page trees are walked, not believed."""

import io
import itertools
import logging
import math
from collections.abc import Iterator
from typing import Any

import pypdf
import pypdfium2
from PIL import Image
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject

from casework.workflows.reading import blanks, lines, notice
from casework.workflows.reading.limits import DOTS_PER_INCH, OCR_PIXELS, PAGES
from casework.workflows.reading.notice import Unreadable

POINTS_PER_INCH = 72
DEPTH = 64  # of a page tree
NODES = 20_000  # of a page tree that are looked at in search of pages
INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")
FAULTS = (
    PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, OSError, ArithmeticError,
    NotImplementedError, AssertionError, EOFError,
)  # fmt: skip
logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its warnings quote the document


def count(content: bytes) -> int:
    """How many pages there seem to be: 1 where nobody can tell."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        return 1
    try:
        return max(1, len(document))
    finally:
        document.close()


def texts(content: bytes) -> Iterator[str | None]:
    """The text of each page, None for one that is damaged, at most PAGES + 1 of them; raises Unreadable."""
    try:
        reader = pypdf.PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable(notice.LOCKED)
        walk = _walk(reader, reader.root_object["/Pages"])
    except FAULTS as error:
        raise Unreadable(notice.damaged("PDF", error)) from None
    none = True
    for page in itertools.islice(walk, PAGES + 1):
        yield None if page is None else _text(page)
        none = False
    if none:
        raise Unreadable(notice.EMPTY)


def _text(page: pypdf.PageObject) -> str | None:
    try:
        return blanks.closed_up(lines.mended(lines.unwrapped(page.extract_text() or "")))
    except FAULTS:
        return None


def _walk(reader: pypdf.PdfReader, root: Any) -> Iterator[pypdf.PageObject | None]:
    """The pages in order, None for a damaged one, each node of the tree once; pypdf would first lay out all of them."""
    stack: list[tuple[Any, dict[str, Any], int]] = [(root, {}, 0)]
    seen: set[tuple[int, int]] = set()
    for _ in range(NODES):
        if not stack:
            return
        raw, inherited, depth = stack.pop()
        if isinstance(raw, IndirectObject):
            place = (raw.idnum, raw.generation)
            if place in seen:
                continue
            seen.add(place)
        try:
            node = raw.get_object()
            if not isinstance(node, DictionaryObject) or depth > DEPTH:
                continue
            own = {**inherited, **{key: node[key] for key in INHERITED if key in node}}
            kids = node.get("/Kids")
            if isinstance(kids, ArrayObject):
                stack += [(kid, own, depth + 1) for kid in list(kids)[NODES::-1]]
                continue
            yield _page(reader, raw, node, own)
        except FAULTS:
            yield None


def _page(reader: pypdf.PdfReader, raw: Any, node: DictionaryObject, own: dict[str, Any]) -> pypdf.PageObject:
    page = pypdf.PageObject(reader, raw if isinstance(raw, IndirectObject) else None)
    page.update(node)
    page.update({NameObject(key): value for key, value in own.items() if key not in node})
    return page


def picture(content: bytes, number: int) -> Image.Image:
    """Page `number` (from 1) as a grey picture; raises Unreadable."""
    try:
        document = pypdfium2.PdfDocument(content)
        try:
            page = document[number - 1]
            width, height = page.get_size()
            scale = min(DOTS_PER_INCH / POINTS_PER_INCH, math.sqrt(OCR_PIXELS / max(1.0, width * height)))
            drawn: Image.Image = page.render(scale=scale, grayscale=True).to_pil()
            return drawn
        finally:
            document.close()
    except (pypdfium2.PdfiumError, IndexError, ValueError, OSError) as error:
        raise Unreadable(notice.damaged("PDF", error)) from None
