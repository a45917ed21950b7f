"""An event stream: our own response, which writes pre-encoded bytes, and what ends one before its story does.

A browser never reconnects after any status but 200, so past the first authorised request trouble is told inside one:
`retry:` with a longer, jittered wait, and the end of the body.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from litestar import Response
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Send

from api import sse
from api.state import State
from casework.accounts import Session
from casework.clock import now, rfc3339
from casework.errors import DatabaseUnavailable
from progress.follow import Awake

HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store, no-transform"),
    (b"x-accel-buffering", b"no"),
]
USUAL_RETRY = (2.0, 4.0)
LONGER_RETRY = (5.0, 15.0)
DRAIN_RETRY = (1.0, 8.0)
REAUTH_SECONDS = 30
ABORT = "casework.abort"  # among the scope's extensions: how to cut a connection whose reader takes nothing
Write = Callable[[bytes], Awaitable[None]]


class SoftRefusal(Response[None]):
    """`come back later`, in a way that a browser obeys."""

    def to_asgi_response(self, *_: Any, **__: Any) -> ASGIResponse:
        """A stream that holds nothing else."""
        return _Refused(body=b"")


class _Refused(ASGIResponse):
    async def __call__(self, _scope: Any, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await send({"type": "http.response.body", "body": sse.retry(*LONGER_RETRY), "more_body": False})


class Story(Protocol):
    """What a stream tells."""

    @property
    def over(self) -> bool: ...

    @property
    def behind(self) -> bool:
        """Whether there may be more at once."""

    async def begin(self, write: Write, awake: Awake) -> None:
        """Write `hello`; set `awake` from now on whenever there may be more."""

    async def go_on(self, write: Write) -> bool:
        """Write what has come since; whether there was anything."""

    def close(self) -> None:
        """Takes effect at once and awaits nothing."""


class EventStream(Response[None]):
    """The response that tells a story."""

    def __init__(self, state: State, session: Session, story: Story) -> None:
        super().__init__(None)
        self._stream = Stream(state, session, story)

    def to_asgi_response(self, *_: Any, **__: Any) -> ASGIResponse:
        """Nothing of the framework's stands between the bytes and the socket."""
        return self._stream


class Stream(ASGIResponse):
    """One open stream: one task beside the server's own, which waits for the client to go."""

    __slots__ = ("_awake", "_expires", "_gone", "_ping", "_state", "_story", "abort", "due", "session", "signed_out")

    def __init__(self, state: State, session: Session, story: Story) -> None:
        super().__init__(body=b"")
        self.session = session
        self.signed_out = False
        self.due = float("inf")  # by the loop's clock: when the next ping is to be sent, or the token runs out
        self.abort: Callable[[], None] = self.wake
        self._state = state
        self._story = story
        self._gone = False
        self._awake = Awake()
        self._ping = state.settings.ping_seconds
        left = session.expires_at - now() / 1000
        margin = min(REAUTH_SECONDS, 0.1 * state.settings.token_seconds)
        self._expires = asyncio.get_running_loop().time() + left - margin

    def wake(self) -> None:
        """Let it look round."""
        self._awake.set()

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        self.abort = scope.get("extensions", {}).get(ABORT, self.wake)

        async def write(chunk: bytes) -> None:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})

        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        leaving = asyncio.create_task(self._watch(receive), name="stream disconnect")
        try:
            await self._talk(write)
        finally:
            self._state.streams.leave(self)
            self._story.close()
            leaving.cancel()
            await asyncio.wait([leaving])
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _watch(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._gone = True
        self._awake.set()

    async def _talk(self, write: Write) -> None:
        streams = self._state.streams
        if streams.draining:
            await write(sse.retry(*DRAIN_RETRY))
            return
        if not streams.admit(self):
            await write(sse.retry(*LONGER_RETRY))
            return
        try:
            await self._tell(write)
        except DatabaseUnavailable:
            await write(sse.retry(*LONGER_RETRY))

    async def _tell(self, write: Write) -> None:
        story, awake = self._story, self._awake
        await story.begin(write, awake)
        self._heard()
        while not (self._gone or story.over):
            if self._state.streams.draining:
                await write(sse.retry(*DRAIN_RETRY))
                return
            moment = asyncio.get_running_loop().time()
            if self.signed_out or moment >= self._expires:
                await write(sse.named("reauth", {}, retry=USUAL_RETRY))
                return
            awake.clear()
            if await story.go_on(write):
                self._heard()
                if story.behind:
                    await asyncio.sleep(0)  # after a disconnect `send` no longer suspends
                    continue
            elif moment >= self.due:
                await write(sse.named("ping", {"at": rfc3339(now())}))
                self._heard()
            if not story.over:
                await awake.wait()

    def _heard(self) -> None:
        """The client has just heard of us."""
        self.due = min(asyncio.get_running_loop().time() + self._ping, self._expires)
