"""Cases of the corpus: one TOML file each, with its documents as text and what is known of it, written by hand."""

import io
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

HERE = Path(__file__).parent
HALVES = ("tuned", "held_out")
WIDTH = 38
ROW = re.compile(r"\S(?: {2,}|\u3000|\t)\S.*\S(?: {2,}|\u3000|\t)\S|\|.*\|")


def load(half: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """(name, case) of each file of a half."""
    for path in sorted((HERE / half).glob("*.toml")):
        yield path.stem, tomllib.loads(path.read_text(encoding="utf-8"))


def built(case: dict[str, Any]) -> dict[str, bytes]:
    """The documents as files, by name: the ending says as what."""
    return {each["name"]: _built(each["name"], each["text"].strip("\n")) for each in case["documents"]}


def _built(name: str, text: str) -> bytes:
    if name.endswith(".docx"):
        return _word(text)
    if name.endswith(".pdf"):
        return _pdf(text)
    return text.encode("gb18030")


def _word(text: str) -> bytes:
    """A Word file; lines with tabs are the rows of a table."""
    document = docx.Document()
    rows: list[list[str]] = []
    for line in [*text.splitlines(), ""]:
        if "\t" in line:
            rows.append(line.split("\t"))
            continue
        if rows:
            table = document.add_table(rows=0, cols=len(rows[0]))
            for row in rows:
                for cell, content in zip(table.add_row().cells, row, strict=True):
                    cell.text = content
            rows = []
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _pdf(text: str) -> bytes:
    """Pages of text, its lines broken where the page ends."""
    out = io.BytesIO()
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(out, pagesize=A4, invariant=1)
    canvas.setFont("STSong-Light", 12)
    height = A4[1] - 72
    for line in text.splitlines():
        width = len(line) if ROW.search(line) else WIDTH  # no printer breaks the rows of a table
        for start in range(0, max(1, len(line)), width or 1):
            if height < 72:
                canvas.showPage()
                canvas.setFont("STSong-Light", 12)
                height = A4[1] - 72
            canvas.drawString(72, height, line[start : start + width])
            height -= 20
    canvas.save()
    return out.getvalue()
