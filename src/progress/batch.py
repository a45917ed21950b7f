"""One transaction's work in memory: decisions and folds over locked rows, and the rows to write (pure).

The journal loads a batch before and stores it after; here nothing touches the database.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from casework.clock import parse
from casework.errors import CaseworkError, IdempotencyConflict, Stale, TaskNotFound
from casework.task import Task
from progress.command import Change, Steps
from progress.event import Event, Record, StepFailed, TaskFailed, TaskMoved, TaskQueued, record, stamp
from progress.fingerprint import fingerprint, normalised
from progress.fold import attempt_change, fold, step_change

Row = dict[str, Any]


class NewTask(msgspec.Struct):
    """A task to be opened and the documents it uses."""

    task: Task
    document_ids: Sequence[str] = ()


class Opening(msgspec.Struct):
    """Tasks to be opened all or none; each may carry an idempotency key in its row, and then all of them do."""

    tasks: Sequence[NewTask]


class Committed(msgspec.Struct):
    """What came of a unit for one task: the row after it, its records, the stored steps where they were asked for.

    `repeated` marks a task that an earlier submission with the same idempotency key had opened; `position` is the place
    in its queue of one that was opened by itself and is due.
    """

    task: Task
    records: Sequence[Record]
    steps: Steps = {}
    repeated: bool = False
    position: int | None = None


Unit = Opening | Change
Outcome = list[Committed] | CaseworkError
Repeats = dict[tuple[str, str], Task]


class Batch:
    """Locked tasks, stored steps of those to be claimed, earlier tasks by (owner, idempotency key), paused queues."""

    def __init__(
        self,
        tasks: dict[str, Task],
        steps: Mapping[str, Steps],
        repeats: Repeats,
        paused: Collection[str] = (),
    ) -> None:
        self.tasks = tasks
        self._steps = steps
        self._repeats = repeats
        self._paused = paused
        self.changed: dict[str, None] = {}
        self.new_tasks: list[Task] = []
        self.uses: list[Row] = []
        self.events: list[Row] = []
        self.steps_begun: list[Row] = []
        self.steps_ticked: dict[tuple[str, str], Row] = {}
        self.steps_succeeded: list[Row] = []
        self.steps_failed: list[Row] = []
        self.attempts_begun: list[Row] = []
        self.attempts_ended: list[Row] = []
        self.artifacts: list[Row] = []
        self.results: list[Row] = []
        self.outbox: list[Row] = []
        self.failures: list[Row] = []
        self.audit: list[Row] = []

    def apply(self, unit: Unit) -> Outcome:
        """Take up one unit; a refused one yields its error and changes nothing."""
        return self._open(unit) if isinstance(unit, Opening) else self._change(unit)

    def _open(self, opening: Opening) -> Outcome:
        repeated: list[Committed] = []
        for new in opening.tasks:
            if new.task.idempotency_key is None:
                continue
            key = (new.task.owner_id, new.task.idempotency_key)
            earlier = self._repeats.setdefault(key, new.task)
            if earlier is new.task:
                continue
            if earlier.idempotency_hash != new.task.idempotency_hash:
                return IdempotencyConflict()
            repeated.append(Committed(earlier, [], repeated=True))
        return repeated or [self._open_one(new) for new in opening.tasks]

    def _open_one(self, new: NewTask) -> Committed:
        task = new.task
        task.last_seq = 1
        queued = TaskQueued(stamp(task.created_at), task.queue, task.attempt, stamp(task.available_at))
        self.new_tasks.append(task)
        self.uses.extend({"task_id": task.id, "document_id": document} for document in new.document_ids)
        return Committed(task, [self._record(task.id, 1, queued)])

    def _change(self, change: Change) -> Outcome:
        task = self.tasks.get(change.task_id)
        if task is None:
            return TaskNotFound()
        if change.unless_paused in self._paused:
            return Stale(f"queue {change.unless_paused} is paused")
        steps = self._steps.get(task.id, {})
        folded = task
        try:
            events = change.decide(task, steps)
            for event in events:
                folded = fold(folded, event, change.token)
        except CaseworkError as refusal:
            return refusal
        if not events:
            return [Committed(task, [], steps)]
        folded.last_seq = task.last_seq + len(events)
        self.tasks[task.id] = folded
        self.changed[task.id] = None
        records = [self._record(task.id, task.last_seq + n, event) for n, event in enumerate(events, 1)]
        failed_step = task.current_step
        for event in events:
            self._fold_step(task.id, event, change)
            self._fold_attempt(task, event, change)
            if isinstance(event, StepFailed):
                failed_step = event.step
            self._fold_failure(task, event, failed_step)
        self._tell(folded, records[-1], parse(events[-1].at))
        self.artifacts.extend({"task_id": task.id, **msgspec.structs.asdict(each)} for each in change.artifacts)
        if change.result is not None:
            self.results.append({"_id": task.id, "result": change.result})
        if change.audit is not None:
            moved = [{"from": each.from_queue, "to": each.queue} for each in events if isinstance(each, TaskMoved)]
            self.audit.append({**change.audit.row(), **({"detail": _json(moved[0])} if moved else {})})
        return [Committed(folded, records, steps)]

    def _record(self, task_id: str, seq: int, event: Event) -> Record:
        made = record(task_id, seq, event)
        row = {"task_id": task_id, "seq": seq, "type": made.type, "at": parse(event.at), "data": made.data.decode()}
        self.events.append(row)
        return made

    def _tell(self, task: Task, last: Record, at: int) -> None:
        """An end that somebody may want to hear of: a failure always, another one where the task asks for any."""
        if last.type == "task.failed" or (last.final and task.notify is not None):
            self.outbox.append({"task_id": task.id, "seq": last.seq, "type": last.type, "at": at})

    def _fold_step(self, task_id: str, event: Event, change: Change) -> None:
        columns = step_change(event)
        if columns is None:
            return
        name = columns.pop("name")
        match columns.get("status"):
            case "running":
                self.steps_begun.append({"task_id": task_id, "name": name, **columns})
            case "succeeded":
                self.steps_succeeded.append({"_task": task_id, "_name": name, **columns, "output": change.output})
            case "failed":
                self.steps_failed.append({"_task": task_id, "_name": name, **columns})
            case _:
                self.steps_ticked[task_id, name] = {"_task": task_id, "_name": name, **columns}

    def _fold_attempt(self, task: Task, event: Event, change: Change) -> None:
        columns = attempt_change(event)
        if columns is None:
            return
        number = columns.pop("number")
        if "outcome" not in columns:
            due = {"queue": task.queue, "available_at": task.available_at}
            self.attempts_begun.append({"task_id": task.id, "number": number, **columns, **due})
            return
        fault = columns["error"]
        if fault is not None:
            full = {**msgspec.structs.asdict(fault), "traceback": change.traceback}
            columns["error"] = _json(full)
        self.attempts_ended.append({"_task": task.id, "_number": number, **columns})

    def _fold_failure(self, task: Task, event: Event, step: str | None) -> None:
        columns = attempt_change(event)
        fault = None if columns is None else columns.get("error")
        if columns is None or fault is None:
            return
        alike = fingerprint(task.workflow, step, fault.type, fault.message)
        row = {"task_id": task.id, "attempt": columns["number"], "at": columns["finished_at"], "step": step}
        told = {"type": fault.type[:200], "message": normalised(fault.message), "fingerprint": alike}
        final = isinstance(event, TaskFailed)
        self.failures.append({**row, **told, "workflow": task.workflow, "final": final})


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
