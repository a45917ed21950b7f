"""The real journal, claim, reaper and reconciler on a real database, driven at random beside a model of promises."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from itertools import pairwise
from typing import Any, TypeVar

import msgspec
import pytest
from hypothesis import settings
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

from casework.dispatch import Job
from casework.errors import CaseworkError
from casework.task import WAITING, Status, Task
from casework.workflow import QUEUES
from progress import event as e
from progress.batch import NewTask, Opening
from tests.progress import acts
from tests.progress.acts import Act
from tests.progress.model import EARLY_MS, MAX_ATTEMPTS, STEPS, Life, Run, World
from tests.progress.parts import WORKERS, Clock, Parts, Refusal, answered, opened

T = TypeVar("T")
EFFORT = settings(max_examples=50, stateful_step_count=30, deadline=None)
TASKS = 4
KINDS = (*acts.BY_RUN, "end step", "end step", "fail", "fail", "rescue", *acts.ASKED, "cancel", "claim", "speak late")
workers = st.sampled_from(WORKERS)


class JournalMachine(RuleBasedStateMachine):
    """`runs` are all claims that were ever granted, the fenced ones too: they go on speaking.

    Rules that seldom change anything wait for `news`, so that they do not crowd out the others.
    """

    tasks = Bundle("tasks")

    def __init__(self, loop: asyncio.Runner, parts: Parts) -> None:
        super().__init__()
        self.loop = loop
        self.parts = parts
        self.world = World()
        self.runs: list[Run] = []
        self.submitted = 0
        self.news = False

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run(work)

    @property
    def at(self) -> int:
        return self.parts.clock()

    @initialize(target=tasks)
    def begin(self) -> str:
        self.wait(self.parts.clear())
        return self._submit(Life(f"task-{self.submitted}", "medium", self.at), None, "", dispatched=True)

    @precondition(lambda self: self.submitted < TASKS)
    @rule(
        target=tasks,
        queue=st.sampled_from(QUEUES),
        wait_ms=st.sampled_from([0, 0, 5_000]),
        key=st.sampled_from([None, "key", "key"]),
        body=st.sampled_from(["one", "other"]),
        dispatched=st.booleans(),
    )
    def submit(self, queue: str, wait_ms: int, key: str | None, body: str, dispatched: bool) -> str:
        life = Life(f"task-{self.submitted}", queue, self.at + wait_ms)
        return self._submit(life, key, body, dispatched=dispatched and not wait_ms)

    def _submit(self, life: Life, key: str | None, body: str, *, dispatched: bool) -> str:
        self.submitted += 1
        self.news = True
        task = Task(
            id=life.id,
            owner_id=self.parts.owner,
            workflow="demo",
            queue=life.queue,
            status=Status.QUEUED,
            input=msgspec.json.encode({"steps": len(STEPS)}).decode(),
            available_at=life.available_at,
            created_at=self.at,
            updated_at=self.at,
            max_attempts=MAX_ATTEMPTS,
            idempotency_key=key,
            idempotency_hash=body if key else None,
        )
        found = self.wait(answered(self.parts.writer.open(Opening([NewTask(task)]))))
        answer = expected(lambda: self.world.submit(life, key, body))
        if not isinstance(found, list) or not isinstance(answer, str):
            assert found is answer
            return self.world.keys["key"][0]
        assert (found[0].task.id, found[0].repeated) == (answer, answer != life.id)
        if dispatched and answer == life.id:
            self.wait(self.parts.dispatch.ensure([Job.of(task)]))
        return answer

    @rule(task=tasks, kinds=st.lists(st.sampled_from(KINDS), min_size=1, max_size=5), worker=workers)
    def go_on(self, task: str, kinds: Sequence[str], worker: str) -> None:
        """One thing after another; a task that waits is waited for."""
        self.news = True
        life = self.world.lives[task]
        for kind in kinds:
            if kind in acts.BY_RUN and life.status in WAITING:
                self.parts.clock.at = max(self.at, life.available_at)
            self.perform(self.act(kind, task, worker))

    @rule(task=tasks, one=st.sampled_from(KINDS), other=st.sampled_from(KINDS), batch=st.booleans())
    def two_act_at_once(self, task: str, one: str, other: str, batch: bool) -> None:
        """In one transaction of one process, or in two where the second one comes upon the locks of the first."""
        self.news = True
        if one in acts.BY_RUN and other in acts.BY_RUN:
            other = "rescue"  # a run says one thing after another
        pair = [self.act(one, task, "A"), self.act(other, task, "B")]
        self.check(pair, self.wait(self.parts.do_in_one_batch(pair) if batch else self.parts.race(*pair)))

    @precondition(lambda self: self.news)
    @rule(task=tasks, worker=workers, off=st.sampled_from([-1, 0, 1]), queue=st.sampled_from(QUEUES))
    def claim_by_a_stray_job(self, task: str, worker: str, off: int, queue: str) -> None:
        """Too early, too late, again, or left behind in another queue."""
        self.news = False
        self.perform(acts.claim(task, self.world.lives[task].attempt + off, worker, queue, self.at))

    @precondition(lambda self: self.news)
    @rule(queue=st.sampled_from(QUEUES), worker=workers)
    def take_a_job_and_claim(self, queue: str, worker: str) -> None:
        self.news = False
        for task, attempt in self.wait(self.parts.take(queue)):
            self.perform(acts.claim(task, attempt, worker, queue, self.at))

    @precondition(lambda self: self.news)
    @rule(back=st.integers(1, 6), kind=st.sampled_from(acts.BY_RUN))
    def a_run_that_may_be_fenced_speaks(self, back: int, kind: str) -> None:
        for run in self.runs[-back:][:1]:
            self.perform(acts.speak(kind, run, self.world.lives[run.task_id], self.at))

    @precondition(lambda self: self.news)
    @rule(worker=workers, silent=st.booleans())
    def a_beat_stops_or_comes_back(self, worker: str, silent: bool) -> None:
        self.news = False
        (self.world.silent.add if silent else self.world.silent.discard)(worker)
        self.wait(self.parts.beat(worker, silent=silent))

    @precondition(lambda self: self.news)
    @rule()
    def reap(self) -> None:
        orphans = self.world.orphans()
        rescued, scheduled = self.wait(self.parts.reap())
        for life in orphans:
            life.interrupt(life.holder, self.at, lost=True)
        assert rescued == len(orphans)
        assert scheduled == sorted(life.job for life in orphans if not life.status.final)

    @precondition(lambda self: self.news)
    @rule(task=tasks, worker=workers, times=st.integers(1, 3))
    def a_task_kills_its_workers(self, task: str, worker: str, times: int) -> None:
        life = self.world.lives[task]
        for _ in range(times):
            self.go_on(task=task, kinds=["tick"], worker=worker)
            if life.run is not None:
                self.a_beat_stops_or_comes_back(worker=life.run.worker, silent=True)
                self.reap()
        self.news = False

    @precondition(lambda self: self.news)
    @rule(lost=st.booleans())
    def reconcile(self, lost: bool) -> None:
        """After a pass all that has been due for a while is in Redis, though that had lost everything."""
        self.news = False
        if lost:
            self.wait(self.parts.lose_redis())
        self.parts.clock.at += 2 * EARLY_MS
        self.wait(self.parts.reconcile())
        jobs: dict[str, set[str]] = {queue: self.wait(self.parts.jobs(queue)) for queue in QUEUES}
        for life in self.world.lives.values():
            if life.status in WAITING and life.available_at <= self.at - EARLY_MS:
                assert life.job in jobs[life.queue]

    def act(self, kind: str, task: str, worker: str) -> Act:
        """What somebody, its run or an earlier run does to the task; where it has no such run, what gives it one."""
        life = self.world.lives[task]
        if kind in acts.ASKED:
            return acts.ask(kind, life, self.at)
        if kind in acts.BY_RUN and life.run is not None:
            return acts.speak(kind, life.run, life, self.at)
        earlier = [run for run in self.runs if run.task_id == task and run != life.run]
        if kind == "speak late" and earlier:
            return acts.speak("end step", earlier[-1], life, self.at)
        if life.status.final:
            return acts.ask("retry", life, self.at)
        return acts.claim(task, life.attempt, worker, life.queue, self.at)

    def perform(self, act: Act) -> None:
        self.check([act], [self.wait(self.parts.do(act))])

    def check(self, done: Sequence[Act], outcomes: Sequence[Refusal | None]) -> None:
        for act, outcome in zip(done, outcomes, strict=True):
            assert outcome is expected(partial(act.expected, self.world))
            if act.run and outcome is None:
                self.runs.append(act.run)

    @invariant()
    def sql_holds_what_is_promised(self) -> None:
        found = self.wait(self.parts.look())
        assert found == self.world.shown()
        for shown in found.values():
            story = shown["story"]
            for said, following in pairwise(story):
                assert said[0] not in e.FINAL or following[::2] == ("task.queued", "retried")
            claims = [said[1] for said in story if said[0] == "task.started"]
            assert len(claims) == len(set(claims)), "an attempt is claimed at most once"
            for step in STEPS:
                bodies = [
                    said[0] for said in story if said[0] in ("step.started", "step.succeeded") and said[1] == step
                ]
                assert ("step.succeeded",) * 2 not in pairwise(bodies), "one checkpoint for a run of the body"


def expected(does: Callable[[], T]) -> T | Refusal:
    """What the model answers."""
    try:
        return does()
    except CaseworkError as refusal:
        return type(refusal)


@pytest.mark.timeout(600)  # what fails is made small first, and that takes a while
def test_every_interleaving_keeps_what_is_promised(
    database_url: str, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    for module in ("reaper", "reconciler", "run"):
        monkeypatch.setattr(f"workers.{module}.now", clock)
    with asyncio.Runner() as loop:
        opening = opened(database_url, redis_url, clock)
        parts = loop.run(opening.__aenter__())

        class Machine(JournalMachine):
            def __init__(self) -> None:
                super().__init__(loop, parts)

        try:
            run_state_machine_as_test(Machine, settings=EFFORT)
        finally:
            loop.run(opening.__aexit__(None, None, None))
