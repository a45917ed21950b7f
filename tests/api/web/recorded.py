"""A recorded stream, served again and cut wherever a test wants it; the same rows for pollers, one a page."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from api.bundle import joined
from api.web import FOLDER

HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: %b\r\n"


class Recording:
    """A task's whole stream as the API sent it. The task `t` is never cut; `k-…` at byte k, when first asked for."""

    def __init__(self, body: bytes) -> None:
        body = re.sub(rb"^retry: \d+", b"retry: 1", body)
        self.blocks = [block + b"\n\n" for block in body.split(b"\n\n")[:-1]]
        self.rows = [block for block in self.blocks if b"\nid: " in block]
        self.body = body
        self.url = ""
        self.without = 0  # the seq of a row that streams leave out
        self.twice = 0  # the seq of one that they send again
        self._asked: set[str] = set()

    @property
    def data(self) -> list[bytes]:
        """The rows' JSON."""
        return [re.findall(rb"data: (.*)\n", block)[0] for block in self.rows]

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request a connection."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            target = head.split(" ")[1]
            if "/events" not in target:
                script = target == "/web/watch.js"
                body = joined(FOLDER / "watch") if script else b"<title>recorded</title>"
                writer.write(HEAD % (b"text/javascript" if script else b"text/html") + b"\r\n" + body)
            elif "text/event-stream" in head:
                await self._stream(target, head, writer)
            else:
                writer.write(HEAD % b"application/json" + b"\r\n" + self._page(self._after(target, "")))
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has gone
        finally:
            writer.close()

    async def _stream(self, target: str, head: str, writer: asyncio.StreamWriter) -> None:
        after = self._after(target, head)
        if after == len(self.rows):
            writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
            return
        rows = [row for row in self.rows[after:] if b"id: %d\n" % self.without not in row]
        rows += [row for row in rows if b"id: %d\n" % self.twice in row]
        rows.sort(key=self.rows.index)
        body = b"".join([self.blocks[0], *rows, self.blocks[-1]])
        task = target.split("/")[4]
        cut = int(task.split("-")[0]) if task != "t" and task not in self._asked else None
        self._asked.add(task)
        writer.write(HEAD % b"text/event-stream" + b"Transfer-Encoding: chunked\r\n\r\n")
        part = body if cut is None else body[:cut]
        if part:
            writer.write(b"%x\r\n%b\r\n" % (len(part), part))
        if cut is None:
            writer.write(b"0\r\n\r\n")

    def _page(self, after: int) -> bytes:
        final = b"true" if after + 1 >= len(self.rows) else b"false"
        events = b",".join(self.data[after : after + 1])
        return b'{"events":[%b],"last_seq":%d,"final":%b}' % (events, len(self.rows), final)

    @staticmethod
    def _after(target: str, head: str) -> int:
        header = re.search(r"last-event-id: (\d+)", head, re.IGNORECASE)
        query = re.search(r"after=(\d+)", target)
        return int(header[1] if header else query[1] if query else 0)


@asynccontextmanager
async def served(body: bytes) -> AsyncIterator[Recording]:
    """The recording at its URL."""
    recording = Recording(body)
    server = await asyncio.start_server(recording.accept, "127.0.0.1", 0)
    recording.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield recording
    finally:
        server.close()
        await server.wait_closed()
