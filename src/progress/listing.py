"""Tasks by what they have in common: pages of them, newest first, and how many there are.

What no index finds is looked for among so many tasks a page, so that a page costs the same with a million of them.
"""

import re
from collections.abc import Collection, Mapping, Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from casework import states
from casework.database import unsought
from casework.errors import InvalidInput
from casework.tables import failures, tasks, users
from casework.task import Status, Task
from casework.workflow import QUEUES
from progress.journal import STATE, task_of

SCANNED = 50_000  # tasks that a page looks at where no index helps
GLANCED = 1_000  # among which it looks first: what is frequent fills a page from these
_ID_BEGINNING = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{0,27}")
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
        found: list[sa.ColumnElement[bool]] = [c.queue == self.queue] if self.queue else []
        if self.workflow:
            found.append((unsought(c.workflow) if self._few() or self.owner else c.workflow) == self.workflow)
        if self.status:
            found += states.found([Status(self.status)])
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
        only = self.workflow and not (self.owner or self.queue or self.status or self.search)
        more = self.search or self.workflow or self.queue or self.status
        return bool(more) and not (self._few() or only)

    def _few(self) -> bool:
        """Whether an index finds what is hardly ever much."""
        return bool(self.fingerprint) or self._by_id() or self.status not in ("", Status.SUCCEEDED)

    def _by_id(self) -> bool:
        return _ID_BEGINNING.fullmatch(self.search) is not None


FIELDS = Filter.__struct_fields__


async def page(
    connection: AsyncConnection, wanted: Filter, before: str | None, limit: int
) -> tuple[list[Task], str | None]:
    """(tasks, newest first, older than the id `before`; the id to go on before, None at the end)."""
    older = [] if before is None else [tasks.c.id < before]
    if not wanted.scans():
        found = await _found(connection, wanted, older, limit)
        return found, found[-1].id if len(found) == limit else None
    for stretch in sorted({min(GLANCED, SCANNED), SCANNED}):
        stop = await _stop(connection, wanted, older, stretch)
        found = await _found(connection, wanted, older if stop is None else [*older, tasks.c.id >= stop], limit)
        if len(found) == limit:
            return found, found[-1].id
        if stop is None:
            break
    return found, stop


async def _found(
    connection: AsyncConnection, wanted: Filter, within: list[sa.ColumnElement[bool]], limit: int
) -> list[Task]:
    query = sa.select(*STATE).where(*wanted.conditions(), *within).order_by(tasks.c.id.desc()).limit(limit)
    return [task_of(row) for row in await connection.execute(query)]


async def count(connection: AsyncConnection, wanted: Filter, before: str) -> int:
    """How many tasks match that are older than the id `before`."""
    query = sa.select(sa.func.count()).select_from(tasks).where(tasks.c.id < before, *wanted.conditions())
    return int(await connection.scalar(query) or 0)


async def ids_of(
    connection: AsyncConnection, wanted: Filter, among: Sequence[Status], before: str, limit: int
) -> list[str]:
    """Ids of matching tasks in one of these states, newest first, older than the id `before`."""
    query = sa.select(tasks.c.id).where(tasks.c.id < before, *states.found(among), *wanted.conditions())
    return list((await connection.execute(query.order_by(tasks.c.id.desc()).limit(limit))).scalars())


async def usernames(connection: AsyncConnection, user_ids: Collection[str]) -> dict[str, str]:
    """Names by id."""
    query = sa.select(users.c.id, users.c.username).where(users.c.id.in_(user_ids))
    return {row.id: row.username for row in await connection.execute(query)} if user_ids else {}


async def _stop(
    connection: AsyncConnection, wanted: Filter, older: list[sa.ColumnElement[bool]], stretch: int
) -> str | None:
    """The oldest id of so many that this page looks at; None where there are fewer."""
    query = sa.select(tasks.c.id).where(*Filter(owner=wanted.owner).conditions(), *older)
    found = await connection.scalar(query.order_by(tasks.c.id.desc()).offset(stretch - 1).limit(1))
    return None if found is None else str(found)
