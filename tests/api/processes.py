"""API processes of their own on one listening socket, and readers on raw sockets."""

import asyncio
import os
import re
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from api.listener import listen
from casework import accounts
from casework.database import Database
from casework.settings import Settings
from cli.drill.process import Process
from tests.support import eventually

StartApi = Callable[..., Awaitable["Api"]]


class Api:
    """One process; `url` is where it listens."""

    def __init__(self, process: Process, url: str, log: Path) -> None:
        self.process = process
        self.url = url
        self.log = log

    async def start(self) -> None:
        """Start it, and wait until it answers."""
        await self.process.start()
        async with httpx.AsyncClient(base_url=self.url, trust_env=False) as http:

            async def answers() -> bool:
                try:
                    return (await http.get("/health/live")).status_code == 200
                except httpx.TransportError:
                    return False

            await eventually(answers, 30, "the API does not answer")


@pytest.fixture
async def start_api(settings: Settings, tmp_path: Path) -> AsyncIterator[StartApi]:
    """`await start_api(ping_seconds=…)` → a process with the test's settings; all are stopped in the end."""
    started: list[Api] = []
    sockets = []

    async def starting(**more: object) -> Api:
        listener = listen("127.0.0.1", 0)
        sockets.append(listener)
        names = ("data_dir", "database_url", "redis_url", "lease_seconds", "heartbeat_seconds")
        own = {**{name: getattr(settings, name) for name in names}, "max_streams_per_user": 10_000, **more}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CASEWORK_")}
        environment = {**kept, **{f"CASEWORK_{name.upper()}": str(value) for name, value in own.items()}}
        command = (sys.executable, "-m", "cli.main", "api", "--fd", str(listener.fileno()))
        log = tmp_path / f"api-{len(started)}.log"
        process = Process(f"api-{len(started)}", command, environment, log, pass_fds=[listener.fileno()])
        api = Api(process, f"http://127.0.0.1:{listener.getsockname()[1]}", log)
        started.append(api)
        await api.start()
        return api

    yield starting
    for api in started:
        assert await api.process.stop(), f"{api.process.name} did not end on SIGTERM"
    for listener in sockets:
        listener.close()


@pytest.fixture
async def token(settings: Settings, database: Database) -> str:
    """A token of the user `li`."""
    user = await accounts.add_user(database, "li", "correct horse", "user")
    return accounts.issue_token(accounts.secret_key(settings), user, 3600)


class Raw:
    """A reader on a socket of its own; it reads when it is told to."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def open(cls, url: str, path: str, token: str, *, narrow: bool = False) -> "Raw":
        """Ask for a stream; a `narrow` reader has next to no room for what it does not take."""
        host, port = url.removeprefix("http://").split(":")
        own = socket.socket()
        if narrow:
            own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        own.setblocking(False)
        await asyncio.get_running_loop().sock_connect(own, (host, int(port)))
        reader, writer = await asyncio.open_connection(sock=own, limit=1024 if narrow else 2**20)
        request = f"GET /api/v1{path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n"
        writer.write(request.encode())
        return cls(reader, writer)

    async def until(self, mark: bytes, within: float = 20) -> bytes:
        """What comes up to the mark."""
        return await asyncio.wait_for(self.reader.readuntil(mark), within)

    async def rest(self, within: float = 20) -> bytes:
        """What comes to the end of the connection."""
        return await asyncio.wait_for(self.reader.read(), within)

    def close(self) -> None:
        """Hang up."""
        self.writer.transport.abort()


def unchunked(raw: bytes) -> bytes:
    """The body of chunks, which must end as HTTP wants it."""
    body, rest = b"", raw
    while True:
        size, _, rest = rest.partition(b"\r\n")
        assert re.fullmatch(rb"[0-9a-f]+", size), f"no chunk: {size!r}"
        if int(size, 16) == 0:
            assert rest == b"\r\n", "no clean end"
            return body
        body, rest = body + rest[: int(size, 16)], rest[int(size, 16) + 2 :]
