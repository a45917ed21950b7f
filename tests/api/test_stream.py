"""The event stream on the wire."""

import httpx
import httpx_sse
import msgspec
import pytest
import sqlalchemy as sa
from obstore.store import MemoryStore

from casework import tables
from casework.database import Database
from casework.documents import Documents
from tests.api.conftest import People
from workers.pruner import Pruner

QUICK = {"workflow": "demo", "input": {"steps": 2, "step_seconds": 0.1, "ticks": 2}}


async def submitted(li: httpx.AsyncClient, **body: object) -> str:
    answer = await li.post("/tasks", json={**QUICK, **body})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["task_id"])


async def read(li: httpx.AsyncClient, path: str, **headers: str) -> list[httpx_sse.ServerSentEvent]:
    """The whole stream."""
    async with httpx_sse.aconnect_sse(li, "GET", path, headers=headers) as source:
        return [event async for event in source.aiter_sse()]


def journal(events: list[httpx_sse.ServerSentEvent]) -> list[int]:
    return [int(event.id) for event in events if event.event.startswith(("task.", "step."))]


@pytest.mark.usefixtures("worker")
async def test_a_stream_says_hello_then_every_event_once_then_end(person: People) -> None:
    li = await person()
    events = await read(li, f"/tasks/{await submitted(li)}/events")
    assert events[0].event == "hello"
    assert events[-1].event == "end"
    assert events[-2].event == "task.succeeded"
    assert journal(events) == list(range(1, len(events) - 1))
    for event in events[1:-1]:
        data = msgspec.json.decode(event.data)
        assert (data["seq"], data["type"]) == (int(event.id), event.event)


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("by", ["header", "query"])
async def test_a_stream_resumes_after_the_cursor(person: People, by: str) -> None:
    li = await person()
    path = f"/tasks/{await submitted(li)}/events"
    whole = journal(await read(li, path))
    headers = {"Last-Event-ID": "3"} if by == "header" else {}
    rest = journal(await read(li, path if by == "header" else f"{path}?after=3", **headers))
    assert rest == whole[3:]


@pytest.mark.usefixtures("worker")
async def test_the_header_wins_over_the_query(person: People) -> None:
    li = await person()
    path = f"/tasks/{await submitted(li)}/events"
    whole = journal(await read(li, path))
    assert journal(await read(li, f"{path}?after=1", **{"Last-Event-ID": "5"})) == whole[5:]


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("cursor", ["garbage", "-1", "999999", "1e3", "9" * 300, "١"])
async def test_a_cursor_that_never_was_is_reset_to_the_first_event(person: People, cursor: str) -> None:
    li = await person()
    path = f"/tasks/{await submitted(li)}/events"
    whole = journal(await read(li, path))
    events = await read(li, str(httpx.URL(path, params={"after": cursor})))
    assert [event.event for event in events[:2]] == ["hello", "reset"]
    assert journal(events) == whole


@pytest.mark.usefixtures("worker")
async def test_a_cursor_at_the_final_event_gets_204(person: People) -> None:
    li = await person()
    path = f"/tasks/{await submitted(li)}/events"
    last = journal(await read(li, path))[-1]
    answer = await li.get(path, headers={"Last-Event-ID": str(last), "Accept": "text/event-stream"})
    assert answer.status_code == 204


@pytest.mark.usefixtures("worker")
async def test_a_poller_reads_the_same_rows(person: People) -> None:
    li = await person()
    path = f"/tasks/{await submitted(li)}/events"
    streamed = [event.data for event in (await read(li, path))[1:-1]]
    page = (await li.get(path, headers={"Accept": "application/json"})).json()
    assert page["final"] is True
    assert page["last_seq"] == len(page["events"])
    assert page["events"] == [msgspec.json.decode(data) for data in streamed]


async def test_headers_keep_proxies_from_holding_the_stream_back(person: People) -> None:
    li = await person()
    async with li.stream("GET", f"/tasks/{await submitted(li)}/events") as answer:
        assert answer.headers["content-type"] == "text/event-stream"
        assert answer.headers["cache-control"] == "no-store, no-transform"
        assert answer.headers["x-accel-buffering"] == "no"
        assert "content-encoding" not in answer.headers


async def test_somebody_elses_stream_is_as_missing_as_none(person: People) -> None:
    li, wang = await person(), await person("wang")
    foreign = await wang.get(f"/tasks/{await submitted(li)}/events")
    missing = await wang.get("/tasks/01a20d58-2c4d-7595-abcc-7f7ddfc37a64/events")
    assert foreign.status_code == missing.status_code == 404
    assert foreign.json()["detail"] == missing.json()["detail"]


async def test_a_cancelled_task_ends_its_stream(person: People) -> None:
    li = await person()
    task = await submitted(li)
    assert (await li.post(f"/tasks/{task}/cancel")).status_code == 202
    events = await read(li, f"/tasks/{task}/events")
    assert [event.event for event in events] == ["hello", "task.queued", "task.cancelled", "end"]
    assert (await li.post(f"/tasks/{task}/cancel")).status_code == 409


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("cursor", [None, "0", "2"])
async def test_a_reader_of_a_pruned_task_is_told_to_reset_and_gets_what_is_kept(
    person: People, database: Database, cursor: str | None
) -> None:
    li = await person()
    task_id = await submitted(li)
    last = journal(await read(li, f"/tasks/{task_id}/events"))[-1]
    async with database.write() as connection:
        await connection.execute(sa.update(tables.tasks).values(finished_at=1))
    await Pruner(database, Documents(MemoryStore()), retention_days=1).prune()
    headers = {} if cursor is None else {"Last-Event-ID": cursor}
    events = await read(li, f"/tasks/{task_id}/events", **headers)
    assert [event.event for event in events] == ["hello", "reset", "task.succeeded", "end"]
    assert msgspec.json.decode(events[1].data) == {"reason": "pruned", "from": last - 1}
    assert journal(events) == [last]
