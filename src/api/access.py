"""Round the whole application, misses included: a request id on every answer and log line, one access line, and HEAD.

A HEAD is answered as its GET without the body, so that every page and probe has one; a stream's ends at once.
"""

import time
from typing import Any

import structlog
from litestar.types import ASGIApp, Message, Receive, Send

from api.metrics import Metrics
from casework import ids, log

_log = log.get(__name__)


class AccessLog:
    """An ASGI application that wraps another; a stream's line is written when it ends."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _given(scope) or ids.new()
        head = scope["method"] == "HEAD"
        asked: Any = {**scope, "method": "GET"} if head else scope
        ended = False
        status = 0
        begun = time.perf_counter()

        async def tagged(message: Message) -> None:
            nonlocal status, ended
            if ended:
                return
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            elif head:
                message, ended = {"type": "http.response.body", "body": b"", "more_body": False}, True
            await send(message)

        asked["state"] = {**scope.get("state", {}), "request_id": request_id}
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(asked, receive, tagged)
            finally:
                took = round(time.perf_counter() - begun, 4)
                route = asked.get("path_template") or "unmatched"
                self._metrics.answered(scope["method"], route, status, took)
                task = asked.get("path_params", {}).get("task_id")
                about = {} if task is None else {"task_id": task}
                _log.info("request", **about, method=scope["method"], path=scope["path"], status=status, seconds=took)


def _given(scope: Any) -> str | None:
    """The caller's own request id, where it is fit for a log."""
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            text: str = value.decode("latin-1")
            if 1 <= len(text) <= 100 and text.isascii() and text.isprintable() and " " not in text:
                return text
    return None
