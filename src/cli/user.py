"""`casework user`: who may sign in."""

import asyncio
import sys

import rich_click as click

from casework import accounts, settings
from casework.accounts import ROLES, Role
from casework.audit import CLI, Entry
from casework.database import Database


@click.group()
def command() -> None:
    """Manage users, straight in the database."""


@command.command()
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="user", show_default=True, help="What they may do.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking.")
def add(name: str, role: Role, password_stdin: bool) -> None:
    """Add a user."""
    asked = sys.stdin.readline().rstrip("\n") if password_stdin else None
    password = asked or click.prompt("Password", hide_input=True, confirmation_prompt=True)

    async def run() -> None:
        database = Database(settings.load().database, pool_size=1)
        try:
            await accounts.add_user(database, name, password, role, Entry(actor=CLI, action="user.create"))
        finally:
            await database.close()

    asyncio.run(run())
    click.echo(f"added {name} ({role})")
