"""One action on everything that matches a filter: in small batches through the writer, so that others write between."""

import asyncio
from typing import Any, Literal

import msgspec
from litestar import Controller, post

from api.auth import acting, admin_of, state_of
from api.body import read_body
from api.problems import AnyRequest
from api.state import State
from casework import ids
from casework.audit import Entry
from casework.clock import now
from casework.dispatch import Job
from casework.errors import Conflict, InvalidInput, TaskNotFound
from casework.task import Status
from casework.workflow import convert
from progress import command, listing, trail
from progress.batch import Committed
from progress.command import Change
from progress.listing import Filter

BATCH = 200
CHANGEABLE = {
    "cancel": (Status.QUEUED, Status.RETRYING, Status.RUNNING),
    "retry": (Status.FAILED, Status.CANCELLED),
}


class Bulk(msgspec.Struct, forbid_unknown_fields=True):
    """`POST /tasks/bulk`; a filter that means everything says so: `{"all": true}`."""

    action: Literal["cancel", "retry"]
    filter: dict[str, Any]

    def wanted(self) -> Filter:
        """The filter; raises InvalidInput naming the member that does not fit."""
        if not self.filter:
            remedy = 'an empty filter would mean every task; say {"all": true} if that is meant'
            raise InvalidInput.at("/filter", remedy)
        if "all" in self.filter:
            if self.filter != {"all": True}:
                raise InvalidInput.at("/filter/all", "only true, and alone: it means every task")
            return Filter()
        for name, value in self.filter.items():
            if not isinstance(value, str) or not value:
                raise InvalidInput.at(f"/filter/{name}", "a text that is not empty")
        return Filter.of(self.filter, "/filter")


class BulkController(Controller):
    """`/tasks/bulk`."""

    path = "/api/v1/tasks/bulk"

    @post(status_code=200, body=Bulk)
    async def act(self, request: AnyRequest) -> dict[str, int]:
        """Cancel, or retry, everything that matches and was submitted before."""
        admin, state = await admin_of(request), state_of(request)
        bulk = convert(await read_body(request), Bulk)
        wanted, before = bulk.wanted(), ids.new()
        entry = acting(request, admin, "tasks.bulk")
        async with state.database.read() as connection:
            matched = await listing.count(connection, wanted, before)
        changed = 0
        try:
            while matched and not state.draining.is_set():
                async with state.database.read() as connection:
                    found = await listing.ids_of(connection, wanted, CHANGEABLE[bulk.action], before, BATCH)
                if not found:
                    break
                changed += await _change(state, entry, bulk.action, found)
                before = found[-1]
        finally:
            entry.detail = {"action": bulk.action, "filter": bulk.filter, "matched": matched, "changed": changed}
            async with state.database.write() as connection:
                await trail.add(connection, entry)
        return {"matched": matched, "changed": changed}


async def _change(state: State, bulk: Entry, action: str, found: list[str]) -> int:
    """Change these tasks, in one go of the writer; what can no longer be changed is left. How many were."""
    outcomes = await asyncio.gather(
        *(state.writer.write(_made(task_id, bulk, action)) for task_id in found), return_exceptions=True
    )
    for outcome in outcomes:
        if isinstance(outcome, BaseException) and not isinstance(outcome, Conflict | TaskNotFound):
            raise outcome
    done = [outcome.task for outcome in outcomes if isinstance(outcome, Committed) and outcome.records]
    if action == "retry":
        state.send(Job.of(task) for task in done)
    else:
        await state.withdraw([Job.of(task) for task in done if task.status is Status.CANCELLED])
    return len(done)


def _made(task_id: str, bulk: Entry, action: str) -> Change:
    at = now()
    change = command.cancel(task_id, bulk.actor, at) if action == "cancel" else command.retry(task_id, at)
    change.audit = Entry(
        actor=bulk.actor,
        actor_id=bulk.actor_id,
        action="task.cancel" if action == "cancel" else "task.retry",
        task_id=task_id,
        detail={"bulk": bulk.id},
        request_id=bulk.request_id,
    )
    return change
