"""The streams and what they tell: one task's journal, and the newest state of all of a caller's tasks."""

from typing import Any

import msgspec
from litestar import Controller, Response, get

from api import sse, views
from api.auth import owner_filter, session_of, state_of
from api.body import number
from api.problems import AnyRequest
from api.state import State
from api.stream import USUAL_RETRY, EventStream, SoftRefusal, Write
from casework.accounts import User
from casework.errors import DatabaseUnavailable
from casework.task import Task
from progress import journal, reading
from progress.event import Record
from progress.feed import Feed
from progress.follow import Awake, Follower

PAGE = 200


class TaskStory:
    """A task's journal from past a cursor to its end."""

    __slots__ = ("_follower", "_given", "_state", "_task_id", "over")
    _follower: Follower

    def __init__(self, state: State, task_id: str, cursor: str | None) -> None:
        self.over = False
        self._state = state
        self._task_id = task_id
        self._given = cursor

    async def begin(self, write: Write, awake: Awake) -> None:
        """`hello`, and `reset` where the cursor was none of this task's."""
        state, task_id = self._state, self._task_id
        async with state.database.read() as connection:
            first = await reading.first_seq(connection, task_id)
            task = await reading.task(connection, task_id, None)
        cursor, fault = sse.parse_cursor(self._given, first, task.last_seq)
        hello = {"task_id": task_id, "from": cursor, "head": task.last_seq, "status": task.status.value}
        opening = sse.named("hello", hello, retry=USUAL_RETRY)
        if fault is not None:
            opening += sse.named("reset", {"reason": fault, "from": cursor})
        await write(opening)
        self._follower = await state.hub.follow(task_id, cursor, awake)

    async def go_on(self, write: Write) -> bool:
        """The records past the cursor, which moves when they have been accepted."""
        records = await self._follower.look()
        if not records:
            return await self._show(write)
        for chunk in sse.joined([record.block for record in records]):
            await write(chunk)
        last = records[-1]
        self._follower.cursor = last.seq
        self._state.metrics.sent(len(records))
        if last.final and await self._ended(last.seq):
            await write(sse.named("end", {"task_id": self._task_id, "seq": last.seq}))
            self.over = True
        return True

    @property
    def behind(self) -> bool:
        """Whether there may be more at once."""
        return self._follower.behind or self._follower.unshown is not None

    async def _show(self, write: Write) -> bool:
        """The live text, which moves no cursor."""
        block = self._follower.unshown
        if block is None:
            return False
        self._follower.shown = block
        await write(block)
        return True

    async def _ended(self, seq: int) -> bool:
        """Whether a final event is the last one: a task that was retried by hand has gone on."""
        async with self._state.database.read() as connection:
            task = await reading.task(connection, self._task_id, None)
        return task.status.final and task.last_seq == seq

    def close(self) -> None:
        if hasattr(self, "_follower"):  # it had begun
            self._follower.close()


class FeedStory:
    """All unfinished tasks of the caller: a snapshot of each, then what happens to them; it has no end of its own."""

    __slots__ = ("_feed", "_state", "_user")
    over = False
    _feed: Feed

    def __init__(self, state: State, user: User) -> None:
        self._state = state
        self._user = user

    async def begin(self, write: Write, awake: Awake) -> None:
        """`hello` says how many snapshots follow at once."""
        self._feed = await self._state.hub.gather(self._user.id, awake)
        items = await self._feed.look()
        tasks = [item for item in items if isinstance(item, Task)]
        await write(sse.named("hello", {"user_id": self._user.id, "tasks": len(tasks)}, retry=USUAL_RETRY))
        await self._write(items, write)

    async def go_on(self, write: Write) -> bool:
        """Snapshots of tasks that are new or ran ahead, the records that follow on what was told, and live text."""
        items = await self._feed.look()
        await self._write(items, write)
        return bool(items)

    @property
    def behind(self) -> bool:
        """Whether there may be more at once."""
        return self._feed.behind

    async def _write(self, items: list[Any], write: Write) -> None:
        for chunk in sse.joined([self._block(item) for item in items]):
            await write(chunk)
        self._state.metrics.sent(len(items))

    def _block(self, item: Task | Record | bytes) -> bytes:
        if isinstance(item, bytes):
            return item
        return self._snapshot(item) if isinstance(item, Task) else item.unnumbered

    def _snapshot(self, task: Task) -> bytes:
        return sse.named("snapshot", {**views.brief(task), "owner_name": self._user.username})

    def close(self) -> None:
        if hasattr(self, "_feed"):
            self._feed.close()


class EventController(Controller):
    """`/tasks/{id}/events` and `/events`."""

    path = "/api/v1"

    @get("/events", gives="text/event-stream")
    async def all(self, request: AnyRequest) -> Response[Any]:
        """The newest state of all of the caller's unfinished tasks, then their events."""
        try:
            session = await session_of(request)
        except DatabaseUnavailable:
            return SoftRefusal(None)
        state = state_of(request)
        return EventStream(state, session, FeedStory(state, session.user))

    @get(
        "/tasks/{task_id:str}/events",
        query={"after": {"type": "string"}, "limit": {"type": "integer"}},
        gives="text/event-stream application/json",
        also="204",
    )
    async def of_task(self, request: AnyRequest) -> Response[Any]:
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
        return EventStream(state, session, TaskStory(state, task.id, cursor))


async def _page(request: AnyRequest, state: State, task: Task) -> Response[Any]:
    after = int(number(request, "after", 0, 0, 2**31))
    limit = int(number(request, "limit", PAGE, 1, 1000))
    async with state.database.read() as connection:
        task = await reading.task(connection, task.id, None)
        records = await journal.after(connection, task.id, after, limit)
    ended = task.status.final and max(after, records[-1].seq if records else 0) >= task.last_seq
    body = {"events": [msgspec.Raw(record.data) for record in records], "last_seq": task.last_seq, "final": ended}
    return Response(msgspec.json.encode(body), media_type="application/json")
