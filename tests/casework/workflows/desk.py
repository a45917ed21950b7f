"""A context in memory whose processes are real ones."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import ParamSpec, TypeVar

from casework import Process
from tests.casework.workflows.litigation.conftest import Desk
from workers.pool import ProcessPool

P = ParamSpec("P")
T = TypeVar("T")


class PooledDesk(Desk):
    """`casework.Context` in memory, with a worker's process pool."""

    def __init__(self, files: Mapping[str, bytes], pool: ProcessPool) -> None:
        super().__init__(files)
        self._pool = pool

    async def in_process(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._pool.run(work, *args, **kwargs)

    def process(self) -> AbstractAsyncContextManager[Process]:  # type: ignore[override]
        return self._pool.process()


@asynccontextmanager
async def pooled(memory_bytes: int = 1024**3) -> AsyncIterator[ProcessPool]:
    """A pool of two until the end of the block."""
    pool = ProcessPool(2, memory_bytes)
    try:
        yield pool
    finally:
        pool.close()
