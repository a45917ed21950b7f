"""What `watchers.py` measures beside ours: the least an ASGI application can do, and what people do today."""

import asyncio
import os
from collections.abc import AsyncIterator
from typing import Any

from redis.asyncio import Redis

CHANNEL = "bench"
HEADERS = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store")]
HELLO = b"event: hello\ndata: {}\n\n"


def redis() -> Redis:
    """Of the benchmark's own server."""
    return Redis.from_url(os.environ["BENCH_REDIS_URL"], max_connections=20_000)


class Plain:
    """One subscriber a process, one future a reader; no journal, no cursor, no token, no ping: the limit."""

    def __init__(self) -> None:
        self._waiting: list[asyncio.Future[bytes]] = []
        self._task: asyncio.Task[None] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        if self._task is None:
            self._task = asyncio.create_task(self._listen())
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await send({"type": "http.response.body", "body": HELLO, "more_body": True})
        loop = asyncio.get_running_loop()
        leaving = asyncio.create_task(receive())
        while True:
            future = loop.create_future()
            self._waiting.append(future)
            await send({"type": "http.response.body", "body": await future, "more_body": True})
            if leaving.done():
                leaving = asyncio.create_task(receive())

    async def _listen(self) -> None:
        async with redis() as client, client.pubsub() as pubsub:
            await pubsub.subscribe(CHANNEL)
            async for message in pubsub.listen():
                if message["type"] == "message":
                    waiting, self._waiting = self._waiting, []
                    for future in waiting:
                        future.set_result(message["data"])


plain = Plain()


def starlette() -> Any:
    """`sse-starlette` as its examples have it: a generator and a Redis subscription for each client."""
    from sse_starlette import EventSourceResponse, ServerSentEvent
    from starlette.applications import Starlette
    from starlette.routing import Route

    client = redis()

    async def endpoint(_: Any) -> EventSourceResponse:
        async def events() -> AsyncIterator[ServerSentEvent]:
            async with client.pubsub() as pubsub:
                await pubsub.subscribe(CHANNEL)
                yield ServerSentEvent(event="hello", data="{}", sep="\n")
                number = 0
                async for message in pubsub.listen():
                    if message["type"] == "message":
                        number += 1
                        data = message["data"].decode().split("data: ")[1].split("\n")[0]
                        yield ServerSentEvent(event="task.log", data=data, id=str(number), sep="\n")

        return EventSourceResponse(events())

    return Starlette(routes=[Route("/", endpoint)])
