"""What a step may do to the world: report, log, read documents, leave artifacts, hand CPU work to a pool.

The worker gives the real one (`workers.context`); a test of a workflow may give its own.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager
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


class Process(Protocol):
    """A process of the worker's pool; work in it that is given up is killed with all that it has started."""

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `work` gives or raises; StepCrashed when its process dies under it."""

    def each(self, work: Callable[P, Iterator[T]], *args: P.args, **kwargs: P.kwargs) -> AsyncIterator[T]:
        """What the generator `work` yields, as it comes; the generator waits while nobody takes."""


class Context(Protocol):
    """One step's view of the task it belongs to."""

    @property
    def task_id(self) -> str: ...
    @property
    def attempt(self) -> int:
        """The number of this attempt, from 1; interrupted attempts count."""

    @property
    def last_attempt(self) -> bool:
        """Whether the task fails for good if this attempt does."""

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

    def show(self, text: str) -> None:
        """Show what is being written right now, all of it so far, to whoever watches; kept nowhere, newest wins."""

    async def documents(self, ids: list[str]) -> list[Document]:
        """The owner's documents in the order of `ids`; one that was deleted since is left out."""

    async def read(self, document: Document) -> bytes:
        """A document's content."""

    async def artifact(self, name: str, content: bytes, media_type: str) -> None:
        """Leave a file for the user; the same name again replaces it. Listed once the step has succeeded."""

    async def left(self, name: str, media_type: str) -> bytes | None:
        """The file of that name that this task has left, be it in an attempt that died; None where there is none.
        What this step would make again is listed as if it had: so a step goes on after its last finished piece."""

    async def in_process(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run CPU-bound `work` (importable, with picklable arguments) in the worker's process pool."""

    def process(self) -> AbstractAsyncContextManager[Process]:
        """A process of that pool to oneself: for work that tells how far it is, or that may not take for ever
        (`async with ctx.process() as process, asyncio.timeout(60)`: the wait for a free one does not count)."""

    async def in_thread(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run blocking `work` in a thread."""
