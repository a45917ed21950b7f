"""`/monitor/events`: a stream that tells the newest snapshot of the monitor, again and again."""

from litestar import Controller, Response, get

from api import sse
from api.auth import admin_of, session_of, state_of
from api.monitor import Monitor
from api.problems import AnyRequest
from api.stream import USUAL_RETRY, EventStream, SoftRefusal, Write
from casework.clock import now, rfc3339
from casework.errors import DatabaseUnavailable
from progress.follow import Awake


class MonitorStory:
    """The newest snapshot, again and again."""

    over = behind = False
    _awake: Awake | None = None

    def __init__(self, monitor: Monitor) -> None:
        self._monitor = monitor
        self._told = 0

    async def begin(self, write: Write, awake: Awake) -> None:
        """`hello`; what is newest follows at once."""
        await write(sse.named("hello", {"at": rfc3339(now())}, retry=USUAL_RETRY))
        self._awake = awake
        self._monitor.watch(awake)

    async def go_on(self, write: Write) -> bool:
        """The newest snapshot, where it has not been told yet."""
        monitor = self._monitor
        if monitor.away:
            raise DatabaseUnavailable
        if monitor.latest is None or monitor.made == self._told:
            return False
        self._told = monitor.made
        await write(monitor.latest)
        return True

    def close(self) -> None:
        if self._awake is not None:
            self._monitor.leave(self._awake)


class MonitorController(Controller):
    """`/monitor/events`."""

    path = "/api/v1/monitor"

    @get("/events", gives="text/event-stream")
    async def events(self, request: AnyRequest) -> Response[None]:
        """Queues, workers and rates, about once a second."""
        try:
            await admin_of(request)
            session = await session_of(request)
        except DatabaseUnavailable:
            return SoftRefusal(None)
        state = state_of(request)
        return EventStream(state, session, MonitorStory(state.monitor))
