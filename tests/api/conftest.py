"""The real API on a socket of this loop, with a worker beside it, and people who call it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest

from api import server
from api.listener import listen
from casework import accounts
from casework.database import Database
from casework.settings import Settings
from tests.workers.conftest import working

PASSWORD = "correct horse"
People = Callable[..., Awaitable[httpx.AsyncClient]]


@pytest.fixture
async def url(settings: Settings, database: Database) -> AsyncIterator[str]:
    """The base URL of a running API."""
    with listen("127.0.0.1", 0) as listener:
        serving = server.make(settings)
        task = asyncio.create_task(serving._serve([listener]), name="uvicorn")
        while not serving.started:
            assert not task.done(), task.exception()
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        serving.should_exit = True
        await task


@pytest.fixture
async def person(url: str, database: Database) -> AsyncIterator[People]:
    """`await person("li", role="user")` → a client of the API that has signed in."""
    clients: list[httpx.AsyncClient] = []

    async def signed_in(name: str = "li", role: accounts.Role = "user") -> httpx.AsyncClient:
        await accounts.add_user(database, name, PASSWORD, role)
        client = httpx.AsyncClient(base_url=f"{url}/api/v1", trust_env=False, timeout=20)
        clients.append(client)
        answer = await client.post("/auth/login", json={"username": name, "password": PASSWORD})
        client.cookies.clear()
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return client

    yield signed_in
    for client in clients:
        await client.aclose()


@pytest.fixture
async def worker(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """A worker on all queues."""
    monkeypatch.setattr("casework.settings.load", lambda: settings)
    async with working(settings, "high", "medium", "low"):
        yield
