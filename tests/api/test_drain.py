"""The end of an API process with streams open, and readers that take nothing."""

import asyncio
import re
import signal
import time

import httpx
import psutil
import pytest

from progress import event as e
from progress.command import Change
from progress.writer import Writer
from tests.api.processes import Raw, StartApi, start_api, token, unchunked
from tests.api.test_stream import QUICK
from tests.support import eventually
from tests.workers.conftest import writer

__all__ = ["start_api", "token", "writer"]  # fixtures
STREAMS = 200
STUCK = 500


async def submitted(url: str, token: str) -> str:
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=f"{url}/api/v1", trust_env=False, headers=headers) as http:
        return str((await http.post("/tasks", json=QUICK)).json()["task_id"])


async def say(writer: Writer, task: str, size: int, count: int = 1) -> int:
    """Commit events of that size; the last seq."""
    change = Change(
        task_id=task,
        decide=lambda *_: [e.TaskLog("2026-01-01T00:00:00.000Z", "info", "x" * size) for _ in range(count)],
    )
    return (await writer.write(change)).records[-1].seq


async def test_on_sigterm_every_stream_gets_a_jittered_retry_and_a_clean_end_and_the_process_exits(
    start_api: StartApi, token: str, writer: Writer
) -> None:
    api = await start_api()
    task, flooded = await submitted(api.url, token), await submitted(api.url, token)
    stuck = [await Raw.open(api.url, f"/tasks/{flooded}/events", token, narrow=True) for _ in range(3)]
    for reader in stuck:
        await reader.until(b"\r\n\r\n")
        reader.reader._transport.pause_reading()  # type: ignore[attr-defined]
    await say(writer, flooded, 60_000, 60)
    paths = [f"/tasks/{task}/events", "/events"]
    readers = [await Raw.open(api.url, paths[n % 2], token) for n in range(STREAMS)]
    for reader in readers:
        await reader.until(b"event: hello")
        await reader.until(b"\n\n\r\n")
    drained = [asyncio.create_task(reader.rest(), name="rest") for reader in readers]
    await asyncio.sleep(0)
    begun = time.monotonic()
    api.process.send(signal.SIGTERM)
    assert await api.process.ended(10)
    took = time.monotonic() - begun
    assert took < 4, f"{took:.1f} s: the promise is 2 s, CI's machine may be busy"
    waits = []
    for rest in await asyncio.gather(*drained):
        body = unchunked(rest[rest.index(b"\r\n") + 2 :] if not re.match(rb"[0-9a-f]+\r\n", rest) else rest)
        found = re.search(rb"retry: (\d+)\n\n$", body)
        assert found, body[-200:]
        waits.append(int(found[1]))
    assert all(1000 <= wait <= 8000 for wait in waits)
    assert max(waits) - min(waits) > 5000, "everybody comes back at once"
    assert "Traceback" not in api.log.read_text()
    for reader in [*readers, *stuck]:
        reader.close()


async def test_readers_that_take_nothing_cost_little_are_freed_and_hold_nobody_up(
    start_api: StartApi, token: str, writer: Writer
) -> None:
    api = await start_api()
    task = await submitted(api.url, token)
    path = f"/tasks/{task}/events?after=1"
    good = await Raw.open(api.url, path, token)
    await good.until(b"event: hello")
    server = psutil.Process(api.process.pid)
    stuck = [await Raw.open(api.url, path, token, narrow=True) for _ in range(STUCK)]
    for reader in stuck:
        await reader.until(b"\r\n\r\n")
        reader.reader._transport.pause_reading()  # type: ignore[attr-defined]
    before = server.memory_info().rss
    latencies = []
    for _ in range(80):  # 80 × 60 KB: far more than any buffer between us
        begun = time.monotonic()
        seq = await say(writer, task, 60_000)
        await good.until(b"id: %d\n\n" % seq)
        latencies.append(time.monotonic() - begun)
    grown = (server.memory_info().rss - before) / 1024 - 2 * 512 * 60  # the shared tail holds what it may
    assert grown < STUCK * 200 + 20_000, f"{grown / STUCK:.0f} KB a stuck reader"
    assert sorted(latencies)[len(latencies) // 2] < 0.5

    async def freed() -> bool:
        async with httpx.AsyncClient(trust_env=False) as http:
            text = (await http.get(f"{api.url}/metrics")).text
        return "casework_open_streams 1.0" in text

    await eventually(freed, 10, "stuck readers are kept")
    good.close()
    for reader in stuck:
        reader.close()


async def test_a_held_answer_does_not_hold_up_the_end(start_api: StartApi, token: str) -> None:
    api = await start_api()
    task = await submitted(api.url, token)
    reader = await Raw.open(api.url, f"/tasks/{task}/status?after=1&wait=30", token)
    with pytest.raises(TimeoutError):
        await reader.until(b"HTTP", within=0.3)
    begun = time.monotonic()
    api.process.send(signal.SIGTERM)
    assert await api.process.ended(10)
    assert time.monotonic() - begun < 4
    assert (await reader.until(b"\r\n")).startswith(b"HTTP/1.1 200 ")
    reader.close()
