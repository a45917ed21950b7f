"""What was measured, as a table for people, as Markdown, as JSON; and the marks of an earlier Markdown read back."""

import re
from collections.abc import Mapping

import msgspec
from rich.console import Console
from rich.table import Table

from cli.compare.cell import TABLES, Cell, Cells

Columns = Mapping[str, Cells]
NOT_PLAYED = Cell("–", "", "not played")


def show(columns: Columns, console: Console) -> None:
    """Print the tables."""
    for title, lines in TABLES.items():
        table = Table("", *columns, title=title, title_justify="left", show_lines=True)
        for line in lines:
            cells = [columns[name].get(line, NOT_PLAYED) for name in columns]
            table.add_row(line, *(f"{each.mark} {each.figure}" for each in cells))
        console.print(table)


def markdown(columns: Columns, heading: str) -> str:
    """The same as a document."""
    parts = [heading.rstrip(), ""]
    for title, lines in TABLES.items():
        parts += [f"## {title}", "", f"| | {' | '.join(columns)} |", f"|---|{'---|' * len(columns)}"]
        for line in lines:
            cells = [columns[name].get(line, NOT_PLAYED) for name in columns]
            parts.append(f"| {line} | {' | '.join(_text(each) for each in cells)} |")
        parts += ["", "How it was seen:", ""]
        parts += [f"- {line}: {_seen(columns, line)}" for line in lines]
        parts.append("")
    return "\n".join(parts)


def _text(each: Cell) -> str:
    return f"{each.mark} {each.figure}".strip().replace("|", "\\|").replace("\n", " ")


def _seen(columns: Columns, line: str) -> str:
    """How the columns were seen; said once where it was the same for all, or for some."""
    told: dict[str, list[str]] = {}
    for name, cells in columns.items():
        if line in cells:
            told.setdefault(cells[line].seen, []).append(name)
    if len(told) <= 1:
        return next(iter(told), "not played")
    return "; ".join(f"{' and '.join(names)}: {seen}" for seen, names in told.items())


def as_json(columns: Columns) -> bytes:
    """The same for programs."""
    return msgspec.json.format(msgspec.json.encode(columns), indent=2)


def marks(text: str, name: str) -> dict[str, str]:
    """Line → mark of one column, out of a document that `markdown` wrote."""
    found: dict[str, str] = {}
    place = None
    for row in text.splitlines():
        parts = [part.strip() for part in re.split(r"(?<!\\)\|", row)[1:-1]]
        if parts and parts[0] == "" and name in parts:
            place = parts.index(name)
        elif place is not None and len(parts) > place and parts[0] and not parts[0].startswith("---"):
            found[parts[0]] = parts[place].split(" ")[0]
        elif not row.startswith("|"):
            place = None
    return found
