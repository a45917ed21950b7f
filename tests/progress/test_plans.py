"""What operators ask is answered from indexes: nothing reads all tasks, however many have finished."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import sqlalchemy as sa

from casework import ids
from casework.clock import now
from casework.database import Connection, Database
from casework.task import Status
from progress import failures, grades, history, listing, operating, samples, stats
from progress.listing import Filter

SLOTS = {"high": 1, "medium": 1, "low": 1}
Ask = Callable[[Connection], Awaitable[Any]]


def page(**wanted: str) -> Ask:
    return lambda connection: listing.page(connection, Filter(**wanted), None, 50)


QUESTIONS: dict[str, Ask] = {
    "statistics": lambda c: stats.over(c, 3600),
    "rates": lambda c: stats.rates(c, 60),
    "queues": lambda c: operating.queues(c, SLOTS, 5),
    "workers": lambda c: operating.workers(c, 5),
    "depths": samples.depths,
    "failures": lambda c: failures.groups(c, now() - 1000, "", 50),
    "grades": lambda c: grades.graded(c, "start", workflow="demo"),
    "recent runs": lambda c: history.recent_runs(c, "demo"),
    "all": page(),
    "failed": page(status="failed"),
    "running": page(status="running"),
    "queued": page(status="queued"),
    "owned": page(owner="li"),
    "with a failure": page(fingerprint="0"),
    "by id": page(search=ids.new()),
    "bulk": lambda c: listing.ids_of(c, Filter(), [Status.FAILED, Status.CANCELLED], ids.new(), 200),
}


@pytest.mark.parametrize("name", QUESTIONS)
async def test_no_question_reads_all_tasks(database: Database, name: str) -> None:
    asked: list[tuple[str, Any]] = []

    def keep(_: object, __: object, statement: str, parameters: Any, *___: object) -> None:
        asked.append((statement, parameters))

    async with database.read() as connection:
        await connection.execute(sa.text("SELECT 1"))
        if not database.is_sqlite:
            await connection.execute(sa.text("SET enable_seqscan = off"))  # with so few rows it would be the cheapest
        engine = connection.sync_connection
        assert engine is not None
        sa.event.listen(engine, "before_cursor_execute", keep)
        await QUESTIONS[name](connection)
        sa.event.remove(engine, "before_cursor_execute", keep)
        explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
        for statement, parameters in asked:
            rows = await connection.exec_driver_sql(explain + statement, parameters)
            plan = "\n".join(str(row[-1]) for row in rows)
            for table in ("tasks", "failures", "estimates", "steps"):
                assert f"Seq Scan on {table}" not in plan, (statement, plan)
                assert not any(line.strip() == f"SCAN {table}" for line in plan.splitlines()), (statement, plan)
