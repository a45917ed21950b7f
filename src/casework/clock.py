"""Time as this project keeps it: integer milliseconds since the epoch, UTC; RFC 3339 on the wire."""

import time
from datetime import UTC, datetime
from functools import lru_cache

from casework.errors import InvalidInput


def now() -> int:
    """This machine's time in milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def rfc3339(moment: int) -> str:
    """`1700000000123` → `2023-11-14T22:13:20.123Z`."""
    whole, rest = divmod(moment, 1000)
    return f"{_second(whole)}.{rest:03d}Z"


@lru_cache(maxsize=64)
def _second(whole: int) -> str:
    return f"{datetime.fromtimestamp(whole, UTC):%Y-%m-%dT%H:%M:%S}"


def parse(text: str, pointer: str = "") -> int:
    """RFC 3339 with an offset → milliseconds; raises InvalidInput naming `pointer` otherwise."""
    remedy = f"{text!r} is no RFC 3339 time with an offset, such as 2026-01-31T09:00:00Z"
    try:
        parsed = datetime.fromisoformat(text)
        if parsed.tzinfo is None:
            raise InvalidInput.at(pointer, remedy)
        return round(parsed.astimezone(UTC).timestamp() * 1000)
    except (ValueError, OverflowError):  # the latter: its offset takes it out of the years that there are
        raise InvalidInput.at(pointer, remedy) from None
