"""Places at which a drill or a test may stop this process dead, each by its name and once.

Off unless `watch` was given a directory: whoever then lights a fuse there stops the first process that comes past.
"""

import os
import signal
from collections.abc import Mapping
from pathlib import Path

POINTS: Mapping[str, str] = {
    "submit.committed": "the API has committed a submission and not dispatched it",
    "job.taken": "a worker has taken a job out of its queue and not claimed it",
    "claim.committed": "an attempt is claimed and nothing of it has run",
    "step.done": "a step has ended and its checkpoint is not committed",
    "final.committed": "the final event is committed and the worker has not tidied up",
    "handover.committed": "a stopping worker has given its task back and not dispatched it",
    "delivery.claimed": "a worker has claimed a notification and not sent it",
}
_directory: Path | None = None


def watch(directory: Path | None) -> None:
    """Look for fuses in the directory from now on; None looks nowhere."""
    global _directory  # noqa: PLW0603 - one a process, as the environment is
    _directory = directory


def light(directory: Path, point: str, number: signal.Signals = signal.SIGKILL) -> None:
    """Let the next process that reaches the point send itself the signal; raises KeyError for no point of ours."""
    POINTS[point]
    unlit = directory / f".{point}"
    unlit.write_text(number.name)
    unlit.rename(directory / point)  # at once and whole: others are looking


def lit(directory: Path, point: str) -> bool:
    """Whether the fuse still waits for somebody."""
    return (directory / point).exists()


def reach(point: str) -> None:
    """Nothing, or the end of this process."""
    if _directory is None:
        return
    fuse = _directory / point
    try:
        number = signal.Signals[fuse.read_text()]
        fuse.unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), number)
