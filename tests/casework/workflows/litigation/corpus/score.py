"""Precision and recall by kind of fact, and whether each computed number is exact.

python -m tests.casework.workflows.litigation.corpus.score [--faults] [--spelled SPELLING] [NAME ...]
A case counts whose name has one of these; `SPELLING` is one of `spellings.py`, each case is then written so.
"""

import argparse
import asyncio
import sys
from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from unittest import mock

from casework.workflows.litigation.report.render import Rendered
from casework.workflows.litigation.text import dates, money
from casework.workflows.litigation.text.reading import read
from casework.workflows.litigation.text.span import Text
from casework.workflows.reading.fold import fold
from tests.casework.workflows.litigation.conftest import MEDIA_TYPES, analyse
from tests.casework.workflows.litigation.corpus.cases import HALVES, built, load
from tests.casework.workflows.litigation.corpus.spellings import SPELLINGS

KINDS = ("dates", "amounts", "parties", "roles", "events", "contradictions")
GOALS = {
    "dates": (0.95, 0.95),
    "amounts": (0.95, 0.95),
    "parties": (0.95, 0.95),
    "roles": (0.95, 0.95),
    "events": (0.85, 0.85),
}


class Score:
    """What was found, what was expected, and what both have."""

    def __init__(self) -> None:
        self.found, self.expected, self.right = Counter[str](), Counter[str](), Counter[str]()
        self.computed = [0, 0]
        self.faults: list[str] = []

    def add(self, case: str, kind: str, found: Iterable[Any], expected: Iterable[Any]) -> None:
        """Compare two bags of facts."""
        have, want = Counter(map(str, found)), Counter(map(str, expected))
        both = have & want
        self.found[kind] += have.total()
        self.expected[kind] += want.total()
        self.right[kind] += both.total()
        self.faults += [f"{case} {kind} wrong: {each}" for each in (have - want).elements()]
        self.faults += [f"{case} {kind} missed: {each}" for each in (want - have).elements()]

    def check(self, case: str, name: str, found: Any, expected: Any) -> None:
        """Compare a computed value."""
        same = _plain(found) == _plain(expected)
        self.computed[0] += same
        self.computed[1] += 1
        if not same:
            self.faults.append(f"{case} computed {name}: {found}, not {expected}")

    def precision(self, kind: str) -> float:
        """The share of what was found that is right."""
        return self.right[kind] / self.found[kind] if self.found[kind] else 1.0

    def recall(self, kind: str) -> float:
        """The share of what there is that was found."""
        return self.right[kind] / self.expected[kind] if self.expected[kind] else 1.0

    def table(self, title: str) -> str:
        """All of it for people."""
        lines = [f"{title:<14} precision  recall  (right / found / expected)"]
        lines += [
            f"  {kind:<14}{self.precision(kind):>7.3f} {self.recall(kind):>7.3f}"
            f"  ({self.right[kind]} / {self.found[kind]} / {self.expected[kind]})"
            for kind in KINDS
        ]
        return "\n".join([*lines, f"  computed       {self.computed[0]} of {self.computed[1]} exact"])


async def score(half: str, names: Iterable[str] = (), spelled: str | None = None) -> Score:
    """The score of one half of the corpus, or of its cases that have one of these in their names."""
    total, wanted = Score(), tuple(names)
    for name, written in load(half):
        if wanted and not any(each in name for each in wanted):
            continue
        case = SPELLINGS[spelled](written) if spelled else written
        files = built(case)
        today = case["today"]
        with (
            mock.patch("casework.workflows.litigation.workflow._today", lambda day=today: day),
            mock.patch("casework.workflows.litigation.report.render", _unwritten),
        ):
            result, _ = await analyse(files, user_input=case.get("statement", ""), **case["case"])
        texts = [_text(each, content) for each, content in files.items()]
        if case.get("statement"):
            texts.append(Text("statement", "statement", case["statement"], [0], "statement"))
        expected = case["expected"]
        total.add(name, "dates", ((t.name, d.day) for t in texts for d in dates.find(t)), _listed(expected["dates"]))
        total.add(
            name,
            "amounts",
            ((t.name, _plain(a.value)) for t in texts for a in money.find(t)),
            _listed(expected["amounts"]),
        )
        total.add(name, "parties", (fold(p["name"]) for p in result["parties"]), map(fold, expected["parties"]))
        roles = [(fold(n), role) for n, given in expected["parties"].items() for role in given]
        total.add(name, "roles", ((fold(p["name"]), role) for p in result["parties"] for role in p["roles"]), roles)
        events = [(e["event_date"], e["event_type"]) for e in result["timeline_events"] if e["event_type"] != "other"]
        total.add(name, "events", events, [(str(day), kind) for day, kind in expected["events"]])
        total.add(
            name, "contradictions", (c["kind"] for c in result["contradictions"]), expected.get("contradictions", [])
        )
        for path, value in expected.get("computed", {}).items():
            total.check(name, path, _at(result, path), value)
    return total


def _unwritten(*_: Any) -> Rendered:
    """No files: writing them costs twenty times what finding the facts does, and has tests of its own."""
    return Rendered([], [], "")


def _listed(by_document: dict[str, list[Any]]) -> list[tuple[str, Any]]:
    return [
        (name, each if isinstance(each, date) else _plain(each)) for name, all_ in by_document.items() for each in all_
    ]


def _text(name: str, content: bytes) -> Text:
    got = read(content, MEDIA_TYPES[name.rsplit(".", 1)[1]])
    return Text(name, name, got.text, got.pages)


def _at(result: Any, path: str) -> Any:
    """`fees.acceptance`, or `claims.penalty` for the amount of the claim of that kind."""
    for key in path.split("."):
        if result is None:
            return None
        if isinstance(result, list):
            if path.startswith("claims."):
                found = next((each for each in result if each["kind"] == key), None)
                result = found if path.endswith(".alternative") else found and found["amount"]
            else:
                found = next((each for each in result if key in each["what"]), None)
                result = found and found["due"]
        else:
            result = result.get(key)
    return result


def _plain(value: Any) -> str:
    """A number as one string whatever its zeros; anything else as it prints."""
    try:
        return f"{Decimal(str(value)).normalize():f}"
    except ArithmeticError:
        return str(value)


async def main() -> None:
    """Print the scores of both halves."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", action="store_true")
    parser.add_argument("--spelled", choices=SPELLINGS)
    parser.add_argument("names", nargs="*", metavar="NAME")
    asked = parser.parse_args()
    for half in HALVES:
        found = await score(half, asked.names, asked.spelled)
        sys.stdout.write(found.table(half) + "\n")
        if asked.faults:
            sys.stdout.write("".join(f"    {fault}\n" for fault in found.faults))


if __name__ == "__main__":
    asyncio.run(main())
