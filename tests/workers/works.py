"""Works that the tests hand to a process of the pool."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path


def double(number: int) -> int:
    return 2 * number


def count(upto: int) -> Iterator[int]:
    yield from range(upto)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def hang(told: Path) -> None:
    """Start a program, write both ids down, and never end."""
    program = subprocess.Popen(["sleep", "600"])
    told.with_suffix(".new").write_text(f"{os.getpid()} {program.pid}")
    told.with_suffix(".new").rename(told)
    while True:
        time.sleep(600)


def swallow(size: int) -> int:
    return len(bytearray(size))


class Untravelled(Exception):
    """An error that cannot be unpickled."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(first + second)


def fail(*, travelling: bool) -> None:
    raise ValueError("so it is") if travelling else Untravelled("so ", "it is")
