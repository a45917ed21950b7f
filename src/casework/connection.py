"""Connections to Redis that survive it: timeouts everywhere, reconnection with backoff, a pool that waits.

The recipe that is copied everywhere retries too little: a restarting server refuses with OSError.
"""

from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

SOCKET_SECONDS = 5.0
OUTAGES = (RedisConnectionError, RedisTimeoutError, OSError, TimeoutError)
FAULTS = (RedisError, OSError, TimeoutError)  # anything Redis may raise: what is told there is only a bell


class _Closable(AbstractConnection):
    """uvloop says RuntimeError where a connection was closed under the writer, and redis-py AttributeError where its
    reader has just found it closed: to us both are a lost connection.
    """

    async def send_packed_command(self, command: Any, check_health: bool = True) -> None:
        try:
            await super().send_packed_command(command, check_health)
        except (RuntimeError, AttributeError) as error:
            await self.disconnect(nowait=True)
            raise RedisConnectionError("the connection was closed") from error


def pool(url: str, *, size: int = 20, retries: int = 3) -> BlockingConnectionPool:
    """A pool of at most `size` connections; one waits for a free one instead of failing."""
    made = BlockingConnectionPool.from_url(
        url,
        max_connections=size,
        timeout=SOCKET_SECONDS,
        socket_timeout=SOCKET_SECONDS,
        socket_connect_timeout=SOCKET_SECONDS,
        retry=Retry(ExponentialBackoff(cap=0.5, base=0.05), retries, supported_errors=OUTAGES),  # type: ignore[arg-type]
        retry_on_error=list(OUTAGES) if retries else [],  # otherwise a lost subscriber reconnects before it fails
        health_check_interval=15,
        **({} if url.startswith("unix:") else {"socket_keepalive": True}),
    )
    made.connection_class = type("Connection", (_Closable, made.connection_class), {})  # TCP, TLS or a socket's
    return made


def client(url: str, *, size: int = 20, retries: int = 3) -> Redis:
    """A client of its own pool; close it with `aclose(close_connection_pool=True)`."""
    return Redis(connection_pool=pool(url, size=size, retries=retries))
