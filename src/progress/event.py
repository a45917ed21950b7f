"""What can happen to a task: tagged msgspec structs, and the JSON that is stored and sent (pure).

An event becomes a record when it is committed: it then has a task, a sequence number and its final bytes.
"""

from functools import cached_property
from typing import Any, Literal

import msgspec

from casework.clock import rfc3339
from casework.task import Fault


class Event(msgspec.Struct, frozen=True, tag_field="type"):
    """What all events share: the moment they happened (RFC 3339, UTC)."""

    at: str


class TaskQueued(Event, tag="task.queued", frozen=True):
    """Accepted, or put back by hand after its end; it runs as `attempt` from `available_at` on."""

    queue: str
    attempt: int
    available_at: str
    reason: Literal["submitted", "retried"] = "submitted"


class TaskStarted(Event, tag="task.started", frozen=True):
    """A worker has begun the attempt; steps finished earlier are `restored`, not run again."""

    attempt: int
    worker: str
    progress: float = 0.0
    restored: list[str] = []


class StepStarted(Event, tag="step.started", frozen=True):
    """A step's body begins, for the `execution`th time in the task's life."""

    step: str
    attempt: int
    execution: int
    progress: float


class StepProgressed(Event, tag="step.progressed", frozen=True):
    """`progress` is the task's (0–100), `step_progress` the step's own, from `done` of `total` units."""

    step: str
    progress: float
    step_progress: float
    done: float
    total: float
    message: str = ""
    data: Any = None


class StepSucceeded(Event, tag="step.succeeded", frozen=True):
    """A step has ended and its output is stored in the same transaction."""

    step: str
    progress: float
    run_seconds: float


class StepFailed(Event, tag="step.failed", frozen=True):
    """A step raised; what becomes of the task is told by the next event."""

    step: str
    error: Fault
    run_seconds: float


class TaskLog(Event, tag="task.log", frozen=True):
    """A line for people, from the workflow."""

    level: str
    message: str
    step: str | None = None
    data: Any = None


class TaskRetrying(Event, tag="task.retrying", frozen=True):
    """The attempt failed and another one follows, not before `available_at`."""

    attempt: int
    next_attempt: int
    error: Fault
    retry_in_seconds: float
    available_at: str


class TaskInterrupted(Event, tag="task.interrupted", frozen=True):
    """The attempt was taken from its worker through no fault of the task; the next one is queued at once."""

    attempt: int
    next_attempt: int
    reason: Literal["worker_stopped", "worker_lost"]
    worker: str | None


class TaskMoved(Event, tag="task.moved", frozen=True):
    """The task waits in another queue now."""

    from_queue: str
    queue: str


class TaskCancelling(Event, tag="task.cancelling", frozen=True):
    """Somebody asked a running task to stop."""

    by: str


class TaskSucceeded(Event, tag="task.succeeded", frozen=True):
    """Final: the result is there."""

    attempt: int
    run_seconds: float
    progress: float = 100.0


class TaskFailed(Event, tag="task.failed", frozen=True):
    """Final: no attempt is left, or another one could not mend it."""

    attempt: int
    error: Fault


class TaskCancelled(Event, tag="task.cancelled", frozen=True):
    """Final: stopped because somebody asked for it."""

    attempt: int
    by: str | None = None


AnyEvent = (
    TaskQueued
    | TaskStarted
    | StepStarted
    | StepProgressed
    | StepSucceeded
    | StepFailed
    | TaskLog
    | TaskRetrying
    | TaskInterrupted
    | TaskMoved
    | TaskCancelling
    | TaskSucceeded
    | TaskFailed
    | TaskCancelled
)
QUEUED = "task.queued"
FINAL = frozenset({"task.succeeded", "task.failed", "task.cancelled"})


class Record(msgspec.Struct, frozen=True, dict=True):
    """A committed event: `data` is one line of JSON, byte for byte what is stored and sent.

    The blocks are made once for all who read the record from one tail. Source of their grammar: WHATWG HTML, section
    9.2 (server-sent events); the id is last, so that a client that takes ids too early has little to take.
    """

    task_id: str
    seq: int
    type: str
    data: bytes

    @property
    def final(self) -> bool:
        return self.type in FINAL

    @cached_property
    def block(self) -> bytes:
        """Itself in its task's stream; its JSON is one line by construction."""
        return b"event: %b\ndata: %b\nid: %d\n\n" % (self.type.encode(), self.data, self.seq)

    @cached_property
    def unnumbered(self) -> bytes:
        """Itself in a stream of many tasks, where one id could say nothing."""
        return b"event: %b\ndata: %b\n\n" % (self.type.encode(), self.data)


_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)


def stamp(moment: int) -> str:
    """Milliseconds since the epoch as an event carries them."""
    return rfc3339(moment)


def kind(event: Event) -> str:
    """The event's type as it goes on the wire, such as `step.started`."""
    return str(event.__struct_config__.tag)


def record(task_id: str, seq: int, event: Event) -> Record:
    """The event with its place in the task's journal, `{"task_id":…,"seq":…,"type":…,"at":…,…}`."""
    body = _encoder.encode(event)
    data = b'{"task_id":"%b","seq":%d,%b' % (task_id.encode(), seq, body[1:])
    return Record(task_id, seq, kind(event), data)


def decode(data: bytes | str) -> AnyEvent:
    """A record's JSON as the event it holds; raises msgspec.ValidationError for what is none of ours."""
    return _decoder.decode(data)
