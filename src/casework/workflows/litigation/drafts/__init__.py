"""Drafts of documents for the court, by position and scenario: text from templates, written as Word files."""

import msgspec


class Draft(msgspec.Struct, frozen=True):
    """A draft: the file's `name`, its lines, and what the lawyer must fill in."""

    type: str
    title: str
    name: str
    lines: list[str]
    placeholders: list[str]
