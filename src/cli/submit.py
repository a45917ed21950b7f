"""`casework submit`: a task, with its documents."""

import asyncio
import json
from pathlib import Path
from typing import Any

import rich_click as click
from rich.console import Console

from casework.errors import SetupError
from cli.client import Client
from cli.watch import watch


@click.command()
@click.argument("documents", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--workflow", default="demo", show_default=True, help="Which workflow to run.")
@click.option("--input", "given", default="{}", show_default=True, help="Its input: JSON, or @FILE with JSON in it.")
@click.option("--queue", type=click.Choice(["high", "medium", "low"]), help="Another queue than the workflow's own.")
@click.option("--watch", "follow", is_flag=True, help="Follow it until it ends.")
@click.option("--url", envvar="CASEWORK_URL", show_envvar=True, help="Where the API is.")
@click.option("--token", envvar="CASEWORK_TOKEN", show_envvar=True, help="Who you are.")
def command(
    documents: tuple[Path, ...],
    workflow: str,
    given: str,
    queue: str | None,
    follow: bool,
    url: str | None,
    token: str | None,
) -> None:
    """Submit a task and print its id; DOCUMENTS are uploaded first and named in its input."""
    try:
        raw = json.loads(Path(given[1:]).read_text(encoding="utf-8") if given.startswith("@") else given)
    except (OSError, ValueError) as error:
        raise SetupError(f"--input is no JSON: {error}") from None

    async def run() -> str:
        async with Client(url, token) as client:
            task_id = await submit(client, workflow, raw, documents, queue)
            click.echo(task_id)
            return (await watch(client, task_id, Console())).status if follow else "succeeded"

    if asyncio.run(run()) != "succeeded":
        raise SystemExit(1)


async def submit(
    client: Client, workflow: str, raw: dict[str, Any], documents: tuple[Path, ...], queue: str | None = None
) -> str:
    """Upload the documents, submit, and return the task's id."""
    if documents:
        parts = [("files", (path.name, path.read_bytes())) for path in documents]
        uploaded = await client.call("POST", "/documents", files=parts)
        raw = {**raw, "document_ids": [document["id"] for document in uploaded["documents"]]}
    body: dict[str, Any] = {"workflow": workflow, "input": raw}
    if queue is not None:
        body["queue"] = queue
    accepted = await client.call("POST", "/tasks", json=body)
    return str(accepted["task_id"])
