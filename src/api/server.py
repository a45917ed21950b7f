"""Serving the application with uvicorn on a socket that somebody else has opened."""

import socket

import uvicorn

from api.app import create_app
from casework.settings import Settings

GRACE_SECONDS = 5


def make(settings: Settings) -> uvicorn.Server:
    """A server to be run with `serve(sockets=[…])`; SIGTERM ends streams, then requests, then the process."""
    config = uvicorn.Config(
        create_app(settings),
        loop="none",
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_keep_alive=75,
    )
    return uvicorn.Server(config)


async def serve(settings: Settings, listener: socket.socket) -> None:
    """Serve until told to stop by a signal."""
    await make(settings).serve(sockets=[listener])
