"""The schema on both databases, and what counts as an outage."""

import sqlite3
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import IntegrityError, OperationalError

from casework.clock import now
from casework.database import Database, migrate, now_ms
from casework.errors import DatabaseUnavailable
from casework.outages import is_outage
from casework.tables import metadata


async def test_the_migrations_make_the_tables_that_the_code_uses(database: Database, database_url: str) -> None:
    await migrate(database_url)  # a second time: nothing to do
    async with database.read() as connection:
        differences = await connection.run_sync(
            lambda each: compare_metadata(MigrationContext.configure(each, opts={"compare_type": True}), metadata)
        )
    assert differences == []


async def test_the_databases_clock_is_ours_in_milliseconds(database: Database) -> None:
    async with database.read() as connection:
        told = await connection.scalar(sa.select(now_ms()))
    assert told is not None
    assert abs(told - now()) < 5_000


def test_a_locked_database_is_an_outage_and_a_wrong_statement_is_not() -> None:
    locked = OperationalError("x", {}, sqlite3.OperationalError("database is locked"))
    missing = OperationalError("x", {}, sqlite3.OperationalError("no such table: x"))
    doubled = IntegrityError("x", {}, sqlite3.IntegrityError("UNIQUE constraint failed"))
    assert is_outage(locked)
    assert is_outage(ConnectionRefusedError())
    assert not is_outage(missing)
    assert not is_outage(doubled)


async def test_a_connection_that_is_cut_while_it_is_set_up_is_an_outage(postgresql_socket: str) -> None:
    database = Database(f"postgresql+asyncpg://postgres:@/template_casework?host={postgresql_socket}", pool_size=1)

    def cut(dialect: sa.Dialect, _record: object, arguments: list[Any], options: dict[str, Any]) -> Any:
        connection = dialect.connect(*arguments, **options)
        connection.driver_connection.terminate()
        return connection

    sa.event.listen(database._engine.sync_engine, "do_connect", cut)
    try:
        with pytest.raises(DatabaseUnavailable):
            async with database.read():
                pass
        with pytest.raises(DatabaseUnavailable):
            await database.look(lambda connection: connection.execute(sa.text("SELECT 1")).all())
    finally:
        await database.close()
