"""The report as a Word file: numbered headings, tables with repeated heads, and links from facts to their sources."""

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table as WordTable
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from casework.workflows.litigation.report.blocks import Block, Bullets, Card, Cards, Cell, Report, Table, Text
from casework.workflows.litigation.report.numbers import headed, numbered
from casework.workflows.litigation.report.word_file import (
    face,
    heading,
    in_style,
    new,
    page_numbers,
    saved,
    shade,
    styled,
)

BODY, HEAD = "宋体", "黑体"
INK = RGBColor(0x1F, 0x2A, 0x37)
COLOURS = {"good": "1A7F4B", "low": "2F6DB5", "medium": "B36B00", "high": "B3261E"}
TEXT_WIDTH = Cm(16.4)


def write(report: Report) -> bytes:
    """The Word file."""
    document = new(BODY, 10.5, report.title, report.date)
    section = document.sections[0]
    section.left_margin = section.right_margin = Cm(2.3)
    section.top_margin = section.bottom_margin = Cm(2.2)
    for level, size in ((1, 15), (2, 12)):
        style = document.styles[f"Heading {level}"]
        assert isinstance(style, ParagraphStyle)  # noqa: S101 - of the default template
        styled(style, HEAD, size)
        style.font.color.rgb, style.font.bold = INK, True
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(size), Pt(size / 2)
    _title(document, report)
    for number, section_of in enumerate(report.sections, 1):
        heading(document, numbered(number, report.language) + section_of.title, 1)
        for title, part in headed(number, section_of):
            if title:
                heading(document, title, 2)
            for block in part.blocks:
                _block(document, block)
    _sources(document, report)
    note = document.add_paragraph()
    _run(note, report.disclaimer, 9, "5B6675")
    page_numbers(document, report.words["footer"])
    return saved(document, report.date)


def _title(document: Document, report: Report) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(10)
    run = paragraph.add_run(report.title)
    face(run, HEAD, 22)
    run.bold, run.font.color.rgb = True, INK
    line = document.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(
        line,
        "    ".join(f"{name}{':' if report.language == 'en' else '：'}{value}" for name, value in report.facts),
        9,
        "5B6675",
    )


def _block(document: Document, block: Block) -> None:
    match block:
        case Text():
            _cell(document.add_paragraph(), block.cell, 9 if block.note else 10.5, "5B6675" if block.note else "")
        case Bullets():
            for item in block.items:
                _cell(in_style(document.add_paragraph(), "ListBullet"), item, 10.5)
        case Table():
            _table(document, block)
        case Cards():
            _cards(document, block.cards)


def _table(document: Document, block: Table) -> None:
    table = _grid(document, block.widths)
    head = table.add_row()  # type: ignore[no-untyped-call]
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    head._tr.get_or_add_trPr().append(mark)  # noqa: SLF001 - python-docx has no other way
    for cell, text in zip(head.cells, block.head, strict=True):
        shade(cell, "E8EDF3")
        _fill(cell, Cell(text), right=False, font=HEAD)
    for row in block.rows:
        added = table.add_row()  # type: ignore[no-untyped-call]
        whole = OxmlElement("w:cantSplit")
        added._tr.get_or_add_trPr().append(whole)  # noqa: SLF001
        for column, (cell, content) in enumerate(zip(added.cells, row, strict=True)):
            _fill(cell, content, right=column in block.figures)
    _widths(table, block.widths)
    document.add_paragraph().paragraph_format.space_after = Pt(2)


def _cards(document: Document, cards: list[Card]) -> None:
    """Two columns: what it is and how it was computed, and the figure."""
    table = _grid(document, [64, 36])
    for card in cards:
        left, right = table.add_row().cells  # type: ignore[no-untyped-call]
        _fill(left, Cell(card.title), right=False, font=HEAD)
        if card.formula:
            paragraph = left.add_paragraph()
            paragraph.paragraph_format.space_after = Pt(0)
            _run(paragraph, card.formula, 8.5, "5B6675")
        _fill(right, Cell(card.value, tone=card.tone), right=True, font=HEAD, size=12)
    _widths(table, [64, 36])
    document.add_paragraph().paragraph_format.space_after = Pt(2)


def _grid(document: Document, widths: list[int]) -> WordTable:
    table: WordTable = document.add_table(rows=0, cols=len(widths))
    table._tbl.tblStyle_val = "TableGrid"  # noqa: SLF001 - as in_style
    table.autofit = False
    return table


def _widths(table: WordTable, widths: list[int]) -> None:
    total = sum(widths)
    for column, width in zip(table.columns, widths, strict=True):
        share = int(TEXT_WIDTH * width / total)
        column.width = share
        for cell in column.cells:
            cell.width = share


def _fill(cell: _Cell, content: Cell, *, right: bool, font: str = BODY, size: float = 9) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _cell(paragraph, content, size, font=font)


def _cell(paragraph: Paragraph, cell: Cell, size: float, colour: str = "", font: str = BODY) -> None:
    run = _run(paragraph, cell.text, size, COLOURS.get(cell.tone, colour), font)
    run.bold = True if cell.tone else None
    for number in cell.sources:
        _link(paragraph, number)


def _run(paragraph: Paragraph, text: str, size: float, colour: str = "", font: str = BODY):  # type: ignore[no-untyped-def]
    run = paragraph.add_run(_printable(text))
    face(run, font, size, colour)
    return run


def _printable(text: str) -> str:
    """What XML can hold: a document may contain control characters."""
    return "".join(each for each in text if each >= " " or each in "\t\n")


def _link(paragraph: Paragraph, number: int) -> None:
    """`[3]`, raised, leading to the source."""
    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), f"source_{number}")
    run = paragraph.add_run(f"[{number}]")
    run.font.size, run.font.superscript = Pt(8), True
    run.font.color.rgb = RGBColor(0x2F, 0x6D, 0xB5)
    link.append(run._element)  # noqa: SLF001
    paragraph._p.append(link)  # noqa: SLF001


def _sources(document: Document, report: Report) -> None:
    heading(document, numbered(len(report.sections) + 1, report.language) + report.words["sources"], 1)
    if not report.sources:
        document.add_paragraph(report.words["none"])
    for source in report.sources:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(3)
        _bookmark(paragraph, source.number)
        where = report.words["page"].format(page=source.page, start=source.start, end=source.end)
        _run(paragraph, f"[{source.number}] {source.document}，{where}：", 9)
        _run(paragraph, source.before, 9, "5B6675")
        _run(paragraph, source.quote, 9).bold = True
        _run(paragraph, source.after, 9, "5B6675")


def _bookmark(paragraph: Paragraph, number: int) -> None:
    for kind in ("w:bookmarkStart", "w:bookmarkEnd"):
        mark = OxmlElement(kind)
        mark.set(qn("w:id"), str(number))
        if kind == "w:bookmarkStart":
            mark.set(qn("w:name"), f"source_{number}")
        paragraph._p.append(mark)  # noqa: SLF001
