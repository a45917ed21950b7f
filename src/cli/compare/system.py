"""What every task system under comparison is asked for, whatever it is made of."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import msgspec

SLOTS = 3  # tasks of one queue that may run at once
FINAL = ("succeeded", "failed", "cancelled")
Tick = tuple[str, int]


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What is submitted: `ticks` reports spread over each of `steps` steps; fails like the `demo` workflow."""

    steps: int = 3
    step_seconds: float = 1.0
    ticks: int = 5
    fail_at: int | None = None
    fail_times: int = 1
    max_attempts: int = 4
    queue: str = "medium"
    hook: str | None = None

    @property
    def reports(self) -> int:
        return self.steps * self.ticks


class Seen(msgspec.Struct, kw_only=True):
    """What the system tells of a task; what it does not tell is None or empty."""

    status: str
    progress: float = 0.0
    place: int | None = None
    left: float | None = None
    error: str = ""
    steps: Sequence[Mapping[str, Any]] = ()
    attempts: Sequence[Mapping[str, Any]] = ()

    @property
    def final(self) -> bool:
        return self.status in FINAL


class Told(msgspec.Struct, frozen=True):
    """A number for the operator and where it is; not `directly` where he has to work it out from a list."""

    value: float
    where: str
    directly: bool = True


class Ear(Protocol):
    """Somebody who follows a task: each report that reached him with its delay in seconds, and what was wrong."""

    ticks: dict[Tick, float]
    faults: list[str]

    async def listen(self) -> None:
        """To the task's end, through whatever happens."""


class Person(Protocol):
    """A user with a client of the public API."""

    async def submit(self, job: Job) -> str: ...
    async def look(self, task_id: str) -> Seen | None:
        """None where the system does not know the task (any more), or does not answer."""

    async def cancel(self, task_id: str) -> bool: ...
    async def repeated(self, task_id: str) -> Sequence[str] | None:
        """The steps that began more than once; None where nobody knows."""

    def ear(self, task_id: str, url: str | None = None) -> Ear:
        """Somebody who follows, through `url` where there is another way to the service."""


class System(Protocol):
    """One task system, running in a directory of its own."""

    name: str
    url: str
    follows_by: str

    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    async def person(self, name: str, role: str = "user") -> Person: ...
    async def restart_api(self) -> None: ...
    async def restart_worker(self) -> None: ...
    async def kill_everything(self) -> None:
        """`kill -9` for every process, then all started again."""

    async def monitor(self) -> str:
        """What the web monitor's page answers."""

    async def queue_length(self) -> int | None: ...
    async def workers(self) -> Sequence[str] | None:
        """What each worker is said to do."""

    async def tried(self, task_id: str) -> int | None:
        """How often the task was tried, where the operator is told."""

    async def run_seconds(self) -> Told | None:
        """The middle of the run times."""

    async def success_rate(self) -> Told | None: ...
    def log_lines(self, task_id: str) -> Mapping[str, Sequence[str]]:
        """Per process the lines of its log that name the task."""

    async def story_on_unstable_network(self, job: Job) -> tuple[int, int, int, float] | None:
        """(reports heard, polls, streams, seconds) by the system's own client; None where the task was not heard to
        end."""
