"""Server-Sent Events as bytes: blocks without id, cursors, writes (pure); a record knows its own block."""

import random
from collections.abc import Iterator
from typing import Any, Literal

import msgspec

CAP = 64 * 1024  # what is handed to the socket at once is buffered whole
Fault = Literal["garbage", "future", "pruned"]


def named(event: str, data: Any, retry: tuple[float, float] | None = None) -> bytes:
    """A block without id: it moves no cursor. With `retry` in the same block: some clients dispatch a lone one."""
    block = b"event: %b\ndata: %b\n\n" % (event.encode(), msgspec.json.encode(data))
    return block if retry is None else _retry(*retry) + block


def retry(low: float, high: float) -> bytes:
    """Tell the client to reconnect after so many seconds, jittered over the range."""
    return _retry(low, high) + b"\n"


def _retry(low: float, high: float) -> bytes:
    return b"retry: %d\n" % random.randint(round(low * 1000), round(high * 1000))


def parse_cursor(text: str | None, first: int, last: int) -> tuple[int, Fault | None]:
    """(the seq to go on after, what is wrong with the cursor) for what a client sent; nothing means the beginning.

    A cursor this task never had, or whose following event is pruned, starts again at the first event kept.
    """
    start = first - 1
    if text is None or text == "":
        return start, "pruned" if start else None
    if len(text) > 20 or not (text.isascii() and text.isdigit()):
        return start, "garbage"
    seq = int(text)
    if seq > last:
        return start, "future"
    if seq < start:
        return start, "pruned"
    return seq, None


def joined(blocks: list[bytes]) -> Iterator[bytes]:
    """The blocks joined into writes of at most CAP bytes, a larger block alone; each is made when it is its turn, for a
    reader that takes nothing would hold them all."""
    start = size = 0
    for index, block in enumerate(blocks):
        if size and size + len(block) > CAP:
            yield b"".join(blocks[start:index])
            start, size = index, 0
        size += len(block)
    if start < len(blocks):
        yield b"".join(blocks[start:])
