"""What ends a stream before its story does: limits, tokens, sign-out, the end of the process; and quiet ones."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import pytest

from api import stream, streams
from casework import accounts
from casework.database import Database
from casework.settings import Settings
from tests.api.conftest import People
from tests.api.test_stream import submitted
from tests.support import eventually

OF_ALL = "/events"
Paths = pytest.mark.parametrize("of", ["a task", "all tasks"])


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Few streams, quick pings."""
    return settings.model_copy(update={"max_streams_per_user": 3, "max_streams": 4, "ping_seconds": 0.3})


async def path(li: httpx.AsyncClient, of: str) -> str:
    return OF_ALL if of == "all tasks" else f"/tasks/{await submitted(li)}/events"


@asynccontextmanager
async def reading(li: httpx.AsyncClient, path: str) -> AsyncIterator[bytearray]:
    """What has come of a stream so far; ends with an `EOF` of ours."""
    got = bytearray()

    async def pump() -> None:
        async with li.stream("GET", path) as answer:
            async for chunk in answer.aiter_raw():
                got.extend(chunk)
        got.extend(b"EOF")

    pumping = asyncio.create_task(pump(), name="pump")
    try:
        yield got
    finally:
        pumping.cancel()
        await asyncio.wait([pumping])


async def begun(got: bytearray) -> None:
    await eventually(lambda: b"event: hello" in got, 5, "no hello")


@Paths
async def test_an_idle_stream_is_pinged_by_name_and_the_ping_moves_no_cursor(person: People, of: str) -> None:
    li = await person()
    async with reading(li, await path(li, of)) as got:
        await eventually(lambda: got.count(b"event: ping") >= 3, 5, "no pings")
    pings = [block for block in bytes(got).split(b"\n\n") if block.startswith(b"event: ping")]
    assert all(re.fullmatch(rb'event: ping\ndata: \{"at":"[-\d]+T[:.\d]+Z"\}', ping) for ping in pings)


@Paths
async def test_the_first_block_is_hello_with_a_jittered_retry(person: People, of: str) -> None:
    li = await person()
    where = await path(li, of)
    waits = set()
    for _ in range(3):
        async with reading(li, where) as got:
            await begun(got)
        found = re.match(rb"retry: (\d+)\nevent: hello\ndata: \{.+\}\n\n", got)
        assert found, got
        waits.add(int(found[1]))
    assert len(waits) > 1
    assert all(2000 <= wait <= 4000 for wait in waits)


@Paths
async def test_a_users_streams_are_limited_and_one_too_many_is_told_inside_a_200(person: People, of: str) -> None:
    li, wang, zhao = await person(), await person("wang"), await person("zhao")
    where = await path(li, of)
    async with AsyncExitStack() as stack:
        for _ in range(3):
            await begun(await stack.enter_async_context(reading(li, where)))
        refused = await li.get(where, headers={"Accept": "text/event-stream"})
        assert refused.status_code == 200
        wait = re.fullmatch(r"retry: (\d+)\n\n", refused.text)
        assert wait
        assert int(wait[1]) >= 5000
        await begun(await stack.enter_async_context(reading(wang, OF_ALL)))
        assert re.fullmatch(r"retry: \d+\n\n", (await zhao.get(OF_ALL)).text), "the process has its limit too"
    async with reading(zhao, OF_ALL) as got:
        await begun(got)


@Paths
async def test_before_its_token_expires_a_stream_says_reauth_and_ends(
    person: People, settings: Settings, database: Database, of: str
) -> None:
    li = await person()
    where = await path(li, of)
    user = await accounts.find_user(database, "li")
    assert user
    token = accounts.issue_token(accounts.secret_key(settings), user, stream.REAUTH_SECONDS + 2)
    li.headers["Authorization"] = f"Bearer {token}"
    async with reading(li, where) as got:
        await eventually(lambda: got.endswith(b"EOF"), 6, "it goes on")
    assert re.search(rb"retry: \d+\nevent: reauth\ndata: \{\}\n\nEOF$", got)


@Paths
async def test_a_sign_out_anywhere_ends_the_streams_of_its_token_and_no_others(
    person: People, database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch, of: str
) -> None:
    li, wang = await person(), await person("wang")
    token = li.headers["Authorization"].removeprefix("Bearer ")
    session = await accounts.read_token(database, accounts.secret_key(settings), token)
    async with reading(li, await path(li, of)) as got, reading(wang, await path(wang, of)) as other:
        await begun(got)
        await begun(other)
        await accounts.revoke(database, session)  # as another process does it
        await eventually(lambda: got.endswith(b"EOF"), streams.SIGNED_OUT_SECONDS + 2, "it goes on")
        assert got.endswith(b"event: reauth\ndata: {}\n\nEOF")
        assert not other.endswith(b"EOF")
        assert (await li.get(OF_ALL)).status_code == 401
