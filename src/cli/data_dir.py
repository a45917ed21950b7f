"""The data directory: made, kept private, and held by one `casework up` at a time."""

import fcntl
import os
from pathlib import Path
from typing import IO

from casework.errors import SetupError


def prepare(path: Path) -> None:
    """Make the directory, for its owner alone; raises SetupError where it cannot be written."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = path / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        remedy = f"cannot write to {path} ({error.strerror}); name another directory in CASEWORK_DATA_DIR"
        raise SetupError(remedy) from None


class Lock:
    """Held as long as the process lives; the kernel lets go of it, whatever kills the process."""

    def __init__(self, path: Path) -> None:
        self._path = path / "lock"
        self._file: IO[str] | None = None

    def acquire(self) -> None:
        """Take it; raises SetupError naming who has it."""
        file = self._path.open("a+", encoding="ascii")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            file.close()
            raise SetupError(
                f"another `casework up` (pid {holder}) uses {self._path.parent}; "
                "stop it, or name another directory in CASEWORK_DATA_DIR"
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        self._file = file

    def release(self) -> None:
        """Let go."""
        if self._file is not None:
            self._file.close()
            self._file = None
