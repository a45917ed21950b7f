"""The whole tree of our errors; a message defaults to the class's docstring.

CaseworkError
├── InputError ── MalformedRequest 400 · InvalidInput 422 · UnknownDocument 422 · EmptyDocument 422
│                 UnsupportedDocument 415 · DocumentTooLarge 413
├── AccessError ─ NotAuthenticated 401 · BadCredentials 401 · Forbidden 403 · TooManyTries 429
├── NotFound ──── TaskNotFound · DocumentNotFound · WorkflowNotFound · ArtifactNotFound · PackageNotFound
│                 QueueNotFound
├── Conflict ──── IdempotencyConflict · TaskFinal · TaskNotFinished · TaskNotRetryable · TaskNotQueued
│                 DocumentInUse · UsernameTaken
├── Unavailable ─ DatabaseUnavailable · RedisUnavailable · StorageUnavailable · Draining
├── RunError ──── PermanentError · RetryLater · TaskTimeout · WorkerLost · StepCrashed · Fenced · Stale
├── DefinitionError (a workflow that cannot be)
├── SetupError (a command that cannot start: one line with the remedy)
├── NotDelivered (a notification, this time) ── Undeliverable (for good)
├── DrillFailed (`casework drill` found what must not be)
└── CompareFailed (`casework compare --check` found that what held holds no more)
"""

import re
from typing import ClassVar

import msgspec


class FieldError(msgspec.Struct, frozen=True):
    """One rejected field: an RFC 6901 JSON pointer into the request body and what to do about it."""

    pointer: str
    detail: str


class CaseworkError(Exception):
    """Something went wrong inside Casework; the log holds the details under the request id."""

    status: ClassVar[int] = 500

    def __init__(self, detail: str | None = None) -> None:
        self.detail = detail or " ".join((type(self).__doc__ or "").split())
        super().__init__(self.detail)

    @classmethod
    def slug(cls) -> str:
        """The class's name in kebab case: the last part of the problem's `type`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()

    @classmethod
    def title(cls) -> str:
        """The class's name in words: the problem's `title`."""
        return cls.slug().replace("-", " ").capitalize()


class InputError(CaseworkError):
    """The request cannot be accepted as it is."""

    status = 422

    def __init__(self, detail: str | None = None, errors: list[FieldError] | None = None) -> None:
        super().__init__(detail)
        self.errors = errors or []

    @classmethod
    def at(cls, pointer: str, detail: str) -> "InputError":
        """An error of one field, `pointer` being a JSON pointer such as `/input/case_type`."""
        return cls(detail, [FieldError(pointer, detail)])

    def below(self, prefix: str) -> "InputError":
        """The same error with every pointer moved under `prefix`."""
        moved = [FieldError(prefix + error.pointer, error.detail) for error in self.errors]
        return type(self)(self.detail, moved)


class MalformedRequest(InputError):
    """The body is not what its Content-Type says; send valid UTF-8 JSON or a multipart form."""

    status = 400


class InvalidInput(InputError):
    """The body does not fit; `errors` names each field and what it accepts."""


class UnknownDocument(InputError):
    """A document id names no document of yours; upload it with POST /api/v1/documents first."""


class EmptyDocument(InputError):
    """A file is empty; choose one with content."""


class UnsupportedDocument(InputError):
    """The file is none of PDF, DOCX, TXT, Markdown, PNG, JPEG, judged by its content and not by its name."""

    status = 415


class DocumentTooLarge(InputError):
    """A file is larger than this service accepts; split or compress it."""

    status = 413


class AccessError(CaseworkError):
    """This caller may not do this."""

    status = 403


class NotAuthenticated(AccessError):
    """No valid credentials; sign in at POST /api/v1/auth/login and send the token or the cookie."""

    status = 401


class BadCredentials(AccessError):
    """The user name or the password is wrong."""

    status = 401


class Forbidden(AccessError):
    """Your role does not allow this."""


class TooManyTries(AccessError):
    """Too many tries; wait for the seconds that Retry-After names."""

    status = 429

    def __init__(self, detail: str | None = None, retry_after: float = 30) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class NotFound(CaseworkError):
    """There is nothing here for you."""

    status = 404


class TaskNotFound(NotFound):
    """There is no such task, or it is not yours."""


class DocumentNotFound(NotFound):
    """There is no such document, or it is not yours."""


class WorkflowNotFound(NotFound):
    """There is no such workflow; GET /api/v1/workflows lists them."""


class ArtifactNotFound(NotFound):
    """The task has no artifact of that name; its result lists them."""


class PackageNotFound(NotFound):
    """There is no such rule package; GET /api/v1/packages lists them."""


class QueueNotFound(NotFound):
    """There is no such queue; GET /api/v1/queues lists them."""


class Conflict(CaseworkError):
    """The request does not fit the present state."""

    status = 409


class IdempotencyConflict(Conflict):
    """This Idempotency-Key was used for another body; use a new key for new work."""


class TaskFinal(Conflict):
    """The task has already ended."""


class TaskNotFinished(Conflict):
    """The task has no result (yet)."""


class TaskNotRetryable(Conflict):
    """Only a failed or cancelled task can be retried."""


class TaskNotQueued(Conflict):
    """Only a queued task can be moved to another queue."""


class DocumentInUse(Conflict):
    """An unfinished task uses this document; cancel the task or wait for its end."""


class UsernameTaken(Conflict):
    """A user of that name exists; choose another name."""


class Unavailable(CaseworkError):
    """A part of the service is away for the moment; try again after Retry-After."""

    status = 503

    def __init__(self, detail: str | None = None, retry_after: float = 2) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class DatabaseUnavailable(Unavailable):
    """The database does not answer; nothing was stored, try again after Retry-After."""


class RedisUnavailable(Unavailable):
    """Redis does not answer; accepted work waits for it and nothing is lost."""


class StorageUnavailable(Unavailable):
    """The store of documents cannot be read or written, or its disk is full; nothing was stored, try again."""


class Draining(Unavailable):
    """This process is shutting down; try again after Retry-After."""


class RunError(CaseworkError):
    """A task's run ended badly."""


class PermanentError(RunError):
    """A failure that trying again cannot mend."""


class RetryLater(RunError):
    """Another service asks to be left alone for a while; the next attempt waits that long."""

    def __init__(self, detail: str | None = None, retry_after: float = 60) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class TaskTimeout(RunError):
    """The attempt took longer than its time limit."""


class WorkerLost(PermanentError):
    """The worker died three times in a row while running this task; the task may be what kills it."""


class StepCrashed(RunError):
    """The process that a step's work was handed to died under it."""


class Fenced(RunError):
    """The run lost its hold on the task: another worker has it, or it has ended; nothing was written."""


class Stale(RunError):
    """The attempt is not the one that is due; somebody has it, had it, or it was taken back."""


class DefinitionError(CaseworkError):
    """A workflow is defined in a way that cannot run."""


class SetupError(CaseworkError):
    """The command cannot start."""


class NotDelivered(CaseworkError):
    """The notification was not taken; it is tried again."""


class Undeliverable(NotDelivered):
    """The notification cannot be delivered, however often it is tried."""


class DrillFailed(CaseworkError):
    """The drill found violations."""


class CompareFailed(CaseworkError):
    """The comparison found that something no longer holds."""
