"""The rules of a task's life, driven at random beside a model that knows only the promises."""

import msgspec
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from casework.audit import Entry
from casework.errors import CaseworkError
from casework.task import FINAL, Fault, Status, Task
from progress import command
from progress import event as e
from progress.batch import Batch, Committed, NewTask, Opening, Outcome
from progress.command import Change, Steps

AT = 1_700_000_000_000


def new_task(**columns: object) -> Task:
    fixed = {"id": "t", "owner_id": "u", "workflow": "demo", "queue": "medium", "status": Status.QUEUED, "input": "{}"}
    return Task(**{**fixed, "available_at": AT, "created_at": AT, "updated_at": AT, **columns})  # type: ignore[arg-type]


def begin(task: Task, steps: Steps) -> list[e.Event]:
    return [e.TaskStarted(e.stamp(AT), task.attempt, "w")]


class ATasksLife(RuleBasedStateMachine):
    """`tokens` are all that were ever given; only the last claim's may still write."""

    def __init__(self) -> None:
        super().__init__()
        opened = Batch({}, {}, {}).apply(Opening([NewTask(new_task())]))
        assert isinstance(opened, list)
        self.task = opened[0].task
        self.journal = list(opened[0].records)
        self.tokens: list[str] = []
        self.live: str | None = None
        self.failures = 0

    def apply(self, change: Change) -> Outcome:
        outcome = Batch({"t": self.task}, {}, {}).apply(change)
        if isinstance(outcome, list):
            self.task = outcome[0].task
            self.journal += outcome[0].records
        return outcome

    @rule(attempt=st.integers(0, 5))
    def claim(self, attempt: int) -> None:
        token = f"token {len(self.tokens)}"
        waiting = self.task.status in (Status.QUEUED, Status.RETRYING) and self.task.attempt == attempt
        outcome = self.apply(command.claim("t", attempt, token, AT, begin))
        assert isinstance(outcome, list) == waiting
        if waiting:
            self.tokens.append(token)
            self.live = token

    @precondition(lambda self: self.tokens)
    @rule(data=st.data(), progress=st.floats(0, 100))
    def tick(self, data: st.DataObject, progress: float) -> None:
        token = data.draw(st.sampled_from(self.tokens))
        before = len(self.journal)
        tick = e.StepProgressed(e.stamp(AT), "s", progress, progress, 1, 2)
        outcome = self.apply(Change(task_id="t", decide=command.held(token, [tick])))
        assert isinstance(outcome, list) == (token == self.live)
        assert len(self.journal) == before + (token == self.live)

    @precondition(lambda self: self.tokens)
    @rule(data=st.data(), how=st.sampled_from(["succeed", "fail", "retry", "interrupt", "lose"]))
    def end_attempt(self, data: st.DataObject, how: str) -> None:
        token = data.draw(st.sampled_from(self.tokens))
        now, attempt, fault = e.stamp(AT), self.task.attempt, Fault("E", "m")
        changes = {
            "succeed": command.held(token, [e.TaskSucceeded(now, attempt, 1.0)]),
            "fail": command.held(token, [e.TaskFailed(now, attempt, fault)]),
            "retry": command.held(token, [e.TaskRetrying(now, attempt, attempt + 1, fault, 0.0, now)]),
            "interrupt": command.interrupt("t", token, AT, "worker_stopped").decide,
            "lose": command.interrupt("t", token, AT, "worker_lost").decide,
        }
        failures, cancelling = self.task.failures, self.task.cancel_requested_at is not None
        outcome = self.apply(Change(task_id="t", decide=changes[how]))
        assert isinstance(outcome, list) == (token == self.live)
        if token != self.live:
            return
        self.live = None
        if how in ("interrupt", "lose"):
            assert (self.task.status is Status.CANCELLED) == cancelling
            assert self.task.failures == failures + (self.task.status is Status.FAILED)

    @rule()
    def cancel(self) -> None:
        was = self.task.status
        outcome = self.apply(command.cancel("t", "somebody", AT))
        assert isinstance(outcome, list) == (was not in FINAL)
        if was in (Status.QUEUED, Status.RETRYING):
            assert self.task.status is Status.CANCELLED

    @rule()
    def retry(self) -> None:
        was, attempt = self.task.status, self.task.attempt
        outcome = self.apply(command.retry("t", AT))
        assert isinstance(outcome, list) == (was in (Status.FAILED, Status.CANCELLED))
        if isinstance(outcome, list):
            assert (self.task.status, self.task.attempt, self.task.failures) == (Status.QUEUED, attempt + 1, 0)

    @rule(queue=st.sampled_from(["high", "medium", "low"]))
    def move(self, queue: str) -> None:
        was = self.task.status
        outcome = self.apply(command.move("t", queue, AT))
        assert isinstance(outcome, list) == (was in (Status.QUEUED, Status.RETRYING))

    @invariant()
    def the_journal_has_no_hole(self) -> None:
        assert [record.seq for record in self.journal] == list(range(1, self.task.last_seq + 1))

    @invariant()
    def nothing_follows_a_final_event_but_a_retry_by_hand(self) -> None:
        for record, following in zip(self.journal, self.journal[1:], strict=False):
            if record.final:
                assert msgspec.json.decode(following.data)["reason"] == "retried"
        assert self.journal[-1].final == (self.task.status in FINAL)

    @invariant()
    def only_a_running_task_has_a_token(self) -> None:
        assert (self.task.run_token is not None) == (self.task.status is Status.RUNNING)
        assert self.task.run_token == self.live

    @invariant()
    def three_deaths_in_a_row_are_the_end(self) -> None:
        assert self.task.deaths < command.DEATHS_BEFORE_FAILURE


ATasksLife.TestCase.settings = hypothesis_settings(max_examples=60, stateful_step_count=40, deadline=None)
TestATasksLife = ATasksLife.TestCase


def test_a_key_used_twice_in_one_batch_opens_one_task() -> None:
    batch = Batch({}, {}, {})
    keyed = {"idempotency_key": "k", "idempotency_hash": "h"}
    first = batch.apply(Opening([NewTask(new_task(id="a", **keyed))]))
    again = batch.apply(Opening([NewTask(new_task(id="b", **keyed))]))
    other = batch.apply(Opening([NewTask(new_task(id="c", **{**keyed, "idempotency_hash": "another"}))]))
    assert isinstance(first, list)
    assert isinstance(again, list)
    assert [committed.task.id for committed in (*first, *again)] == ["a", "a"]
    assert again[0].repeated
    assert isinstance(other, CaseworkError)
    assert [task.id for task in batch.new_tasks] == ["a"]


def test_several_tasks_under_one_key_are_repeated_in_their_order() -> None:
    batch = Batch({}, {}, {})

    def opening(*ids: str) -> Opening:
        marked = [{"id": each, "idempotency_key": f"k{n}", "idempotency_hash": "h"} for n, each in enumerate(ids)]
        return Opening([NewTask(new_task(**each)) for each in marked])

    batch.apply(opening("a", "b", "c"))
    again = batch.apply(opening("d", "e", "f"))
    assert isinstance(again, list)
    assert [(committed.task.id, committed.repeated) for committed in again] == [("a", True), ("b", True), ("c", True)]
    assert [task.id for task in batch.new_tasks] == ["a", "b", "c"]


def test_a_refused_unit_leaves_nothing_in_the_batch() -> None:
    batch = Batch({"t": new_task()}, {}, {})
    refused = batch.apply(Change(task_id="t", decide=command.held("no token", [e.TaskLog(e.stamp(AT), "info", "x")])))
    assert not isinstance(refused, list)
    assert not batch.events
    assert not batch.changed


def test_committed_is_what_a_unit_yields() -> None:
    outcome = Batch({"t": new_task(last_seq=1)}, {}, {}).apply(command.cancel("t", "li", AT))
    assert isinstance(outcome, list)
    assert isinstance(outcome[0], Committed)
    assert [record.type for record in outcome[0].records] == ["task.cancelled"]


CHIEF = Entry(actor="chief", action="task.cancel", task_id="t")


def test_who_steered_is_kept_with_what_changed_and_not_where_nothing_did() -> None:
    def audited(task: Task, **fields: object) -> list[dict[str, object]]:
        batch = Batch({"t": task}, {}, {})
        change = command.cancel("t", "chief", AT)
        change.audit = CHIEF
        batch.apply(change)
        return batch.audit

    [row] = audited(new_task(last_seq=1))
    assert (row["actor"], row["action"], row["task_id"], row["id"]) == ("chief", "task.cancel", "t", CHIEF.id)
    assert audited(new_task(last_seq=1, status=Status.SUCCEEDED)) == []
    assert audited(new_task(last_seq=1, status=Status.RUNNING, cancel_requested_at=AT)) == []


def test_a_move_is_kept_with_where_from_and_where_to() -> None:
    batch = Batch({"t": new_task(last_seq=1)}, {}, {})
    change = command.move("t", "high", AT)
    change.audit = Entry(actor="chief", action="task.move", task_id="t", queue="high")
    batch.apply(change)
    assert batch.audit[0]["detail"] == '{"from":"medium","to":"high"}'


def test_each_failed_attempt_is_a_failure_with_its_step() -> None:
    def failed(*events: e.Event, current: str | None = None) -> dict[str, object]:
        running = new_task(last_seq=1, status=Status.RUNNING, run_token="k", current_step=current)
        batch = Batch({"t": running}, {}, {})
        outcome = batch.apply(Change(task_id="t", decide=command.held("k", events)))
        assert isinstance(outcome, list)
        [row] = batch.failures
        return row

    fault, at = Fault("ValueError", "no file /tmp/a 17"), e.stamp(AT)
    final = failed(e.StepFailed(at, "b", fault, 1.0), e.TaskFailed(at, 1, fault), current="a")
    assert (final["step"], final["message"], final["final"], final["attempt"]) == ("b", "no file <path> <n>", True, 1)
    again = failed(e.StepFailed(at, "b", fault, 1.0), e.TaskRetrying(at, 1, 2, fault, 1.0, at))
    assert (again["final"], again["fingerprint"]) == (False, final["fingerprint"])
    assert failed(e.TaskFailed(at, 1, fault), current="a")["step"] == "a"
    assert failed(e.TaskFailed(at, 1, fault))["step"] is None


def test_an_attempt_is_stored_with_its_queue_and_when_it_was_due() -> None:
    batch = Batch({"t": new_task(last_seq=1)}, {}, {})
    batch.apply(command.claim("t", 1, "k", AT + 500, begin))
    assert (batch.attempts_begun[0]["queue"], batch.attempts_begun[0]["available_at"]) == ("medium", AT)
