"""Tasks by what they have in common: pages of them, newest first, and how many there are.

What no index finds is looked for among so many tasks a page, so that a page costs the same with a million of them.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from casework.errors import InvalidInput
from casework.tables import failures, tasks, users
from casework.task import Status, Task
from casework.workflow import QUEUES
from progress.journal import STATE, task_of

SCANNED = 50_000  # tasks that a page looks at where no index helps
_ID_BEGINNING = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}[0-9a-f-]{0,23}")
WAITS = (Status.QUEUED, Status.RETRYING)  # in the order in which the partial indexes have them
UNLUCKY = (Status.FAILED, Status.CANCELLED)
_TEXTS = ("id", "workflow", "message", "current_step")


class Filter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What tasks have in common; empty fields say nothing. `owner` is a user's id or name, `search` an id, its
    beginning, or text; `fingerprint` that of a failed attempt."""

    status: str = ""
    workflow: str = ""
    queue: str = ""
    owner: str = ""
    search: str = ""
    fingerprint: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str], at: str = "") -> "Filter":
        """The filter of these fields; raises InvalidInput naming what does not fit, its pointer below `at`."""
        for name in given:
            if name not in FIELDS:
                raise InvalidInput.at(f"{at}/{name}", f"a filter has only {', '.join(FIELDS)}")
        made = cls(**given)
        if made.status and made.status not in set(Status):
            raise InvalidInput.at(f"{at}/status", f"one of {', '.join(Status)}")
        if made.queue and made.queue not in QUEUES:
            raise InvalidInput.at(f"{at}/queue", f"one of {', '.join(QUEUES)}")
        return made

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """The filter as SQL."""
        c = tasks.c
        found = [c[name] == getattr(self, name) for name in ("workflow", "queue") if getattr(self, name)]
        if self.status:
            found += _status(Status(self.status))
        if self.owner:
            known = sa.select(users.c.id).where(sa.or_(users.c.username == self.owner, users.c.id == self.owner))
            found.append(c.owner_id == known.limit(1).scalar_subquery())
        if self.fingerprint:
            found.append(c.id.in_(sa.select(failures.c.task_id).where(failures.c.fingerprint == self.fingerprint)))
        if self._by_id():
            found += [c.id >= self.search, c.id < self.search + "g"]
        elif self.search:
            found.append(sa.or_(*(c[name].contains(self.search, autoescape=True) for name in _TEXTS)))
        return found

    def scans(self) -> bool:
        """Whether no index finds what it matches."""
        few = self.fingerprint or self._by_id() or self.status not in ("", Status.SUCCEEDED)
        return not few and bool(self.search or self.workflow or self.queue or self.status)

    def _by_id(self) -> bool:
        return _ID_BEGINNING.fullmatch(self.search) is not None


FIELDS = Filter.__struct_fields__


async def page(
    connection: AsyncConnection, wanted: Filter, before: str | None, limit: int
) -> tuple[list[Task], str | None]:
    """(tasks, newest first, older than the id `before`; the id to go on before, None at the end)."""
    query = sa.select(*STATE).where(*wanted.conditions()).order_by(tasks.c.id.desc()).limit(limit)
    older = [] if before is None else [tasks.c.id < before]
    stop = await _stop(connection, wanted, older) if wanted.scans() else None
    if stop is not None:
        older.append(tasks.c.id >= stop)
    found = [task_of(row) for row in await connection.execute(query.where(*older))]
    return found, found[-1].id if len(found) == limit else stop


async def count(connection: AsyncConnection, wanted: Filter, before: str) -> int:
    """How many tasks match that are older than the id `before`."""
    query = sa.select(sa.func.count()).select_from(tasks).where(tasks.c.id < before, *wanted.conditions())
    return int(await connection.scalar(query) or 0)


async def ids_of(
    connection: AsyncConnection, wanted: Filter, states: Sequence[Status], before: str, limit: int
) -> list[str]:
    """Ids of matching tasks in one of these states, newest first, older than the id `before`."""
    query = sa.select(tasks.c.id).where(tasks.c.id < before, one_of(states), *wanted.conditions())
    return list((await connection.execute(query.order_by(tasks.c.id.desc()).limit(limit))).scalars())


async def usernames(connection: AsyncConnection, user_ids: Collection[str]) -> dict[str, str]:
    """Names by id."""
    query = sa.select(users.c.id, users.c.username).where(users.c.id.in_(user_ids))
    return {row.id: row.username for row in await connection.execute(query)} if user_ids else {}


async def _stop(connection: AsyncConnection, wanted: Filter, older: list[sa.ColumnElement[bool]]) -> str | None:
    """The oldest id that this page looks at."""
    query = sa.select(tasks.c.id).where(*Filter(owner=wanted.owner).conditions(), *older)
    found = await connection.scalar(query.order_by(tasks.c.id.desc()).offset(SCANNED - 1).limit(1))
    return None if found is None else str(found)


def _status(status: Status) -> list[sa.ColumnElement[Any]]:
    """Written out, since a partial index serves only a condition that implies its own word for word."""
    if status is Status.RUNNING:  # few at any time, and looked up first: SQLite would walk along all ids instead
        few = tasks.alias("running")
        return [tasks.c.id.in_(sa.select(few.c.id).where(sa.literal_column("running.status = 'running'")))]
    written = [one_of(group) for group in (WAITS, UNLUCKY) if status in group]
    return [*written, one_of([status])]


def one_of(states: Sequence[Status]) -> sa.ColumnElement[Any]:
    """A status among these, in words that the partial indexes know: no parameter, and no type that adds `= 1`."""
    if len(states) == 1:
        return sa.literal_column(f"tasks.status = '{states[0].value}'")
    values = ", ".join(f"'{state.value}'" for state in states)
    return sa.literal_column(f"tasks.status IN ({values})")
