"""The application: its routes, its errors, its life."""

import asyncio
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from types import FrameType
from typing import Any

from litestar import Controller, Litestar
from litestar.types import ASGIApp

from api import problems
from api.access import AccessLog
from api.auth import AuthController
from api.bulk import BulkController
from api.documents import DocumentController
from api.events import EventController
from api.openapi import schema
from api.operating import OperatingController
from api.service import CatalogueController, HealthController, metrics
from api.state import State
from api.submit import SubmitController
from api.tasks import TaskController
from api.watch import MonitorController
from api.web import WebController
from casework.settings import Settings

VERSION = "0.1.0"


def create_app(settings: Settings) -> ASGIApp:
    """The ASGI application for these settings."""
    state, work = _task_system(settings)

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        app.state.casework = state
        app.state.version = VERSION
        await state.open()
        restore = _drain_on_signals(state)
        try:
            yield
        finally:
            restore()
            await state.close()

    app = Litestar(
        route_handlers=[
            AuthController,
            DocumentController,
            *work,
            CatalogueController,
            HealthController,
            WebController,
            metrics,
            schema,
        ],
        lifespan=[lifespan],
        exception_handlers=problems.HANDLERS,
        openapi_config=None,
        request_max_body_size=64 * 1024 * 1024,
        logging_config=None,
    )
    return AccessLog(app, state.metrics)


def _task_system(settings: Settings) -> tuple[State, Sequence[type[Controller]]]:
    """The state of a process and the routes about tasks."""
    if settings.task_system == "background":
        from api import background  # for comparison only: nothing else imports it

        return background.Background(settings), background.CONTROLLERS
    return State(settings), (
        SubmitController,
        TaskController,
        EventController,
        OperatingController,
        BulkController,
        MonitorController,
    )


def _drain_on_signals(state: State) -> Any:
    """End every stream when the process is told to stop: the server waits for them and would tell nobody."""
    earlier: dict[int, Any] = {}

    loop = asyncio.get_running_loop()

    def drain(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(state.draining.set)
        handler = earlier[number]
        if callable(handler):
            handler(number, frame)

    def restore() -> None:
        for number, handler in earlier.items():
            signal.signal(number, handler)

    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            earlier[number] = signal.getsignal(number)
            signal.signal(number, drain)
    except ValueError:  # not in the main thread: whoever runs the server there stops it in another way
        earlier.clear()
    return restore
