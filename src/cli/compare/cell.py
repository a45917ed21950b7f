"""The tables: what is compared, and what was measured in each cell (pure)."""

from collections.abc import Mapping, Sequence

import msgspec

GOOD, PARTLY, BAD = "✅", "⚠️", "❌"
TABLES: Mapping[str, Sequence[str]] = {
    "The user leaves": (
        "browser closed",
        "page refreshed",
        "network cut",
        "API restarted",
        "worker restarted",
        "everything killed",
    ),
    "Following": (
        "live progress",
        "history after the fact",
        "per-step detail",
        "time left",
        "one place to ask for status",
        "web monitor",
    ),
    "Errors": ("automatic retries", "error on record", "retry history", "notification sent"),
    "Load": (
        "ten users at once",
        "a failing one is alone",
        "high priority before low",
        "slots respected",
        "cancelled while queued",
        "cancelled while running",
        "own place in the queue",
        "VIP ahead",
    ),
    "Operating": ("queue length", "worker state", "run times", "success rate", "logs of one task in one place"),
    "Stories": (
        "submits, and closes the browser after 10 s",
        "an unstable network: polling and back",
        "ten at once, one of them a VIP",
    ),
}


class Cell(msgspec.Struct, frozen=True):
    """What a measurement came to: its mark, the figure, and how it was seen."""

    mark: str
    figure: str
    seen: str


Cells = dict[str, Cell]


def cell(figure: str, seen: str, *, good: bool, partly: bool = False) -> Cell:
    """✅ where it is `good`, ⚠️ where only `partly`, else ❌."""
    return Cell(GOOD if good else PARTLY if partly else BAD, figure, seen)


def turned(before: Mapping[str, str], now: Cells) -> list[str]:
    """The lines whose mark was ✅ and is not any more."""
    return [line for line, mark in before.items() if mark == GOOD and line in now and now[line].mark != GOOD]
