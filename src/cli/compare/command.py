"""The command: each system in turn in a directory of its own, the same scenarios, one table."""

import asyncio
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import rich_click as click
from rich.console import Console

from casework.errors import CompareFailed
from cli.compare import report
from cli.compare.casework_side import Casework
from cli.compare.celery_side import Celery
from cli.compare.cell import Cells, turned
from cli.compare.play import play
from cli.compare.system import System

REAL = "arq"
DOCUMENT = "docs/comparison.md"
HEADING = """# The old way and the new way, side by side

Measured on {date} by `{command}`.

Each cell is computed from what a client of the public API saw; nothing is asserted. `arq` is Casework as it is;
`background` is the same API and the same workflows with `CASEWORK_TASK_SYSTEM=background`, tasks as they are usually
put into a web process; `celery` is Celery's own: {celery}.

✅ as one would wish · ⚠️ in part · ❌ not. A report is one progress report of the task. Times depend on the machine
and on what else it does; marks should not.
"""


@click.command()
@click.option("--celery-python", type=click.Path(exists=True, path_type=Path), help="A Python with Celery and Flower.")
@click.option("--markdown", type=click.Path(path_type=Path), help="Write the tables here as Markdown.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the cells here as JSON.")
@click.option(
    "--check",
    is_flag=False,
    flag_value=DOCUMENT,
    type=click.Path(exists=True, path_type=Path),
    help=f"Fail where a ✅ of the real system in this document ({DOCUMENT}) has turned.",
)
@click.option("--keep", is_flag=True, help="Keep the directories with their logs.")
def command(
    celery_python: Path | None, markdown: Path | None, json_file: Path | None, check: Path | None, keep: bool
) -> None:
    """Play the same scenarios on each way to run tasks, and show what was measured.

    Tasks inside the web process, Casework, and Celery where a Python that has it is named, each in a temporary
    directory, used by real clients, cut off, restarted and killed.
    """
    before = {} if check is None else report.marks(check.read_text(encoding="utf-8"), REAL)
    console = Console(width=160 if not sys.stdout.isatty() else None, highlight=False)
    columns = asyncio.run(_run(celery_python, console, keep=keep))
    report.show(columns, console)
    if markdown is not None:
        markdown.write_text(report.markdown(columns, _heading(celery_python)), encoding="utf-8")
    if json_file is not None:
        json_file.write_bytes(report.as_json(columns))
    lost = turned(before, columns[REAL])
    if lost:
        figures = "; ".join(f"{line}: {columns[REAL][line].figure}" for line in lost)
        raise CompareFailed(f"no longer ✅: {figures}")


async def _run(celery_python: Path | None, console: Console, *, keep: bool) -> dict[str, Cells]:
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - asyncio.run has made one
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    started = time.monotonic()

    def say(line: str) -> None:
        console.print(f"{time.monotonic() - started:7.1f} s  {line}")

    columns: dict[str, Cells] = {}
    for name in ("background", REAL, *(["celery"] if celery_python else [])):
        directory = Path(tempfile.mkdtemp(prefix="cw-"))
        try:
            system: System = (
                Celery(directory, celery_python) if name == "celery" and celery_python else Casework(directory, name)
            )
            say(f"==> {name}")
            columns[name] = await play(system, say)
        finally:
            if keep:
                console.print(f"    kept: {directory}")
            else:
                shutil.rmtree(directory)
    return columns


def _heading(celery_python: Path | None) -> str:
    options = " --celery-python PATH" if celery_python else ""
    celery = "not played this time"
    if celery_python:
        command = [str(celery_python), "-c", "import celery, flower; print(celery.__version__, flower.__version__)"]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()  # noqa: S603 - as asked
        how = "late acknowledgement, a prefetch of one, a visibility timeout of an hour, which is its default"
        celery = f"{told[0]} with Flower {told[1]}, Redis as its broker\n(`src/cli/compare/celery_app.py`: {how})"
    date = f"{datetime.now(UTC):%Y-%m-%d}"
    return HEADING.format(command=f"casework compare{options}", date=date, celery=celery)
