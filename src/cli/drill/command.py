"""The command: makes a place for the service, runs the drill there, prints the table, and cleans up."""

import asyncio
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import rich_click as click
from rich.console import Console

from casework.errors import DrillFailed
from cli.drill.drill import Drill
from cli.drill.report import show
from cli.drill.service import Service

DISK = "256m"


@click.command()
@click.option("--minutes", default=2.0, show_default=True, type=click.FloatRange(0.1), help="How long faults go on.")
@click.option("--database", type=click.Choice(["sqlite", "postgresql"]), default="sqlite", show_default=True)
@click.option("--rate", default=3.0, show_default=True, help="Tasks submitted a second.")
@click.option("--seed", type=int, help="Repeat the choices of an earlier drill.")
@click.option("--keep", is_flag=True, help="Keep the directory with its logs.")
def command(minutes: float, database: str, rate: float, seed: int | None, keep: bool) -> None:
    """Prove that nothing is lost, on this machine.

    Starts a service of its own in a temporary directory, submits work at a steady rate, follows each task with a
    strict reader, kills, freezes, cuts and fills whatever it is made of, and holds at the end what was accepted, what
    SQL holds and what the readers saw against each other. Exits non-zero on any violation.
    """
    chosen = random.SystemRandom().randrange(1_000_000) if seed is None else seed
    console = Console(width=110 if not sys.stdout.isatty() else None, highlight=False)
    console.print(f"==> A drill of {minutes:g} minutes on {database}, seed {chosen}")
    sound = asyncio.run(_run(minutes, rate, chosen, postgresql=database == "postgresql", keep=keep, console=console))
    if not sound:
        raise DrillFailed(f"the drill found violations; repeat its choices with --seed {chosen}")


async def _run(minutes: float, rate: float, seed: int, *, postgresql: bool, keep: bool, console: Console) -> bool:
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - asyncio.run has made one
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    with _directory(keep=keep, console=console) as directory, _small_disk(directory, wanted=not postgresql) as disk:
        if disk is None and not postgresql:
            console.print("    no small disk could be mounted (that needs root): `disk full` is left out")
        service = Service(directory, postgresql=postgresql, disk=disk)
        started = time.monotonic()

        def say(line: str) -> None:
            console.print(f"{time.monotonic() - started:7.1f} s  {line}")

        drill = Drill(service, seed, rate, say)
        try:
            await service.start()
            await drill.run(minutes)
        finally:
            left = await service.stop()
        return show(drill, left, console)


@contextmanager
def _directory(*, keep: bool, console: Console) -> Iterator[Path]:
    directory = Path(tempfile.mkdtemp(prefix="drill-"))
    try:
        yield directory
    finally:
        if keep:
            console.print(f"    kept: {directory}")
        else:
            shutil.rmtree(directory)


@contextmanager
def _small_disk(directory: Path, *, wanted: bool) -> Iterator[Path | None]:
    """A file system in memory that can be filled; None where it is not wanted or may not be mounted."""
    disk = directory / "disk"
    disk.mkdir()
    mounted = wanted and os.geteuid() == 0 and _mount(disk)
    try:
        yield disk if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", str(disk)], check=True)  # noqa: S603, S607 - root's own tools


def _mount(disk: Path) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(disk)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0  # noqa: S603 - as above
