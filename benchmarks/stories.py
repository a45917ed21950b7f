"""Tasks' lives, told once through the journal and retold with other names at other times: every row that a task of
that kind leaves, in every table. The JSON of an event keeps the moments of its first telling.
"""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import sqlalchemy as sa

from casework import ids, tables
from casework.audit import Entry
from casework.database import Database, migrate
from casework.task import Fault, Status, Task
from progress import event as e
from progress import grades, journal
from progress.batch import NewTask, Opening
from progress.command import Artifact, Change
from progress.eta import Estimate

BASE = 1_700_000_000_000  # when the stories were told; what is greater than half of it is a moment
TASK, OWNER, OTHER = (ids.first(BASE)[:-1] + digit for digit in "123")
CONTENT = "c" * 64
FAULTS = 20  # kinds of failures
CASE = "litigation-analysis"
Rows = dict[str, list[tuple[Any, ...]]]


class Story:
    """One task's life as rows by table; `tell` yields the same with other names and another time."""

    def __init__(self, weight: float, rows: dict[str, list[sa.Row[Any]]]) -> None:
        self.weight = weight
        self._rows = {name: [[_shape(value) for value in row] for row in found] for name, found in rows.items()}

    def tell(self, into: Rows, names: dict[str, str], at: int, pace: float) -> None:
        """All rows, at another time and `pace` times as slow."""
        for table, rows in self._rows.items():
            made = into[table]
            for row in rows:
                values = []
                for offset, value, tokens in row:
                    if offset is not None:
                        value = at + int(offset * pace)  # noqa: PLW2901
                    for token in tokens:
                        value = value.replace(token, names[token])  # noqa: PLW2901
                    values.append(value)
                made.append(tuple(values))


def _shape(value: Any) -> tuple[int | None, Any, list[str]]:
    """(a moment's distance from the beginning, or a value and what in it is to be replaced)."""
    if isinstance(value, int) and value > BASE // 2:
        return value - BASE, None, []
    tokens = [token for token in (TASK, OWNER, OTHER, CONTENT) if isinstance(value, str) and token in value]
    return None, value, tokens


async def stories() -> list[Story]:
    """All kinds: of a hundred tasks two fail, one is cancelled, two need a second attempt."""
    with TemporaryDirectory() as directory:
        url = f"sqlite+aiosqlite:///{Path(directory) / 'stories.db'}"
        await migrate(url)
        database = Database(url)
        try:
            teller = _Teller(database)
            await teller.open()
            for workflow, weight in (("demo", 70), (CASE, 29.9), ("rare", 0.1)):
                for queue, share in (("medium", 0.79), ("low", 0.2), ("high", 0.01)):
                    await teller.tell(0.475 * weight * share, workflow, queue, ["succeeded"])
                    await teller.tell(0.475 * weight * share, workflow, queue, ["succeeded"], keyed=True)
                await teller.tell(0.01 * weight, workflow, "medium", ["retrying", "succeeded"], 1)
                await teller.tell(0.01 * weight, workflow, "medium", ["interrupted", "succeeded"])
                await teller.tell(0.005 * weight, workflow, "medium", ["cancelled"])
                await teller.tell(0.005 * weight, workflow, "medium", ["cancelled"], 1)
            for kind in range(FAULTS):
                await teller.tell(1.5 / FAULTS, "demo", "medium", ["retrying", "failed"], kind)
                await teller.tell(0.5 / FAULTS, CASE, "medium", ["failed"], kind)
            return teller.stories
        finally:
            await database.close()


class _Teller:
    """Tells them into an empty SQLite and takes the rows out again."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.stories: list[Story] = []

    async def open(self) -> None:
        async with self._database.write() as connection:
            row = {"id": OWNER, "username": "owner", "role": "user", "password_hash": "", "created_at": BASE}
            await connection.execute(sa.insert(tables.users).values(row))

    async def tell(
        self, weight: float, workflow: str, queue: str, ends: Sequence[str], kind: int = 0, *, keyed: bool = False
    ) -> None:
        """A task whose attempts end as told; one of a case also has a document and files."""
        case = workflow == CASE
        task = Task(
            id=TASK, owner_id=OWNER, workflow=workflow, queue=queue, status=Status.QUEUED, input=_input(case=case),
            available_at=BASE, created_at=BASE, updated_at=BASE, request_id=OTHER,
            idempotency_key=f"key of {TASK}" if keyed else None, idempotency_hash=CONTENT if keyed else None,
        )  # fmt: skip
        await self._document(needed=case)
        await self._commit(Opening([NewTask(task, [OTHER] if case else [])]))
        moment = BASE
        for number, end in enumerate(ends, 1):
            moment = await self._attempt(task, number, end, moment + 400, kind)
        await self._beside(task, failed=ends[-1] == "failed", cancelled=ends[-1] == "cancelled")
        found: dict[str, list[sa.Row[Any]]] = {}
        async with self._database.write() as connection:
            for table in reversed(tables.metadata.sorted_tables):
                if table.name == "users":
                    continue
                rows = (await connection.execute(sa.select(table))).all()
                if table.name not in ("outbox", "commits"):  # emptied within seconds, within an hour
                    found[table.name] = list(rows)
                await connection.execute(sa.delete(table))
        self.stories.append(Story(weight, found))

    async def _document(self, *, needed: bool) -> None:
        row = {"id": OTHER, "owner_id": OWNER, "name": "contract.pdf", "media_type": "application/pdf"}
        async with self._database.write() as connection:
            if needed:
                made = {**row, "size": 100_000, "sha256": CONTENT, "created_at": BASE}
                await connection.execute(sa.insert(tables.documents).values(made))

    async def _attempt(self, task: Task, number: int, end: str, at: int, kind: int) -> int:
        """One attempt; returns when it ended."""
        worker, fault = (
            f"host:{number}:{kind}",
            Fault(f"Error{kind % 7}", f"thing {chr(97 + kind % 26) * (1 + kind // 26)} failed"),
        )
        if end == "cancelled" and number == 1 and kind:
            await self._say([e.TaskCancelled(e.stamp(at), 1, "admin")])
            return at
        names = [f"step_{n}" for n in range(1, 5 if task.workflow == CASE else 3)]
        await self._say([e.TaskStarted(e.stamp(at), number, worker)], token=OTHER)
        for place, name in enumerate(names):
            share = 100 / len(names)
            await self._say([e.StepStarted(e.stamp(at), name, number, number, share * place)])
            at += 600
            half = e.StepProgressed(e.stamp(at), name, share * (place + 0.5), 50.0, 2, 4, "2 of 4 looked through")
            await self._say([half])
            if end != "succeeded" and place:
                break
            await self._say([e.StepSucceeded(e.stamp(at), name, share * (place + 1), 0.9)], output='{"found":12}')
        if end == "succeeded":
            files = [Artifact(f"report.{kind}", "application/octet-stream", 40_000, CONTENT) for kind in ("docx", "md")]
            result = '{"text":"' + "what was found " * 40 + '"}' if len(names) == 4 else '{"steps_run":2}'
            final = e.TaskSucceeded(e.stamp(at), number, 1.8)
            await self._say([final], result=result, artifacts=files if len(names) == 4 else [])
        elif end == "retrying":
            again = e.TaskRetrying(e.stamp(at), number, number + 1, fault, 2.0, e.stamp(at + 2000))
            failed = e.StepFailed(e.stamp(at), names[1], fault, 0.9)
            await self._say([failed, again], traceback="Traceback (most recent call last):\n" * 20)
            at += 2000
        elif end == "interrupted":
            await self._say([e.TaskInterrupted(e.stamp(at), number, number + 1, "worker_lost", worker)])
        elif end == "cancelled":
            by = Entry(actor="admin", actor_id=OWNER, action="task.cancel", task_id=TASK, id=OTHER, at=at)
            await self._say([e.TaskCancelling(e.stamp(at), "admin")], audit=by)
            await self._say([e.TaskCancelled(e.stamp(at + 200), number)])
        else:
            failed = e.StepFailed(e.stamp(at), names[1], fault, 0.9)
            await self._say([failed, e.TaskFailed(e.stamp(at), number, fault)], traceback="Traceback\n" * 60)
        return at

    async def _beside(self, task: Task, *, failed: bool, cancelled: bool) -> None:
        """What the journal does not write: estimates, the log of a notification."""
        estimates = [grades.row(task, made, BASE + 10, Estimate(2.0, 1.0, 4.0)) for made in grades.MADE]
        message = '{"id":"' + OTHER + '","body":"' + "x" * 500 + '"}'
        delivery = {"id": OTHER, "task_id": TASK, "event": "task.failed", "url": "https://example.org", "given": True}
        delivery |= {"message": message, "status": "delivered", "tries": "[]", "created_at": BASE, "next_at": BASE}
        async with self._database.write() as connection:
            if not cancelled:
                await connection.execute(sa.insert(tables.estimates), estimates)
            if failed:
                await connection.execute(sa.insert(tables.deliveries).values({**delivery, "delivered_at": BASE + 900}))

    async def _say(self, events: Sequence[e.Event], **more: Any) -> None:
        await self._commit(Change(task_id=TASK, decide=lambda *_: events, **more))

    async def _commit(self, unit: Opening | Change) -> None:
        [outcome] = await self._database.transact(lambda c: journal.commit(c, [unit], ids.new()))
        if isinstance(outcome, Exception):
            raise outcome


def _input(*, case: bool) -> str:
    text = {"case_type": "contract_performance", "user_input": "The goods came late. " * 20, "document_ids": [OTHER]}
    return msgspec.json.encode(text if case else {"steps": 2, "step_seconds": 0.0, "ticks": 0}).decode()
