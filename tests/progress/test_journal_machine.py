"""The real journal, claim, reaper and reconciler on a real database, driven at random beside a model of the promises.

Two writers stand for two processes; what they do at once must look as if one had gone before the other.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec
import pytest
import sqlalchemy as sa
from arq.connections import ArqRedis
from hypothesis import assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from casework import ids
from casework import tables as t
from casework.clock import now
from casework.database import Database, now_ms
from casework.dispatch import Dispatch, Job, connect, parse_id, queue_key, take
from casework.errors import CaseworkError
from casework.task import Fault, Status, Task
from casework.workflow import QUEUES
from progress import command
from progress import event as e
from progress.batch import NewTask, Opening
from progress.bus import Bus
from progress.command import Change, Steps
from progress.writer import Writer
from tests.progress.model import MAX_ATTEMPTS, STEPS, WAITING, Life, Run, World, line
from workers.reaper import Reaper
from workers.reconciler import Reconciler
from workers.run import first_events, prepare

T = TypeVar("T")
LEASE_SECONDS = 3_600.0  # far longer than the test: only a rule makes a worker silent
BACKOFF_MS = 2_000
WORKERS = ("A", "B", "C")
BY_RUN = ("tick", "log", "end step", "fail", "fail for good", "obey", "hand over")
BY_OTHERS = ("claim", "cancel", "retry", "move", "rescue", "speak late")


class Clock:
    """The time that all parts see but the database, in milliseconds."""

    def __init__(self) -> None:
        self.at = now()

    def __call__(self) -> int:
        return self.at


@dataclass
class Act:
    """A change, what the model makes of it, and the run that begins where it is a claim."""

    change: Change
    expected: Callable[[World], None]
    run: Run | None = None


@dataclass
class Parts:
    """What the machine drives, opened once for all its examples."""

    clock: Clock
    database: Database
    writers: tuple[Writer, Writer]
    dispatch: Dispatch
    redis: ArqRedis
    owner: str
    scheduled: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.reconciler = Reconciler(self.database, self.dispatch)
        self.reaper = Reaper(
            self.database, self.writers[1], self.dispatch, LEASE_SECONDS, lambda: LEASE_SECONDS, self._schedule
        )

    def _schedule(self, job: Job, due_at: int) -> None:
        assert due_at == 0
        self.scheduled.append(job.id)

    async def clear(self) -> None:
        """Nothing of an earlier example is left."""
        await self.redis.flushdb()
        async with self.database.write() as connection:
            for table in (t.tasks, t.workers, t.commits):
                await connection.execute(sa.delete(table))
            born = {"host": "h", "pid": 1, "queues": "medium", "slots": 1, "status": "alive", "started_at": 0}
            for worker in WORKERS:
                await connection.execute(sa.insert(t.workers).values(id=worker, heartbeat_at=now_ms(), **born))

    async def jobs(self, queue: str) -> set[str]:
        return {member.decode() for member in await self.redis.zrange(queue_key(queue), 0, -1)}

    async def look(self) -> dict[str, dict[str, Any]]:
        """What SQL holds, in the model's terms."""
        async with self.database.read() as connection:
            found = {row.id: _shown(row) for row in await connection.execute(sa.select(t.tasks))}
            for row in await connection.execute(sa.select(t.events).order_by(t.events.c.task_id, t.events.c.seq)):
                found[row.task_id]["seqs"].append(row.seq)
                found[row.task_id]["story"].append(line(e.decode(row.data)))
            for row in await connection.execute(sa.select(t.attempts)):
                found[row.task_id]["attempts"][row.number] = row.outcome
            for row in await connection.execute(sa.select(t.steps)):
                found[row.task_id]["steps"][row.name] = (row.status, row.executions)
                assert (row.output is not None) == (row.status == "succeeded"), "a checkpoint goes with its success"
        return found


def _shown(row: sa.Row[Any]) -> dict[str, Any]:
    return {
        "row": (row.status, row.attempt, row.failures, row.deaths, row.queue, row.available_at),
        "run": (row.run_token, row.worker_id),
        "flags": (row.cancel_requested_at is not None, row.finished_at is not None),
        "last_seq": row.last_seq,
        "seqs": [],
        "story": [],
        "attempts": {},
        "steps": {},
    }


class JournalMachine(RuleBasedStateMachine):
    """`runs` are all claims that were ever granted, the fenced ones too: they go on speaking."""

    tasks = Bundle("tasks")

    def __init__(self, loop: asyncio.Runner, parts: Parts) -> None:
        super().__init__()
        self.loop = loop
        self.parts = parts
        self.world = World()
        self.runs: list[Run] = []
        self.submitted = 0

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run(work)

    @property
    def at(self) -> int:
        return self.parts.clock()

    def live(self) -> list[Run]:
        return [life.run for life in self.world.lives.values() if life.run is not None]

    @initialize()
    def clear(self) -> None:
        self.wait(self.parts.clear())

    # ---- what is asked of the service

    @rule(
        target=tasks,
        queue=st.sampled_from(QUEUES),
        wait_ms=st.sampled_from([0, 0, 0, 5_000]),
        key=st.sampled_from([None, None, "key"]),
        body=st.sampled_from(["one", "one", "other"]),
        dispatched=st.booleans(),
    )
    def submit(self, queue: str, wait_ms: int, key: str | None, body: str, dispatched: bool) -> str:
        self.submitted += 1
        life = Life(f"task-{self.submitted}", queue, self.at + wait_ms)
        task = Task(
            id=life.id,
            owner_id=self.parts.owner,
            workflow="demo",
            queue=queue,
            status=Status.QUEUED,
            input=msgspec.json.encode({"steps": len(STEPS)}).decode(),
            available_at=life.available_at,
            created_at=self.at,
            updated_at=self.at,
            max_attempts=MAX_ATTEMPTS,
            idempotency_key=key,
            idempotency_hash=body if key else None,
        )
        opening = self.parts.writers[0].open(Opening([NewTask(task)]))
        opened = self.wait(_answer(opening))
        answer = _expected(lambda: self.world.submit(life, key, body))
        if isinstance(opened, list):
            assert opened[0].task.id == answer
            assert opened[0].repeated == (answer != life.id)
            if dispatched and not wait_ms and not opened[0].repeated:
                self.wait(self.parts.dispatch.ensure([Job.of(task)]))
            return answer
        assert opened is answer
        return self.world.keys["key"][0]

    @rule(task=tasks, kind=st.sampled_from(["cancel", "retry", "move"]))
    def ask(self, task: str, kind: str) -> None:
        self.perform(self.act(kind, task))

    # ---- what workers do

    @rule(task=tasks, worker=st.sampled_from(WORKERS), off=st.sampled_from([0, 0, 0, 0, -1, 1]))
    def claim(self, task: str, worker: str, off: int) -> None:
        life = self.world.lives[task]
        self.perform(self.claiming(task, life.attempt + off, worker, life.queue))

    @rule(queue=st.sampled_from(QUEUES), worker=st.sampled_from(WORKERS))
    def take_a_job_and_claim(self, queue: str, worker: str) -> None:
        for job in self.wait(take(self.parts.redis, queue, 1, 0.01)):
            self.perform(self.claiming(*parse_id(job), worker, queue))

    @precondition(lambda self: self.live())
    @rule(data=st.data(), kind=st.sampled_from([*BY_RUN, "end step", "end step"]))
    def work(self, data: st.DataObject, kind: str) -> None:
        run = data.draw(st.sampled_from(self.live()))
        self.perform(self.by_run(kind, run))

    @precondition(lambda self: self.runs)
    @rule(data=st.data(), kind=st.sampled_from(BY_RUN))
    def a_run_that_may_be_fenced_speaks(self, data: st.DataObject, kind: str) -> None:
        self.perform(self.by_run(kind, data.draw(st.sampled_from(self.runs))))

    @rule(task=tasks, one=st.sampled_from([*BY_RUN, *BY_OTHERS]), other=st.sampled_from(BY_OTHERS), batch=st.booleans())
    def two_act_at_once(self, task: str, one: str, other: str, batch: bool) -> None:
        self.race([self.act(one, task), self.act(other, task)], batch=batch)

    # ---- death, rescue and time

    @rule(worker=st.sampled_from(WORKERS), silent=st.sampled_from([True, True, False]))
    def a_beat_stops_or_comes_back(self, worker: str, silent: bool) -> None:
        (self.world.silent.add if silent else self.world.silent.discard)(worker)
        beat = now_ms() - int(2_000 * LEASE_SECONDS) if silent else now_ms()
        self.wait(self._beat(worker, beat))

    async def _beat(self, worker: str, beat: Any) -> None:
        async with self.parts.database.write() as connection:
            await connection.execute(sa.update(t.workers).where(t.workers.c.id == worker).values(heartbeat_at=beat))

    @rule()
    def reap(self) -> None:
        orphans = self.world.orphans()
        self.parts.scheduled.clear()
        assert self.wait(self.parts.reaper.reap()) == len(orphans)
        for life in orphans:
            assert life.run is not None
            life.interrupt(life.run, self.at, lost=True)
        waiting = [f"{life.id}:{life.attempt}" for life in orphans if not life.status.final]
        assert sorted(self.parts.scheduled) == sorted(waiting)

    @rule(seconds=st.integers(1, 5))
    def time_passes(self, seconds: int) -> None:
        self.parts.clock.at += 1000 * seconds

    @rule(lost=st.booleans())
    def reconcile(self, lost: bool) -> None:
        """After a pass everything that has been due for a while is in Redis, though that had lost all."""
        if lost:
            self.wait(self.parts.redis.flushdb())
        self.parts.clock.at += 2_000
        self.wait(self._reconcile())
        for queue in QUEUES:
            jobs = self.wait(self.parts.jobs(queue))
            for life in self.world.lives.values():
                due = life.status in WAITING and life.available_at <= self.at - 2_000
                assert not (due and life.queue == queue) or f"{life.id}:{life.attempt}" in jobs, "a due job is missing"

    async def _reconcile(self) -> None:
        await self.parts.reconciler.reconcile()
        await self.parts.reconciler.flush()

    # ---- acts

    def act(self, kind: str, task: str) -> Act:
        """An act upon this task; where it is a run's, by the one that holds it, or an earlier one that speaks late."""
        life, at = self.world.lives[task], self.at
        match kind:
            case "claim":
                return self.claiming(task, life.attempt, WORKERS[len(self.runs) % 3], life.queue)
            case "cancel":
                return Act(command.cancel(task, "somebody", at), lambda world: world.lives[task].cancel())
            case "retry":
                return Act(command.retry(task, at), lambda world: world.lives[task].retry(at))
            case "move":
                queue = QUEUES[(QUEUES.index(life.queue) + 1) % len(QUEUES)]
                return Act(command.move(task, queue, at), lambda world: world.lives[task].move(queue))
        earlier = [run for run in self.runs if run.task_id == task and run != life.run]
        run = (earlier[-1] if earlier else None) if kind == "speak late" else life.run
        assume(run is not None)
        assert run is not None
        return self.by_run("end step" if kind == "speak late" else kind, run)

    def claiming(self, task: str, attempt: int, worker: str, queue: str) -> Act:
        run = Run(task, attempt, ids.new(), worker)
        at = self.at

        def begin(task: Task, steps: Steps) -> Sequence[e.Event]:
            return first_events(prepare(task, steps), attempt, worker)

        change = command.claim(task, attempt, run.token, at, begin, queue)
        return Act(change, lambda world: world.lives[task].claim(run, queue, at), run)

    def by_run(self, kind: str, run: Run) -> Act:
        life, at = self.world.lives[run.task_id], self.at
        stamp, step, fault = e.stamp(at), life.step, Fault("RuntimeError", "it broke")
        broken = e.StepFailed(stamp, step, fault, 1.0)
        if kind == "obey" and not life.cancelling:
            kind = "tick"
        match kind:
            case "tick":
                tick = e.StepProgressed(stamp, step, 10.0, 10.0, 1, 10)
                return _held(run, [tick], lambda life: life.say(run, ("step.progressed", step)))
            case "log":
                said = e.TaskLog(stamp, "info", "here")
                return _held(run, [said], lambda life: life.say(run, ("task.log",)))
            case "end step":
                done = e.StepSucceeded(stamp, step, 50.0, 1.0)
                if step == STEPS[-1]:
                    following: e.Event = e.TaskSucceeded(stamp, run.attempt, 1.0)
                else:
                    execution = life.steps.get(STEPS[-1], ("", 0))[1] + 1
                    following = e.StepStarted(stamp, STEPS[-1], run.attempt, execution, 50.0)
                return _held(run, [done, following], lambda life: life.end_step(run, step), output="1")
            case "fail":
                if life.failures + 1 < MAX_ATTEMPTS:
                    due = at + BACKOFF_MS
                    again = e.TaskRetrying(stamp, run.attempt, run.attempt + 1, fault, 2.0, e.stamp(due))
                    return _held(run, [broken, again], lambda life: life.fail(run, step, due, hopeless=False))
                return self.by_run("fail for good", run)
            case "fail for good":
                final = e.TaskFailed(stamp, run.attempt, fault)
                return _held(run, [broken, final], lambda life: life.fail(run, step, at, hopeless=True))
            case "obey":
                return _held(run, [e.TaskCancelled(stamp, run.attempt)], lambda life: life.obey(run))
        lost = kind == "rescue"
        change = command.interrupt(run.task_id, run.token, at, "worker_lost" if lost else "worker_stopped")
        return Act(change, lambda world: world.lives[run.task_id].interrupt(run, at, lost=lost))

    def perform(self, act: Act) -> None:
        outcome = self.wait(_outcome(self.parts.writers[0], act))
        assert outcome is _expected(lambda: act.expected(self.world))
        self.begun([act], [outcome])

    def race(self, acts: list[Act], *, batch: bool) -> None:
        one, other = self.parts.writers
        outcomes = self.wait(_together([(one, acts[0]), (one if batch else other, acts[1])]))
        explanations = []
        for order in ((0, 1), (1, 0)):
            world = deepcopy(self.world)
            expected = {n: _expected(lambda n=n, world=world: acts[n].expected(world)) for n in order}  # type: ignore[misc]
            if [expected[0], expected[1]] == outcomes:
                explanations.append(world)
        found = self.wait(self.parts.look())
        assert any(world.shown() == found for world in explanations), f"no order explains {outcomes}"
        self.world = next(world for world in explanations if world.shown() == found)
        self.begun(acts, outcomes)

    def begun(self, acts: Sequence[Act], outcomes: Sequence[object]) -> None:
        self.runs += [act.run for act, outcome in zip(acts, outcomes, strict=True) if act.run and outcome is None]

    # ---- the promises

    @invariant()
    def sql_holds_what_was_promised(self) -> None:
        found = self.wait(self.parts.look())
        assert found == self.world.shown()
        for shown in found.values():
            story = shown["story"]
            for said, following in zip(story, story[1:], strict=False):
                final = f"{said[0]}" in e.FINAL
                assert not final or following[0] == "task.queued", "only a retry by hand follows the end"
            claims = [said[1] for said in story if said[0] == "task.started"]
            assert len(claims) == len(set(claims)), "an attempt is claimed at most once"
            for step in STEPS:
                bodies = [
                    said[0] for said in story if said[0] in ("step.started", "step.succeeded") and said[1] == step
                ]
                assert "step.succeeded step.succeeded" not in " ".join(bodies), "a checkpoint for each run of the body"


def _held(run: Run, events: list[e.Event], does: Callable[[Life], None], **stored: str) -> Act:
    change = Change(task_id=run.task_id, decide=command.held(run.token, events), **stored)  # type: ignore[arg-type]
    return Act(change, lambda world: does(world.lives[run.task_id]))


def _expected(does: Callable[[], T]) -> T | type[CaseworkError]:
    try:
        return does()
    except CaseworkError as refusal:
        return type(refusal)


async def _answer(work: Coroutine[Any, Any, T]) -> T | type[CaseworkError]:
    try:
        return await work
    except CaseworkError as refusal:
        return type(refusal)


async def _outcome(writer: Writer, act: Act) -> type[CaseworkError] | None:
    answer = await _answer(writer.write(act.change))
    return answer if isinstance(answer, type) else None


async def _together(acts: Sequence[tuple[Writer, Act]]) -> list[type[CaseworkError] | None]:
    return list(await asyncio.gather(*(_outcome(writer, act) for writer, act in acts)))


@asynccontextmanager
async def opened(database_url: str, redis_url: str, clock: Clock) -> AsyncIterator[Parts]:
    database, dispatch, redis = Database(database_url), Dispatch(redis_url), connect(redis_url)
    owner = ids.new()
    row = {"id": owner, "username": "li", "role": "user", "password_hash": "", "created_at": now()}
    async with database.write() as connection:
        await connection.execute(sa.insert(t.users).values(row))
    async with (
        Bus(redis_url) as bus,
        Writer(database, bus, hold=False) as one,
        Writer(database, bus, hold=True) as other,
    ):
        yield Parts(clock, database, (one, other), dispatch, redis, owner)
    await redis.aclose(close_connection_pool=True)
    await dispatch.close()
    await database.close()


def test_every_interleaving_keeps_what_is_promised(
    database_url: str, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    for module in ("reaper", "reconciler", "run"):
        monkeypatch.setattr(f"workers.{module}.now", clock)
    with asyncio.Runner() as loop:
        parts = opened(database_url, redis_url, clock)
        machine = loop.run(parts.__aenter__())
        try:
            run_state_machine_as_test(
                lambda: JournalMachine(loop, machine),
                settings=settings(max_examples=40, stateful_step_count=40, deadline=None),
            )
        finally:
            loop.run(parts.__aexit__(None, None, None))
