"""A task's event stream: our own response, which writes pre-encoded bytes and owns what it needs.

A browser never reconnects after any status but 200, so past the first authorised request trouble is told inside one:
`retry:` with a longer, jittered wait, and the end of the body.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from litestar import Controller, Response, get
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Send

from api import sse
from api.auth import owner_filter, session_of, state_of
from api.body import number
from api.problems import AnyRequest
from api.state import State
from casework.accounts import Session
from casework.clock import now
from casework.errors import DatabaseUnavailable
from casework.task import Task
from progress import journal, reading
from progress.follow import Follower

HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store, no-transform"),
    (b"x-accel-buffering", b"no"),
]
USUAL_RETRY = (2.0, 4.0)
LONGER_RETRY = (5.0, 15.0)
DRAIN_RETRY = (1.0, 8.0)
REAUTH_SECONDS = 30
PAGE = 200


class SoftRefusal(Response[None]):
    """`come back later`, in a way that a browser obeys."""

    def to_asgi_response(self, *_: Any, **__: Any) -> ASGIResponse:
        """A stream that holds nothing else."""
        return _Refused(body=b"")


class _Refused(ASGIResponse):
    async def __call__(self, _scope: Any, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await send({"type": "http.response.body", "body": sse.retry(*LONGER_RETRY), "more_body": False})


class EventStream(Response[None]):
    """The response of `GET /tasks/{id}/events`."""

    def __init__(self, state: State, session: Session, task: Task, cursor: str | None) -> None:
        super().__init__(None)
        self._stream = _Stream(state, session, task, cursor)

    def to_asgi_response(self, *_: Any, **__: Any) -> ASGIResponse:
        """Ourselves: nothing of the framework's stands between the bytes and the socket."""
        return self._stream


class _Stream(ASGIResponse):
    def __init__(self, state: State, session: Session, task: Task, cursor: str | None) -> None:
        super().__init__(body=b"")
        self._state = state
        self._session = session
        self._task = task
        self._given = cursor

    async def __call__(self, _scope: Any, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        gone = asyncio.create_task(_disconnected(receive), name="stream disconnect")
        talk = asyncio.create_task(self._talk(send), name=f"stream {self._task.id}")
        try:
            await asyncio.wait([gone, talk], return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
            talk.cancel()
            await asyncio.wait([gone, talk])
        if not talk.cancelled() and talk.exception() is not None:
            raise talk.exception()  # type: ignore[misc]
        if not talk.cancelled():
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _talk(self, send: Send) -> None:
        async def write(chunk: bytes) -> None:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})

        state = self._state
        if state.draining.is_set():
            await write(sse.retry(*DRAIN_RETRY))
            return
        async with _counted(state, self._session.user.id) as allowed:
            if not allowed:
                await write(sse.retry(*LONGER_RETRY))
                return
            try:
                await self._follow(write)
            except DatabaseUnavailable:
                await write(sse.retry(*LONGER_RETRY))

    async def _follow(self, write: Any) -> None:
        state, task = self._state, self._task
        async with state.database.read() as connection:
            first = await reading.first_seq(connection, task.id)
            task = await reading.task(connection, task.id, None)
        cursor, fault = sse.parse_cursor(self._given, first, task.last_seq)
        hello = {"task_id": task.id, "from": cursor, "head": task.last_seq, "status": task.status.value}
        opening = sse.retry(*USUAL_RETRY)[:-1] + sse.named(
            "hello", hello
        )  # one block: some clients dispatch a lone retry
        if fault is not None:
            opening += sse.named("reset", {"reason": fault, "from": cursor})
        await write(opening)
        follower = await state.hub.follow(task.id, cursor)
        try:
            await self._relay(follower, write)
        finally:
            follower.close()

    async def _relay(self, follower: Follower, write: Any) -> None:
        state = self._state
        draining = asyncio.create_task(state.draining.wait(), name="stream drain")
        taking: asyncio.Task[Any] | None = None
        try:
            while True:
                seconds = self._patience()
                if seconds <= 0:
                    await write(sse.retry(*USUAL_RETRY)[:-1] + sse.named("reauth", {}))
                    return
                taking = asyncio.create_task(follower.take(seconds), name="stream take")
                await asyncio.wait([taking, draining], return_when=asyncio.FIRST_COMPLETED)
                if not taking.done():
                    await write(sse.retry(*DRAIN_RETRY))
                    return
                records = taking.result()
                if not records:
                    await write(sse.named("ping", {"at": now()}) if self._patience() > 0 else b": \n\n")
                    continue
                for chunk in sse.joined([sse.frame(record) for record in records]):
                    await write(chunk)
                follower.cursor = records[-1].seq
                state.metrics.sent(len(records))
                if records[-1].final and await self._ended(follower.cursor):
                    await write(sse.named("end", {"task_id": self._task.id, "seq": follower.cursor}))
                    return
                await asyncio.sleep(0)  # after a disconnect `send` no longer suspends
        finally:
            draining.cancel()
            if taking is not None:
                taking.cancel()

    def _patience(self) -> float:
        """Seconds to wait for the next record: until the next ping, or until the token is about to expire."""
        left = self._session.expires_at - now() / 1000
        return min(
            self._state.settings.ping_seconds, left - min(REAUTH_SECONDS, 0.1 * self._state.settings.token_seconds)
        )

    async def _ended(self, seq: int) -> bool:
        """Whether a final event is the last one: a task that was retried by hand has gone on."""
        async with self._state.database.read() as connection:
            task = await reading.task(connection, self._task.id, None)
        return task.status.final and task.last_seq == seq


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


@asynccontextmanager
async def _counted(state: State, user_id: str) -> AsyncIterator[bool]:
    """Whether there is room for one more stream of this user in this process, counted until the end."""
    streams = state.streams
    if (
        streams.get(user_id, 0) >= state.settings.max_streams_per_user
        or sum(streams.values()) >= state.settings.max_streams
    ):
        yield False
        return
    streams[user_id] = streams.get(user_id, 0) + 1
    try:
        yield True
    finally:
        streams[user_id] -= 1
        if not streams[user_id]:
            del streams[user_id]


class EventController(Controller):
    """`/tasks/{id}/events`."""

    path = "/api/v1/tasks/{task_id:str}/events"

    @get(
        query={"after": {"type": "string"}, "limit": {"type": "integer"}},
        gives="text/event-stream application/json",
        also="204",
    )
    async def events(self, request: AnyRequest) -> Response[Any]:
        """The stream, or with `Accept: application/json` the same rows for a poller."""
        accept = request.headers.get("Accept", "")
        polling = "application/json" in accept and "text/event-stream" not in accept
        try:
            session, state = await session_of(request), state_of(request)
            async with state.database.read() as connection:
                task = await reading.task(connection, request.path_params["task_id"], owner_filter(session.user))
        except DatabaseUnavailable:
            if polling:
                raise
            # A reader that comes back in an outage would never come again after a 503, and its token is signed.
            return SoftRefusal(None)
        if polling:
            return await _page(request, state, task)
        cursor = request.headers.get("Last-Event-ID") or request.query_params.get("after")
        if task.status.final and cursor == str(task.last_seq):
            return Response(None, status_code=204)
        return EventStream(state, session, task, cursor)


async def _page(request: AnyRequest, state: State, task: Task) -> Response[Any]:
    after = int(number(request, "after", 0, 0, 2**31))
    limit = int(number(request, "limit", PAGE, 1, 1000))
    async with state.database.read() as connection:
        task = await reading.task(connection, task.id, None)
        records = await journal.after(connection, task.id, after, limit)
    ended = task.status.final and max(after, records[-1].seq if records else 0) >= task.last_seq
    body = {"events": [msgspec.Raw(record.data) for record in records], "last_seq": task.last_seq, "final": ended}
    return Response(msgspec.json.encode(body), media_type="application/json")
