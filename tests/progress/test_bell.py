"""Real followers and a Redis that is slow, dead, frozen, flooded: every event once, by the poll only where it must."""

import asyncio
import shutil
import signal
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import structlog
from redis.asyncio.client import PubSub

from casework import ids
from casework.database import Database
from progress import bus, hub
from progress import event as e
from progress.command import Change
from progress.follow import Follower
from progress.hub import Hub
from progress.writer import Writer
from tests.support import eventually
from tests.workers.conftest import Submit, dispatch, submit, writer
from tests.workers.processes import OwnRedis, own_redis

__all__ = ["dispatch", "own_redis", "submit", "writer"]  # fixtures


@pytest.fixture
def redis_url(own_redis: OwnRedis) -> str:
    """A server of the test's own takes the place of the one that all tests share."""
    return own_redis.url


@pytest.fixture
async def ear(database: Database, redis_url: str) -> AsyncIterator[Hub]:
    async with Hub(database, redis_url) as ear:
        await eventually(lambda: ear.connected, 5, "the hub has not subscribed")
        yield ear


Say = Callable[..., Any]


@pytest.fixture
def say(writer: Writer) -> Say:
    """`await say(task_id, count=1)` commits so many events; the last seq."""

    async def commit(task_id: str, count: int = 1) -> int:
        logs = [e.TaskLog("2026-01-01T00:00:00.000Z", "info", f"{n}") for n in range(count)]
        return (await writer.write(Change(task_id=task_id, decide=lambda *_: logs))).records[-1].seq

    return commit


class Listener:
    """A follower that is read all the time."""

    def __init__(self, follower: Follower) -> None:
        self.follower = follower
        self.seqs: list[int] = []
        self._task = asyncio.create_task(self._listen(), name="listener")

    async def _listen(self) -> None:
        while True:
            records = await self.follower.take(60)
            self.seqs += [record.seq for record in records]
            if records:
                self.follower.cursor = records[-1].seq

    async def has(self, last: int, within: float) -> None:
        """All up to the last one, each once, in order."""
        await eventually(lambda: self.seqs[-1:] == [last], within, f"{last} has not come")
        assert self.seqs == list(range(1, last + 1))

    async def end(self) -> None:
        self.follower.close()
        self._task.cancel()
        await asyncio.wait([self._task])


async def test_what_is_committed_while_a_subscription_is_under_way_is_heard_without_the_poll(
    ear: Hub, submit: Submit, say: Say, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = await submit(dispatched=False)
    subscribe, asked = PubSub.subscribe, asyncio.Event()
    go_on = asyncio.Event()

    async def slowly(self: PubSub, *names: str, **more: Any) -> Any:
        asked.set()
        await go_on.wait()
        return await subscribe(self, *names, **more)

    monkeypatch.setattr(PubSub, "subscribe", slowly)

    async def listen() -> Listener:
        return Listener(await ear.follow(task.id, 0))

    opening = asyncio.create_task(listen(), name="opening")
    await asked.wait()
    await asyncio.wait([opening], timeout=0.2)
    listening = await opening if opening.done() else None
    if listening is not None:  # who replays before it is subscribed has done so now
        await listening.has(1, 3)
    last = await say(task.id)  # the last one for a long time: no later ring shows that it is missing
    await writer.bus._idle.wait()  # its ring is out
    go_on.set()
    listening = listening or await opening
    await listening.has(last, 3)
    await ear.poll()
    assert ear.delivered_by_poll == 0
    await listening.end()


async def test_without_faults_the_poll_finds_nothing(ear: Hub, submit: Submit, say: Say) -> None:
    tasks = [await submit(dispatched=False) for _ in range(5)]
    listeners = [Listener(await ear.follow(task.id, 0)) for task in tasks for _ in range(3)]
    lasts = [[await say(task.id, 1 + n % 3) for task in tasks] for n in range(20)][-1]
    for number, listener in enumerate(listeners):
        await listener.has(lasts[number // 3], 5)
    await ear.poll()
    assert ear.delivered_by_poll == 0
    for listener in listeners:
        await listener.end()


async def test_a_lost_last_ring_is_made_good_by_the_poll_itself(
    database: Database, redis_url: str, submit: Submit, say: Say, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "POLL_SECONDS", 0.3)
    monkeypatch.setattr(hub, "POLL_SECONDS_UNHEALTHY", 0.3)
    async with Hub(database, redis_url) as ear:
        task = await submit(dispatched=False)
        listener = Listener(await ear.follow(task.id, 0))
        await listener.has(1, 3)
        with monkeypatch.context() as muted:
            muted.setattr(writer.bus, "ring", lambda _: None)
            last = await say(task.id)
        await listener.has(last, 3)
        assert ear.delivered_by_poll == 1
        await listener.end()


async def test_what_was_rung_while_the_connection_was_down_is_read_when_it_is_back_without_the_poll(
    database: Database,
    own_redis: OwnRedis,
    submit: Submit,
    say: Say,
    writer: Writer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hub, "POLL_SECONDS", 60)
    monkeypatch.setattr(hub, "POLL_SECONDS_UNHEALTHY", 60)
    monkeypatch.setattr(hub, "backoff", lambda *_: 0.5)
    async with Hub(database, own_redis.url) as ear:
        await eventually(lambda: ear.connected, 5, "the hub has not subscribed")
        task = await submit(dispatched=False)
        listener = Listener(await ear.follow(task.id, 0))
        await listener.has(1, 3)
        async with own_redis.connected() as redis:
            await redis.client_kill_filter(_type="pubsub")
        await eventually(lambda: not ear.connected, 5, "nobody noticed")
        with monkeypatch.context() as muted:
            muted.setattr(writer.bus, "ring", lambda _: None)
            last = await say(task.id)
        await listener.has(last, 5)
        await listener.end()


async def test_a_flood_of_garbage_and_of_foreign_rings_changes_nothing(
    ear: Hub, own_redis: OwnRedis, submit: Submit, say: Say
) -> None:
    task, other = await submit(dispatched=False), await submit(dispatched=False)
    listener = Listener(await ear.follow(task.id, 0))
    await listener.has(1, 3)
    foreign = bus.encode([e.record(other.id, 2, e.TaskLog("x", "info", "not mine"))])
    garbage = [b"", b"\xff\x00", b"9" * 5_000, b"2 task.log {}", b"2 task.log", foreign, b"x" * 300_000, b"1000000"]
    async with own_redis.connected() as redis:
        for _ in range(100):
            async with redis.pipeline(transaction=False) as pipe:
                for message in garbage:
                    pipe.publish(bus.channel(task.id), message)
                pipe.publish(bus.owner_channel(task.owner_id), b"\xff")
                await pipe.execute()
            last = await say(task.id)
    await listener.has(last, 10)
    over = time.monotonic()  # the next echo has the garbage before it
    await eventually(lambda: ear._last_echo > over, 20, "no echo")
    polled = ear.delivered_by_poll  # on a busy machine the poll may be faster than 30 MB of garbage
    last = await say(task.id)
    await listener.has(last, 10)
    await ear.poll()
    assert ear.delivered_by_poll == polled
    await listener.end()


async def test_every_event_comes_through_redis_killed_emptied_and_cut(
    ear: Hub, own_redis: OwnRedis, submit: Submit, say: Say
) -> None:
    task = await submit(dispatched=False)
    listener = Listener(await ear.follow(task.id, 0))
    await own_redis.process.kill()
    await eventually(lambda: not ear.healthy, 5, "nobody noticed")
    last = await say(task.id, 3)
    await listener.has(last, 5)  # by the poll, once a second
    shutil.rmtree(own_redis.directory / "redis")
    (own_redis.directory / "redis").mkdir()
    before = ear.subscriptions
    await own_redis.start()
    await eventually(lambda: ear.subscriptions > before, 10, "not subscribed again")
    async with own_redis.connected() as redis:
        for _ in range(20):
            await redis.client_kill_filter(_type="pubsub")
            last = await say(task.id)
    await listener.has(last, 5)
    before = ear.subscriptions
    polled = ear.delivered_by_poll
    await eventually(lambda: ear.connected, 5, "not back")
    last = await say(task.id)
    await listener.has(last, 5)
    assert ear.delivered_by_poll - polled <= 1
    await listener.end()


async def test_a_connection_that_is_open_and_dead_is_found_by_the_canary(
    database: Database, own_redis: OwnRedis, submit: Submit, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "CANARY_SECONDS", 0.3)
    monkeypatch.setattr(hub, "POLL_SECONDS", 60)
    monkeypatch.setattr(hub, "POLL_SECONDS_UNHEALTHY", 60)
    get_message, used, dead = PubSub.get_message, list[PubSub](), set[PubSub]()

    async def hear(self: PubSub, **more: Any) -> Any:
        used.append(self)
        if self not in dead:
            return await get_message(self, **more)
        return await asyncio.sleep(0.1)  # silence, as from a connection that a firewall has forgotten

    monkeypatch.setattr(PubSub, "get_message", hear)
    async with Hub(database, own_redis.url) as ear:
        await eventually(lambda: ear.healthy, 5, "no canary came back")
        task = await submit(dispatched=False)
        listener = Listener(await ear.follow(task.id, 0))
        await listener.has(1, 3)
        dead.add(used[-1])
        await say(task.id)
        await eventually(lambda: ear.connected and used[-1] not in dead, 5, "nobody noticed")
        last = await say(task.id)
        await listener.has(last, 3)
        await listener.end()


async def test_a_frozen_redis_is_found_by_its_canary_and_what_is_committed_meanwhile_comes(
    database: Database, own_redis: OwnRedis, submit: Submit, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "CANARY_SECONDS", 0.5)
    async with Hub(database, own_redis.url) as ear:
        await eventually(lambda: ear.healthy, 5, "no canary came back")
        task = await submit(dispatched=False)
        listener = Listener(await ear.follow(task.id, 0))
        own_redis.process.send(signal.SIGSTOP)
        last = await say(task.id, 2)
        await eventually(lambda: not ear.healthy, 5, "a frozen Redis passes for a healthy one")
        await listener.has(last, 5)
        own_redis.process.send(signal.SIGCONT)
        await eventually(lambda: ear.healthy, 15, "it does not come back")
        last = await say(task.id)
        await listener.has(last, 2)
        await listener.end()


async def test_readers_that_come_while_connections_are_cut_do_not_end_the_listening(
    ear: Hub, own_redis: OwnRedis, submit: Submit, say: Say
) -> None:
    until = time.monotonic() + 2.0

    async def come_and_go() -> None:
        while time.monotonic() < until:
            (await ear.follow(ids.new(), 0)).close()

    async def cut() -> None:
        async with own_redis.connected() as redis:
            while time.monotonic() < until:
                await redis.client_kill_filter(_type="pubsub")
                await eventually(lambda: ear.connected or time.monotonic() >= until, 5, "not back")

    with structlog.testing.capture_logs() as told:
        await asyncio.gather(cut(), *(come_and_go() for _ in range(8)))
    assert [each for each in told if each["log_level"] == "error"] == []
    task = await submit(dispatched=False)
    await eventually(lambda: ear.healthy, 20, "the bell has not come back")
    listener = Listener(await ear.follow(task.id, 0))
    last = await say(task.id)
    await listener.has(last, 3)
    await listener.end()
