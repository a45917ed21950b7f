"""A delimited text, streamed once: its shape, its columns, its double rows; runs in a process (pure)."""

import csv
import io
from array import array
from collections.abc import Iterator, Sequence
from itertools import islice

import msgspec

from casework.workflows.profile_column import Column, Learner

ROWS = 2_000  # a batch
COLUMNS = 1_000
FIELD = 1_000_000  # characters
DISTINCT = 20_000  # values counted one by one in a column, fewer where there are many columns
ALL_DISTINCT = 400_000
HASHED_ROWS = 4_000_000
HEAD = 64 * 1024
DELIMITERS = ",\t;|"


class NoTable(Exception):
    """Why a text is no table."""


class Progress(msgspec.Struct, frozen=True):
    """How far it is."""

    bytes: int
    rows: int


class Profile(msgspec.Struct):
    """What is known of the table; `ragged_rows` have more or fewer fields than the first."""

    encoding: str
    delimiter: str
    bytes: int
    rows: int
    ragged_rows: int
    duplicate_rows: int | None
    columns: list[Column]


def profile(content: bytes, delimiter: str | None, header: bool) -> Iterator[Progress | Profile]:
    """Progress batch by batch, and in the end the profile; raises NoTable, or Unreadable for no known encoding."""
    from casework.workflows.reading import plain  # in the pool's process, as all parsers

    encoding = plain.encoding(content)
    delimiter = delimiter or guess(content[:HEAD].decode(encoding, "replace"))
    raw = io.BytesIO(content)
    text = io.TextIOWrapper(raw, encoding, "replace", newline="")  # which closes `raw` when it is gone
    rows = _rows(text, delimiter)
    first = next(rows, None)
    if first is None:
        raise NoTable("there is no row in it")
    if len(first) > COLUMNS:
        raise NoTable(f"the first row has {len(first)} fields; at most {COLUMNS} columns are profiled")
    names = _names(first) if header else [f"column_{number}" for number in range(1, len(first) + 1)]
    learners = [Learner(name, max(100, min(DISTINCT, ALL_DISTINCT // len(names)))) for name in names]
    hashes = array("q")
    count = ragged = 0
    pending = [] if header else [first]
    while batch := pending + list(islice(rows, ROWS - len(pending))):
        pending = []
        count += len(batch)
        ragged += _add(batch, learners)
        if count <= HASHED_ROWS:
            hashes.extend(hash(tuple(row)) for row in batch)
        yield Progress(raw.tell(), count)
    double = count - len(set(hashes)) if count <= HASHED_ROWS else None
    columns = [learner.learnt() for learner in learners]
    yield Profile(encoding, delimiter, len(content), count, ragged, double, columns)


def guess(head: str) -> str:
    """The delimiter that splits the first lines most evenly; a comma where none does."""
    lines = [line for line in head.splitlines()[:50] if line.strip()]

    def evenness(delimiter: str) -> tuple[int, int]:
        counts = [line.count(delimiter) for line in lines]
        return sum(count == counts[0] > 0 for count in counts), max(counts, default=0)

    return max(DELIMITERS, key=evenness)


def _rows(text: io.TextIOWrapper, delimiter: str) -> Iterator[list[str]]:
    before = csv.field_size_limit(FIELD)
    reader = csv.reader(text, delimiter=delimiter)
    try:
        yield from (row for row in reader if row)
    except csv.Error as error:
        raise NoTable(f"line {reader.line_num}: {error}; is a quotation mark left open?") from None
    finally:
        csv.field_size_limit(before)


def _names(first: Sequence[str]) -> list[str]:
    return [name.strip()[:100] or f"column_{number}" for number, name in enumerate(first, 1)]


def _add(batch: list[list[str]], learners: list[Learner]) -> int:
    """Learn the rows; returns how many of them are ragged."""
    width = len(learners)
    ragged = sum(len(row) != width for row in batch)
    even = [(row + [""] * width)[:width] for row in batch] if ragged else batch
    for learner, values in zip(learners, zip(*even, strict=True), strict=True):
        learner.add(values)
    return ragged
