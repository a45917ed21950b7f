"""A reader against every misbehaviour of the bell: each record once, in order."""

import asyncio
from collections import deque

import pytest
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from casework.database import Database
from progress import bus, follow, live
from progress.event import Record
from progress.follow import Follower, Topic
from progress.hub import Hub
from tests.support import eventually
from tests.workers.conftest import Submit, dispatch, submit, writer

__all__ = ["dispatch", "submit", "writer"]  # fixtures


def record(seq: int) -> Record:
    return Record("t", seq, "task.log", b'{"task_id":"t","seq":%d,"type":"task.log","at":""}' % seq)


ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(
            ["commit", "ring", "ring", "late", "repeat", "lie", "live", "resubscribe", "reconnect", "read", "read"]
        ),
        st.integers(1, 4),
    ),
    max_size=60,
)


@given(ACTIONS)
@example([("commit", 4), ("ring", 1), ("read", 1), ("ring", 2), ("read", 1)])  # a hole
@example([("commit", 4), ("ring", 1), ("ring", 1), ("read", 1), ("repeat", 2), ("late", 1), ("read", 1)])  # repeats
@hypothesis_settings(max_examples=400, deadline=None)
def test_any_order_of_commits_rings_and_reads_yields_each_record_once_in_order(actions: list[tuple[str, int]]) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(follow, "BYTES", 120)  # two of these records
        asyncio.run(_drive(actions))


async def test_a_reader_holds_little_of_what_it_reads_for_itself_alone_and_still_gets_everything() -> None:
    rows = [Record("t", seq, "task.log", b"x" * (60_000 if seq < 300 else 60)) for seq in range(1, 901)]
    asked: list[int] = []

    async def page(_: str, after: int, limit: int) -> list[Record]:
        asked.append(limit)
        return rows[after : after + limit]

    reader = Follower(Topic("t"), 0, page, lambda _: None)
    seen: list[int] = []
    while records := await reader.look():
        assert sum(len(record.data) for record in records) <= 64 * 1024
        seen += [record.seq for record in records]
        reader.cursor = seen[-1]
    assert seen == list(range(1, 901))
    assert asked[0] == asked[-1] == 200
    assert sum(asked) < 3 * len(rows) + 200, "rows are read again and again"


class World:
    """A journal, its rings, and a reader that reads when it likes; `tail` is short, so that it overflows."""

    def __init__(self) -> None:
        self.committed: list[Record] = []
        self.seen: list[int] = []
        self._unrung: list[Record] = []
        self._late: list[Record] = []
        self._topic = Topic("t")
        self._topic.tail = deque(maxlen=4)
        self._connect()

    def _connect(self) -> None:
        """A reader that comes, or comes back, with what it has seen as its cursor."""
        self._follower = Follower(self._topic, len(self.seen), self._page, self._topic.readers.discard)
        self._topic.readers.add(self._follower)

    async def _page(self, _: str, after: int, limit: int) -> list[Record]:
        return self.committed[after : after + limit]

    async def read(self) -> None:
        records = await self._follower.take(0)
        self.seen += [each.seq for each in records]
        if records:
            self._follower.cursor = records[-1].seq

    def happen(self, action: str, count: int) -> None:
        match action:
            case "commit":
                new = [record(len(self.committed) + n) for n in range(1, count + 1)]
                self.committed += new
                self._unrung += new
            case "ring":  # those that it jumps over are late, or lost
                rung = self._unrung[count - 1 : count]
                self._late += self._unrung[: count - 1]
                del self._unrung[:count]
                self._hear(rung)
            case "late":
                self._hear([self._late.pop() for _ in self._late[:1]])
            case "repeat":
                self._hear(self.committed[-count:])
            case "live":
                self._topic.hear(live.encode("t", "", "s", str(count)))
            case "lie":
                self._topic.heard(len(self.committed) + 100, [])
            case "resubscribe":
                self._topic.wake(dirty=True)
            case "reconnect":
                self._follower.close()
                self._connect()

    def _hear(self, rung: list[Record]) -> None:
        if rung:
            self._topic.heard(rung[-1].seq, rung)


async def _drive(actions: list[tuple[str, int]]) -> None:
    world = World()
    for action, count in actions:
        if action == "read":
            await world.read()
        else:
            world.happen(action, count)
        assert world.seen == list(range(1, len(world.seen) + 1))
    world.happen("resubscribe", 1)  # what the safety poll comes to
    for _ in range(len(world.committed) + 2):
        await world.read()
    assert world.seen == list(range(1, len(world.committed) + 1))


async def test_a_ring_for_what_was_never_committed_costs_one_look_into_sql() -> None:
    world, looks = World(), 0

    async def page(name: str, after: int, limit: int) -> list[Record]:
        nonlocal looks
        looks += 1
        return await world._page(name, after, limit)

    world._follower._page = page
    await world.read()
    world.happen("lie", 1)
    for _ in range(5):
        await world.read()
    assert looks == 2  # the first one is for what was committed before


@given(st.lists(st.tuples(st.integers(1, 10**6), st.text(max_size=50)), min_size=1, max_size=5))
def test_a_ring_comes_out_as_it_went_in(parts: list[tuple[int, str]]) -> None:
    records = [record(seq) for seq, _ in parts]
    last, heard = bus.decode("t", bus.encode(records))
    assert heard == records
    assert last == records[-1].seq


@given(st.binary())
def test_garbage_on_the_bus_is_told_and_never_a_crash(garbage: bytes) -> None:
    try:
        _, records = bus.decode("t", garbage)
    except ValueError:
        return
    assert all(each.data.startswith(b'{"task_id":"t"') for each in records)


async def test_a_reader_hears_what_is_committed_and_nothing_needs_the_poll(
    database: Database, redis_url: str, submit: Submit
) -> None:
    async with Hub(database, redis_url) as hub:
        await eventually(lambda: hub.connected, 5, "the hub has not subscribed")
        task = await submit(dispatched=False)
        follower = await hub.follow(task.id, 0)
        records = await follower.take(5)
        assert [each.seq for each in records] == [1]
        follower.cursor = 1
        await hub.poll()
        assert hub.delivered_by_poll == 0
        follower.close()


async def test_what_was_never_rung_is_found_by_the_poll(database: Database, redis_url: str, submit: Submit) -> None:
    async with Hub(database, redis_url) as hub:
        await eventually(lambda: hub.connected, 5, "the hub has not subscribed")
        task = await submit(dispatched=False)
        follower = await hub.follow(task.id, 0)
        follower.cursor = (await follower.take(5))[-1].seq
        import sqlalchemy as sa

        from casework import tables

        async with database.write() as connection:
            row = {"task_id": task.id, "seq": 2, "type": "task.log", "at": 0, "data": record(2).data.decode()}
            await connection.execute(sa.insert(tables.events).values(row))
            await connection.execute(sa.update(tables.tasks).values(last_seq=2))
        await hub.poll()
        assert [each.seq for each in await follower.take(5)] == [2]
        assert hub.delivered_by_poll == 1
        follower.close()
