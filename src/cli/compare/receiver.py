"""A receiver of webhooks on this machine, to see whether a notification comes and whether its signature is right."""

import asyncio

from casework import ids, notify

SECRET = ids.new()


class Receiver:
    """`async with Receiver() as receiver`; `verified` are the bodies whose signature was right."""

    def __init__(self) -> None:
        self._server: asyncio.Server
        self.verified: list[bytes] = []
        self.refused = 0

    async def __aenter__(self) -> "Receiver":
        self._server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/hook"

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:])}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        at = int(headers.get("webhook-timestamp", "0"))
        expected = notify.sign(SECRET, headers.get("webhook-id", ""), at, body)
        if headers.get("webhook-signature") == expected:
            self.verified.append(body)
        else:
            self.refused += 1
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()
