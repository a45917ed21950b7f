"""A strict reader of one task's event stream: resumes by Last-Event-ID and forgives nothing.

It keeps the bytes of each event and notes whatever the contract does not allow.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator

import httpx
import msgspec

from progress.event import FINAL

WITHOUT_ID = {b"hello", b"ping", b"reset", b"end", b"reauth", b"live"}
READ_SECONDS = 20.0  # the service pings every 15


class Reader:
    """`seen` maps seq → the event's JSON; `breaks` holds (lost at, heard again at) in seconds since the epoch."""

    def __init__(self, http: httpx.AsyncClient, task_id: str) -> None:
        self._http = http
        self._task_id = task_id
        self._lost_at: float | None = None
        self.cursor = 0
        self.final = ""
        self.seen: dict[int, bytes] = {}
        self.faults: list[str] = []
        self.breaks: list[tuple[float, float]] = []

    async def to_the_end(self) -> None:
        """Follow, through whatever happens, until the service says that there is nothing more."""
        while True:
            try:
                if await self._connect():
                    return
            except httpx.TransportError:
                pass
            if self._lost_at is None:
                self._lost_at = time.time()
            await asyncio.sleep(random.uniform(0.05, 0.3))  # a browser waits longer: this one looks for trouble

    async def _connect(self) -> bool:
        """One connection; True when the task has ended and the service confirms that all was sent."""
        headers = {"Accept": "text/event-stream"}
        if self.cursor:
            headers["Last-Event-ID"] = str(self.cursor)
        path, timeout = f"/tasks/{self._task_id}/events", httpx.Timeout(READ_SECONDS)
        async with self._http.stream("GET", path, headers=headers, timeout=timeout) as response:
            if response.status_code == httpx.codes.NO_CONTENT:
                if not self.final:
                    self.faults.append("204 before the final event")
                return True
            if response.status_code != httpx.codes.OK:
                self.faults.append(f"status {response.status_code}: a browser would never come back")
                return False
            if response.headers["content-type"] != "text/event-stream":
                self.faults.append(f"content type {response.headers['content-type']}")
            first = True
            async for block in _blocks(response):
                self._take(block, first=first)
                first = False
        return False

    def _take(self, block: bytes, *, first: bool) -> None:
        lines = block.split(b"\n")
        if lines[0].startswith(b"retry: ") and len(lines) == 1:
            return  # trouble told inside a 200
        fields = [line.partition(b": ") for line in lines]
        names = [name for name, _, _ in fields if name != b"retry"]
        values = {name: value for name, _, value in fields}
        event = values.get(b"event", b"")
        if first and event != b"hello":
            self.faults.append(f"the first frame is {block[:80]!r}")
        if names == [b"event", b"data"] and event in WITHOUT_ID:
            self._take_sign(event)
        elif names == [b"event", b"data", b"id"]:
            self._take_event(event, values[b"data"], values[b"id"])
        elif names != [b""]:
            self.faults.append(f"a broken frame: {block[:80]!r}")

    def _take_sign(self, event: bytes) -> None:
        if event == b"hello" and self._lost_at is not None:
            self.breaks.append((self._lost_at, time.time()))
            self._lost_at = None
        if event == b"reset":
            self.faults.append(f"reset at {self.cursor}")
        if event == b"end" and not self.final:
            self.faults.append("end before the final event")

    def _take_event(self, event: bytes, data: bytes, seq: bytes) -> None:
        number = int(seq)
        told = msgspec.json.decode(data)
        if (told["task_id"], told["seq"], told["type"]) != (self._task_id, number, event.decode()):
            self.faults.append(f"frame {number} says {data[:120]!r}")
        if number != self.cursor + 1:
            self.faults.append(f"{number} came after {self.cursor}")
        if number in self.seen:
            self.faults.append(f"{number} came twice")
        self.seen[number] = data
        self.cursor = number
        self.final = told["type"] if told["type"] in FINAL else ""


async def _blocks(response: httpx.Response) -> AsyncIterator[bytes]:
    """Complete blocks; what is cut off at the end is nobody's."""
    rest = b""
    async for chunk in response.aiter_raw():
        *blocks, rest = (rest + chunk).split(b"\n\n")
        for block in blocks:
            yield block
