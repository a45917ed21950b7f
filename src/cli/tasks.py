"""`casework tasks`: a list."""

import asyncio

import rich_click as click
from rich.table import Column, Table

from cli.client import Client
from cli.console import console

ID_CHARACTERS = 36  # an id is there to be copied: in a narrow terminal the others give way
COLUMNS = ("workflow", "status", "%", "step", "queue", "attempt", "created")


@click.command()
@click.option("--status", help="Only those with this status.")
@click.option("--workflow", help="Only those of this workflow.")
@click.option("--search", help="Only those whose id, workflow or message holds this.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 500), help="How many.")
@click.option("--url", envvar="CASEWORK_URL", show_envvar=True, help="Where the API is.")
@click.option("--token", envvar="CASEWORK_TOKEN", show_envvar=True, help="Who you are.")
def command(
    status: str | None, workflow: str | None, search: str | None, limit: int, url: str | None, token: str | None
) -> None:
    """List tasks, newest first."""
    given = {"status": status, "workflow": workflow, "search": search, "limit": str(limit)}

    async def run() -> None:
        async with Client(url, token) as client:
            found = await client.call("GET", "/tasks", params={k: v for k, v in given.items() if v is not None})
        table = Table(Column("task", no_wrap=True, min_width=ID_CHARACTERS), *COLUMNS)
        for task in found["items"]:
            percent, attempt = f"{task['progress']:.0f}", f"{task['attempt']}/{task['max_attempts']}"
            about = (task["task_id"], task["workflow"], task["status"], percent, task["current_step"] or "")
            table.add_row(*about, task["queue"], attempt, task["created_at"])
        console().print(table)

    asyncio.run(run())
