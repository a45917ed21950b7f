"""`casework migrate`: the database's schema."""

import asyncio

import rich_click as click


@click.command()
def command() -> None:
    """Bring the database to the newest schema; safe to repeat."""
    from casework import settings
    from casework.database import migrate

    configured = settings.load()
    asyncio.run(migrate(configured.database))
    click.echo("the database has the newest schema")
