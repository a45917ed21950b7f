"""A task: its row, its statuses and the moves between them that are legal (pure).

The row is the fold of the task's journal (`progress.fold`); `progress.journal` alone writes it.
"""

from enum import StrEnum

import msgspec


class Status(StrEnum):
    """Where a task stands; the last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    RETRYING = "retrying"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        return self in FINAL


FINAL = frozenset({Status.SUCCEEDED, Status.FAILED, Status.CANCELLED})
WAITING = frozenset({Status.QUEUED, Status.RETRYING})

MOVES: dict[Status, frozenset[Status]] = {
    Status.QUEUED: frozenset({Status.QUEUED, Status.RUNNING, Status.CANCELLED}),
    Status.RETRYING: frozenset({Status.RUNNING, Status.CANCELLED, Status.RETRYING}),
    Status.RUNNING: frozenset(Status),
    Status.SUCCEEDED: frozenset(),
    Status.FAILED: frozenset({Status.QUEUED}),
    Status.CANCELLED: frozenset({Status.QUEUED}),
}


def sayable(text: str) -> str:
    """The text without what PostgreSQL does not keep (NUL) and JSON does not carry (half a surrogate pair)."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


class Fault(msgspec.Struct, frozen=True):
    """What went wrong: the exception's type and message, as anybody who sees the task may read them."""

    type: str
    message: str

    @classmethod
    def of(cls, error: BaseException) -> "Fault":
        """The fault that an exception stands for; the message is cut at 2,000 characters."""
        return cls(type(error).__name__, sayable(str(error)[:2000]) or type(error).__name__)


class Task(msgspec.Struct, kw_only=True):
    """One row a task. Moments in milliseconds since the epoch, JSON columns as text.

    `attempt` is the number of the attempt that runs, or runs next; `failures` counts those that failed (against
    `max_attempts`), `deaths` the workers lost in a row. `run_token` is the fence: who holds it may write.
    """

    id: str
    owner_id: str
    workflow: str
    queue: str
    status: Status
    input: str
    available_at: int
    created_at: int
    updated_at: int
    boost_ms: int = 0
    max_attempts: int = 4
    attempt: int = 1
    failures: int = 0
    deaths: int = 0
    last_seq: int = 0
    run_token: str | None = None
    worker_id: str | None = None
    progress: float = 0.0
    current_step: str | None = None
    message: str = ""
    started_at: int | None = None
    attempt_started_at: int | None = None
    finished_at: int | None = None
    cancel_requested_at: int | None = None
    result: str | None = None
    error: str | None = None
    request_id: str | None = None
    notify: str | None = None
    idempotency_key: str | None = None
    idempotency_hash: str | None = None
    pruned_at: int | None = None

    @property
    def score(self) -> int:
        """The place in its queue: due time less the boost, in milliseconds; lower goes first, ties by id."""
        return self.available_at - self.boost_ms
