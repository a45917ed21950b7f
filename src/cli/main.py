"""`casework`: a group whose commands are imported when they are called, so that `--help` is quick."""

import importlib
import sys
from typing import Any

import rich_click as click

from casework.errors import CaseworkError, InputError

COMMANDS = (
    "up",
    "demo",
    "api",
    "worker",
    "migrate",
    "user",
    "token",
    "webhook-secret",
    "submit",
    "watch",
    "tasks",
    "cancel",
    "doctor",
    "rules",
    "drill",
    "compare",
    "fake-llm",
)


class Commands(click.RichGroup):
    """Finds `cli.<name>.command`."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"cli.{cmd_name.replace('-', '_')}").command
        command.name = cmd_name
        return command


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
