"""Where commands print their tables: as wide as the terminal, or as the table where a program reads it."""

import sys

from rich.console import Console

UNBOUNDED = 10_000


def console() -> Console:
    """What goes to standard output; piped, every row is one line and nothing is cut."""
    return Console() if sys.stdout.isatty() else Console(width=UNBOUNDED)
