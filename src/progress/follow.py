"""A reader's ear: each record of a task once, in order, to the end, however the bell behaves.

There is no queue per reader: a woken reader takes what comes after its cursor from the shared tail, or from SQL where
the tail no longer has it. So nothing overflows, nothing is skipped, and a slow reader costs its own lag alone.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from progress import bus, live
from progress.event import Record

PAGE = 200
TAIL = 512
BYTES = 64 * 1024  # of rows read for one reader alone: it holds them for as long as its client takes nothing
Page = Callable[[str, int, int], Awaitable[list[Record]]]


class Awake:
    """An event with one waiter: what asyncio's has for many costs a kilobyte and a microsecond more."""

    __slots__ = ("_set", "_waiter")

    def __init__(self) -> None:
        self._set = False
        self._waiter: asyncio.Future[None] | None = None

    def set(self) -> None:
        """Wake the waiter, or let the next wait end at once."""
        self._set = True
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def clear(self) -> None:
        """From now on a wait lasts."""
        self._set = False

    async def wait(self) -> None:
        """Until it is set."""
        if self._set:
            return
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None


class Reader:
    """Whoever reads a task here: how far, and whether it must look into SQL whatever has been rung."""

    __slots__ = ("cursor", "dirty", "shown", "topic")

    def __init__(self, topic: "Topic", after: int) -> None:
        self.topic = topic
        self.cursor = after
        self.dirty = True  # what was committed before the subscription is in SQL alone
        self.shown: bytes | None = None

    def wake(self, *, dirty: bool = False) -> None:
        """Let it look; a `dirty` one looks into SQL."""
        raise NotImplementedError

    @property
    def unshown(self) -> bytes | None:
        """The block of live text that has not been passed on yet; the caller sets `shown` to it."""
        return None if self.topic.live is self.shown else self.topic.live


class Topic:
    """What one process knows of one watched task: how far its journal goes, its newest records, and what is being
    written since."""

    def __init__(self, task_id: str) -> None:
        self.task_id = task_id
        self.channel = bus.channel(task_id)
        self.hint = 0
        self.tail: deque[Record] = deque(maxlen=TAIL)
        self.live: bytes | None = None
        self.readers: set[Reader] = set()
        self.asked = False  # for its subscription
        self.confirmed = asyncio.Event()
        self.idle_since = 0.0

    def hear(self, ring: bytes) -> None:
        """Take in what came on the channel; raises ValueError for what is no ring."""
        if ring.startswith(live.MARK):
            self.live = live.block(self.task_id, ring)
            self.wake()
        else:
            self.heard(*bus.decode(self.task_id, ring))

    def heard(self, last: int, records: Sequence[Record]) -> None:
        """Take in a ring: repeated and late ones change nothing, after a lost one the tail begins anew."""
        for record in records:
            if self.tail and record.seq <= self.tail[-1].seq:
                continue
            if self.tail and record.seq != self.tail[-1].seq + 1:
                self.tail.clear()
            self.tail.append(record)
        if last > self.hint:
            self.hint = last
            self.live = None  # whatever has happened, it is not what is being written now
            self.wake()

    def wake(self, *, dirty: bool = False) -> None:
        """Let every reader look."""
        for reader in self.readers:
            reader.wake(dirty=dirty)

    def after(self, seq: int) -> list[Record]:
        """The records past `seq` where the tail has them without a hole; otherwise none."""
        if not self.tail or not self.tail[0].seq <= seq + 1 <= self.tail[-1].seq:
            return []
        start = seq + 1 - self.tail[0].seq
        return [self.tail[index] for index in range(start, min(start + PAGE, len(self.tail)))]


class Follower(Reader):
    """One reader of one task. The caller moves `cursor` once it has passed on what `look` or `take` gave."""

    __slots__ = ("_leave", "_page", "_rows", "awake")

    def __init__(
        self, topic: Topic, after: int, page: Page, leave: Callable[[Reader], None], awake: Awake | None = None
    ) -> None:
        super().__init__(topic, after)
        self.awake = awake or Awake()
        self._page = page
        self._rows = PAGE  # how many it asks for: fewer where they are large
        self._leave = leave

    def wake(self, *, dirty: bool = False) -> None:
        """Let it look; a `dirty` one looks into SQL."""
        self.dirty = self.dirty or dirty
        self.awake.set()

    @property
    def behind(self) -> bool:
        """Whether another look may give more at once."""
        return self.dirty or self.topic.hint > self.cursor

    async def take(self, timeout: float) -> list[Record]:
        """What `look` gives as soon as it gives something; empty after `timeout` seconds of silence."""
        deadline = asyncio.get_running_loop().time() + timeout
        while True:
            self.awake.clear()
            records = await self.look()
            if records:
                return records
            try:
                async with asyncio.timeout_at(deadline):
                    await self.awake.wait()
            except TimeoutError:
                return []

    async def look(self) -> list[Record]:
        """The next records past the cursor, at most a page of them; empty where there are none yet.

        Raises DatabaseUnavailable where SQL is needed and away; the reader is then still to be read once more.
        """
        topic = self.topic
        records = topic.after(self.cursor)
        if records:
            return records
        if not self.dirty and topic.hint <= self.cursor:
            return []
        hint, asked = topic.hint, self._rows
        records = await self._page(topic.task_id, self.cursor, asked)
        if not records:
            self.dirty = False
            if topic.hint == hint and hint > self.cursor:
                topic.hint = self.cursor  # a ring for what was never committed: nobody may wait for it
            return []
        if len(records) < asked:
            self.dirty = False
        if records[-1].seq > topic.hint:  # what one reader found in SQL, none of the others may wait for
            topic.hint = records[-1].seq
            topic.wake()
        kept = _first(records, BYTES)
        self._rows = len(kept) if len(kept) < len(records) else min(PAGE, 2 * asked)
        return kept

    def close(self) -> None:
        """Stop following; takes effect at once and awaits nothing."""
        self._leave(self)


def _first(records: list[Record], size: int) -> list[Record]:
    """The first of the records that are of that size together, one at least."""
    taken = 0
    for index, record in enumerate(records):
        taken += len(record.data)
        if index and taken > size:
            return records[:index]
    return records
