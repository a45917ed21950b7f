"""The bell in Redis pub/sub: `ring` after a commit, `listen` for what was rung; may lose, never lies.

A ring carries the records themselves where they are small, so that a reader needs no SQL. Nothing waits for Redis.
Live text (`progress.live`) goes the same way, in its place between the rings.
"""

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from uuid import UUID

from casework import duties, log
from casework.connection import FAULTS, client
from progress.batch import Committed
from progress.event import QUEUED, Record

CHANNEL = "casework:task:"
OWNER_CHANNEL = "casework:owner:"
CARRIED_BYTES = 128 * 1024  # a larger ring says only how far the journal goes
WAITING_RINGS = 10_000
BATCH = 500
_BEGINNING = b'{"task_id":"%b","seq":%b,"type":"%b",'
_log = log.get(__name__)


def channel(task_id: str) -> str:
    """Where the rings of a task are published."""
    return CHANNEL + task_id


def owner_channel(owner_id: str) -> str:
    """Where it is told which tasks of an owner have come to be unfinished."""
    return OWNER_CHANNEL + owner_id


def decode_queued(ring: bytes) -> list[str]:
    """The ids of the tasks that a ring on an owner's channel names; raises ValueError for what is no ring."""
    return [str(UUID(line)) for line in ring.decode("ascii").split("\n")]


def encode(records: Sequence[Record]) -> bytes:
    """Records of one task as a ring: lines of `seq type json`, or the last seq alone where they are large."""
    lines = [b"%d %b %b" % (record.seq, record.type.encode(), record.data) for record in records]
    if sum(map(len, lines)) > CARRIED_BYTES:
        return b"%d" % records[-1].seq
    return b"\n".join(lines)


def decode(task_id: str, ring: bytes) -> tuple[int, list[Record]]:
    """A ring as (last seq, the records it carries); raises ValueError for what is no ring."""
    if ring.isdigit():
        return int(ring), []
    records = []
    for line in ring.split(b"\n"):
        seq, kind, data = line.split(b" ", 2)
        if not (seq.isdigit() and data.startswith(_BEGINNING % (task_id.encode(), seq, kind))):
            raise ValueError("no ring of this task")
        records.append(Record(task_id, int(seq), kind.decode("ascii"), data))
    return records[-1].seq, records


class Bus:
    """The ringing side: rings are taken at once and published by a task of its own, in order, pipelined."""

    def __init__(self, url: str) -> None:
        self._redis = client(url, size=2, retries=1)
        self._rings: deque[tuple[str, bytes]] = deque(maxlen=WAITING_RINGS)
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._task: asyncio.Task[None] | None = None
        self.lost = 0

    async def __aenter__(self) -> "Bus":
        self._task = duties.begin("bus", self._publish_for_ever)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._idle.wait(), timeout=1)
            await duties.end([self._task])
        await self._redis.aclose(close_connection_pool=True)

    def show(self, task_id: str, frame: bytes) -> None:
        """Pass a frame of live text on to whoever watches the task; returns at once."""
        self._rings.append((channel(task_id), frame))
        self._idle.clear()
        self._wake.set()

    def ring(self, commits: Iterable[Committed]) -> None:
        """Ring for what was just committed, once a task, and once an owner for the tasks that are queued anew; returns
        at once."""
        queued: dict[str, list[str]] = {}
        for commit in commits:
            if commit.records:
                self._rings.append((channel(commit.task.id), encode(commit.records)))
            if any(record.type == QUEUED for record in commit.records):
                queued.setdefault(commit.task.owner_id, []).append(commit.task.id)
        self._rings.extend((owner_channel(owner), "\n".join(ids).encode()) for owner, ids in queued.items())
        self._idle.clear()
        self._wake.set()

    async def _publish_for_ever(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._rings:
                await self._publish([self._rings.popleft() for _ in range(min(BATCH, len(self._rings)))])
            self._idle.set()

    async def _publish(self, rings: Sequence[tuple[str, bytes]]) -> None:
        try:
            async with self._redis.pipeline(transaction=False) as pipe:
                for name, ring in rings:
                    pipe.publish(name, ring)
                await pipe.execute()
        except FAULTS as error:
            # Readers find the lost ones by their safety poll: a bell that is late is worth nothing.
            self.lost += len(rings)
            _log.warning("rings lost", count=len(rings), error=type(error).__name__)
