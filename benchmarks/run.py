"""`python benchmarks/run.py`: Casework beside its peers, all in one run, interleaved; prints one table in Markdown.

`--smoke` runs every benchmark with next to nothing, to see that it still runs; its figures mean nothing.
"""

import argparse
import asyncio
import statistics
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import casework_side as ours
import msgspec
import peers_side as theirs
from growth import growth

DATABASES = ("sqlite", "postgresql")
SCENARIOS = ("start", "drain", "submit", "progress", "start-up", "growth")


class Size(msgspec.Struct, frozen=True):
    """How much of everything."""

    rounds: int
    starts: int
    jobs: int
    posts: int
    ticks: int
    grown: int
    requests: int
    pruned: float
    workers: Sequence[int]


FULL = Size(3, 100, 5_000, 6_000, 2_000, 1_000_000, 300, 120, (1, 2, 4))
SMOKE = Size(1, 5, 200, 200, 20, 1_000, 5, 0, (1,))


class Table:
    """Figures by what was measured and of whom, the median of the rounds; printed at the end."""

    def __init__(self) -> None:
        self._figures: dict[str, dict[str, list[float]]] = {}
        self._units: dict[str, str] = {}

    def add(self, what: str, unit: str, who: str, value: float) -> None:
        self._units[what] = unit
        self._figures.setdefault(what, {}).setdefault(who, []).append(value)
        print(f"    {what}, {who}: {_shown(value)} {unit}", flush=True)

    def print(self) -> None:
        """One section a figure: system, median, lowest and highest, and the ratio of Casework on SQLite to it."""
        for what, by_system in self._figures.items():
            print(f"\n### {what} ({self._units[what]})\n")
            print("| system | median | min – max | beside Casework on SQLite |\n|---|--:|--:|--:|")
            reference = statistics.median(by_system.get("Casework, sqlite", [0.0]))
            for who, values in by_system.items():
                middle = statistics.median(values)
                ratio = f"{middle / reference:.2f}" if reference else ""
                print(f"| {who} | {_shown(middle)} | {_shown(min(values))} – {_shown(max(values))} | {ratio} |")


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


async def _start(size: Size, table: Table, python: Path) -> None:
    for waited in [await ours.transport(size.starts)]:
        table.add(
            "transport alone: dispatch until a waiting worker holds the job, p50",
            "ms",
            "Casework",
            statistics.median(waited),
        )
    for database in DATABASES:
        found = await ours.start_latency(database, size.starts)
        who = f"Casework, {database}"
        table.add("start latency p50, idle worker", "ms", who, statistics.median(found["committed"]))
        table.add("start latency p99, idle worker", "ms", who, _p99(found["committed"]))
        table.add(
            "start latency p50, the submitter's own commit included", "ms", who, statistics.median(found["called"])
        )
        table.add("an idle worker", "% of a core", who, found["idle_cpu_percent"][0])
        table.add("an idle worker's commands", "a second", who, found["idle_commands"][0])
    for peer in theirs.PEERS:
        if not peer.results:
            waited = await theirs.Bench(peer, python).start_latency(
                size.starts if "stock" not in peer.name else min(20, size.starts)
            )
            table.add("start latency p50, idle worker", "ms", peer.name, statistics.median(waited))
            table.add("start latency p99, idle worker", "ms", peer.name, _p99(waited))


async def _drain(size: Size, table: Table, python: Path) -> None:
    for workers in size.workers:
        what = f"draining {size.jobs:,} empty tasks, {workers} worker{'s' if workers > 1 else ''}"
        for database in DATABASES:
            table.add(what, "tasks/s", f"Casework, {database}", await ours.drain(database, size.jobs, workers))
        for peer in theirs.PEERS:
            if workers == 1 or peer.ours:
                enqueued, drained = await theirs.Bench(peer, python).drain(size.jobs, workers)
                table.add(what, "tasks/s", peer.name, drained)
                if workers == 1:
                    table.add("enqueuing through the client's library", "tasks/s", peer.name, enqueued)


async def _submit(size: Size, table: Table, _: Path) -> None:
    for database in DATABASES:
        found = await ours.submit_over_http(database, size.posts)
        who = f"Casework, {database}"
        table.add("POST /tasks, 32 connections", "tasks/s", who, found["single"])
        table.add("POST /tasks, p99", "ms", who, found["p99"])
        table.add("POST /tasks/batch, 1,000 tasks each", "tasks/s", who, found["batch"])


async def _progress(size: Size, table: Table, python: Path) -> None:
    for database in DATABASES:
        value = await ours.progress(database, 50, size.ticks)
        table.add("progress events from 50 running tasks, each kept", "events/s", f"Casework, {database}", value)
    value = await theirs.Bench(theirs.PEERS[0], python).progress(size.ticks)
    table.add(
        "progress events from 50 running tasks, each kept",
        "events/s",
        "Celery, 2 tasks, the last one kept in Redis",
        value,
    )


async def _start_up(_size: Size, table: Table, _: Path) -> None:
    found = await ours.start_up()
    table.add("casework up until ready", "s", "Casework", found["ready"])
    table.add("memory after start", "MB", "Casework, API", found["api"])
    table.add("memory after start", "MB", "Casework, worker", found["worker"])


async def _growth(size: Size, _table: Table, _: Path) -> None:
    await growth(size.grown, size.requests, "postgresql", size.pruned)


RUN: dict[str, Callable[[Size, Table, Path], Awaitable[None]]] = dict(
    zip(SCENARIOS, (_start, _drain, _submit, _progress, _start_up, _growth), strict=True)
)


def _p99(values: Sequence[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(0.99 * len(values)))]


async def main() -> None:
    """Rounds of everything, so that what the machine does meanwhile hits all alike."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="next to nothing of everything")
    parser.add_argument("--peers", type=Path, default=Path(".venv-peers"), help="where the peers are installed")
    parser.add_argument("--only", choices=SCENARIOS, nargs="+", default=list(SCENARIOS))
    parser.add_argument("--rounds", type=int)
    given = parser.parse_args()
    size = SMOKE if given.smoke else FULL
    python = theirs.environment(given.peers.resolve())
    table = Table()
    for number in range(given.rounds or size.rounds):
        for name in given.only:
            if name == "growth" and number:
                continue  # once: it takes minutes to fill
            print(f"==> Round {number + 1}: {name}", flush=True)
            await RUN[name](size, table, python)
    rounds = given.rounds or size.rounds
    print(f"\n{ours.on_this_machine()}; {theirs.versions(python)}, arq 0.28; medians of {rounds} round(s).")
    table.print()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
