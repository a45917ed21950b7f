"""Redis stopped, emptied, frozen and cut under the stock `arq` command: nothing is harmed, nothing runs twice."""

import asyncio
import shutil
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest

from casework.dispatch import Dispatch
from casework.settings import Settings
from casework.task import Task
from progress.event import AnyEvent
from tests.support import eventually
from tests.workers.conftest import Events, Submit
from tests.workers.processes import ARQ, OwnRedis, Start
from tests.workers.test_runner import ended, kinds

RESUMED_SECONDS = 15  # the promise is 5 s; CI's machine may be busy
Outage = Callable[[OwnRedis], Coroutine[Any, Any, None]]


@pytest.fixture
def redis_url(own_redis: OwnRedis) -> str:
    """A server of the test's own takes the place of the one that all tests share."""
    return own_redis.url


@pytest.fixture
async def dispatch(redis_url: str) -> AsyncIterator[Dispatch]:
    dispatch = Dispatch(redis_url)
    yield dispatch
    await dispatch.close()


async def stopped(redis: OwnRedis) -> None:
    await redis.process.stop()
    await _last(2)
    await redis.start()


async def lost(redis: OwnRedis) -> None:
    await redis.process.kill()
    shutil.rmtree(redis.directory / "redis")
    (redis.directory / "redis").mkdir()
    await _last(2)
    await redis.start()


async def frozen(redis: OwnRedis) -> None:
    redis.process.send(signal.SIGSTOP)
    await _last(7)  # longer than a socket's timeout
    redis.process.send(signal.SIGCONT)


async def flushed(redis: OwnRedis) -> None:
    async with redis.connected() as connection:
        await connection.flushall()


async def cut(redis: OwnRedis) -> None:
    async with redis.connected() as connection:
        for _ in range(40):
            for kind in ("normal", "pubsub"):
                await connection.client_kill_filter(_type=kind, skipme=True)
            await _last(0.05)


async def _last(seconds: float) -> None:
    """An outage lasts: this is the fault itself, not a wait for something."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    await eventually(lambda: loop.time() >= until, seconds + 5)


@pytest.mark.parametrize("outage", [stopped, lost, frozen, flushed, cut], ids=lambda outage: outage.__name__)
async def test_running_tasks_go_on_and_dispatch_resumes(
    outage: Outage, settings: Settings, own_redis: OwnRedis, start: Start, submit: Submit, events: Events
) -> None:
    worker = await start(*ARQ)
    running = await submit(steps=2, step_seconds=5, ticks=5)
    await has_started(events, running)
    waiting = [await submit(steps=1, step_seconds=0.1, ticks=1, dispatched=n % 2 == 0) for n in range(6)]
    blow = asyncio.create_task(outage(own_redis), name="outage")
    submitted = [await submit(steps=1, step_seconds=0.1, ticks=1, dispatched=False) for _ in range(6)]
    await blow
    for task in [*waiting, *submitted]:
        assert unharmed(await ended(events, task, RESUMED_SECONDS))
    assert unharmed(await ended(events, running, 30))
    assert worker.running


async def has_started(events: Events, task: Task) -> None:
    async def started() -> bool:
        return "task.started" in kinds(await events(task.id))

    await eventually(started, 20, "the task has not started")


def unharmed(found: list[AnyEvent]) -> bool:
    """Whether it ran once, to its end, and nobody took it from its worker."""
    told = kinds(found)
    return told.count("task.started") == 1 and told[-1] == "task.succeeded" and "task.interrupted" not in told
