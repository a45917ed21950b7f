"""A real Chromium with a page that has signed in, behind a proxy that can misbehave; and one before `casework up`."""

import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from api.auth import COOKIE
from tests.api.conftest import PASSWORD
from tests.api.web.proxy import Proxy, proxying
from tests.api.web.up import FLAGS, Casework, Open, chromium, running, sign_in
from tests.support import eventually

PATIENCE = 15_000
FOLLOW = """async ([id, after]) => {
  const { watchTask } = await import("/web/watch.js");
  const seen = (window.seen = { events: [], states: [] });
  window.watch = watchTask(id, {
    after,
    onEvent: (event) => seen.events.push(event),
    onState: (state) => seen.states.push(state),
  });
}"""
SIGN_IN = """async ([username, password]) => {
  const body = JSON.stringify({ username, password });
  const headers = { "Content-Type": "application/json" };
  return (await fetch("/api/v1/auth/login", { method: "POST", headers, body })).status;
}"""


class Tab:
    """A page of our origin."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def follow(self, task: str, after: int = 0) -> None:
        """Watch a task."""
        await self.page.evaluate(FOLLOW, [task, after])

    async def sign_in(self, name: str) -> None:
        """Take the session cookie."""
        assert await self.page.evaluate(SIGN_IN, [name, PASSWORD]) == 200

    async def take(self, token: str) -> None:
        """Take a session cookie that was made elsewhere."""
        origin = await self.page.evaluate("location.origin")
        await self.page.context.add_cookies([{"name": COOKIE, "value": token, "url": origin}])

    async def beside(self) -> "Tab":
        """Another tab of the same browser, signed in as this one."""
        page = await self.page.context.new_page()
        await page.goto(self.page.url)
        return Tab(page)

    async def state(self) -> str:
        """The state the watch is in."""
        return str(await self.page.evaluate("watch.state"))

    async def states(self) -> list[str]:
        """All states it told."""
        return list(await self.page.evaluate("seen.states"))

    async def seqs(self) -> list[int]:
        """What came, in the order in which it came."""
        return list(await self.page.evaluate("seen.events.map((event) => event.seq)"))

    async def events(self) -> list[dict[str, Any]]:
        """The same, whole."""
        return list(await self.page.evaluate("seen.events"))

    async def reaches(self, state: str, deadline: float) -> None:
        """Wait for a state."""

        async def reached() -> bool:
            return await self.state() == state

        await eventually(reached, deadline, f"never {state}")


@pytest.fixture
async def proxy(url: str) -> AsyncIterator[Proxy]:
    """The way from the browser to the API."""
    async with proxying(url) as proxy:
        yield proxy


@pytest.fixture
async def tab(proxy: Proxy) -> AsyncIterator[Tab]:
    """A page that nobody has signed in to yet."""
    chromium = shutil.which("chromium")
    assert chromium, "no browser: install Debian's package chromium"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        context = await browser.new_context()
        page = await context.new_page()
        await page.goto(f"{proxy.url}/health/live")
        yield Tab(page)
        await browser.close()


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Casework]:
    """`casework up` for all the tests of a file."""
    with running(tmp_path_factory.mktemp("pages") / "data") as casework:
        yield casework


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium."""
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def opened(browser: Browser, up: Casework) -> AsyncIterator[Open]:
    """`await opened("/", "li")` → a page, signed in by its form; at the end: no complaint by the content policy."""
    complaints: list[str] = []

    async def open_page(path: str = "/", name: str | None = None, base: str = "", **context: Any) -> Page:
        page = await (await browser.new_context(locale="en-GB", **context)).new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
        await page.goto((base or up.url) + path)
        if name is not None:
            await sign_in(page, name)
        return page

    yield open_page
    assert not complaints


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The accessibility checker's script, from npm."""
    folder = tmp_path_factory.mktemp("axe")
    subprocess.run(
        ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, "axe-core@4"], check=True
    )
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
