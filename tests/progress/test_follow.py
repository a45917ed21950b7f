"""A reader against every misbehaviour of the bell: each record once, in order."""

import asyncio

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from casework.database import Database
from progress import bus
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
        st.sampled_from(["commit", "ring", "ring", "repeat", "lie", "resubscribe", "read", "read"]), st.integers(1, 4)
    ),
    max_size=40,
)


@given(ACTIONS)
@hypothesis_settings(max_examples=200, deadline=None)
def test_any_order_of_commits_rings_and_reads_yields_each_record_once_in_order(actions: list[tuple[str, int]]) -> None:
    asyncio.run(_drive(actions))


async def _drive(actions: list[tuple[str, int]]) -> None:
    committed: list[Record] = []
    unrung: list[Record] = []

    async def page(_: str, after: int, limit: int) -> list[Record]:
        return committed[after : after + limit]

    topic = Topic("t")
    follower = Follower(topic, 0, page, topic.readers.discard)
    topic.readers.add(follower)
    seen: list[int] = []

    async def read() -> None:
        records = await follower.take(0)
        seen.extend(each.seq for each in records)
        if records:
            follower.cursor = records[-1].seq

    for action, count in actions:
        match action:
            case "commit":
                new = [record(len(committed) + n) for n in range(1, count + 1)]
                committed += new
                unrung += new
            case "ring" if unrung:  # some rings are lost: those that a later one jumps over
                taken = unrung[count - 1 : count]
                del unrung[:count]
                if taken:
                    topic.heard(taken[-1].seq, taken)
            case "repeat" if committed:
                again = committed[-count:]
                topic.heard(again[-1].seq, again)
            case "lie":
                topic.heard(len(committed) + 100, [])
            case "resubscribe":
                topic.wake(dirty=True)
            case _:
                await read()
        assert seen == list(range(1, len(seen) + 1))
    topic.wake(dirty=True)  # what the safety poll comes to
    for _ in range(len(committed) + 2):
        await read()
    assert seen == list(range(1, len(committed) + 1))


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
        await eventually(lambda: hub._pubsub is not None, 5, "the hub has not subscribed")
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
