"""Word files: paragraphs with their automatic numbers, tables in place, footnotes; read from the XML itself.

What is struck out is left out, what is inserted counts, and pages begin where Word last drew them.
"""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import msgspec
from lxml import etree

from casework.workflows.reading import notice
from casework.workflows.reading.limits import UNPACKED_BYTES, XML_BYTES
from casework.workflows.reading.notice import Unreadable
from casework.workflows.reading.numbering import Numbering

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MC_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
MEMBERS = 10_000
PAGE_BREAK = "\f"
UNSEEN = {f"{W}del", f"{W}moveFrom", f"{W}rt", f"{W}pPr", f"{W}rPr", f"{W}instrText", MC_FALLBACK}
NOTES = ("word/footnotes.xml", "word/endnotes.xml")
FAULTS = (
    zipfile.BadZipFile,
    KeyError,
    ValueError,
    OSError,
    EOFError,
    NotImplementedError,
    etree.LxmlError,
    RuntimeError,
)
Element = Any  # lxml's own type is private


class Paragraph(msgspec.Struct, frozen=True):
    """`level` is 1–9 for a heading, 0 for other text; a form feed in the text is where a page begins."""

    text: str
    level: int = 0


class Grid(msgspec.Struct, frozen=True):
    """A table: of a merged cell the first has the text, the others are empty, so that columns stay columns."""

    rows: list[list[str]]


Block = Paragraph | Grid


def blocks(content: bytes) -> Iterator[Block]:
    """The body in its order, then the footnotes; raises Unreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > MEMBERS or sum(entry.file_size for entry in entries) > UNPACKED_BYTES:
                raise Unreadable(notice.BOMB)
            names = {entry.filename for entry in entries}
            body = _part(archive, "word/document.xml").find(f"{W}body")
            numbering = Numbering(*(_part(archive, f"word/{each}.xml") if f"word/{each}.xml" in names else None
                                    for each in ("numbering", "styles")))  # fmt: skip
            notes = [_part(archive, name) for name in NOTES if name in names]
            if body is None:
                raise KeyError("body")
            yield from _blocks(body, numbering)
            for part in notes:
                yield from _notes(part, numbering)
    except FAULTS as error:
        raise Unreadable(notice.damaged("Word", error)) from None


def plain(found: Iterator[Block]) -> Iterator[str]:
    """The text of each page, a row of a table a line."""
    page = ""
    for block in found:
        if isinstance(block, Grid):
            page += "".join(_line(row) + "\n" for row in block.rows)
            continue
        *ended, rest = block.text.split(PAGE_BREAK)
        for piece in ended:
            yield page + piece
            page = ""
        page += rest + "\n"
    yield page


def markdown(found: Iterator[Block]) -> str:
    """Headings and tables in Markdown."""
    parts = []
    for block in found:
        if isinstance(block, Grid):
            parts.append(_markdown_table(block.rows))
        elif text := block.text.replace(PAGE_BREAK, "").strip():
            parts.append("#" * min(block.level, 6) + " " * bool(block.level) + text)
    return "\n\n".join(parts) + "\n"


def _line(row: list[str]) -> str:
    """The cells of a row, parted; within bars where an outer one is empty, so that it still counts."""
    line = " | ".join(row)
    return line if row and row[0] and row[-1] else f"| {line} |"


def _markdown_table(rows: list[list[str]]) -> str:
    width = max((len(row) for row in rows), default=0)
    lines = [
        "| " + " | ".join(cell.replace("|", "\\|") for cell in [*row, *[""] * (width - len(row))]) + " |"
        for row in rows
    ]
    return "\n".join([*lines[:1], "|" + " --- |" * width, *lines[1:]])


def _part(archive: zipfile.ZipFile, name: str) -> Element:
    if archive.getinfo(name).file_size > XML_BYTES:
        raise Unreadable(notice.BOMB)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    return etree.fromstring(archive.read(name), parser)


def _notes(part: Element, numbering: Numbering) -> Iterator[Block]:
    for each in part:
        if each.get(f"{W}type") in (None, "normal"):
            yield from _blocks(each, numbering)


def _blocks(parent: Element, numbering: Numbering) -> Iterator[Block]:
    for child in parent:
        if child.tag == f"{W}p":
            yield _paragraph(child, numbering)
        elif child.tag == f"{W}tbl":
            yield Grid(_rows(child, numbering))
        elif child.tag not in UNSEEN and len(child):
            yield from _blocks(child, numbering)  # a content control, an insertion, custom XML


def _paragraph(element: Element, numbering: Numbering) -> Paragraph:
    text = "".join(_pieces(element))
    properties = element.find(f"{W}pPr")
    label = numbering.label(properties) if text.strip() else ""
    return Paragraph(f"{label} {text}" if label else text, numbering.level(properties))


def _pieces(element: Element) -> Iterator[str]:
    """What is seen of a paragraph, text boxes in it included."""
    for child in element:
        tag = child.tag
        if tag == f"{W}t":
            yield child.text or ""
        elif tag == f"{W}tab":
            yield "\t"
        elif tag in (f"{W}br", f"{W}cr"):
            yield PAGE_BREAK if child.get(f"{W}type") == "page" else "\n"
        elif tag == f"{W}lastRenderedPageBreak":
            yield PAGE_BREAK
        elif tag == f"{W}noBreakHyphen":
            yield "-"
        elif tag == f"{W}p":
            yield from ["\n", *_pieces(child), "\n"]  # in a text box
        elif tag not in UNSEEN and len(child):
            yield from _pieces(child)


def _rows(table: Element, numbering: Numbering) -> list[list[str]]:
    return [_cells(row, numbering) for row in _descend(table, f"{W}tr")]


def _cells(row: Element, numbering: Numbering) -> list[str]:
    cells = []
    for cell in _descend(row, f"{W}tc"):
        properties = cell.find(f"{W}tcPr")
        span = merged = None
        if properties is not None:
            span, merged = properties.find(f"{W}gridSpan"), properties.find(f"{W}vMerge")
        goes_on = merged is not None and merged.get(f"{W}val", "continue") == "continue"
        cells.append("" if goes_on else _cell(cell, numbering))
        width = span.get(f"{W}val", "1") if span is not None else "1"
        cells += [""] * (min(int(width), 100) - 1 if width.isdecimal() else 0)
    return cells


def _cell(cell: Element, numbering: Numbering) -> str:
    found = _blocks(cell, numbering)
    texts = [" ".join(" ".join(row) for row in each.rows) if isinstance(each, Grid) else each.text for each in found]
    return " ".join(" ".join(texts).replace(PAGE_BREAK, "").split())


def _descend(parent: Element, tag: str) -> Iterator[Element]:
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"):
            yield from _descend(child, tag)
