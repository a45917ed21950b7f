"""`casework compare`: the usual ways to run tasks and this one, side by side, each cell measured."""

from cli.compare.command import command

__all__ = ["command"]
