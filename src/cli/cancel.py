"""`casework cancel`: stop a task."""

import asyncio

import rich_click as click

from cli.client import Client


@click.command()
@click.argument("task_id")
@click.option("--url", envvar="CASEWORK_URL", show_envvar=True, help="Where the API is.")
@click.option("--token", envvar="CASEWORK_TOKEN", show_envvar=True, help="Who you are.")
def command(task_id: str, url: str | None, token: str | None) -> None:
    """Cancel a task: at once while it waits, within two seconds while it runs."""

    async def run() -> None:
        async with Client(url, token) as client:
            answer = await client.call("POST", f"/tasks/{task_id}/cancel")
        click.echo("cancelled" if answer["status"] == "cancelled" else "cancelling")

    asyncio.run(run())
