"""What operators look at and turn: queues and workers, statistics, failures, the audit. For admins."""

from typing import Any, Literal

from litestar import Controller, get, post

from api.auth import acting, admin_of, state_of
from api.body import cursor, number
from api.documents import PAGE_QUERY
from api.problems import AnyRequest
from casework.clock import now
from casework.errors import QueueNotFound
from casework.workflow import QUEUES
from progress import failures, operating, trail

NUMBER = {"type": "number"}
TEXT = {"type": "string"}
LEAST_WINDOW = 60
STATS_WINDOW = 7 * 24 * 3600
FAILURES_WINDOW = 90 * 24 * 3600
AUDITED = {"task": "task_id", "queue": "queue", "actor": "actor", "action": "action"}  # parameters by their columns


class OperatingController(Controller):
    """Queues, workers and what became of tasks."""

    path = "/api/v1"

    @get("/queues")
    async def queues(self, request: AnyRequest) -> list[dict[str, Any]]:
        """Each queue: how much waits, for how long, what runs."""
        await admin_of(request)
        state = state_of(request)
        async with state.database.read() as connection:
            return await operating.queues(connection, state.slots, state.settings.lease_seconds)

    @post("/queues/{name:str}/pause", status_code=204)
    async def pause(self, request: AnyRequest) -> None:
        """Finish what runs and start nothing."""
        await _turn(request, "queue.pause")

    @post("/queues/{name:str}/resume", status_code=204)
    async def resume(self, request: AnyRequest) -> None:
        """Start what waits."""
        await _turn(request, "queue.resume")

    @get("/workers")
    async def workers(self, request: AnyRequest) -> list[dict[str, Any]]:
        """Each worker that beats or lately did."""
        await admin_of(request)
        state = state_of(request)
        async with state.database.read() as connection:
            return await operating.workers(connection, state.settings.lease_seconds)

    @get("/stats", query={"window": NUMBER})
    async def stats(self, request: AnyRequest) -> dict[str, Any]:
        """What became of tasks within the last `window` seconds."""
        await admin_of(request)
        return await state_of(request).overview.over(int(number(request, "window", 3600, LEAST_WINDOW, STATS_WINDOW)))

    @get("/failures", query={"window": NUMBER, "workflow": TEXT, "limit": NUMBER})
    async def failures(self, request: AnyRequest) -> dict[str, Any]:
        """Failed attempts within the last `window` seconds, those alike together, the most frequent first."""
        await admin_of(request)
        window = int(number(request, "window", 24 * 3600, LEAST_WINDOW, FAILURES_WINDOW))
        limit = int(number(request, "limit", 50, 1, 200))
        async with state_of(request).database.read() as connection:
            workflow = request.query_params.get("workflow", "")
            total, groups = await failures.groups(connection, now() - window * 1000, workflow, limit)
        return {"window": window, "total": total, "groups": groups}

    @get("/audit", query={**PAGE_QUERY, **dict.fromkeys(AUDITED, TEXT)})
    async def audit(self, request: AnyRequest) -> dict[str, Any]:
        """Who steered what, newest first."""
        await admin_of(request)
        query = request.query_params
        equal = {column: query[name] for name, column in AUDITED.items() if query.get(name)}
        limit = int(number(request, "limit", 50, 1, 500))
        async with state_of(request).database.read() as connection:
            items, following = await trail.page(connection, equal, cursor(request), limit)
        return {"items": items, "next_cursor": following}


async def _turn(request: AnyRequest, action: Literal["queue.pause", "queue.resume"]) -> None:
    admin, name = await admin_of(request), request.path_params["name"]
    if name not in QUEUES:
        raise QueueNotFound(f"there is no queue {name!r}; the queues are {', '.join(QUEUES)}")
    entry = acting(request, admin, action, queue=name)
    async with state_of(request).database.write() as connection:
        await operating.pause(connection, name, entry, paused=action == "queue.pause")
