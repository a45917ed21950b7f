"""The database behind four verbs, `read`, `look`, `write`, `transact`: engine, transactions, outages, migrations.

Written for both SQLite (WAL, one writer at a time, BEGIN IMMEDIATE) and PostgreSQL (READ COMMITTED, row locks).
"""

import asyncio
import random
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, InvalidatePoolError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from casework.errors import SetupError
from casework.outages import outages

if TYPE_CHECKING:
    from alembic.config import Config

Connection = AsyncConnection  # what `read` and `write` give, for those who must not import SQLAlchemy
BUSY_SECONDS = 10  # how long a writer waits for another process's SQLite transaction
BUSY_STEP_SECONDS = 0.002
T = TypeVar("T")
PING_AFTER_SECONDS = 2.0  # unused for longer, a PostgreSQL connection is asked whether it lives
IDLE_SECONDS = 5  # how long a PostgreSQL transaction may wait for its client
_WRITE = "casework_write"
_MIGRATION_LOCK = 0x43415345  # "CASE": any number that nobody else locks


class now_ms(FunctionElement[int]):  # noqa: N801
    """The database's own time in milliseconds since the epoch: the one clock that all processes share."""

    type = sa.BigInteger()
    inherit_cache = True
    name = "now_ms"


def upsert(connection: AsyncConnection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """An insert that can say what is to be done where the key is there already."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


class unsought(FunctionElement[str]):  # noqa: N801
    """A column that SQLite, which knows nothing of how many rows have which value, is not to look up by."""

    inherit_cache = True


@compiles(unsought)
def _as_it_is(element: unsought, compiler: Any, **more: object) -> str:
    return str(compiler.process(element.clauses, **more))


@compiles(unsought, "sqlite")
def _sqlite_unsought(element: unsought, compiler: Any, **more: object) -> str:
    return "+" + str(compiler.process(element.clauses, **more))


@compiles(now_ms, "sqlite")
def _sqlite_now(*_: object, **__: object) -> str:
    return "CAST((julianday('now') - 2440587.5) * 86400000.0 AS INTEGER)"


@compiles(now_ms, "postgresql")
def _postgresql_now(*_: object, **__: object) -> str:
    return "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"


class Database:
    """One pool of connections; open it once in a process and close it at the end."""

    def __init__(self, url: str, *, pool_size: int = 5) -> None:
        """`url` as SQLAlchemy writes it; raises SetupError where it is none of ours."""
        self.url = _checked(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._engine = _engine(self.url, pool_size)
        self._writer = _SqliteThread(self.url, writing=True) if self.is_sqlite else None
        self._looker = _SqliteThread(self.url, writing=False) if self.is_sqlite else None  # waits for no writer

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection for reading one consistent state; raises DatabaseUnavailable in an outage."""
        async with outages(), self._engine.connect() as connection:
            yield connection

    async def look(self, work: Callable[[sa.Connection], T]) -> T:
        """`work(connection)`, which only reads, each statement on the newest state: the cheapest way, for who looks all
        the time. Raises DatabaseUnavailable in an outage.
        """
        if self._looker is None:
            async with outages(), self._engine.connect() as connection:
                plain = await connection.execution_options(isolation_level="AUTOCOMMIT")  # no BEGIN, no ROLLBACK
                return await plain.run_sync(work)
        async with outages():
            return await self._looker.run(work)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction, committed at the end of the block; raises DatabaseUnavailable in an outage."""
        async with outages(), self._engine.connect() as connection:
            writing = await connection.execution_options(**{_WRITE: True})
            async with writing.begin():
                yield writing

    async def transact(self, work: Callable[[sa.Connection], T]) -> T:
        """`work(connection)` in a transaction of its own, many statements for the price of one: on SQLite they run in
        a thread without a hop between them. Raises DatabaseUnavailable in an outage, and what `work` raises.
        """
        if self._writer is None:
            async with self.write() as connection:
                return await connection.run_sync(work)
        async with outages():
            return await self._writer.run(work)

    async def close(self) -> None:
        """Close all connections."""
        for thread in (self._writer, self._looker):
            if thread is not None:
                await asyncio.to_thread(thread.close)
        await self._engine.dispose()


class _SqliteThread:
    """One connection and one thread for it: an abandoned transaction ends before the next one begins."""

    def __init__(self, url: URL, *, writing: bool) -> None:
        connect_args = {"timeout": BUSY_SECONDS, "check_same_thread": False}
        self._engine = sa.create_engine(
            url.set(drivername="sqlite"), pool_size=1, max_overflow=0, connect_args=connect_args
        )
        sa.event.listen(self._engine, "connect", _sqlite_connect)
        sa.event.listen(self._engine, "connect", _sqlite_never_wait)
        sa.event.listen(self._engine, "begin", _sqlite_begin_soon if writing else _sqlite_begin)
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="sqlite")

    async def run(self, work: Callable[[sa.Connection], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, self._transact, work)

    def _transact(self, work: Callable[[sa.Connection], T]) -> T:
        with self._engine.begin() as connection:
            return work(connection)

    def close(self) -> None:
        self._executor.shutdown(wait=True)
        self._engine.dispose()


def _checked(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise SetupError("CASEWORK_DATABASE_URL is no database URL, such as sqlite+aiosqlite:///casework.db") from None
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
    backend = parsed.get_backend_name() if "+" not in parsed.drivername else parsed.drivername.split("+")[0]
    if backend not in drivers:
        raise SetupError(f"CASEWORK_DATABASE_URL names {backend!r}; use sqlite+aiosqlite://… or postgresql+asyncpg://…")
    return parsed.set(drivername=drivers[backend])


def _engine(url: URL, pool_size: int) -> AsyncEngine:
    if url.get_backend_name() == "sqlite":
        # No overflow: a connection of the driver is a thread, and making one costs more than waiting for one.
        engine = create_async_engine(
            url, pool_size=pool_size, max_overflow=0, pool_timeout=10, connect_args={"timeout": BUSY_SECONDS}
        )
        sa.event.listen(engine.sync_engine, "connect", _sqlite_connect)
        sa.event.listen(engine.sync_engine, "begin", _sqlite_begin)
        return engine
    # A client that is frozen in a transaction would keep its rows locked: the server ends it instead.
    server_settings = {"jit": "off", "idle_in_transaction_session_timeout": f"{IDLE_SECONDS * 1000}"}
    connect_args = {"timeout": 5, "command_timeout": 30, "server_settings": server_settings}
    engine = create_async_engine(
        url, pool_size=pool_size, max_overflow=0, pool_timeout=10, pool_use_lifo=True, connect_args=connect_args
    )
    _ping_the_rested(engine.sync_engine)
    return engine


def _ping_the_rested(engine: sa.Engine) -> None:
    """SQLAlchemy's own ping before each use is two round trips: one just used is asked nothing."""

    def rest(_connection: Any, record: Any) -> None:
        record.info["rests_since"] = time.monotonic()

    def wake(connection: Any, record: Any, _proxy: Any) -> None:
        moment = time.monotonic()
        if moment - record.info.get("rests_since", moment) > PING_AFTER_SECONDS:
            try:
                engine.dialect.do_ping(connection)
            except (engine.dialect.loaded_dbapi.Error, OSError) as error:
                raise InvalidatePoolError from error

    sa.event.listen(engine, "checkin", rest)
    sa.event.listen(engine, "checkout", wake)


def _sqlite_connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself: `_sqlite_begin` does
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_begin(connection: sa.Connection) -> None:
    # A deferred transaction that turns into a writer fails at once when another one has written meanwhile.
    writing = connection.get_execution_options().get(_WRITE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _sqlite_never_wait(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA busy_timeout=0")


def _sqlite_begin_soon(connection: sa.Connection) -> None:
    # SQLite's own waiting sleeps longer and longer, up to 100 ms: with several writers most of the time is slept away.
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except OperationalError as error:
            if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(random.uniform(0.0002, BUSY_STEP_SECONDS))
        else:
            return


async def migrate(url: str) -> None:
    """Bring the database to the newest schema; safe to call from several processes at once."""
    database = Database(url)
    try:
        async with database.write() as connection:
            if not database.is_sqlite:
                await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
            await connection.run_sync(_upgrade)
    finally:
        await database.close()


def _upgrade(connection: sa.Connection) -> None:
    from alembic import command  # 12 MB that a serving process never needs

    command.upgrade(alembic_config(connection), "head")


def alembic_config(connection: sa.Connection) -> "Config":
    """Alembic's configuration for the migrations shipped here, bound to an open connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config
