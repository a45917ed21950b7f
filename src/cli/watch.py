"""`casework watch`: a task's progress in the terminal, through restarts and lost networks."""

import asyncio
import time
from typing import Any

import rich_click as click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from cli.client import Client
from cli.view import TaskView

ASK_SECONDS = 1.0
WORDS = 40  # characters of what is being written


@click.command()
@click.argument("task_id")
@click.option("--url", envvar="CASEWORK_URL", show_envvar=True, help="Where the API is.")
@click.option("--token", envvar="CASEWORK_TOKEN", show_envvar=True, help="Who you are.")
def command(task_id: str, url: str | None, token: str | None) -> None:
    """Follow a task live; survives a restart of the service by going on where it was."""

    async def run() -> TaskView:
        async with Client(url, token) as client:
            return await watch(client, task_id, Console())

    if asyncio.run(run()).status != "succeeded":
        raise SystemExit(1)


async def watch(client: Client, task_id: str, console: Console) -> TaskView:
    """Show the task until it ends; bars on a terminal, plain lines elsewhere. Returns what it came to."""
    task = await client.call("GET", f"/tasks/{task_id}")
    view = TaskView.of(task)
    if not console.is_terminal:
        async for event in client.follow(task_id):
            view.see(event)
            console.print(f"{view.progress:5.1f} %  {event['type']}  {_said(event)}", highlight=False, soft_wrap=True)
        return view
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>5.1f} %"))
    with Progress(*columns, TextColumn("{task.fields[note]}"), TimeElapsedColumn(), console=console) as bars:
        whole = bars.add_task("[bold]whole[/]", total=100, note="")
        lines = {name: bars.add_task(f"  {line.title}", total=100, note="") for name, line in view.steps.items()}
        asked = 0.0

        def show(live: dict[str, Any]) -> None:
            if live["step"] in lines:
                bars.update(lines[live["step"]], note=escape("…" + live["text"][-WORDS:].replace("\n", " ")))

        async for event in client.follow(task_id, on_live=show):
            view.see(event)
            left = ""
            if time.monotonic() - asked > ASK_SECONDS:
                asked, left = time.monotonic(), await _time_left(client, task_id)
            _draw(bars, whole, lines, view, left)
        _draw(bars, whole, lines, view, "")
    return view


def _said(event: dict[str, Any]) -> str:
    error = event.get("error") or {}
    return " ".join(str(part) for part in (event.get("step"), event.get("message"), error.get("message")) if part)


async def _time_left(client: Client, task_id: str) -> str:
    status = await client.call("GET", f"/tasks/{task_id}/status")
    if status["eta_range"] is None:
        return ""
    low, high = status["eta_range"]
    return f"{low:.0f}–{high:.0f} s left"


def _draw(bars: Progress, whole: TaskID, lines: dict[str, TaskID], view: TaskView, left: str) -> None:
    note = " ".join(part for part in (view.status, left or view.message) if part)
    bars.update(whole, completed=view.progress, note=note)
    for name, line in view.steps.items():
        if name not in lines:
            lines[name] = bars.add_task(f"  {line.title}", total=100, note="")
        mark = {"succeeded": "[green]✓[/] ", "failed": "[red]✗[/] "}.get(line.status, "")
        bars.update(lines[name], completed=line.progress, note=mark + line.message)
