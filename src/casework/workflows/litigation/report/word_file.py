"""Word files: East Asian faces really set, page numbers, and the same bytes for the same content.

python-docx sets the face of Latin letters alone; Word takes the one of Chinese characters from `w:eastAsia`.
"""

import copy
import io
import zipfile
from datetime import UTC, datetime
from functools import cache
from typing import Any

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

LATIN = "Times New Roman"
EPOCH = (1980, 1, 1, 0, 0, 0)


def new(font: str, size: float, title: str, date: str) -> Document:
    """An empty A4 document in this face."""
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    style = document.styles["Normal"]
    assert isinstance(style, ParagraphStyle)  # noqa: S101 - of the default template
    styled(style, font, size)
    moment = datetime.fromisoformat(date).replace(tzinfo=UTC)
    properties = document.core_properties
    properties.title, properties.author, properties.last_modified_by = title, "Casework", "Casework"
    properties.created = properties.modified = moment
    properties.comments, properties.language = "", "zh-CN"
    return document


def styled(style: ParagraphStyle, font: str, size: float) -> None:
    """Give a style its face, in Latin and in East Asian letters, and its size."""
    style.font.name, style.font.size = LATIN, Pt(size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), font)
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)  # a theme's face would win over ours


def in_style(paragraph: Paragraph, style: str) -> Paragraph:
    """The paragraph in the style of this id: python-docx, given its name, goes through all styles, each time."""
    paragraph._p.style = style  # noqa: SLF001
    return paragraph


def heading(document: Document, text: str, level: int) -> None:
    """A heading of the level, 1 or 2."""
    in_style(document.add_paragraph(text), f"Heading{level}")


def face(run: Run, font: str, size: float, colour: str = "") -> None:
    """Give a new run its face, size and colour."""
    run._element.insert(0, copy.deepcopy(_properties(font, size, colour)))  # noqa: SLF001 - python-docx has no other way


@cache
def _properties(font: str, size: float, colour: str) -> Any:
    """A run's properties: a report has some thousand runs of a dozen kinds, and making them is slow."""
    run = docx.Document().add_paragraph().add_run()
    run.font.name, run.font.size = LATIN, Pt(size)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)  # noqa: SLF001
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour)
    return run._element.rPr  # noqa: SLF001


def shade(cell: _Cell, colour: str) -> None:
    """Fill a table's cell."""
    mark = OxmlElement("w:shd")
    mark.set(qn("w:val"), "clear")
    mark.set(qn("w:color"), "auto")
    mark.set(qn("w:fill"), colour)
    cell._tc.get_or_add_tcPr().append(mark)  # noqa: SLF001


def page_numbers(document: Document, words: str) -> None:
    """A footer such as `第 {page} 页，共 {pages} 页`."""
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for piece in words.replace("{page}", "\0PAGE\0").replace("{pages}", "\0NUMPAGES\0").split("\0"):
        if piece in ("PAGE", "NUMPAGES"):
            _field(paragraph, piece)
        elif piece:
            paragraph.add_run(piece).font.size = Pt(9)


def _field(paragraph: Paragraph, name: str) -> None:
    run = paragraph.add_run()
    run.font.size = Pt(9)
    for kind in ("begin", "instrText", "end"):
        element = OxmlElement("w:instrText" if kind == "instrText" else "w:fldChar")
        if kind == "instrText":
            element.text = name
        else:
            element.set(qn("w:fldCharType"), kind)
        run._element.append(element)  # noqa: SLF001


def saved(document: Document, date: str) -> bytes:
    """The file's bytes: the same for the same content, whenever they are made."""
    first, again = io.BytesIO(), io.BytesIO()
    document.save(first)
    stamp = (*map(int, date.split("-")), 0, 0, 0) if date else EPOCH
    with zipfile.ZipFile(first) as made, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as packed:
        for entry in made.infolist():
            packed.writestr(zipfile.ZipInfo(entry.filename, stamp), made.read(entry), zipfile.ZIP_DEFLATED)  # type: ignore[arg-type]
    return again.getvalue()
