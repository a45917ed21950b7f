"""Text that is being written right now: told to whoever watches, and kept nowhere.

A frame holds the last characters and where they begin, so it needs none before it: whoever missed some, came late or
is slow takes the newest.
"""

import asyncio
from collections.abc import Callable

import msgspec

from casework.clock import now
from progress.event import stamp

MARK = b"~"  # what sets a frame apart from a ring, on the same channel
INTERVAL_SECONDS = 0.25
WINDOW = 400  # characters: the words of a second and more, so that frames overlap
_BEGINNING = b'{"task_id":"%b","at":"'


class _Frame(msgspec.Struct):
    task_id: str
    at: str
    step: str
    offset: int
    text: str


def encode(task_id: str, at: str, step: str, text: str) -> bytes:
    """A frame for the task's channel, of all the text so far."""
    offset = max(0, len(text) - WINDOW)
    return MARK + msgspec.json.encode(_Frame(task_id, at, step, offset, text[offset:]))


def block(task_id: str, frame: bytes) -> bytes:
    """What the streams send of it, without an id; raises ValueError for what is no frame of this task."""
    data = frame[len(MARK) :]
    if not data.startswith(_BEGINNING % task_id.encode()) or b"\n" in data:
        raise ValueError("no frame of this task")
    return b"event: live\ndata: %b\n\n" % data


class Pen:
    """One for an attempt: `write` takes what a step has written so far, `tell` gets the newest, four times a second at
    most."""

    def __init__(self, task_id: str, tell: Callable[[str, bytes], None]) -> None:
        self._task_id = task_id
        self._tell = tell
        self._written: tuple[str, str] | None = None
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def write(self, step: str, text: str) -> None:
        """Tell it now or soon, unless more has been written by then."""
        self._written = (step, text)
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_at(max(loop.time(), self._due), self._flush)

    def drop(self) -> None:
        """What is not told yet is worth nothing any more."""
        self._written = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _flush(self) -> None:
        self._timer = None
        if self._written is not None:
            self._due = asyncio.get_running_loop().time() + INTERVAL_SECONDS
            self._tell(self._task_id, encode(self._task_id, stamp(now()), *self._written))
            self._written = None
