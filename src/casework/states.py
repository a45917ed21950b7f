"""What state a task is in, as conditions in SQL, in the very words of the partial indexes.

SQLite does not see that a list of parameters implies what an index is for: it would read every task there ever was.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from casework.task import Status

WAITS = (Status.QUEUED, Status.RETRYING)
UNLUCKY = (Status.FAILED, Status.CANCELLED)


def one_of(states: Sequence[Status]) -> sa.ColumnElement[Any]:
    """A status among these: no parameter, and no type that adds `= 1`; in the order of the indexes."""
    if len(states) == 1:
        return sa.literal_column(f"tasks.status = '{states[0].value}'")
    values = ", ".join(f"'{state.value}'" for state in states)
    return sa.literal_column(f"tasks.status IN ({values})")


def found(states: Sequence[Status]) -> list[sa.ColumnElement[Any]]:
    """The same for a list in the order of ids, with what implies the index that has them so."""
    if not any(state.final for state in states):
        return [sa.literal_column("tasks.finished_at IS NULL"), one_of(states)]
    return [*([one_of(UNLUCKY)] if set(states) < set(UNLUCKY) else []), one_of(states)]
