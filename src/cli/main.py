"""`casework`: a group whose commands are imported when they are called, so that `--help` is quick."""

import importlib
import sys
from typing import Any

import rich_click as click

from casework.errors import CaseworkError, InputError

COMMANDS = {
    "up": "Start everything: Redis, the database, the API and workers.",
    "demo": "Start everything, run the sample task with live progress, and keep serving.",
    "api": "Serve the HTTP API alone.",
    "worker": "Run tasks from one or more queues.",
    "migrate": "Bring the database to the newest schema.",
    "user": "Manage users.",
    "token": "Print a token for a user.",
    "submit": "Submit a task, with its documents.",
    "watch": "Follow a task live.",
    "tasks": "List tasks.",
    "cancel": "Cancel a task.",
    "doctor": "Print every setting and check that the parts work.",
}


class Commands(click.RichGroup):
    """Finds `cli.<name>.command`."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        return importlib.import_module(f"cli.{cmd_name}").command

    def format_commands(self, _ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands)
@click.version_option(package_name="casework")
def casework() -> None:
    """Durable jobs with live progress. Settings come from CASEWORK_… variables: see `casework doctor`."""


def main() -> None:
    """The entry point: an error of ours is one line with its remedy."""
    try:
        casework(standalone_mode=True)
    except CaseworkError as error:
        sys.stderr.write(f"error: {error.detail}\n")
        for each in error.errors if isinstance(error, InputError) else []:
            sys.stderr.write(f"  {each.pointer}: {each.detail}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
