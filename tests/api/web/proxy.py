"""What stands between a browser and the API and misbehaves when told to; it writes down every request."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

import httpx
import msgspec

from tests.support import eventually

Mode = Literal["pass", "hold streams", "silent", "bad gateway"]
BAD_GATEWAY = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Seen(msgspec.Struct):
    """A request as it came."""

    target: str
    headers: dict[str, str]

    @property
    def stream(self) -> bool:
        """Whether an event stream is wanted."""
        return "text/event-stream" in self.headers.get("accept", "")


class Proxy:
    """One request a connection. `mode` counts for requests that come, and for held ones; `cut` ends what goes on."""

    def __init__(self, upstream: str) -> None:
        self._upstream = httpx.URL(upstream)
        self._talks: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self.mode: Mode = "pass"
        self.requests: list[Seen] = []
        self.url = ""

    @property
    def streams(self) -> list[Seen]:
        """The requests for event streams."""
        return [seen for seen in self.requests if seen.stream]

    def cut(self) -> None:
        """Reset every connection."""
        for talk, writer in self._talks.items():
            writer.transport.abort()
            talk.cancel()

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A connection from the browser."""
        talk = asyncio.create_task(self._talk(reader, writer), name="proxied")
        self._talks[talk] = writer
        talk.add_done_callback(self._talks.pop)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            request, *lines = head.decode("latin-1").strip().split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
            seen = Seen(request.split(" ")[1], headers)
            self.requests.append(seen)
            if self.mode == "silent":
                await reader.read()
            elif self.mode == "bad gateway":
                writer.write(BAD_GATEWAY)
            else:
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                kept = [line for line in lines if not line.lower().startswith("connection:")]
                await self._relay(
                    "\r\n".join([request, *kept, "Connection: close\r\n\r\n"]).encode() + body, seen, writer
                )
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the browser has gone
        finally:
            writer.close()

    async def _relay(self, request: bytes, seen: Seen, writer: asyncio.StreamWriter) -> None:
        answers, upstream = await asyncio.open_connection(self._upstream.host, self._upstream.port)
        try:
            upstream.write(request)
            while chunk := await answers.read(65536):
                if seen.stream:
                    await eventually(lambda: self.mode != "hold streams", 60, "held back for a minute")
                writer.write(chunk)
                await writer.drain()
        finally:
            upstream.close()


@asynccontextmanager
async def proxying(upstream: str) -> AsyncIterator[Proxy]:
    """A proxy in front of this URL."""
    proxy = Proxy(upstream)
    server = await asyncio.start_server(proxy.accept, "127.0.0.1", 0)
    proxy.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield proxy
    finally:
        server.close()
        proxy.cut()
        await asyncio.gather(*proxy._talks, return_exceptions=True)
