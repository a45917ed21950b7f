"""A reader of all of an owner's tasks against every misbehaviour of the bell: the newest state, never backwards."""

import asyncio
from collections.abc import Collection
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from casework.database import Database
from casework.task import Status, Task
from progress import bus, command, live
from progress.event import Record
from progress.feed import Feed, Owner
from progress.follow import Awake, Reader, Topic
from progress.hub import Hub
from progress.writer import Writer
from tests.support import eventually
from tests.workers.conftest import Submit, dispatch, submit, writer

__all__ = ["dispatch", "submit", "writer"]  # fixtures
NAMES = ["a", "b", "c"]


def row(task_id: str, seq: int, *, final: bool) -> Task:
    status = Status.CANCELLED if final else Status.RUNNING
    moments: dict[str, Any] = {"available_at": 0, "created_at": 0, "updated_at": 0}
    return Task(
        id=task_id, owner_id="li", workflow="demo", queue="low", status=status, input="", last_seq=seq, **moments
    )


class Truth(Feed):
    """A feed of a world that is a few lists."""

    def __init__(self) -> None:
        self.world: dict[str, list[Record]] = {}
        self.topics: dict[str, Topic] = {}
        owner = Owner("li")
        database: Any = None
        super().__init__(owner, database, self._follow, self._left, lambda _: None, Awake())
        owner.readers.add(self)

    async def _follow(self, task_ids: Collection[str]) -> list[Topic]:
        return [self.topics.setdefault(task_id, Topic(task_id)) for task_id in task_ids]

    def _left(self, reader: Reader) -> None:
        reader.topic.readers.discard(reader)

    async def _rows(self, task_ids: list[str]) -> dict[str, Task]:
        await asyncio.sleep(0)
        return {name: row(name, len(self.world[name]), final=self.ended(name)) for name in task_ids}

    def ended(self, name: str) -> bool:
        return bool(self.world[name]) and self.world[name][-1].final

    def commit(self, name: str, kind: str) -> Record:
        records = self.world.setdefault(name, [])
        seq = len(records) + 1
        data = b'{"task_id":"%b","seq":%d,"type":"%b","at":""}' % (name.encode(), seq, kind.encode())
        records.append(Record(name, seq, kind, data))
        return records[-1]

    def happen(self, action: str, name: str) -> None:
        """What the world does, and what the bell makes of it."""
        records = self.world.get(name, [])
        topic = self.topics.setdefault(name, Topic(name))
        match action:
            case "commit" if records and not records[-1].final:
                self.commit(name, "task.log")
            case "commit":
                self.commit(name, "task.queued")
                self.join([name])
            case "end" if records and not records[-1].final:
                self.commit(name, "task.cancelled")
            case "ring" if records:
                topic.heard(len(records), records[-2:])
            case "late" if records:
                topic.heard(1, records[:1])
            case "lie":
                topic.heard(len(records) + 7, [])
            case "join" if records:
                self.join([name])
            case "live":
                topic.hear(live.encode(name, "", "s", str(len(records))))
            case "resubscribe":
                topic.wake(dirty=True)


ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["commit", "commit", "end", "ring", "late", "lie", "live", "join", "resubscribe", "look"]),
        st.sampled_from(NAMES),
    ),
    max_size=50,
)


@given(ACTIONS)
@hypothesis_settings(max_examples=200, deadline=None)
def test_any_order_of_commits_rings_and_looks_comes_to_the_newest_state_and_never_backwards(
    actions: list[tuple[str, str]],
) -> None:
    asyncio.run(_drive(actions))


async def _drive(actions: list[tuple[str, str]]) -> None:
    feed = Truth()
    feed._dirty = False  # its owner has no tasks yet
    told: dict[str, int] = {}

    async def look() -> None:
        for item in await feed.look():
            if isinstance(item, Task):
                assert item.last_seq >= told.get(item.id, 0), "backwards"
                told[item.id] = item.last_seq
            elif isinstance(item, Record):
                assert item.seq == told[item.task_id] + 1, "a hole, or a repeat"
                told[item.task_id] = item.seq

    for action, name in actions:
        if action == "look":
            await look()
        else:
            feed.happen(action, name)
    feed.join(name for name in feed.world if not feed.ended(name))  # what the safety poll comes to
    for topic in feed.topics.values():
        topic.wake(dirty=True)
    for _ in range(10):
        await look()
    assert not feed.ready
    assert told == {name: len(records) for name, records in feed.world.items() if name in told}
    assert set(feed.members) == {name for name in feed.world if not feed.ended(name)}


@given(st.lists(st.uuids().map(str), min_size=1, max_size=5), st.binary())
def test_an_owners_ring_comes_out_as_it_went_in_and_garbage_is_told(ids: list[str], garbage: bytes) -> None:
    assert bus.decode_queued("\n".join(ids).encode()) == ids
    try:
        bus.decode_queued(garbage)
    except ValueError:
        return


async def test_nothing_needs_the_poll_and_what_was_never_rung_is_found_by_it(
    database: Database, redis_url: str, submit: Submit, writer: Writer, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Hub(database, redis_url) as hub:
        await eventually(lambda: hub.connected, 5, "the hub has not subscribed")
        feed = await hub.gather(user, Awake())
        assert await feed.look() == []
        first = await submit(dispatched=False)
        await eventually(lambda: feed._joining, 5, "not heard")
        assert [item.id for item in await feed.look() if isinstance(item, Task)] == [first.id]
        await writer.write(command.cancel(first.id, "li", 0))
        await eventually(lambda: feed.ready, 5, "not heard")
        assert [item.type for item in await feed.look() if isinstance(item, Record)] == ["task.cancelled"]
        await hub.poll()
        assert (hub.delivered_by_poll, feed.members) == (0, {})
        monkeypatch.setattr(writer.bus, "ring", lambda _: None)
        second = await submit(dispatched=False)
        await hub.poll()
        assert [item.id for item in await feed.look() if isinstance(item, Task)] == [second.id]
        await writer.write(command.cancel(second.id, "li", 0))
        await hub.poll()
        [told] = await feed.look()
        assert isinstance(told, Task)
        assert (told.id, told.status) == (second.id, Status.CANCELLED)
        assert hub.delivered_by_poll == 2
        feed.close()
