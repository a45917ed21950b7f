"""Connections to Redis, however they end."""

import asyncio
from contextlib import suppress

import pytest
import uvloop
from redis.exceptions import RedisError

from casework.connection import client


@pytest.mark.parametrize("retries", [0, 3])
def test_a_connection_that_is_closed_under_its_writer_is_a_lost_connection(redis_url: str, retries: int) -> None:
    async def talk() -> None:
        redis = client(redis_url, size=1, retries=retries)
        await redis.ping()
        connection = next(iter(redis.connection_pool._available_connections))
        assert connection._writer is not None
        connection._writer.transport.close()  # uvloop refuses to write from now on, with a RuntimeError
        with suppress(RedisError):
            await redis.ping()
        assert await redis.ping()
        await redis.aclose(close_connection_pool=True)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(talk())
