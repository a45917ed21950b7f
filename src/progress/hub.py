"""One supervised Redis subscriber a process, however many readers there are.

Every confirmation of a subscription, the first as any later one, sends its readers to SQL once; a canary finds the
connection that is open and dead; a batched poll of SQL finds what was never rung. So no event depends on Redis.
"""

import asyncio
import random
from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from redis.asyncio.client import PubSub

from casework import duties, ids, log
from casework.connection import FAULTS, client
from casework.database import Database
from casework.errors import DatabaseUnavailable
from casework.retry import backoff
from casework.tables import tasks
from progress import journal
from progress.event import Record
from progress.feed import Feed, Owner, unfinished
from progress.follow import Awake, Follower, Reader, Topic

CONFIRM_SECONDS = 2.0
CANARY_SECONDS = 5.0
POLL_SECONDS = 5.0
POLL_SECONDS_UNHEALTHY = 1.0
GRACE_SECONDS = 0.5  # a ring may be under way when the poll looks
LINGER_SECONDS = 10.0
CHUNK = 500  # channels of one command
C = TypeVar("C", Topic, Owner)
_log = log.get(__name__)


class Hub:
    """Open it once in a process: `async with Hub(database, redis_url) as hub`."""

    def __init__(self, database: Database, redis_url: str) -> None:
        self._database = database
        self._redis = client(redis_url, size=4, retries=0)
        self._channels: dict[str, Topic | Owner] = {}
        self._joining: list[str] = []  # channels to be subscribed to
        self._leaving: list[str] = []
        self._turn = asyncio.Event()  # there are some of either
        self._canary = f"casework:canary:{ids.new()}"
        self._last_echo = 0.0
        self._tasks: list[asyncio.Task[None]] = []
        self.connected = False
        self.healthy = False  # connected, and it has lately heard itself
        self.delivered_by_poll = 0
        self.subscriptions = 0

    async def __aenter__(self) -> "Hub":
        running = {"hub listen": self._listen, "hub canary": self._send_canaries, "hub poll": self._poll_for_ever}
        self._tasks = [duties.begin(name, duty) for name, duty in running.items()]
        return self

    async def __aexit__(self, *_: object) -> None:
        await duties.end(self._tasks)
        await self._redis.aclose(close_connection_pool=True)

    async def follow(self, task_id: str, after: int, awake: Awake | None = None) -> Follower:
        """A reader of the task from past `after`, woken by `awake` where it is given; waits for the subscription to be
        confirmed, two seconds at most."""
        topic = self._known(Topic(task_id))
        follower = Follower(topic, after, self._page, self._leave, awake)
        topic.readers.add(follower)
        try:
            await self._confirmed([topic])
        except BaseException:
            follower.close()
            raise
        return follower

    async def gather(self, owner_id: str, awake: Awake) -> Feed:
        """A reader of all unfinished tasks of an owner; waits as `follow` does."""
        owner = self._known(Owner(owner_id))
        feed = Feed(owner, self._database, self._followed, self._leave, self._leave_owner, awake)
        owner.readers.add(feed)
        try:
            await self._confirmed([owner])
        except BaseException:
            feed.close()
            raise
        return feed

    async def _followed(self, task_ids: Collection[str]) -> list[Topic]:
        topics = [self._known(Topic(task_id)) for task_id in task_ids]
        await self._confirmed(topics)
        return topics

    def _known(self, channel: C) -> C:
        """The one that is here already, or this one."""
        found = self._channels.setdefault(channel.channel, channel)
        found.idle_since = asyncio.get_running_loop().time()  # nobody reads it yet: it may not be forgotten meanwhile
        return cast("C", found)

    async def _confirmed(self, channels: Collection[Topic | Owner]) -> None:
        """Have subscribed where nobody has, and wait until all are confirmed, or two seconds."""
        for channel in channels:
            if not channel.asked:
                channel.asked = True
                self._joining.append(channel.channel)
                self._turn.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(CONFIRM_SECONDS):
                for channel in channels:
                    await channel.confirmed.wait()

    def _leave(self, reader: Reader) -> None:
        reader.topic.readers.discard(reader)
        reader.topic.idle_since = asyncio.get_running_loop().time()

    def _leave_owner(self, feed: Feed) -> None:
        feed.owner.readers.discard(feed)
        feed.owner.idle_since = asyncio.get_running_loop().time()

    async def _page(self, task_id: str, after: int, limit: int) -> list[Record]:
        async with self._database.read() as connection:
            return await journal.after(connection, task_id, after, limit)

    async def _listen(self) -> None:
        failures = 0
        while True:
            try:
                async with self._redis.pubsub() as pubsub:
                    await pubsub.subscribe(self._canary)
                    self._last_echo = asyncio.get_running_loop().time()
                    self._joining, self._leaving = list(self._channels), []
                    self._turn.set()
                    self.connected = True
                    failures = 0
                    await self._use(pubsub)
            except FAULTS as error:
                failures += 1
                _log.warning("the bell is away; readers are served by polling", error=type(error).__name__)
            finally:
                self.connected = self.healthy = False
            await asyncio.sleep(backoff(max(1, failures), 0.1, 1.0))

    async def _use(self, pubsub: PubSub) -> None:
        """Hear and ask on one connection, which nobody else touches; what fails either ends both."""
        parts = [asyncio.ensure_future(part) for part in (self._hear(pubsub), self._ask(pubsub))]
        try:
            await asyncio.gather(*parts)
        finally:
            await duties.end(parts)

    async def _ask(self, pubsub: PubSub) -> None:
        """Subscribe to what is joined, and leave what is left."""
        while True:
            await self._turn.wait()
            self._turn.clear()
            leaving, self._leaving = self._leaving, []
            joining, self._joining = [name for name in self._joining if name in self._channels], []
            for start in range(0, len(leaving), CHUNK):
                await pubsub.unsubscribe(*leaving[start : start + CHUNK])
            for start in range(0, len(joining), CHUNK):
                await pubsub.subscribe(*joining[start : start + CHUNK])

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
        channel = self._channels.get(name)
        if channel is None:
            return
        if message["type"] == "subscribe":
            self.subscriptions += 1
            channel.confirmed.set()
            channel.wake(dirty=True)
        elif message["type"] == "message":
            try:
                channel.hear(message["data"])
            except ValueError:
                _log.warning("a ring that is none of ours", channel=name)

    async def _send_canaries(self) -> None:
        while True:
            await asyncio.sleep(CANARY_SECONDS)
            self._forget_idle()
            try:
                async with asyncio.timeout(CANARY_SECONDS):
                    await self._redis.publish(self._canary, b"")
            except FAULTS:
                self.healthy = False

    def _forget_idle(self) -> None:
        moment = asyncio.get_running_loop().time()
        idle = [
            name
            for name, channel in self._channels.items()
            if not channel.readers and moment - channel.idle_since > LINGER_SECONDS
        ]
        for name in idle:
            del self._channels[name]
        if idle:
            self._leaving += idle
            self._turn.set()

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
        behind = await self._behind()
        missing = await self._missing()
        if (behind or missing) and self.healthy:
            await asyncio.sleep(GRACE_SECONDS)
            behind = [(topic, last) for topic, last in behind if topic.hint < last]
            missing = [(feed, feed.missing(named)) for feed, named in missing]
        for topic, last in behind:
            self.delivered_by_poll += sum(reader.cursor < last and not reader.dirty for reader in topic.readers)
            topic.hint = max(topic.hint, last)
            topic.wake()
        for feed, named in missing:
            self.delivered_by_poll += len(named)
            feed.join(named)

    async def _behind(self) -> list[tuple[Topic, int]]:
        """The watched tasks whose journals go further than was heard, and how far."""
        watched = [each for each in self._channels.values() if isinstance(each, Topic) and each.readers]
        query = sa.select(tasks.c.id, tasks.c.last_seq)
        found: dict[str, int] = {}
        for start in range(0, len(watched), 1000):
            names = [topic.task_id for topic in watched[start : start + 1000]]
            async with self._database.read() as connection:
                rows = await connection.execute(query.where(tasks.c.id.in_(names)))
            found.update((row.id, row.last_seq) for row in rows)
        last = [(topic, found.get(topic.task_id, 0)) for topic in watched]
        return [(topic, seq) for topic, seq in last if topic.hint < seq]

    async def _missing(self) -> list[tuple[Feed, set[str]]]:
        """The feeds that lack unfinished tasks, and which."""
        owners = [each for each in self._channels.values() if isinstance(each, Owner) and each.readers]
        if not owners:
            return []
        found = await unfinished(self._database, [owner.owner_id for owner in owners])
        feeds = [(feed, feed.missing(found[owner.owner_id])) for owner in owners for feed in owner.readers]
        return [(feed, named) for feed, named in feeds if named]
