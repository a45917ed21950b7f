"""The process pool for CPU-bound work: the worker's loop keeps beating, and no work takes the worker down.

Work that is given up (cancelled, out of time) is killed with all that it started; a process that dies under its work,
or comes to the end of its memory, is replaced, and nobody else notices.
"""

import asyncio
import multiprocessing
import os
import pickle
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any, ParamSpec, TypeVar

from casework.errors import StepCrashed
from workers import child

P = ParamSpec("P")
T = TypeVar("T")
_spawn = multiprocessing.get_context("spawn")


class ProcessPool:
    """Processes made when first needed; `size` of them, 0 for one a core. Close it at the end."""

    def __init__(self, size: int, memory_bytes: int) -> None:
        self._room = asyncio.Semaphore(size or os.cpu_count() or 1)
        self._memory_bytes = memory_bytes
        self._idle: list[PoolProcess] = []
        self._all: set[PoolProcess] = set()

    @asynccontextmanager
    async def process(self) -> AsyncIterator["PoolProcess"]:
        """A process to oneself; waits for one that is free. What still runs in it at the end of the block is killed."""
        async with self._room:
            process = self._idle.pop() if self._idle else await self._made()
            try:
                yield process
            finally:
                if process.idle:
                    self._idle.append(process)
                else:
                    process.kill()
                    self._all.discard(process)

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`work(*args, **kwargs)` in a process of its own; raises what it raises, StepCrashed when its process dies."""
        async with self.process() as process:
            return await process.run(work, *args, **kwargs)

    def close(self) -> None:
        """End the processes now; what they were doing is given up."""
        for process in self._all:
            process.kill()
        for process in self._all:
            process.join()
        self._all.clear()
        self._idle.clear()

    async def _made(self) -> "PoolProcess":
        process = PoolProcess(self._memory_bytes)
        self._all.add(process)
        try:
            await process.start()
        except BaseException:
            process.kill()
            self._all.discard(process)
            raise
        return process


class PoolProcess:
    """One process: the real `casework.Process`. A thread of its own speaks with it, so the loop never waits."""

    def __init__(self, memory_bytes: int) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="pool")
        self._connection, self._other_end = _spawn.Pipe()
        self._process = _spawn.Process(target=child.serve, args=(self._other_end, memory_bytes), daemon=True)
        self._busy = self._killed = False

    @property
    def idle(self) -> bool:
        """Whether it can be given other work."""
        return not (self._busy or self._killed)

    async def start(self) -> None:
        """Come up; raises StepCrashed where it does not."""
        await self._speak(self._start)

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`work(*args, **kwargs)`; raises what it raises, StepCrashed when the process dies."""
        self._begin()
        await self._speak(self._ask, ("run", partial(work, *args, **kwargs)))
        _, given = await self._answer()
        self._busy = False
        result: T = given
        return result

    async def each(self, work: Callable[P, Iterator[T]], *args: P.args, **kwargs: P.kwargs) -> AsyncIterator[T]:
        """What the generator `work(*args, **kwargs)` yields, as it comes."""
        self._begin()
        await self._speak(self._ask, ("each", partial(work, *args, **kwargs)))
        while True:
            kind, given = await self._answer()
            if kind == "done":
                break
            yield given
        self._busy = False

    def kill(self) -> None:
        """End it and whatever it has started, now."""
        if self._killed:
            return
        self._killed = True
        self._signal()
        self._thread.submit(self._bury)
        self._thread.shutdown(wait=False)

    def join(self) -> None:
        """Wait for the end of one that was killed."""
        self._thread.shutdown(wait=True)

    def _begin(self) -> None:
        if self._busy:
            raise RuntimeError("this process still has work; take the rest of it, or leave the block and take another")
        self._busy = True

    async def _answer(self) -> child.Answer:
        kind, given = await self._speak(self._hear)
        if kind != "raised":
            return kind, given
        self._busy = False
        if isinstance(given, MemoryError):
            self.kill()  # what it still holds would be missing to the next work
        raise given

    async def _speak(self, act: Callable[..., Any], *args: object) -> Any:
        if self._killed:
            raise StepCrashed
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, act, *args)
        except (EOFError, BrokenPipeError, ConnectionResetError):
            self.kill()
            raise StepCrashed from None

    def _start(self) -> None:
        self._process.start()
        self._other_end.close()
        if self._killed:
            self._signal()
        self._connection.recv_bytes()

    def _ask(self, asked: child.Ask) -> None:
        self._connection.send_bytes(pickle.dumps(asked, pickle.HIGHEST_PROTOCOL))

    def _hear(self) -> child.Answer:
        answer: child.Answer = pickle.loads(self._connection.recv_bytes())  # noqa: S301 - from our own process
        return answer

    def _signal(self) -> None:
        if self._process.pid is None:
            return  # it is just being started, and will be told
        with suppress(ProcessLookupError, PermissionError):
            self._process.kill()
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _bury(self) -> None:
        if self._process.pid is not None:
            self._process.join()
        self._connection.close()
        self._other_end.close()
