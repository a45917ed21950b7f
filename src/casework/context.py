"""What a step may do to the world: report, log, read documents, leave artifacts, hand CPU work to a pool.

The worker gives the real one (`workers.context`); a test of a workflow may give its own.
"""

from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, Protocol, TypeVar

import msgspec

P = ParamSpec("P")
T = TypeVar("T")


class Document(msgspec.Struct, frozen=True):
    """An uploaded file: `size` in bytes, `created_at` in milliseconds since the epoch."""

    id: str
    owner_id: str
    name: str
    media_type: str
    size: int
    sha256: str
    created_at: int


class Context(Protocol):
    """One step's view of the task it belongs to."""

    @property
    def task_id(self) -> str: ...
    @property
    def attempt(self) -> int:
        """The number of this attempt, from 1; interrupted attempts count."""

    @property
    def step(self) -> str: ...
    @property
    def executions(self) -> Mapping[str, int]:
        """How often each step's body has begun, over all attempts and crashes."""

    async def progress(
        self, done: float, total: float, message: str = "", data: Mapping[str, Any] | None = None
    ) -> None:
        """Report `done` of `total` units of this step; `message` is for people, `data` for programs (JSON)."""

    async def log(self, message: str, level: str = "info", data: Mapping[str, Any] | None = None) -> None:
        """Add a line to the task's history, and to the worker's log (so: no document text); `level` is one of debug,
        info, warning, error."""

    async def documents(self, ids: list[str]) -> list[Document]:
        """The owner's documents in the order of `ids`; one that was deleted since is left out."""

    async def read(self, document: Document) -> bytes:
        """A document's content."""

    async def artifact(self, name: str, content: bytes, media_type: str) -> None:
        """Leave a file for the user; the same name again replaces it. Listed once the step has succeeded."""

    async def in_process(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run CPU-bound `work` (importable, with picklable arguments) in the worker's process pool."""

    async def in_thread(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run blocking `work` in a thread."""
