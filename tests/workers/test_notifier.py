"""Who asked is told: at least once, signed, after failures, after the death of a worker; and nobody within."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from casework import failpoint, notify, tables
from casework.database import Database
from casework.settings import Settings
from progress import outbox
from tests.support import eventually
from tests.workers.conftest import Submit, working
from tests.workers.processes import CASEWORK, Start
from tests.workers.receiver import Received, Receiver
from workers.process import WorkerProcess

SECRET = "a secret of 24 characters"


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver.listening() as receiver:
        yield receiver


@pytest.fixture
def settings(settings: Settings) -> Settings:
    # A lease that no busy machine lets lapse: a claim whose worker seems dead is anybody's, and is told again.
    lease = {"lease_seconds": 30.0}
    more = {"webhook_secret": SecretStr(SECRET), "notify_private": True, "notify_retry_seconds": 0.05, **lease}
    return settings.model_copy(update=more)


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    more = {"CASEWORK_WEBHOOK_SECRET": SECRET, "CASEWORK_NOTIFY_PRIVATE": "true", "CASEWORK_LEASE_SECONDS": "1.5"}
    return {**environment, **more}


Wish = Callable[..., Awaitable[str]]


@pytest.fixture
def wish(submit: Submit, database: Database) -> Wish:
    """`await wish(urls, on=…, **input)` → the id of a task that is to be told of."""

    async def submitting(urls: Sequence[str], on: Sequence[str] = ("failed",), **raw: Any) -> str:
        task = await submit(**{"steps": 1, "step_seconds": 0, "ticks": 0, **raw}, dispatched=False)
        told = msgspec.json.encode({"on": on, "urls": urls}).decode()
        async with database.write() as connection:
            await connection.execute(sa.update(tables.tasks).where(tables.tasks.c.id == task.id).values(notify=told))
        return task.id

    return submitting


async def log_of(database: Database, task_id: str) -> list[Any]:
    async with database.read() as connection:
        return list(await outbox.of_task(connection, task_id))


async def settled(database: Database, task_id: str) -> list[Any]:
    async def all_settled() -> list[Any]:
        rows = await log_of(database, task_id)
        return rows if rows and all(row.status != "pending" for row in rows) else []

    found: list[Any] = await eventually(all_settled, 30, "the delivery is not settled")
    return found


def verified(request: Received) -> Any:
    """The JSON of a webhook whose signature is right."""
    at = int(request.headers["webhook-timestamp"])
    assert request.headers["webhook-signature"] == notify.sign(SECRET, request.headers["webhook-id"], at, request.body)
    return msgspec.json.decode(request.body)


FAILING = {"fail_at": 1, "fail_times": 9, "max_attempts": 1}


async def test_a_failure_is_told_by_a_signed_webhook_and_the_log_says_so(
    worker: WorkerProcess, wish: Wish, receiver: Receiver, database: Database
) -> None:
    task_id = await wish([f"http://127.0.0.1:{receiver.port}/hook?a=b"], **FAILING)
    (row,) = await settled(database, task_id)
    (request,) = receiver.received
    told = verified(request)
    assert request.path == "/hook?a=b"
    assert request.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert (told["type"], told["data"]["task_id"], told["data"]["error"]["type"]) == (
        "task.failed",
        task_id,
        "DemoFailure",
    )
    assert (row.status, [each["outcome"] for each in msgspec.json.decode(row.tries)]) == ("delivered", ["answered 200"])


async def test_a_success_is_told_where_it_was_asked_for_and_not_otherwise(
    worker: WorkerProcess, wish: Wish, receiver: Receiver, database: Database
) -> None:
    hook = f"http://127.0.0.1:{receiver.port}/"
    unasked, asked = await wish([hook]), await wish([hook], on=["succeeded"])
    await settled(database, asked)
    assert [verified(each)["data"]["task_id"] for each in receiver.received] == [asked]
    assert await log_of(database, unasked) == []
    async with database.read() as connection:
        assert not (await connection.execute(sa.select(tables.outbox))).all()


async def test_a_receiver_that_fails_is_tried_again_with_the_same_message(
    worker: WorkerProcess, wish: Wish, receiver: Receiver, database: Database
) -> None:
    receiver.answers = [500, 503, 302]
    receiver.location = f"http://127.0.0.1:{receiver.port}/elsewhere"
    task_id = await wish([f"http://127.0.0.1:{receiver.port}/"], **FAILING)
    (row,) = await settled(database, task_id)
    outcomes = [each["outcome"] for each in msgspec.json.decode(row.tries)]
    assert outcomes == ["answered 500", "answered 503", "answered 302", "answered 200"]
    assert {each.path for each in receiver.received} == {"/"}, "a redirect was followed"
    assert len({(each.headers["webhook-id"], each.body) for each in receiver.received}) == 1


async def test_apprise_and_the_services_own_urls_hear_of_every_failure(
    settings: Settings, wish: Wish, receiver: Receiver, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = SecretStr(f"json://127.0.0.1:{receiver.port}/apprise http://127.0.0.1:{receiver.port}/hook")
    service = settings.model_copy(update={"notify_urls": urls, "notify_private": False})
    monkeypatch.setattr("casework.settings.load", lambda: service)
    async with working(service, "medium"):
        task_id = await wish([], **FAILING)
        rows = await settled(database, task_id)
    assert [row.status for row in rows] == ["delivered", "delivered"], [row.tries for row in rows]
    by_path = {each.path.strip("/"): each for each in receiver.received}
    assert "任务失败" in msgspec.json.decode(by_path["apprise"].body)["title"]
    assert verified(by_path["hook"])["data"]["task_id"] == task_id


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "2130706433"])
async def test_a_private_address_is_refused_whatever_it_is_called(
    host: str, settings: Settings, wish: Wish, receiver: Receiver, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    careful = settings.model_copy(update={"notify_private": False})
    monkeypatch.setattr("casework.settings.load", lambda: careful)
    async with working(careful, "medium"):
        task_id = await wish([f"http://{host}:{receiver.port}/"], **FAILING)
        (row,) = await settled(database, task_id)
    assert row.status == "failed"
    assert "private address" in row.tries
    assert receiver.received == []


async def test_a_name_whose_address_changes_between_two_lookups_is_never_connected_to(
    settings: Settings, wish: Wish, receiver: Receiver, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    careful = settings.model_copy(update={"notify_private": False})
    monkeypatch.setattr("casework.settings.load", lambda: careful)
    monkeypatch.setattr("casework.courier.SECONDS", 0.3)
    monkeypatch.setattr("workers.notifier.TRIES", 1)
    looked_up: list[str] = []

    async def rebinding(_: Any, host: str, port: int, **__: Any) -> list[Any]:
        looked_up.append(host)
        address = "192.0.0.9" if len(looked_up) == 1 else "127.0.0.1"  # a public one that nobody has
        return [(0, 0, 0, "", (address, port))]

    monkeypatch.setattr(type(asyncio.get_running_loop()), "getaddrinfo", rebinding)
    async with working(careful, "medium"):
        task_id = await wish([f"http://rebinding.example:{receiver.port}/"], **FAILING)
        (row,) = await settled(database, task_id)
    assert row.status == "failed"
    assert "private" not in row.tries
    assert looked_up.count("rebinding.example") == 1
    assert receiver.received == []


async def test_a_worker_killed_between_claim_and_send_leaves_it_to_another(
    start: Start, wish: Wish, receiver: Receiver, database: Database, tmp_path: Path
) -> None:
    victim = await start(*CASEWORK)
    failpoint.light(tmp_path / "fuses", "delivery.claimed")
    task_id = await wish([f"http://127.0.0.1:{receiver.port}/"], **FAILING)
    assert await victim.ended(20), "the worker has not come past the fuse"
    assert receiver.received == []
    (row,) = await log_of(database, task_id)
    assert (row.status, row.tries) == ("pending", "[]")
    await start(*CASEWORK)
    (row,) = await settled(database, task_id)
    assert row.status == "delivered"
    assert len(receiver.received) == 1


async def test_two_workers_do_not_both_send(
    settings: Settings, worker: WorkerProcess, wish: Wish, receiver: Receiver, database: Database
) -> None:
    async with working(settings, "low"):
        tasks = [await wish([f"http://127.0.0.1:{receiver.port}/"], **FAILING) for _ in range(20)]
        for task_id in tasks:
            await settled(database, task_id)
    told = [verified(each)["data"]["task_id"] for each in receiver.received]
    assert sorted(told) == sorted(tasks)


async def test_a_slow_receiver_is_in_nobodys_way(
    worker: WorkerProcess, wish: Wish, receiver: Receiver, database: Database
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # connections wait there for ever
        slow = await wish([f"http://127.0.0.1:{silent.getsockname()[1]}/"], **FAILING)
        await eventually(lambda: log_of(database, slow), 10, "not expanded")
        quick = await wish([f"http://127.0.0.1:{receiver.port}/"], **FAILING)
        await settled(database, quick)
        (row,) = await log_of(database, slow)
        assert row.status == "pending"
