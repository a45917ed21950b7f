"""A draft as a Word file: the faces and sizes that courts expect, and what is to be filled in marked yellow."""

import re

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX, WD_LINE_SPACING
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph

from casework.workflows.litigation.drafts import Draft
from casework.workflows.litigation.report.word_file import face, new, page_numbers, saved, shade

BODY, HEAD, TITLE = "仿宋", "黑体", "宋体"
_OPEN = re.compile(r"(【待填：[^】]*】)")


def write(draft: Draft, date: str) -> bytes:
    """The Word file."""
    document = new(BODY, 16, draft.title, date)
    section = document.sections[0]
    section.top_margin, section.bottom_margin = Cm(3.7), Cm(3.5)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
    rows: list[list[str]] = []
    for line in [*draft.lines, ""]:
        if line.startswith("| "):
            rows.append([cell.strip() for cell in line.strip("| ").split(" | ")])
            continue
        if rows:
            _table(document, rows)
            rows = []
        if line:
            _line(document, line)
    page_numbers(document, "— {page} —")
    return saved(document, date)


def _line(document: Document, line: str) -> None:
    paragraph = document.add_paragraph()
    form = paragraph.paragraph_format
    form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(28)
    if line.startswith("# "):
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        form.space_after, form.line_spacing = Pt(18), Pt(36)
        _runs(paragraph, line[2:], TITLE, 22, bold=True)
    elif line.startswith("## "):
        form.space_before = Pt(6)
        form.keep_with_next = True
        _runs(paragraph, line[3:], HEAD, 16)
    elif line.startswith("> "):
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _runs(paragraph, line[2:], BODY, 16)
    else:
        form.first_line_indent = Pt(32)
        _runs(paragraph, line, BODY, 16)


def _runs(paragraph: Paragraph, text: str, font: str, size: float, *, bold: bool = False) -> None:
    for piece in _OPEN.split(text):
        if piece:
            run = paragraph.add_run(piece)
            face(run, font, size)
            run.bold = bold
            if _OPEN.fullmatch(piece):
                run.font.highlight_color = WD_COLOR_INDEX.YELLOW


def _table(document: Document, rows: list[list[str]]) -> None:
    columns = max(map(len, rows))
    table = document.add_table(rows=0, cols=columns, style="Table Grid")
    for number, row in enumerate(rows):
        for cell, text in zip(table.add_row().cells, row + [""] * (columns - len(row)), strict=True):
            _runs(cell.paragraphs[0], text, HEAD if number == 0 else BODY, 12)
            if number == 0:
                shade(cell, "EDEDED")
    document.add_paragraph()
