"""The routes about tasks where they run in the API process: the same URLs, as far as memory can answer them.

`queue`, `max_attempts`, `notify` and an Idempotency-Key are taken and change nothing.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec
import structlog
from litestar import Controller, MediaType, Response, get, post
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Send

from api import sse, views
from api.auth import owner_filter, state_of, user_of
from api.background.tasks import Background, Held
from api.body import read_body
from api.documents import attachment
from api.problems import AnyRequest
from api.stream import DRAIN_RETRY, HEADERS, USUAL_RETRY
from api.submit import Submission, analysis, check_documents, check_notify, prepare
from casework import duties
from casework.clock import now, rfc3339
from casework.errors import ArtifactNotFound, TaskFinal, TaskNotFinished, TaskNotFound
from casework.task import Status, Task
from casework.workflow import convert, find
from progress.event import Record


def background_of(request: AnyRequest) -> Background:
    """The process's state, which in this system is ours."""
    state = state_of(request)
    assert isinstance(state, Background)  # noqa: S101 - these routes exist with this state alone
    return state


async def held_of(request: AnyRequest) -> Held:
    """The task of the path, where the user may see it; raises TaskNotFound."""
    user = await user_of(request)
    held = background_of(request).held.get(request.path_params["task_id"])
    if held is None or owner_filter(user) not in (None, held.task.owner_id):
        raise TaskNotFound
    return held


def shown(task: Task) -> dict[str, Any]:
    """What is known of a task: no place in a queue, no time left."""
    return {**views.brief(task), "queue_position": None, "eta_seconds": None, "eta_range": None}


class BackgroundController(Controller):
    """Tasks: submitted, listed, read, cancelled."""

    path = "/api/v1"

    @post("/tasks", status_code=202, body=Submission)
    async def submit(self, request: AnyRequest) -> Response[Any]:
        """One task of any workflow; it runs at once."""
        return await _submit(request, convert(await read_body(request), Submission), "/input")

    @post("/litigation-analysis/start", status_code=202)
    async def start_analysis(self, request: AnyRequest) -> Response[Any]:
        """One litigation analysis; its input stands beside the options."""
        return await _submit(request, analysis(await read_body(request)), "")

    @get("/tasks")
    async def listed(self, request: AnyRequest) -> dict[str, Any]:
        """All that this process remembers, newest first."""
        owner = owner_filter(await user_of(request))
        found = [held.task for held in background_of(request).held.values() if owner in (None, held.task.owner_id)]
        return {"items": [shown(task) for task in reversed(found)], "next_cursor": None}

    @get(["/tasks/{task_id:str}", "/tasks/{task_id:str}/status"])
    async def one(self, request: AnyRequest) -> Response[Any]:
        """Where it stands, as far as the process remembers."""
        task = (await held_of(request)).task
        error = None if task.error is None else msgspec.Raw(task.error.encode())
        more: dict[str, Any] = {"input": msgspec.Raw(task.input.encode()), "steps": [], "attempts": [], "error": error}
        return Response(msgspec.json.encode({**shown(task), **more}), media_type=MediaType.JSON)

    @get("/tasks/{task_id:str}/result")
    async def result(self, request: AnyRequest) -> Response[Any]:
        """What came of it."""
        held = await held_of(request)
        if held.task.status is not Status.SUCCEEDED:
            raise TaskNotFinished(f"the task has no result (status {held.task.status.value})")
        url = f"/api/v1/tasks/{held.task.id}/artifacts"
        files = [
            {"name": name, "media_type": kind, "size": size, "url": f"{url}/{name}"}
            for name, (kind, size) in held.artifacts.items()
        ]
        body = {"task_id": held.task.id, "result": msgspec.Raw(str(held.task.result).encode()), "artifacts": files}
        return Response(msgspec.json.encode(body), media_type=MediaType.JSON)

    @get("/tasks/{task_id:str}/artifacts/{name:str}", gives="*/*")
    async def artifact(self, request: AnyRequest) -> Response[bytes]:
        """One file that it has left."""
        held, name = await held_of(request), request.path_params["name"]
        if name not in held.artifacts:
            raise ArtifactNotFound
        content = await state_of(request).documents.read_artifact(held.task.id, name)
        return attachment(name, content, held.artifacts[name][0])

    @post("/tasks/{task_id:str}/cancel", status_code=202)
    async def cancel(self, request: AnyRequest) -> dict[str, Any]:
        """Stop it at its next await."""
        held = await held_of(request)
        if held.task.status.final or held.job is None:
            raise TaskFinal(f"the task is already {held.task.status.value}")
        held.job.cancel()
        return {"task_id": held.task.id, "status": held.task.status.value}

    @get("/tasks/{task_id:str}/events", gives="text/event-stream application/json", also="204")
    async def events(self, request: AnyRequest) -> Response[Any]:
        """What happens from now on, to whoever is connected; what was is nowhere."""
        held = await held_of(request)
        if "text/event-stream" not in request.headers.get("Accept", "text/event-stream"):
            task = held.task
            return Response({"events": [], "last_seq": task.last_seq, "final": task.status.final})
        cursor = request.headers.get("Last-Event-ID") or request.query_params.get("after")
        if held.task.status.final and cursor == str(held.task.last_seq):
            return Response(None, status_code=204)
        return Stream(background_of(request), held, cursor or "0")


async def _submit(request: AnyRequest, submission: Submission, prefix: str) -> Response[Any]:
    user, state = await user_of(request), background_of(request)
    await check_notify(state, submission.notify)
    new = prepare(state, user, submission, prefix, str(request.scope["state"].get("request_id", "")))
    await check_documents(state, user, [new], lambda _: prefix)
    task = new.task
    structlog.contextvars.bind_contextvars(task_id=task.id)
    state.start(task, find(task.workflow))
    links = views.links(task)
    body = {
        "task_id": task.id,
        "status": task.status.value,
        "task_system": state.settings.task_system,
        "workflow": task.workflow,
        "queue": task.queue,
        "queue_position": None,
        "eta_seconds": None,
        "created_at": rfc3339(task.created_at),
        "links": links,
    }
    return Response(body, status_code=202, headers={"Location": links["self"]})


class Stream(Response[None]):
    """The response of an event stream: a queue of its own for as long as it is connected."""

    def __init__(self, state: Background, held: Held, cursor: str) -> None:
        super().__init__(None)
        self._stream = _Stream(state, held, cursor)

    def to_asgi_response(self, *_: Any, **__: Any) -> ASGIResponse:
        """Ourselves."""
        return self._stream


class _Stream(ASGIResponse):
    def __init__(self, state: Background, held: Held, cursor: str) -> None:
        super().__init__(body=b"")
        self._state = state
        self._held = held
        self._cursor = cursor

    async def __call__(self, _scope: Any, receive: Receive, send: Send) -> None:
        listener: asyncio.Queue[Record] = asyncio.Queue()
        self._held.listeners.add(listener)
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        parts = [
            asyncio.create_task(_disconnected(receive), name="stream disconnect"),
            asyncio.create_task(self._state.draining.wait(), name="stream drain"),
            asyncio.create_task(self._talk(listener, send), name="stream talk"),
        ]
        try:
            await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._held.listeners.discard(listener)
            await duties.end(parts)
        last = sse.retry(*DRAIN_RETRY) if self._state.draining.is_set() else b""
        await send({"type": "http.response.body", "body": last, "more_body": False})

    async def _talk(self, listener: asyncio.Queue[Record], send: Send) -> None:
        async def write(chunk: bytes) -> None:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})

        task = self._held.task
        here = {"task_id": task.id, "from": task.last_seq, "head": task.last_seq, "status": task.status.value}
        opening = sse.named("hello", here, retry=USUAL_RETRY)
        if self._cursor != str(task.last_seq):  # what is not kept is told as what was pruned is: go on from here
            opening += sse.named("reset", {"reason": "pruned", "from": task.last_seq})
        await write(opening)
        final = task.status.final
        while not final:
            try:
                record = await asyncio.wait_for(listener.get(), self._state.settings.ping_seconds)
            except TimeoutError:
                await write(sse.named("ping", {"at": now()}))
                continue
            await write(record.block)
            final = record.final
        await write(sse.named("end", {"task_id": task.id, "seq": self._held.task.last_seq}))


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


CONTROLLERS: Sequence[type[Controller]] = (BackgroundController,)
