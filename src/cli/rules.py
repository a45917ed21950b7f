"""`casework rules`: the rule packages of the litigation analysis; whether a file of one's own is a valid package."""

from pathlib import Path

import rich_click as click
from rich.console import Console
from rich.table import Table

from casework.workflows.litigation import package, rulebook


@click.group()
def command() -> None:
    """Rule packages: list those in use, check a file before it is put into CASEWORK_RULES_DIR/packages."""


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
def validate(file: Path) -> None:
    """Check FILE as a rule package; each fault is told with its line and field, and the exit code is 1."""
    found = package.check_file(file)
    click.echo(
        f"{file.name}: {found.id} {found.version} is valid: {len(found.elements)} elements, {len(found.rules)} rules"
    )


@command.command("list")
def show() -> None:
    """The packages that a case may choose, and where each comes from."""
    own = rulebook.folder() / "packages"
    table = Table("package", "version", "name", "from")
    for each, mine in package.sourced():
        table.add_row(each.id, each.version, each.name, str(own) if mine else "built in")
    Console().print(table)
