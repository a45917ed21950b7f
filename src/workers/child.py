"""What runs in a process of the pool: one work after the other, in a process group of its own and within its memory.

It ends with the worker, also when that is killed, and takes whatever its works have started with it.
"""

import os
import pickle
import resource
import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from typing import Any, Literal

Ask = tuple[Literal["run", "each"], Callable[[], Any]]
Answer = tuple[Literal["item", "done", "raised"], Any]


def serve(connection: Connection, memory_bytes: int) -> None:
    """Answer each ask with its items, then what it gives or raises, until the other end is closed."""
    os.setpgid(0, 0)  # Ctrl-C is the worker's; a kill of the group is ours
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with suppress(ValueError, OSError):  # a system without such a limit
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    connection.send_bytes(b"ready")
    with suppress(EOFError, OSError):
        while True:
            asked = connection.recv_bytes()
            for answer in _answers(asked):
                connection.send_bytes(answer)


def _answers(asked: bytes) -> Iterator[bytes]:
    try:
        way, work = pickle.loads(asked)  # noqa: S301 - from the worker itself
        if way == "each":
            for item in work():
                yield _packed(("item", item))
            yield _packed(("done", None))
        else:
            yield _packed(("done", work()))
    except Exception as error:  # noqa: BLE001 - whatever it is, the one who asked has to know
        yield _packed(("raised", _portable(error)))


def _packed(answer: Answer) -> bytes:
    return pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)


def _portable(error: Exception) -> Exception:
    """The error with its traceback as a note; one that cannot travel goes as a RuntimeError that tells it."""
    told = "".join(traceback.format_exception(error))
    error.__traceback__ = error.__cause__ = error.__context__ = None
    error.add_note(f"in a process of the pool:\n{told}")
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301
    except Exception:  # noqa: BLE001 - an error's own pickling may do anything
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os.killpg(0, signal.SIGKILL)
