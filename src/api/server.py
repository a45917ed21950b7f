"""Serving the application with uvicorn on a socket that somebody else has opened."""

import socket

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.app import create_app
from api.stream import ABORT
from casework import collector
from casework.settings import Settings

GRACE_SECONDS = 5


class Protocol(HttpToolsProtocol):
    """uvicorn's own, which also tells the application how to cut the connection."""

    def on_message_begin(self) -> None:
        """A request begins, in its scope."""
        super().on_message_begin()
        self.scope["extensions"] = {ABORT: self.transport.abort}  # type: ignore[dict-item]


def make(settings: Settings) -> uvicorn.Server:
    """A server to be run with `serve(sockets=[…])`; SIGTERM ends streams, then requests, then the process."""
    config = uvicorn.Config(
        create_app(settings),
        loop="none",
        http=Protocol,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_keep_alive=75,
    )
    return uvicorn.Server(config)


async def serve(settings: Settings, listener: socket.socket) -> None:
    """Serve until told to stop by a signal."""
    collector.settle()
    await make(settings).serve(sockets=[listener])
