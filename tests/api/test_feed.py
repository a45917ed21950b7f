"""`GET /events`: one stream for all of a caller's tasks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import httpx_sse
import msgspec
import pytest

from tests.api.conftest import People
from tests.api.test_stream import submitted

Frames = AsyncIterator[httpx_sse.ServerSentEvent]
PATIENCE = 10


@asynccontextmanager
async def listening(li: httpx.AsyncClient) -> AsyncIterator[Frames]:
    """The frames of the caller's stream, each within ten seconds."""
    async with httpx_sse.aconnect_sse(li, "GET", "/events") as source:
        yield source.aiter_sse()


async def take(frames: Frames, count: int) -> list[tuple[str, Any]]:
    """The next frames as (event, data); none has an id."""
    taken: list[tuple[str, Any]] = []
    async with asyncio.timeout(PATIENCE):
        while len(taken) < count:
            frame = await anext(frames)
            assert frame.id == ""
            if frame.event != "ping":
                taken.append((frame.event, msgspec.json.decode(frame.data)))
    return taken


async def until_final(frames: Frames, task: str) -> list[tuple[str, Any]]:
    """All frames of one task up to its final event."""
    taken: list[tuple[str, Any]] = []
    while not taken or taken[-1][0] not in ("task.succeeded", "task.cancelled", "task.failed"):
        taken += [each for each in await take(frames, 1) if each[1].get("task_id") == task]
    return taken


async def test_it_begins_with_a_snapshot_of_each_unfinished_task_and_goes_on_with_their_events(person: People) -> None:
    li = await person()
    tasks = [await submitted(li) for _ in range(3)]
    ended = await submitted(li)
    await li.post(f"/tasks/{ended}/cancel")
    async with listening(li) as frames:
        hello, *snapshots = await take(frames, 4)
        assert (hello[0], hello[1]["tasks"]) == ("hello", 3)
        assert [name for name, _ in snapshots] == ["snapshot"] * 3
        assert {data["task_id"] for _, data in snapshots} == set(tasks)
        listed = {task["task_id"]: task for task in (await li.get("/tasks")).json()["items"]}
        assert all(data == listed[data["task_id"]] for _, data in snapshots)
        await li.post(f"/tasks/{tasks[1]}/cancel")
        [(name, data)] = await take(frames, 1)
        assert (name, data["task_id"], data["seq"], data["type"]) == ("task.cancelled", tasks[1], 2, "task.cancelled")


@pytest.mark.usefixtures("worker")
async def test_a_task_that_is_submitted_meanwhile_joins_and_each_of_its_events_follows_on_the_last(
    person: People,
) -> None:
    li = await person()
    async with listening(li) as frames:
        assert (await take(frames, 1))[0][1]["tasks"] == 0
        task = await submitted(li)
        seen = await until_final(frames, task)
    assert seen[0][0] == "snapshot"
    seq = seen[0][1]["last_seq"]
    for name, data in seen[1:]:
        if name == "snapshot":
            assert data["last_seq"] > seq
            seq = data["last_seq"]
        else:
            assert data["seq"] == seq + 1
            seq += 1
    assert seq == (await li.get(f"/tasks/{task}/status")).json()["last_seq"]


async def test_a_batch_joins_as_a_whole_and_a_task_that_is_retried_joins_again(person: People) -> None:
    li = await person()
    async with listening(li) as frames:
        await take(frames, 1)
        batch = {"tasks": [{"workflow": "demo", "input": {"steps": 1}} for _ in range(60)]}
        made = {task["task_id"] for task in (await li.post("/tasks/batch", json=batch)).json()["tasks"]}
        assert {data["task_id"] for _, data in await take(frames, 60)} == made
        again = made.pop()
        await li.post(f"/tasks/{again}/cancel")
        assert [name for name, _ in await take(frames, 1)] == ["task.cancelled"]
        await li.post(f"/tasks/{again}/retry")
        [(name, data)] = await take(frames, 1)
        assert (name, data["task_id"], data["last_seq"]) == ("snapshot", again, 3)


async def test_nobody_hears_of_somebody_elses_tasks(person: People) -> None:
    li, boss = await person(), await person("boss", role="admin")
    await submitted(li)
    async with listening(boss) as frames:
        assert (await take(frames, 1))[0][1]["tasks"] == 0
        await submitted(li)
        mine = await submitted(boss)
        assert [data["task_id"] for _, data in await take(frames, 1)] == [mine]


async def test_without_credentials_it_is_401(person: People) -> None:
    li = await person()
    del li.headers["Authorization"]
    assert (await li.get("/events")).status_code == 401
