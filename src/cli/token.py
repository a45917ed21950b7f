"""`casework token`: a token for scripts."""

import asyncio

import rich_click as click

from casework import accounts, settings
from casework.database import Database
from casework.errors import SetupError


@click.command()
@click.argument("name")
@click.option("--hours", default=12, show_default=True, type=click.IntRange(1, 24 * 365), help="How long it is valid.")
def command(name: str, hours: int) -> None:
    """Print a token for the user NAME, signed with the key of this data directory."""

    async def run() -> str:
        configured = settings.load()
        database = Database(configured.database, pool_size=1)
        try:
            user = await accounts.find_user(database, name)
        finally:
            await database.close()
        if user is None:
            raise SetupError(f"there is no user {name!r}; add one with `casework user add {name}`")
        return accounts.issue_token(accounts.secret_key(configured), user, hours * 3600)

    click.echo(asyncio.run(run()))
