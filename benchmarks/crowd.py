"""A crowd of readers of event streams, cheap enough that it is the server that is measured."""

import asyncio
import time
from collections.abc import Sequence
from typing import cast
from urllib.parse import urlsplit

EVENT = b"event: task.log\n"
OPENING_AT_ONCE = 200


class Watcher(asyncio.Protocol):
    """One connection; tells the crowd when events came."""

    def __init__(self, crowd: "Crowd") -> None:
        self._crowd = crowd
        self._transport: asyncio.Transport
        self._rest = b""
        self.begun = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is no subclass
        self._transport.write(self._crowd.request)

    def data_received(self, data: bytes) -> None:
        moment = time.perf_counter()
        if not self.begun.done():
            if b"event: hello" in data:
                self.begun.set_result(None)
            elif b" 200 " not in data[:20]:
                self.begun.set_exception(ConnectionError(data.decode(errors="replace")))
        count = data.count(EVENT)
        if data[-1:] != b"\n" or self._rest:  # a block was cut
            data = self._rest + data
            count = data.count(EVENT) - self._rest.count(EVENT)
            self._rest = data[-len(EVENT) :]
        if count:
            self._crowd.came(count, moment)

    def connection_lost(self, exc: Exception | None) -> None:
        self._crowd.lost += 1
        if not self.begun.done():
            self.begun.set_exception(ConnectionError(f"refused: {exc}"))

    def close(self) -> None:
        self._transport.abort()


class Crowd:
    """`await open(count)`, then `await heard(count)`: the moments at which so many events had come, to anybody."""

    def __init__(self, url: str, token: str = "") -> None:
        self._address = urlsplit(url)
        host = self._address.netloc
        path = self._address.path + (f"?{self._address.query}" if self._address.query else "")
        lines = [f"GET {path} HTTP/1.1", f"Host: {host}", "Accept: text/event-stream", f"Authorization: Bearer {token}"]
        self.request = ("\r\n".join(lines) + "\r\n\r\n").encode()
        self.watchers: list[Watcher] = []
        self.moments: list[float] = []
        self.lost = 0
        self._wanted = 0
        self._all = asyncio.Event()

    def came(self, count: int, moment: float) -> None:
        """So many events came to one watcher."""
        self.moments.extend([moment] * count)
        if len(self.moments) >= self._wanted:
            self._all.set()

    async def open(self, count: int) -> None:
        """Connect so many, and wait for each one's `hello`."""
        loop = asyncio.get_running_loop()
        for start in range(0, count, OPENING_AT_ONCE):
            size = min(OPENING_AT_ONCE, count - start)
            made = [
                loop.create_connection(lambda: Watcher(self), self._address.hostname, self._address.port)
                for _ in range(size)
            ]
            new = [watcher for _, watcher in await asyncio.gather(*made)]
            await asyncio.wait_for(asyncio.gather(*(watcher.begun for watcher in new)), 60)
            self.watchers += new

    async def heard(self, count: int, within: float = 60) -> Sequence[float]:
        """The moments of the next `count` events, those counted that have come since the last call."""
        self._wanted = count
        if len(self.moments) < count:
            self._all.clear()
            await asyncio.wait_for(self._all.wait(), within)
        moments, self.moments = self.moments, []
        return moments

    def close(self, keep: int = 0) -> None:
        """Hang up, all but so many."""
        for watcher in self.watchers[keep:]:
            watcher.close()
        del self.watchers[keep:]
