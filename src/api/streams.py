"""The open streams of a process: counted, pinged, parted from at a sign-out, and ended together with the process."""

import asyncio
from collections import Counter
from typing import Protocol

from api.sessions import Sessions
from casework import duties, log
from casework.accounts import Session
from casework.errors import DatabaseUnavailable
from casework.settings import Settings
from progress.follow import Follower

SIGNED_OUT_SECONDS = 5.0  # how long a stream may outlive its token's sign-out
STUCK_SECONDS = 1.0  # how long a reader that takes nothing may hold up the end of the process
_log = log.get(__name__)


class Open(Protocol):
    """A stream, as all of them are looked after."""

    session: Session
    due: float
    signed_out: bool

    def wake(self) -> None: ...
    def abort(self) -> None: ...


class Streams:
    """One a process: `async with Streams(…)`; `draining` is set by whoever hears the signal."""

    def __init__(self, settings: Settings, sessions: Sessions, draining: asyncio.Event) -> None:
        self._settings = settings
        self._sessions = sessions
        self._draining = draining
        self._open: set[Open] = set()
        self._of_user: Counter[str] = Counter()
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "Streams":
        self._tasks = [
            duties.begin("streams tend", self._tend),
            duties.begin("streams signed out", self._part_with_the_signed_out),
            duties.begin("streams drain", self._drain),
        ]
        return self

    async def __aexit__(self, *_: object) -> None:
        await duties.end(self._tasks)

    def __len__(self) -> int:
        return len(self._open)

    @property
    def draining(self) -> bool:
        """Whether all streams are to end."""
        return self._draining.is_set()

    def admit(self, stream: Open) -> bool:
        """Count the stream in, where its user and the process have room for one more."""
        user = stream.session.user.id
        if self._of_user[user] >= self._settings.max_streams_per_user or len(self) >= self._settings.max_streams:
            return False
        self._open.add(stream)
        self._of_user[user] += 1
        return True

    def leave(self, stream: Open) -> None:
        """Count it out."""
        if stream not in self._open:
            return
        self._open.discard(stream)
        user = stream.session.user.id
        self._of_user[user] -= 1
        if not self._of_user[user]:
            del self._of_user[user]

    async def hold(self, follower: Follower, seconds: float) -> None:
        """Hold an answer until the follower has something, or the process is to stop."""
        taking = asyncio.create_task(follower.take(seconds), name="held answer")
        draining = asyncio.create_task(self._draining.wait(), name="held answer's end")
        try:
            await asyncio.wait([taking, draining], return_when=asyncio.FIRST_COMPLETED)
            if taking.done():
                taking.result()
        finally:
            await duties.end([taking, draining])

    async def _tend(self) -> None:
        """Wake whoever has a ping to send, or a token that is about to expire: one timer for all."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(min(1.0, self._settings.ping_seconds / 4))
            moment = loop.time()
            for stream in self._open:
                if stream.due <= moment:
                    stream.wake()

    async def _part_with_the_signed_out(self) -> None:
        while True:
            await asyncio.sleep(SIGNED_OUT_SECONDS)
            try:
                gone = await self._sessions.signed_out({stream.session.jti for stream in self._open})
            except DatabaseUnavailable:
                _log.warning("the database is away; sign-outs are looked up when it is back")
                continue
            for stream in self._open:
                if stream.session.jti in gone:
                    stream.signed_out = True
                    stream.wake()

    async def _drain(self) -> None:
        await self._draining.wait()
        for stream in self._open:
            stream.wake()
        await asyncio.sleep(STUCK_SECONDS)
        if self._open:
            _log.warning("streams that took nothing are cut", count=len(self._open))
        for stream in list(self._open):
            stream.abort()
