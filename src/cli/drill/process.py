"""One process of the service under drill: started, signalled, killed and started again, its output in a file."""

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cli.supervisor import end_with_parent

STOP_SECONDS = 15.0


class Process:
    """A command that runs until it is told otherwise; `account` is the user and group to run it as."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        log: Path,
        *,
        pass_fds: Sequence[int] = (),
        account: int | None = None,
    ) -> None:
        self.name = name
        self._command = command
        self._environment = dict(environment)
        self._log = log
        self._pass_fds = pass_fds
        self._account = account
        self._process: asyncio.subprocess.Process | None = None
        self._starting = asyncio.Lock()  # two faults at once may both want it back: one process, one handle

    @property
    def pid(self) -> int:
        """Of the process that runs, or ran last."""
        return self._process.pid if self._process is not None else 0

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start it, where it does not run."""
        async with self._starting:
            if not self.running:
                self._process = await self._spawn()

    async def _spawn(self) -> asyncio.subprocess.Process:
        who: dict[str, Any] = {}
        if self._account is not None:
            who = {"user": self._account, "group": self._account, "extra_groups": []}
        with self._log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *self._command,
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=self._pass_fds,
                start_new_session=True,
                preexec_fn=end_with_parent,
                **who,
            )

    def send(self, number: signal.Signals) -> None:
        """A signal, where it runs."""
        if self.running:
            os.kill(self.pid, number)

    async def ended(self, seconds: float) -> bool:
        """Whether it has ended within so many seconds."""
        if self._process is None:
            return True
        try:
            await asyncio.wait_for(self._process.wait(), seconds)
        except TimeoutError:
            return False
        return True

    async def kill(self) -> None:
        """`kill -9`, and wait for its end."""
        self.send(signal.SIGKILL)
        await self.ended(STOP_SECONDS)

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> bool:
        """Ask it to end; whether it did so by itself."""
        self.send(number)
        if await self.ended(STOP_SECONDS):
            return True
        await self.kill()
        return False
