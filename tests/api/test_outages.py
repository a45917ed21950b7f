"""Submissions while a part of the service is away."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from api import server
from api.listener import listen
from casework import accounts
from casework.database import Database
from casework.errors import DatabaseUnavailable
from casework.settings import Settings
from progress.writer import Writer
from tests.api.conftest import People
from tests.api.test_stream import QUICK, submitted


@asynccontextmanager
async def no_redis(socket: Path, *, frozen: bool) -> AsyncIterator[None]:
    """Nobody at the socket, or somebody who takes every connection and never answers."""
    if not frozen:
        yield
        return
    taken: list[asyncio.StreamWriter] = []
    async with await asyncio.start_unix_server(lambda _, writer: taken.append(writer), socket):
        yield
        for writer in taken:
            writer.close()


@pytest.mark.parametrize("frozen", [False, True])
async def test_with_redis_away_a_submission_is_still_accepted_and_its_events_are_served(
    database: Database, database_url: str, tmp_path: Path, frozen: bool
) -> None:
    away = f"unix://{tmp_path}/no-redis.sock"
    settings = Settings(
        data_dir=tmp_path, database_url=database_url, redis_url=away, lease_seconds=1.5, heartbeat_seconds=0.3
    )
    user = await accounts.add_user(database, "li", "a password", "user")
    token = accounts.issue_token(accounts.secret_key(settings), user, 60)
    async with no_redis(tmp_path / "no-redis.sock", frozen=frozen):
        with listen("127.0.0.1", 0) as listener:
            serving = server.make(settings)
            task = asyncio.create_task(serving._serve([listener]), name="uvicorn")
            while not serving.started:
                assert not task.done(), task.exception()
                await asyncio.sleep(0.01)
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            headers = {"Authorization": f"Bearer {token}"}
            async with httpx.AsyncClient(base_url=url, trust_env=False, headers=headers, timeout=10) as http:
                answer = await http.post("/api/v1/tasks", json=QUICK)
                assert answer.status_code == 202
                path = f"/api/v1/tasks/{answer.json()['task_id']}"
                assert (await http.post(f"{path}/cancel")).status_code == 202
                assert "event: task.cancelled" in (await http.get(f"{path}/events")).text
                ready = await http.get("/health/ready", timeout=5)
                assert ready.status_code == 200
                assert ready.json()["checks"]["redis"] != "ok"
            serving.should_exit = True
            await task


async def test_with_the_database_away_a_submission_is_503_with_retry_after(
    person: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    li = await person()

    async def away(*_: object) -> None:
        raise DatabaseUnavailable

    with monkeypatch.context() as patched:
        patched.setattr(Writer, "_commit", away)
        answer = await li.post("/tasks", json=QUICK)
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.headers["content-type"] == "application/problem+json"
    assert (await li.get("/tasks")).json()["items"] == []


async def test_with_the_database_away_a_reader_that_comes_back_is_told_inside_a_200(
    person: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    li = await person()
    path = f"/tasks/{await submitted(li)}/events"

    async def away(*_: object) -> None:
        raise DatabaseUnavailable

    with monkeypatch.context() as patched:
        patched.setattr("progress.reading.task", away)
        answer = await li.get(path, headers={"Accept": "text/event-stream", "Last-Event-ID": "1"})
        polled = await li.get(path, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream")
    assert answer.headers["cache-control"] == "no-store, no-transform"
    assert re.fullmatch(r"retry: \d+\n\n", answer.text)
    assert polled.status_code == 503
    assert int(polled.headers["retry-after"]) >= 1
