"""The judge: what the journals hold, what the clients saw and what was accepted, held against each other (pure)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from casework.clock import parse
from casework.errors import CaseworkError
from casework.task import WAITING, Status, Task
from progress import event as e
from progress.event import AnyEvent, Record
from progress.fold import fold

DEATHS = 3
FOLDED = ("status", "queue", "attempt", "failures", "deaths", "progress", "finished_at", "cancel_requested_at", "error")


class Journal(msgspec.Struct):
    """What SQL holds of a task."""

    task: Task
    records: Sequence[Record]


class Witness(msgspec.Struct):
    """What a client knows of a task it submitted: how it may end, and seq → the bytes it was sent."""

    plan: str
    ends: frozenset[str]
    not_before: int
    seen: Mapping[int, bytes]
    faults: Sequence[str]


class Violation(msgspec.Struct, frozen=True):
    """`kind` is lost, doubled, or wrong; `at` in milliseconds since the epoch where the journal tells."""

    kind: str
    task_id: str
    what: str
    at: int = 0


def judge(journals: Mapping[str, Journal], witnesses: Mapping[str, Witness]) -> list[Violation]:
    """Everything that is not as promised; empty is the only good answer."""
    unknown, untold = witnesses.keys() - journals.keys(), journals.keys() - witnesses.keys()
    found = [Violation("lost", task_id, "accepted, and not in SQL") for task_id in sorted(unknown)]
    found += [Violation("doubled", task_id, "in SQL, and nobody was told of it") for task_id in sorted(untold)]
    for task_id in sorted(journals.keys() & witnesses.keys()):
        journal, witness = journals[task_id], witnesses[task_id]
        at = parse(e.decode(journal.records[-1].data).at) if journal.records else 0
        told = [*_in_order(journal), *_as_promised(journal, witness), *_as_seen(journal, witness)]
        found += [Violation(kind, task_id, f"{what} ({witness.plan})", at) for kind, what in told]
    return found


Fault = tuple[str, str]


def _in_order(journal: Journal) -> list[Fault]:
    """The journal by itself: no hole, legal moves, nothing done twice, and the row is its fold."""
    records = journal.records
    if [record.seq for record in records] != list(range(1, len(records) + 1)):
        return [("lost", f"seq {[record.seq for record in records]}")]
    found: list[Fault] = []
    told = _Telling()
    folded = _opened(journal.task, e.decode(records[0].data)) if records else journal.task
    for record in records[1:]:
        event = e.decode(record.data)
        try:
            folded = fold(folded, event, "token")
        except CaseworkError as error:
            found.append(("doubled", f"{record.seq}: {error}"))
        found += [(kind, f"{record.seq}: {what}") for kind, what in told.hear(event)]
    folded.last_seq = len(records)
    for name in (*FOLDED, "last_seq"):
        if getattr(folded, name) != getattr(journal.task, name):
            what = f"the row's {name} is {getattr(journal.task, name)!r}, its journal says {getattr(folded, name)!r}"
            found.append(("wrong", what))
    return found


def _opened(task: Task, event: AnyEvent) -> Task:
    assert isinstance(event, e.TaskQueued)  # noqa: S101 - a journal that begins otherwise is past judging
    at = parse(event.at)
    return Task(
        id=task.id,
        owner_id=task.owner_id,
        workflow=task.workflow,
        queue=event.queue,
        status=Status.QUEUED,
        input="",
        available_at=parse(event.available_at),
        created_at=at,
        updated_at=at,
    )


class _Telling:
    """A journal read aloud: who may speak when."""

    def __init__(self) -> None:
        self._running = 0
        self._started: set[int] = set()
        self._begun: set[str] = set()
        self._succeeded: Counter[str] = Counter()
        self._final = False

    def hear(self, event: AnyEvent) -> list[Fault]:  # noqa: C901 - one case a kind of event
        """What is wrong with this event after those before it."""
        if self._final and not isinstance(event, e.TaskQueued):
            return [("doubled", f"{e.kind(event)} after the final event")]
        found: list[Fault] = []
        match event:
            case e.TaskQueued():
                self._final = False
            case e.TaskStarted():
                if self._running or event.attempt in self._started:
                    found.append(("doubled", f"attempt {event.attempt} started while {self._running} runs"))
                self._running = event.attempt
                self._started.add(event.attempt)
                self._begun.clear()
                if odd := self._succeeded.keys() ^ set(event.restored):
                    found.append(("lost", f"finished and not restored, or restored and not finished: {sorted(odd)}"))
            case e.StepStarted():
                if event.attempt != self._running or event.step in self._begun or self._succeeded[event.step]:
                    found.append(("doubled", f"{event.step} started again in attempt {event.attempt}"))
                self._begun.add(event.step)
            case e.StepProgressed() | e.StepFailed() | e.StepSucceeded() if event.step not in self._begun:
                found.append(("doubled", f"{e.kind(event)} of {event.step}, which does not run"))
            case e.StepSucceeded():
                self._succeeded[event.step] += 1
                self._begun.discard(event.step)
                if self._succeeded[event.step] > 1:
                    found.append(("doubled", f"{event.step} succeeded twice"))
            case e.TaskRetrying() | e.TaskInterrupted():
                if event.attempt != self._running:
                    found.append(("doubled", f"{e.kind(event)} of attempt {event.attempt}, which does not run"))
                self._running = 0
            case e.TaskSucceeded() | e.TaskFailed() | e.TaskCancelled():
                if isinstance(event, e.TaskSucceeded) and self._begun:
                    found.append(("lost", f"it succeeded, and nothing tells the end of {sorted(self._begun)}"))
                self._running, self._final = 0, True
            case _:
                pass
        return found


def _as_promised(journal: Journal, witness: Witness) -> list[Fault]:
    """The end that was asked for, once, and not before its time."""
    task = journal.task
    events = [e.decode(record.data) for record in journal.records]
    if not task.status.final:
        state = "waits" if task.status in WAITING else "runs"
        return [("lost", f"it has not ended: it still {state}, attempt {task.attempt}")]
    found: list[Fault] = []
    last = journal.records[-1].type
    if last not in witness.ends and not _died_too_often(events):
        found.append(("wrong", f"it ended with {last}"))
    first = next((event for event in events if isinstance(event, e.TaskStarted)), None)
    if first is not None and parse(first.at) < witness.not_before:
        found.append(("wrong", "it ran before its time"))
    if task.status is Status.SUCCEEDED:
        found += _as_counted(task, events)
    return found


def _died_too_often(events: Sequence[AnyEvent]) -> bool:
    """Whether the task was failed as a killer, and rightly so."""
    last = events[-1]
    lost = sum(isinstance(event, e.TaskInterrupted) and event.reason == "worker_lost" for event in events)
    return isinstance(last, e.TaskFailed) and last.error.type == "WorkerLost" and lost >= DEATHS - 1


def _as_counted(task: Task, events: Sequence[AnyEvent]) -> list[Fault]:
    """A demo's own count of what its bodies did, against the journal's."""
    if task.workflow != "demo":
        return []
    result: Any = msgspec.json.decode(task.result or "{}")
    begun = Counter(event.step for event in events if isinstance(event, e.StepStarted))
    if result.get("executions") != dict(begun):
        return [("wrong", f"executions {result.get('executions')}, the journal has {dict(begun)}")]
    return []


def _as_seen(journal: Journal, witness: Witness) -> list[Fault]:
    """The client saw what SQL holds, byte for byte."""
    found: list[Fault] = [("wrong", f"its reader: {fault}") for fault in witness.faults]
    held = {record.seq: record.data for record in journal.records}
    if missing := held.keys() - witness.seen.keys():
        found.append(("lost", f"never sent to its reader: {sorted(missing)}"))
    for seq, data in witness.seen.items():
        if held.get(seq) != data:
            found.append(("wrong", f"the reader saw {data[:100]!r} as {seq}"))
    return found
