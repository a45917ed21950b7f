"""The process pool for CPU-bound work, so that the worker's loop keeps beating.

Its processes end with the worker, also when it is killed; one that dies under its work is replaced.
"""

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import ParamSpec, TypeVar

from casework.errors import StepCrashed

P = ParamSpec("P")
T = TypeVar("T")


class ProcessPool:
    """Made when first used; `size` processes, 0 for one a core. Close it at the end."""

    def __init__(self, size: int) -> None:
        self._size = size or os.cpu_count() or 1
        self._executor: ProcessPoolExecutor | None = None

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`work(*args, **kwargs)` in a process; raises what it raises, StepCrashed when its process dies."""
        if self._executor is None:
            context = multiprocessing.get_context("spawn")
            self._executor = ProcessPoolExecutor(self._size, mp_context=context, initializer=_begin)
        executor = self._executor
        try:
            return await asyncio.get_running_loop().run_in_executor(executor, partial(work, *args, **kwargs))
        except BrokenProcessPool:
            if self._executor is executor:
                self._executor = None
            executor.shutdown(wait=False, cancel_futures=True)
            raise StepCrashed from None

    def close(self) -> None:
        """End the processes now; what they were doing is given up."""
        if self._executor is None:
            return
        processes = list((self._executor._processes or {}).values())  # noqa: SLF001 - no public way before 3.14
        self._executor.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.kill()
        for process in processes:
            process.join(timeout=2)
        self._executor = None


def _begin() -> None:
    """In a new process: leave Ctrl-C to the worker, and end when it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:

        def end_with_parent() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=end_with_parent, daemon=True).start()
