"""What counts as an outage of the database, rather than as a fault of ours, in the words of both drivers."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from casework.errors import DatabaseUnavailable, InvalidInput


@asynccontextmanager
async def outages() -> AsyncIterator[None]:
    """Raises DatabaseUnavailable for an outage in the block, InvalidInput for a text that cannot be stored."""
    try:
        yield
    except Exception as error:
        if is_outage(error):
            raise DatabaseUnavailable from error
        if _code(error) == "22021":
            raise InvalidInput("a text holds a NUL character, which cannot be stored or looked for") from error
        raise


def is_outage(error: Exception) -> bool:
    """Whether `error` says that the database is away, full or locked, rather than that a statement is wrong."""
    if isinstance(error, OSError | PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        # SQLAlchemy hands on as it is what asyncpg says of a connection that is cut while it is set up.
        return type(error).__module__.startswith("asyncpg.")
    if error.connection_invalidated:
        return True
    origin = error.orig
    code = _code(error)
    if code is not None:
        # Connection lost, deadlock or serialisation failure, out of resources, operator's intervention, I/O error.
        return code[:2] in {"08", "40", "53", "57", "58"} or code == "55P03"
    if isinstance(error, OperationalError):
        return "no such" not in str(origin)
    return isinstance(error, InterfaceError) and not isinstance(origin, sqlite3.ProgrammingError)


def _code(error: BaseException) -> str | None:
    """PostgreSQL's code of what went wrong."""
    origin = getattr(error, "orig", None)
    return getattr(origin, "sqlstate", None) or getattr(origin, "pgcode", None)
