"""Child processes kept alive: restarted with backoff when they crash, stopped in order, ended with their parent."""

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any

from casework import duties, log
from casework.retry import ceiling

HEALTHY_SECONDS = 30.0
FIRST_WAIT_SECONDS = 0.2
LONGEST_WAIT_SECONDS = 10.0
PR_SET_PDEATHSIG = 1
_log = log.get(__name__)


def end_with_parent() -> None:
    """In a new child, on Linux: be killed when the parent dies, however it dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == 1:  # it died before we asked
            os._exit(1)


class Child:
    """One command that is to run for ever."""

    def __init__(self, name: str, command: Sequence[str], *, pass_fds: Sequence[int] = ()) -> None:
        self.name = name
        self._command = command
        self._pass_fds = pass_fds
        self._stopping = False
        self._task: asyncio.Task[None] | None = None
        self.process: asyncio.subprocess.Process | None = None
        self.restarts = 0

    async def start(self) -> None:
        """Start it, and watch it from now on."""
        await self._spawn()
        self._task = asyncio.create_task(self._watch(), name=f"watch {self.name}")

    async def _spawn(self) -> None:
        options: dict[str, Any] = {"stdin": asyncio.subprocess.DEVNULL, "pass_fds": self._pass_fds}
        # Not in our terminal's group: Ctrl-C is ours to pass on, in order.
        self.process = await asyncio.create_subprocess_exec(
            *self._command, start_new_session=True, preexec_fn=end_with_parent, **options
        )

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        failures = 0
        while True:
            assert self.process is not None  # noqa: S101 - set by `start`
            begun = loop.time()
            code = await self.process.wait()
            if self._stopping:
                return
            failures = 1 if loop.time() - begun > HEALTHY_SECONDS else failures + 1
            wait = ceiling(failures, FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS)
            self.restarts += 1
            _log.warning("a process ended and is started again", process=self.name, code=code, wait_seconds=wait)
            await asyncio.sleep(wait)
            await self._spawn()

    async def stop(self, seconds: float) -> None:
        """Ask it to end, and make it after so many seconds."""
        self._stopping = True
        process = self.process
        if process is not None and process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), seconds)
            except TimeoutError:
                _log.warning("a process did not end and is killed", process=self.name)
                process.kill()
                await process.wait()
        if self._task is not None:
            await duties.end([self._task])
