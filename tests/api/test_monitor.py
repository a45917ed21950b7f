"""One snapshot a second for all who watch, and none for nobody."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from api import monitor as module
from api.monitor import Monitor
from api.watch import MonitorStory
from casework.database import Database
from casework.errors import DatabaseUnavailable
from progress.follow import Awake
from tests.support import eventually

SLOTS = {"high": 1, "medium": 1, "low": 1}


@pytest.fixture
async def monitor(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Monitor]:
    monkeypatch.setattr(module, "PERIOD_SECONDS", 0.05)
    async with Monitor(database, SLOTS, 5) as monitor:
        yield monitor


async def told(story: MonitorStory) -> list[bytes]:
    """What it writes when it is asked once."""
    written: list[bytes] = []

    async def write(chunk: bytes) -> None:
        written.append(chunk)

    await story.go_on(write)
    return written


async def nothing(_: bytes) -> None:
    pass


async def test_nothing_is_made_while_nobody_watches(monitor: Monitor) -> None:
    assert monitor.made == 0
    first, second = MonitorStory(monitor), MonitorStory(monitor)
    await first.begin(nothing, Awake())
    await second.begin(nothing, Awake())
    await eventually(lambda: monitor.made >= 3, 5, "nothing is made")
    first.close()
    made = monitor.made
    await eventually(lambda: monitor.made > made + 1, 5, "one watcher is enough")
    second.close()
    await eventually(lambda: monitor.latest is None, 5, "it goes on for nobody")
    made = monitor.made
    await asyncio.sleep(0.2)
    assert monitor.made == made


async def test_a_slow_watcher_is_told_the_newest_alone(monitor: Monitor) -> None:
    story = MonitorStory(monitor)
    await story.begin(nothing, Awake())
    await eventually(lambda: monitor.made >= 3, 5, "nothing is made")
    [snapshot] = await told(story)
    assert snapshot == monitor.latest
    assert snapshot.startswith(b"event: snapshot\ndata: {")
    assert b"\nid:" not in snapshot
    assert await told(story) == []
    story.close()
    await eventually(lambda: monitor.latest is None, 5, "it goes on for nobody")


async def test_a_watcher_in_an_outage_is_told_to_come_back_and_the_next_one_starts_anew(
    monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise DatabaseUnavailable

    with monkeypatch.context() as outage:
        outage.setattr("progress.operating.snapshot", away)
        story = MonitorStory(monitor)
        await story.begin(nothing, Awake())
        await eventually(lambda: monitor.away, 5, "the outage was not noticed")
        with pytest.raises(DatabaseUnavailable):
            await told(story)
        story.close()
    later = MonitorStory(monitor)
    await later.begin(nothing, Awake())
    await eventually(lambda: monitor.made and not monitor.away, 5, "it does not come back")
    assert len(await told(later)) == 1
    later.close()
    await eventually(lambda: monitor.latest is None, 5, "it goes on for nobody")
