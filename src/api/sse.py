"""Server-Sent Events as bytes: frames and cursors (pure).

A frame is one block, `id` last, so that a client that takes ids too early has little to take. Source of the grammar:
WHATWG HTML, section 9.2 (server-sent events).
"""

import random
from typing import Any, Literal

import msgspec

from progress.event import Record

CAP = 64 * 1024  # what is handed to the socket at once is buffered whole
Fault = Literal["garbage", "future", "pruned"]


def frame(record: Record) -> bytes:
    """A record as a block that moves the cursor; its JSON is one line by construction."""
    return b"event: %b\ndata: %b\nid: %d\n\n" % (record.type.encode(), record.data, record.seq)


def named(event: str, data: Any) -> bytes:
    """A block without id: it moves no cursor."""
    return b"event: %b\ndata: %b\n\n" % (event.encode(), msgspec.json.encode(data))


def retry(low: float, high: float) -> bytes:
    """Tell the client to reconnect after so many seconds, jittered over the range."""
    return b"retry: %d\n\n" % random.randint(round(low * 1000), round(high * 1000))


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


def joined(frames: list[bytes]) -> list[bytes]:
    """The frames joined into writes of at most CAP bytes, a larger frame alone."""
    writes: list[bytes] = []
    size = CAP + 1
    for each in frames:
        if size + len(each) > CAP:
            writes.append(each)
            size = len(each)
        else:
            writes[-1] += each
            size += len(each)
    return writes
