"""Who steered what, as it is kept: one entry an action, stored in the transaction of what it changes (pure)."""

from typing import Any, Literal

import msgspec

from casework import ids
from casework.clock import now

Action = Literal["task.cancel", "task.retry", "task.move", "queue.pause", "queue.resume", "tasks.bulk", "user.create"]
CLI = "cli"


class Entry(msgspec.Struct, kw_only=True):
    """One action: `actor` is a user's name (or `cli`), `detail` what else there is to say of it."""

    actor: str
    action: Action
    actor_id: str | None = None
    task_id: str | None = None
    queue: str | None = None
    detail: dict[str, Any] | None = None
    request_id: str | None = None
    id: str = msgspec.field(default_factory=ids.new)
    at: int = msgspec.field(default_factory=now)

    def row(self) -> dict[str, Any]:
        """The columns of `audit`."""
        detail = None if self.detail is None else msgspec.json.encode(self.detail).decode()
        return {**msgspec.structs.asdict(self), "detail": detail}
