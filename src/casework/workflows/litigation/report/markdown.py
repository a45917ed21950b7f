"""The report as Markdown; what documents say never becomes markup (pure)."""

import re

from casework.workflows.litigation.report.blocks import Block, Bullets, Cards, Cell, Report, Table, Text
from casework.workflows.litigation.report.numbers import headed, numbered

_MARKUP = re.compile(r"([\\`*_\[\]|])")


def write(report: Report) -> str:
    """The text, with an anchor for each source."""
    lines = [f"# {report.title}", "", *(f"- {name}：{_safe(value)}" for name, value in report.facts), ""]
    for number, section in enumerate(report.sections, 1):
        lines += [f"## {numbered(number, report.language)}{section.title}", ""]
        for title, part in headed(number, section):
            if title:
                lines += [f"### {title}", ""]
            for block in part.blocks:
                lines += _block(block)
    lines += [f"## {numbered(len(report.sections) + 1, report.language)}{report.words['sources']}", ""]
    for source in report.sources:
        where = report.words["page"].format(page=source.page, start=source.start, end=source.end)
        place = (
            f"{_safe(source.document)}，{where}：{_safe(source.before)}**{_safe(source.quote)}**{_safe(source.after)}"
        )
        lines.append(f'- <a id="s{source.number}"></a>[{source.number}] {place}')
    return "\n".join([*lines, *([] if report.sources else [report.words["none"]]), "", f"> {report.disclaimer}", ""])


def _block(block: Block) -> list[str]:
    match block:
        case Text():
            return [_cell(block.cell), ""]
        case Bullets():
            return [*(f"- {_cell(item)}" for item in block.items), ""]
        case Table():
            rule = ["---:" if column in block.figures else "---" for column in range(len(block.head))]
            rows = [[_cell(cell) for cell in row] for row in block.rows]
            return [_row(block.head), _row(rule), *map(_row, rows), ""]
        case Cards():
            lines = [
                f"- {_safe(c.title)}：**{_safe(c.value)}**" + (f"（{_safe(c.formula)}）" if c.formula else "")
                for c in block.cards
            ]
            return [*lines, ""]


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _cell(cell: Cell) -> str:
    return _safe(cell.text) + "".join(f" [\\[{number}\\]](#s{number})" for number in cell.sources)


def _safe(text: str) -> str:
    escaped = _MARKUP.sub(r"\\\1", " ".join(text.split()))
    return escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
