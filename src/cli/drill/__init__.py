"""`casework drill`: a service of its own, work at a steady rate, faults at random, and a judge at the end."""

from cli.drill.command import command

__all__ = ["command"]
