"""One supervised Redis subscriber a process, however many readers there are.

Every confirmation of a subscription, the first as any later one, sends its readers to SQL once; a canary finds the
connection that is open and dead; a batched poll of SQL finds what was never rung. So no event depends on Redis.
"""

import asyncio
import random
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import sqlalchemy as sa
from redis.asyncio.client import PubSub

from casework import duties, ids, log
from casework.connection import FAULTS, client
from casework.database import Database
from casework.errors import DatabaseUnavailable
from casework.retry import backoff
from casework.tables import tasks
from progress import bus, journal
from progress.event import Record
from progress.follow import Follower, Topic

CONFIRM_SECONDS = 2.0
CANARY_SECONDS = 5.0
POLL_SECONDS = 5.0
POLL_SECONDS_UNHEALTHY = 1.0
GRACE_SECONDS = 0.5  # a ring may be under way when the poll looks
LINGER_SECONDS = 10.0
_log = log.get(__name__)


class Hub:
    """Open it once in a process: `async with Hub(database, redis_url) as hub`."""

    def __init__(self, database: Database, redis_url: str) -> None:
        self._database = database
        self._redis = client(redis_url, size=4, retries=0)
        self._topics: dict[str, Topic] = {}
        self._pubsub: PubSub | None = None
        self._canary = f"casework:canary:{ids.new()}"
        self._last_echo = 0.0
        self._tasks: list[asyncio.Task[None]] = []
        self.healthy = False
        self.delivered_by_poll = 0
        self.subscriptions = 0

    async def __aenter__(self) -> "Hub":
        running = {"hub listen": self._listen(), "hub canary": self._send_canaries(), "hub poll": self._poll_for_ever()}
        self._tasks = [asyncio.create_task(duty, name=name) for name, duty in running.items()]
        return self

    async def __aexit__(self, *_: object) -> None:
        await duties.end(self._tasks)
        await self._redis.aclose(close_connection_pool=True)

    async def follow(self, task_id: str, after: int) -> Follower:
        """A reader of the task from past `after`; waits for the subscription to be confirmed, two seconds at most."""
        topic = self._topics.get(task_id)
        if topic is None:
            topic = self._topics[task_id] = Topic(task_id)
            await self._subscribe(topic)
        follower = Follower(topic, after, self._page, self._leave)
        topic.followers.add(follower)
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(CONFIRM_SECONDS):
                    await topic.confirmed.wait()
        except BaseException:
            follower.close()
            raise
        return follower

    def _leave(self, follower: Follower) -> None:
        topic = follower.topic
        topic.followers.discard(follower)
        topic.idle_since = asyncio.get_running_loop().time()

    async def _page(self, task_id: str, after: int, limit: int) -> list[Record]:
        async with self._database.read() as connection:
            return await journal.after(connection, task_id, after, limit)

    async def _subscribe(self, topic: Topic) -> None:
        pubsub = self._pubsub
        if pubsub is None:
            return  # the listener subscribes to everything when it is back
        try:
            async with asyncio.timeout(CONFIRM_SECONDS):
                await pubsub.subscribe(bus.channel(topic.task_id))
        except FAULTS as error:
            _log.warning("subscription failed; the poll covers for it", error=type(error).__name__)

    async def _listen(self) -> None:
        failures = 0
        while True:
            try:
                async with self._redis.pubsub() as pubsub:
                    await pubsub.subscribe(self._canary)
                    self._last_echo = asyncio.get_running_loop().time()
                    self._pubsub = pubsub  # before the rest: a reader that comes meanwhile subscribes for itself
                    await self._subscribe_all(pubsub)
                    failures = 0
                    await self._hear(pubsub)
            except FAULTS as error:
                failures += 1
                _log.warning("the bell is away; readers are served by polling", error=type(error).__name__)
            finally:
                self._pubsub = None
                self.healthy = False
            await asyncio.sleep(backoff(max(1, failures), 0.1, 1.0))

    async def _subscribe_all(self, pubsub: PubSub) -> None:
        channels = [bus.channel(task_id) for task_id in self._topics]
        for start in range(0, len(channels), 500):
            await pubsub.subscribe(*channels[start : start + 500])

    async def _hear(self, pubsub: PubSub) -> None:
        loop = asyncio.get_running_loop()
        while True:
            message = await pubsub.get_message(timeout=1.0)
            if message is not None:
                self._take_in(message)
            if loop.time() - self._last_echo > 2 * CANARY_SECONDS:
                raise TimeoutError("no echo of the canary")

    def _take_in(self, message: Mapping[str, Any]) -> None:
        name = (message["channel"] or b"").decode()
        if name == self._canary:
            self._last_echo = asyncio.get_running_loop().time()
            self.healthy = True
            return
        task_id = name.removeprefix(bus.CHANNEL)
        topic = self._topics.get(task_id)
        if topic is None:
            return
        if message["type"] == "subscribe":
            self.subscriptions += 1
            topic.confirmed.set()
            topic.wake(dirty=True)
        elif message["type"] == "message":
            try:
                topic.heard(*bus.decode(task_id, message["data"]))
            except ValueError:
                _log.warning("a ring that is none of ours", task_id=task_id)

    async def _send_canaries(self) -> None:
        while True:
            await asyncio.sleep(CANARY_SECONDS)
            await self._forget_idle()
            try:
                async with asyncio.timeout(CANARY_SECONDS):
                    await self._redis.publish(self._canary, b"")
            except FAULTS:
                self.healthy = False

    async def _forget_idle(self) -> None:
        moment = asyncio.get_running_loop().time()
        idle = [t for t in self._topics.values() if not t.followers and moment - t.idle_since > LINGER_SECONDS]
        for topic in idle:
            del self._topics[topic.task_id]
        if idle and self._pubsub is not None:
            with suppress(*FAULTS):
                await self._pubsub.unsubscribe(*(bus.channel(topic.task_id) for topic in idle))

    async def _poll_for_ever(self) -> None:
        while True:
            period = POLL_SECONDS if self.healthy else POLL_SECONDS_UNHEALTHY
            await asyncio.sleep(period * random.uniform(0.8, 1.2))
            try:
                await self.poll()
            except DatabaseUnavailable as error:
                _log.warning("the safety poll found no database", error=type(error.__cause__).__name__)

    async def poll(self) -> None:
        """Compare what the journals hold with what was heard, and wake whoever is behind."""
        behind = await self._behind(list(self._topics.values()))
        if behind and self.healthy:
            await asyncio.sleep(GRACE_SECONDS)
            behind = [(topic, last) for topic, last in behind if topic.hint < last]
        for topic, last in behind:
            late = sum(follower.cursor < last and not follower.dirty for follower in topic.followers)
            self.delivered_by_poll += late
            topic.hint = max(topic.hint, last)
            topic.wake()

    async def _behind(self, topics: list[Topic]) -> list[tuple[Topic, int]]:
        watched = [topic for topic in topics if topic.followers]
        if not watched:
            return []
        query = sa.select(tasks.c.id, tasks.c.last_seq)
        found: dict[str, int] = {}
        async with self._database.read() as connection:
            for start in range(0, len(watched), 1000):
                names = [topic.task_id for topic in watched[start : start + 1000]]
                found.update(
                    (row.id, row.last_seq) for row in await connection.execute(query.where(tasks.c.id.in_(names)))
                )
        return [
            (topic, found[topic.task_id])
            for topic in watched
            if topic.task_id in found and topic.hint < found[topic.task_id]
        ]
