"""Identifiers: UUIDv7 strings, so that ids sort by the time they were made (RFC 9562, section 5.7)."""

import re

import uuid_utils

PATTERN = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def new() -> str:
    """A fresh UUIDv7 in its canonical form."""
    return str(uuid_utils.uuid7())


def valid(text: str) -> bool:
    """Whether `text` is a UUIDv7 in its canonical form."""
    return PATTERN.fullmatch(text) is not None


def first(moment: int) -> str:
    """The lowest id that can have been made at a moment (milliseconds since the epoch), later ones being greater."""
    made = f"{moment:012x}"
    return f"{made[:8]}-{made[8:]}-7000-8000-000000000000"
