"""Who steered what: the audit, newest first."""

from collections.abc import Mapping
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from casework.audit import Entry
from casework.clock import rfc3339
from casework.tables import audit


async def add(connection: AsyncConnection, entry: Entry) -> None:
    """Keep an entry, in a transaction of the caller's."""
    await connection.execute(sa.insert(audit).values(entry.row()))


async def page(
    connection: AsyncConnection, equal: Mapping[str, str], before: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """(entries as they are shown, older than the id `before`; the id to go on before, None at the end)."""
    query = sa.select(audit).order_by(audit.c.id.desc()).limit(limit)
    query = query.where(*(audit.c[name] == value for name, value in equal.items()))
    if before is not None:
        query = query.where(audit.c.id < before)
    found = [_shown(row) for row in await connection.execute(query)]
    return found, found[-1]["id"] if len(found) == limit else None


def _shown(row: sa.Row[Any]) -> dict[str, Any]:
    detail = None if row.detail is None else msgspec.json.decode(row.detail)
    return {**row._asdict(), "at": rfc3339(row.at), "detail": detail}
