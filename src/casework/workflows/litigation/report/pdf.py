"""The report as a PDF: Chinese line breaking, links to the sources, an outline, page numbers, the same bytes again."""

import io
import re
from collections.abc import Callable
from html import escape
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    KeepTogether,
    PageTemplate,
    Paragraph,
    Spacer,
    TableStyle,
)
from reportlab.platypus import Table as PdfTable

from casework.workflows.litigation.report import fonts
from casework.workflows.litigation.report.blocks import Block, Bullets, Card, Cards, Cell, Report, Table, Text
from casework.workflows.litigation.report.numbers import headed, numbered

MARGIN = 20 * mm
WIDTH = A4[0] - 2 * MARGIN
INK, SOFT, LINE, WASH, LINK = "#1F2A37", "#5B6675", "#D9DFE7", "#F1F4F8", "#2F6DB5"
TONES = {"good": "#1A7F4B", "low": "#2F6DB5", "medium": "#B36B00", "high": "#B3261E"}
GAP = 4 * mm
_CHINESE = re.compile("[\u3400-\u9fff]")


def write(report: Report) -> bytes:
    """The PDF."""
    out = io.BytesIO()
    document = _Document(out, report)
    document.build(_Page(report).story(), canvasmaker=_canvas(report))
    return out.getvalue()


class _Document(BaseDocTemplate):
    """A4 with a frame inside the margins; headings go into the outline."""

    def __init__(self, out: io.BytesIO, report: Report) -> None:
        super().__init__(
            out,
            pagesize=A4,
            title=report.title,
            author="Casework",
            subject=report.disclaimer,
            lang="zh-CN" if report.language == "zh" else "en",
            invariant=1,
        )
        frame = Frame(MARGIN, MARGIN, WIDTH, A4[1] - 2 * MARGIN, 0, 0, 0, 0)
        self._outlined = 0
        self.addPageTemplates([PageTemplate(frames=[frame])])

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802 - reportlab's name
        if isinstance(flowable, _Heading):
            self._outlined += 1
            key = f"outline-{self._outlined}"
            self.canv.bookmarkPage(key)
            self.canv.addOutlineEntry(flowable.title, key, flowable.level, closed=flowable.level > 0)


class _Heading(Paragraph):
    """A paragraph that goes into the outline."""

    def __init__(self, title: str, level: int, style: ParagraphStyle) -> None:
        super().__init__(escape(title), style)
        self.title = title
        self.level = level


def _canvas(report: Report) -> Callable[..., Canvas]:
    """Canvases that write `page n of m` once all pages are known."""

    class Numbered(Canvas):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self._pages: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 - reportlab's name
            self._pages.append(dict(self.__dict__))
            self._startPage()  # type: ignore[attr-defined]

        def save(self) -> None:
            for state in self._pages:
                self.__dict__.update(state)
                self.setFont(fonts.chinese(), 8)
                self.setFillColor(HexColor(SOFT))
                words = report.words["footer"].format(page=self.getPageNumber(), pages=len(self._pages))
                self.drawCentredString(A4[0] / 2, MARGIN / 2, words)
                self.drawString(MARGIN, MARGIN / 2, report.title)
                self.drawRightString(A4[0] - MARGIN, MARGIN / 2, report.date)
                super().showPage()
            super().save()

    return Numbered


class _Page:
    """Makes flowables; knows the styles."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._font = fonts.chinese()

    def _paragraph(self, text: str, style: ParagraphStyle, **more: Any) -> Paragraph:
        """Chinese breaks anywhere, words of Latin letters between them alone."""
        if not _CHINESE.search(text):
            style = ParagraphStyle(f"{style.name} latin", style, wordWrap=None)
        return Paragraph(text, style, **more)

    def _style(self, size: float, colour: str = INK, **more: Any) -> ParagraphStyle:
        return ParagraphStyle(
            f"{size}{colour}{sorted(more.items())}",
            fontName=self._font,
            fontSize=size,
            leading=size * 1.55,
            textColor=HexColor(colour),
            wordWrap="CJK",
            **more,
        )

    def story(self) -> list[Flowable]:
        report = self._report
        colon = "：" if report.language == "zh" else ": "
        about = "　".join(f"{escape(name)}{colon}{escape(value)}" for name, value in report.facts)
        flow: list[Flowable] = [
            self._paragraph(escape(report.title), self._style(21, spaceAfter=4 * mm, alignment=TA_CENTER)),
            self._paragraph(about, self._style(8.5, SOFT, alignment=TA_CENTER, spaceAfter=3 * mm)),
        ]
        for number, section in enumerate(report.sections, 1):
            flow += self._heading(numbered(number, report.language) + section.title)
            for title, part in headed(number, section):
                if title:
                    flow.append(CondPageBreak(30 * mm))
                    flow.append(self._subheading(title))
                for block in part.blocks:
                    flow += self._block(block)
        flow += self._sources()
        return flow

    def _heading(self, text: str) -> list[Flowable]:
        heading = _Heading(text, 0, self._style(14, spaceBefore=6 * mm, spaceAfter=1.5 * mm))
        rule = PdfTable(
            [[""]], [WIDTH], [0.6 * mm], style=TableStyle([("LINEABOVE", (0, 0), (-1, 0), 1, HexColor(INK))])
        )
        return [CondPageBreak(45 * mm), heading, rule, Spacer(0, 1 * mm)]

    def _subheading(self, text: str) -> Flowable:
        return _Heading(text, 1, self._style(11, spaceBefore=3 * mm, spaceAfter=1.5 * mm))

    def _block(self, block: Block) -> list[Flowable]:
        match block:
            case Text():
                style = self._style(8.5, SOFT, spaceAfter=2 * mm) if block.note else self._style(10, spaceAfter=2 * mm)
                return [self._paragraph(self._markup(block.cell), style)]
            case Bullets():
                style = self._style(9.5, leftIndent=4 * mm, bulletIndent=0, spaceAfter=0.8 * mm)
                return [
                    *(self._paragraph(self._markup(item), style, bulletText="•") for item in block.items),
                    Spacer(0, GAP / 2),
                ]
            case Table():
                return [self._table(block), Spacer(0, GAP)]
            case Cards():
                return [KeepTogether(self._cards(block.cards)), Spacer(0, GAP / 2)]

    def _markup(self, cell: Cell) -> str:
        text = escape(" ".join(cell.text.split()), quote=False)
        if cell.tone:
            text = f'<font color="{TONES[cell.tone]}">{text}</font>'
        links = "".join(f'<a href="#s{n}" color="{LINK}"><super size="6">[{n}]</super></a>' for n in cell.sources)
        return text + links

    def _table(self, block: Table) -> Flowable:
        total = sum(block.widths)
        plain, right = self._style(8.5), self._style(8.5, alignment=TA_RIGHT)
        head = [
            self._paragraph(escape(text), self._style(8.5, SOFT, alignment=TA_RIGHT if column in block.figures else 0))
            for column, text in enumerate(block.head)
        ]
        rows = [
            [
                self._paragraph(self._markup(cell), right if column in block.figures else plain)
                for column, cell in enumerate(row)
            ]
            for row in block.rows
        ]
        table = PdfTable([head, *rows], [WIDTH * width / total for width in block.widths], repeatRows=1, splitInRow=1)
        table.setStyle(
            TableStyle(
                [
                    ("VALIGN", (0, 0), (-1, -1), "TOP"),
                    ("BACKGROUND", (0, 0), (-1, 0), HexColor(WASH)),
                    ("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor(LINE)),
                    ("LEFTPADDING", (0, 0), (-1, -1), 5),
                    ("RIGHTPADDING", (0, 0), (-1, -1), 5),
                    ("TOPPADDING", (0, 0), (-1, -1), 3),
                    ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
                ]
            )
        )
        return table

    def _cards(self, cards: list[Card]) -> list[Flowable]:
        """Three beside each other."""
        columns = 3 if len(cards) > 2 else max(1, len(cards))
        flow: list[Flowable] = []
        for start in range(0, len(cards), columns):
            row = cards[start : start + columns]
            filled = [self._card(card) for card in row] + [""] * (columns - len(row))
            style: list[Any] = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("TOPPADDING", (0, 0), (-1, -1), 5)]
            style += [("LEFTPADDING", (0, 0), (-1, -1), 7), ("RIGHTPADDING", (0, 0), (-1, -1), 7)]
            style += [("BOTTOMPADDING", (0, 0), (-1, -1), 6), ("BACKGROUND", (0, 0), (len(row) - 1, 0), HexColor(WASH))]
            for column, card in enumerate(row):
                style.append(("LINEBEFORE", (column, 0), (column, 0), 2.5, HexColor(TONES.get(card.tone, LINE))))
            flow += [PdfTable([filled], [WIDTH / columns] * columns, style=TableStyle(style)), Spacer(0, 1.5 * mm)]
        return flow

    def _card(self, card: Card) -> list[Flowable]:
        flow: list[Flowable] = [
            self._paragraph(escape(card.title), self._style(8, SOFT)),
            self._paragraph(escape(card.value), self._style(12, TONES.get(card.tone, INK))),
        ]
        if card.formula:
            flow.append(self._paragraph(escape(card.formula), self._style(7, SOFT)))
        return flow

    def _sources(self) -> list[Flowable]:
        report = self._report
        flow = self._heading(numbered(len(report.sections) + 1, report.language) + report.words["sources"])
        style = self._style(8, spaceAfter=1.2 * mm)
        for source in report.sources:
            where = report.words["page"].format(page=source.page, start=source.start, end=source.end)
            before, words, after = (
                escape(" ".join(each.split()), quote=False) for each in (source.before, source.quote, source.after)
            )
            quote = f'<font color="{SOFT}">{before}</font>{words}<font color="{SOFT}">{after}</font>'
            place = f'[{source.number}] <font color="{SOFT}">{escape(source.document)}，{escape(where)}：</font>'
            flow.append(self._paragraph(f'<a name="s{source.number}"/>{place}{quote}', style))
        if not report.sources:
            flow.append(self._paragraph(escape(report.words["none"]), style))
        return [*flow, Spacer(0, GAP), self._paragraph(escape(report.disclaimer), self._style(8, SOFT))]
