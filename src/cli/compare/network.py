"""The way between a user and the service, which can be cut, and on which streams can be held up."""

import asyncio
from contextlib import suppress

CHUNK = 65_536


class Network:
    """`async with Network(port) as network`: a TCP proxy at `network.url`."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._server: asyncio.Server
        self._talks: set[asyncio.Task[None]] = set()
        self.streaming = True
        self.whole = True
        self.polls = 0
        self.streams = 0

    async def __aenter__(self) -> "Network":
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.cut()
        if self._talks:
            await asyncio.wait(self._talks)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def cut(self) -> None:
        """Every connection ends, and no new one comes through."""
        self.whole = False
        for talk in self._talks:
            talk.cancel()

    def mend(self) -> None:
        """As before."""
        self.whole = True

    def hold_streams(self) -> None:
        """What buffers or forbids event streams on many a way: ordinary answers pass, streams do not."""
        self.streaming = False
        for talk in self._talks:
            talk.cancel()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.current_task()
        assert talk is not None  # noqa: S101 - the server runs this as a task
        self._talks.add(talk)
        there: asyncio.StreamWriter | None = None
        try:
            if self.whole:
                back, there = await asyncio.open_connection("127.0.0.1", self._port)
                ways = [
                    asyncio.ensure_future(self._ask(reader, there)),
                    asyncio.ensure_future(self._tell(back, writer)),
                ]
                try:
                    await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    for way in ways:
                        way.cancel()
                    await asyncio.wait(ways)
        except (OSError, asyncio.CancelledError):  # the end of a connection is what this is for
            pass
        finally:
            self._talks.discard(talk)
            for each in (writer, there):
                if each is not None:
                    each.transport.abort()

    async def _ask(self, reader: asyncio.StreamReader, there: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while chunk := await reader.read(CHUNK):
                head = chunk[:2_000].lower()
                if b"/events" in head.partition(b"\r\n")[0]:
                    self.polls += b"accept: application/json" in head
                there.write(chunk)
                await there.drain()

    async def _tell(self, back: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while chunk := await back.read(CHUNK):
                if b"content-type: text/event-stream" in chunk[:2_000].lower():
                    if not self.streaming:
                        return
                    self.streams += 1
                writer.write(chunk)
                await writer.drain()
