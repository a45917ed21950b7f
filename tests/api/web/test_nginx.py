"""Behind Debian's nginx with its defaults, buffering and HTTP/1.0 towards the API: nothing late, nothing lost."""

import asyncio
import shutil
import signal
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from cli.client import Client
from cli.drill.process import Process
from progress import event as e
from progress.command import Change
from progress.writer import Writer
from tests.api.processes import Api, StartApi, start_api, token
from tests.api.test_drain import submitted
from tests.api.test_streams import reading
from tests.support import eventually
from tests.workers.conftest import writer

__all__ = ["start_api", "token", "writer"]  # fixtures
PROMPT_SECONDS = 3
# The inner one keeps X-Accel-Buffering to itself unless it is told otherwise, and the outer one would buffer.
CONFIGURATION = """
user root; pid {directory}/pid; error_log {directory}/error.log; worker_processes 1; daemon off;
events {{}}
http {{
  access_log off;
  {temporary}
  proxy_pass_header X-Accel-Buffering;
  upstream api {{ {servers} }}
  server {{ listen 127.0.0.1:{inner}; location / {{ proxy_pass http://api; proxy_next_upstream error timeout; }} }}
  server {{ listen 127.0.0.1:{outer}; location / {{ proxy_pass http://127.0.0.1:{inner}; proxy_http_version 1.0; }} }}
}}
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@asynccontextmanager
async def nginx(directory: Path, apis: list[Api]) -> AsyncIterator[list[str]]:
    """The URLs of one nginx in front of the APIs, and of a second one in front of that."""
    binary = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    assert binary, "no nginx: install Debian's package nginx"
    directory.mkdir()  # noqa: ASYNC240 - a test of one task
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    configuration = CONFIGURATION.format(
        directory=directory,
        temporary=" ".join(f"{kind}_temp_path {directory}/{kind};" for kind in kinds),
        servers=" ".join(f"server {api.url.removeprefix('http://')};" for api in apis),
        inner=(inner := free_port()),
        outer=(outer := free_port()),
    )
    (directory / "nginx.conf").write_text(configuration)
    process = Process("nginx", (binary, "-c", str(directory / "nginx.conf")), {}, directory / "log")
    await process.start()
    urls = [f"http://127.0.0.1:{port}" for port in (inner, outer)]
    async with httpx.AsyncClient(trust_env=False) as http:

        async def answers() -> bool:
            try:
                return (await http.get(f"{urls[1]}/health/live")).status_code == 200
            except httpx.TransportError:
                return False

        await eventually(answers, 10, (directory / "log").read_text())
    try:
        yield urls
    finally:
        assert await process.stop()


async def test_a_stream_comes_promptly_through_one_proxy_and_through_two(
    start_api: StartApi, token: str, tmp_path: Path
) -> None:
    api = await start_api()
    headers = {"Authorization": f"Bearer {token}"}
    async with nginx(tmp_path / "nginx", [api]) as urls:
        for url in urls:
            task = await submitted(url, token)
            async with (
                httpx.AsyncClient(base_url=f"{url}/api/v1", trust_env=False, headers=headers) as http,
                reading(http, f"/tasks/{task}/events") as own,
                reading(http, "/events") as of_all,
            ):
                await comes(own, b"event: task.queued", url)
                await comes(of_all, b"event: snapshot", url)
                await http.post(f"/tasks/{task}/cancel")
                await comes(own, b"EOF", url)
                await comes(of_all, b"event: task.cancelled", url)
                assert b"event: end" in own


async def comes(stream: bytearray, what: bytes, url: str) -> None:
    await eventually(lambda: what in stream, PROMPT_SECONDS, f"held back by {url}")


async def test_a_rolling_restart_behind_it_loses_and_repeats_nothing_and_nobody_comes_back_at_once(
    start_api: StartApi, token: str, tmp_path: Path, writer: Writer
) -> None:
    apis = [await start_api(), await start_api()]
    async with nginx(tmp_path / "nginx", apis) as urls:
        task = await submitted(urls[0], token)
        enough = asyncio.Event()

        async def talk() -> None:
            while not enough.is_set():
                await writer.write(Change(task_id=task, decide=said("on and on")))
                await asyncio.sleep(0.05)
            await writer.write(Change(task_id=task, decide=lambda *_: [e.TaskCancelled(STAMP, 1, "li")]))

        talking = asyncio.create_task(talk(), name="talk")
        async with Client(urls[0], token) as client:
            readers = [asyncio.create_task(follow(client, task), name="reader") for _ in range(20)]
            for api in apis:
                await streams(api, lambda count: count > 0)
                begun = time.monotonic()
                api.process.send(signal.SIGTERM)
                assert await api.process.ended(10)
                assert time.monotonic() - begun < 4, "the promise is 2 s, CI's machine may be busy"
                await api.start()
            enough.set()
            await talking
            seen = await asyncio.wait_for(asyncio.gather(*readers), 40)
        last = seen[0][-1]
        assert last > 40
        assert all(seqs == list(range(1, last + 1)) for seqs in seen)


STAMP = "2026-01-01T00:00:00.000Z"


def said(text: str) -> Callable[..., list[e.Event]]:
    return lambda *_: [e.TaskLog(STAMP, "info", text)]


async def follow(client: Client, task: str) -> list[int]:
    return [event["seq"] async for event in client.follow(task)]


async def streams(api: Api, enough: Callable[[float], bool]) -> None:
    """Wait until the process has that many open streams."""
    async with httpx.AsyncClient(trust_env=False) as http:

        async def has() -> bool:
            text = (await http.get(f"{api.url}/metrics")).text
            return enough(next(float(x.split()[1]) for x in text.splitlines() if x.startswith("casework_open_streams")))

        await eventually(has, 15, "no streams")
