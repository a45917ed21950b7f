"""A reader of all unfinished tasks of one owner: the newest state of each, then what happens to it.

What the shared tails no longer hold is told by the task's newest row, so a slow reader costs its own lag alone.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable

import sqlalchemy as sa

from casework.database import Database
from casework.tables import tasks
from casework.task import Task
from progress import bus
from progress.event import Record
from progress.follow import Awake, Reader, Topic
from progress.journal import STATE, task_of

TASKS = 1_000  # of one owner, the newest ones; the others are read one by one
ITEMS = 500
CHUNK = 500
_OPEN = tasks.c.finished_at.is_(None)  # in the words of the partial index
Topics = Callable[[Collection[str]], Awaitable[list[Topic]]]


class Owner:
    """What one process hears of one owner: which tasks have come to be unfinished."""

    def __init__(self, owner_id: str) -> None:
        self.owner_id = owner_id
        self.channel = bus.owner_channel(owner_id)
        self.readers: set[Feed] = set()
        self.asked = False  # for its subscription
        self.confirmed = asyncio.Event()
        self.idle_since = 0.0

    def hear(self, ring: bytes) -> None:
        """Take in what came on the channel; raises ValueError for what is no ring."""
        named = bus.decode_queued(ring)
        for feed in self.readers:
            feed.join(named)

    def wake(self, *, dirty: bool = False) -> None:
        """Let every reader look; `dirty`: for tasks that nobody has named."""
        for feed in self.readers:
            feed.wake(dirty=dirty)


class Member(Reader):
    """One task in a feed; `cursor` is 0 until its state has been told."""

    __slots__ = ("_feed",)

    def __init__(self, topic: Topic, feed: "Feed") -> None:
        super().__init__(topic, 0)
        self._feed = feed

    def wake(self, *, dirty: bool = False) -> None:
        """Let the feed look at this task."""
        self.dirty = self.dirty or dirty
        self._feed.ready[self.topic.task_id] = self
        self._feed.wake()

    @property
    def stale(self) -> bool:
        """Whether the tail cannot tell what comes next."""
        return self.dirty or (self.topic.hint > self.cursor and not self.topic.after(self.cursor))


class Feed:
    """One reader of an owner's tasks; opened by the hub."""

    def __init__(
        self,
        owner: Owner,
        database: Database,
        topics: Topics,
        leave: Callable[[Reader], None],
        leave_owner: Callable[["Feed"], None],
        awake: Awake,
    ) -> None:
        self.owner = owner
        self.awake = awake
        self.members: dict[str, Member] = {}
        self.ready: dict[str, Member] = {}
        self._joining: set[str] = set()
        self._dirty = True
        self._database = database
        self._topics = topics
        self._leave = leave
        self._leave_owner = leave_owner

    def join(self, task_ids: Iterable[str]) -> None:
        """Take in tasks that are said to be unfinished."""
        for task_id in task_ids:
            if task_id in self.members:
                self.members[task_id].wake(dirty=True)
            else:
                self._joining.add(task_id)
        self.awake.set()

    def wake(self, *, dirty: bool = False) -> None:
        """Let it look; `dirty`: for tasks that nobody has named."""
        self._dirty = self._dirty or dirty
        self.awake.set()

    @property
    def behind(self) -> bool:
        """Whether another look may give more at once."""
        return self._dirty or bool(self._joining or self.ready)

    def missing(self, open_tasks: Collection[str]) -> set[str]:
        """Those of the tasks that it neither follows nor is about to, where it has room for them."""
        if len(self.members) >= TASKS:
            return set()
        return set(open_tasks) - self.members.keys() - self._joining

    async def look(self) -> list[Task | Record | bytes]:
        """What is new: a task where its state is told as a whole, records where they follow on it, blocks of live text.

        Raises DatabaseUnavailable where SQL is needed and away.
        """
        await self._admit()
        items: list[Task | Record | bytes] = list(await self._states())
        while self.ready and len(items) < ITEMS:
            task_id = next(iter(self.ready))
            member = self.ready.pop(task_id)
            if member.stale:  # since the rows were read: the next look reads again
                self.ready[task_id] = member
                break
            records = member.topic.after(member.cursor)
            if not records:
                if member.unshown is not None:
                    items.append(member.unshown)
                    member.shown = member.topic.live
                continue
            items += records
            member.cursor = records[-1].seq
            if member.topic.hint > member.cursor:
                self.ready[task_id] = member
            elif records[-1].final:
                self._drop(member)
            elif member.unshown is not None:
                self.ready[task_id] = member
        return items

    async def _admit(self) -> None:
        """Follow what is to be followed: subscribed first, then read."""
        joining, self._joining = self._joining, set()
        if self._dirty:
            self._dirty = False
            joining |= (await unfinished(self._database, [self.owner.owner_id]))[self.owner.owner_id]
        new = sorted(joining - self.members.keys(), reverse=True)[: TASKS - len(self.members)]
        if not new:
            return
        for topic in await self._topics(new):
            member = self.members[topic.task_id] = self.ready[topic.task_id] = Member(topic, self)
            topic.readers.add(member)

    async def _states(self) -> list[Task]:
        """The rows of the tasks whose tails do not go on from where they were told."""
        stale = [member for member in self.ready.values() if member.stale]
        if not stale:
            return []
        hints = {member.topic.task_id: member.topic.hint for member in stale}
        for member in stale:
            member.dirty = False
        rows = await self._rows(list(hints))
        told = []
        for member in stale:
            topic = member.topic
            row = rows.get(topic.task_id)
            if row is None or (row.status.final and row.last_seq <= member.cursor):
                self._drop(member)
                continue
            if row.last_seq > member.cursor:
                told.append(row)
                member.cursor = row.last_seq
            if topic.hint == hints[topic.task_id] > row.last_seq:
                topic.hint = row.last_seq  # a ring for what was never committed: nobody may wait for it
            topic.hint = max(topic.hint, row.last_seq)
            if row.status.final and topic.hint <= row.last_seq:
                self._drop(member)
        return told

    async def _rows(self, task_ids: list[str]) -> dict[str, Task]:
        found = {}
        async with self._database.read() as connection:
            for start in range(0, len(task_ids), CHUNK):
                chosen = tasks.c.id.in_(task_ids[start : start + CHUNK])
                query = sa.select(*STATE).where(chosen, tasks.c.owner_id == self.owner.owner_id)
                found.update({row.id: task_of(row) for row in await connection.execute(query)})
        return found

    def _drop(self, member: Member) -> None:
        self.members.pop(member.topic.task_id, None)
        self.ready.pop(member.topic.task_id, None)
        self._leave(member)

    def close(self) -> None:
        """Stop following; takes effect at once and awaits nothing."""
        for member in self.members.values():
            self._leave(member)
        self._leave_owner(self)


async def unfinished(database: Database, owner_ids: Collection[str]) -> dict[str, set[str]]:
    """The ids of each owner's newest unfinished tasks."""
    found: dict[str, set[str]] = {owner_id: set() for owner_id in owner_ids}
    nth = sa.func.row_number().over(partition_by=tasks.c.owner_id, order_by=tasks.c.id.desc()).label("nth")
    wanted = sorted(owner_ids)
    async with database.read() as connection:
        for start in range(0, len(wanted), CHUNK):
            chosen = tasks.c.owner_id.in_(wanted[start : start + CHUNK])
            newest = sa.select(tasks.c.id, tasks.c.owner_id, nth).where(chosen, _OPEN).subquery()
            query = sa.select(newest.c.id, newest.c.owner_id).where(newest.c.nth <= TASKS)
            for row in await connection.execute(query):
                found[row.owner_id].add(row.id)
    return found
