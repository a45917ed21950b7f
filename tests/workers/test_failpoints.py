"""A worker killed between any two writes: each heals within seconds, and nothing is done twice."""

import signal
from pathlib import Path

import pytest

from casework import failpoint
from casework.database import Database
from cli.drill.verdict import Journal, Witness, judge
from progress import journal, reading
from tests.workers.conftest import Events, Submit
from tests.workers.processes import ARQ, CASEWORK, Start
from tests.workers.test_redis_outages import has_started
from tests.workers.test_runner import ended, kinds

GOOD = frozenset({"task.succeeded"})
WORKER_POINTS = ("job.taken", "claim.committed", "step.done", "final.committed", "handover.committed")


@pytest.mark.parametrize("point", WORKER_POINTS)
@pytest.mark.parametrize("command", [CASEWORK, ARQ], ids=["casework worker", "arq workers.Medium"])
async def test_a_worker_killed_between_two_writes_loses_and_doubles_nothing(
    point: str,
    command: tuple[str, ...],
    start: Start,
    submit: Submit,
    events: Events,
    database: Database,
    tmp_path: Path,
) -> None:
    victim = await start(*command)
    failpoint.light(tmp_path / "fuses", point)
    task = await submit(steps=2, step_seconds=0.3, ticks=2)
    if point == "handover.committed":
        await has_started(events, task)
        victim.send(signal.SIGTERM)
    assert await victim.ended(20), "the worker has not come past the fuse"
    await start(*command)
    found = await ended(events, task, 20)
    assert kinds(found)[-1] == "task.succeeded"
    async with database.read() as connection:
        row = await reading.task(connection, task.id, None, whole=True)
        records = await journal.after(connection, task.id, 0, 1000)
    seen = {record.seq: record.data for record in records}
    assert judge({task.id: Journal(row, records)}, {task.id: Witness("plain", GOOD, 0, seen, [])}) == []


def test_a_fuse_is_for_one_of_the_points_and_burns_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int] = []
    monkeypatch.setattr("os.kill", lambda _, number: sent.append(number))
    failpoint.watch(tmp_path)
    with pytest.raises(KeyError):
        failpoint.light(tmp_path, "no.such.point")
    failpoint.light(tmp_path, "job.taken", signal.SIGUSR1)
    assert failpoint.lit(tmp_path, "job.taken")
    failpoint.reach("step.done")
    failpoint.reach("job.taken")
    failpoint.reach("job.taken")
    failpoint.watch(None)
    failpoint.light(tmp_path, "job.taken", signal.SIGUSR1)
    failpoint.reach("job.taken")
    assert sent == [signal.SIGUSR1]
