"""The listening socket: made by whoever opens the door, so that a busy port is told at once and a restart keeps it."""

import socket

from casework.errors import SetupError

SEND_BUFFER = 64 * 1024  # inherited by every connection: what a stuck client may hold in the kernel
USER_TIMEOUT_MS = 8_000  # a client that vanished is noticed after this


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address, port 0 taking a free one; raises SetupError naming the remedy."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, USER_TIMEOUT_MS)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        remedy = (
            f"cannot listen on {host}:{port} ({error.strerror}); choose another with --port, or --port 0 for a free one"
        )
        raise SetupError(remedy) from None
    return listener
