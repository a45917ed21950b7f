"""`casework doctor`: every setting, where it came from, and whether the parts work."""

import asyncio
from collections.abc import Awaitable, Callable

import rich_click as click
from rich.console import Console
from rich.table import Column, Table

from casework import settings
from casework.database import Database
from casework.dispatch import Dispatch
from casework.errors import CaseworkError
from casework.settings import Settings
from casework.workflow import workflows
from cli import data_dir, redis_server
from cli.console import console
from progress import operating


async def _directory(configured: Settings) -> str:
    data_dir.prepare(configured.data_dir)
    return f"{configured.data_dir} is writable"


async def _redis_binary(configured: Settings) -> str:
    return "not needed: CASEWORK_REDIS_URL is set" if configured.redis_url else redis_server.binary()


async def _redis(configured: Settings) -> str:
    dispatch = Dispatch(configured.redis)
    try:
        await dispatch.ping()
    finally:
        await dispatch.close()
    return "answers"


async def _database(configured: Settings) -> str:
    database = Database(configured.database, pool_size=1)
    try:
        async with database.read() as connection:
            alive = await operating.alive_workers(connection, configured.lease_seconds)
    finally:
        await database.close()
    return f"answers; {alive} workers alive"


async def _workflows(_: Settings) -> str:
    return ", ".join(workflows())


CHECKS: dict[str, Callable[[Settings], Awaitable[str]]] = {
    "data directory": _directory,
    "Redis server": _redis_binary,
    "workflows": _workflows,
    "database": _database,
    "Redis": _redis,
}
REMEDIES = {
    "database": "start `casework up`, or run `casework migrate`",
    "Redis": "start `casework up`, or a Redis server",
}


@click.command()
def command() -> None:
    """Print every setting with its value and where it came from, and check the parts; exit 1 if one is missing."""
    configured = settings.load()
    out = console()
    table = Table(Column("variable", no_wrap=True), Column("value", overflow="fold"), "from", "meaning")
    for row in settings.described(configured):
        table.add_row(*row)
    out.print(table)
    missing = asyncio.run(_check(configured, out))
    raise SystemExit(1 if missing else 0)


async def _check(configured: Settings, out: Console) -> int:
    missing = 0
    for name, check in CHECKS.items():
        try:
            out.print(f"[green]ok[/]       {name}: {await check(configured)}")
        except CaseworkError as error:
            missing += 1
            out.print(f"[red]missing[/]  {name}: {error.detail} {REMEDIES.get(name, '')}")
        except Exception as error:  # noqa: BLE001 - whatever a part answers, the others are still checked
            missing += 1
            out.print(f"[red]missing[/]  {name}: {type(error).__name__}; {REMEDIES.get(name, '')}")
    return missing
