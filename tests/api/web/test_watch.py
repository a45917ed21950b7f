"""`watch.js` in a real browser against the real API; and its state machine alone, under Node."""

import asyncio
import re
import shutil
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import get_args

import pytest

from api.bundle import joined
from api.stream import REAUTH_SECONDS
from api.web import FOLDER
from casework import accounts
from casework.database import Database
from casework.settings import Settings
from progress.event import AnyEvent
from tests.api.conftest import People
from tests.api.test_stream import submitted
from tests.api.web.conftest import Tab
from tests.api.web.proxy import Proxy
from tests.support import eventually

FOLLOW_ALL = """async (ids) => {
  const { watchTask } = await import("/web/watch.js");
  window.all = ids.map((id) => {
    const seen = { events: [] };
    seen.watch = watchTask(id, { onEvent: (event) => seen.events.push(event) });
    return seen;
  });
}"""


def test_the_state_machine_alone() -> None:
    node = shutil.which("node")
    assert node, "no Node: install Node 20 or later"
    scripts = sorted(Path(__file__).parent.glob("*.test.mjs"))
    run = subprocess.run([node, "--test", *scripts], capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stdout[-5000:] + run.stderr


def test_it_listens_for_every_type_of_event() -> None:
    listened = re.findall(r'"((?:task|step)\.\w+)"', joined(FOLDER / "watch").decode())
    assert sorted(listened) == sorted(event.__struct_config__.tag for event in get_args(AnyEvent))


@pytest.mark.usefixtures("worker")
async def test_a_page_sees_every_event_once_to_the_end(person: People, tab: Tab) -> None:
    li = await person()
    await tab.sign_in("li")
    task = await submitted(li, input={"steps": 3, "step_seconds": 0.3, "ticks": 4})
    await tab.follow(task)
    await tab.reaches("ended", 15)
    rows = (await li.get(f"/tasks/{task}/events", headers={"Accept": "application/json"})).json()["events"]
    assert await tab.events() == rows
    assert await tab.states() == ["connecting", "live", "ended"]


@pytest.mark.usefixtures("worker")
async def test_after_a_refresh_it_goes_on_after_what_was_seen(person: People, tab: Tab, proxy: Proxy) -> None:
    li = await person()
    await tab.sign_in("li")
    task = await submitted(li, input={"steps": 4, "step_seconds": 0.5, "ticks": 5})
    await tab.follow(task)

    async def some() -> bool:
        return len(await tab.seqs()) >= 5

    await eventually(some, 10, "no events")
    before = await tab.seqs()
    await tab.page.reload()
    await tab.follow(task, before[-1])
    await tab.reaches("ended", 15)
    assert before + await tab.seqs() == list(range(1, before[-1] + 1 + len(await tab.seqs())))
    assert proxy.streams[-1].target.endswith(f"?after={before[-1]}")


async def test_behind_a_proxy_that_holds_streams_back_it_polls_until_one_comes(
    person: People, tab: Tab, proxy: Proxy
) -> None:
    boss = await person("boss", role="admin")
    await tab.sign_in("boss")
    task = await submitted(boss)
    proxy.mode = "hold streams"
    await tab.follow(task)
    await tab.reaches("polling", 6)
    await boss.patch(f"/tasks/{task}", json={"queue": "high"})

    async def both() -> bool:
        return await tab.seqs() == [1, 2]

    await eventually(both, 5, "polling brings nothing")
    proxy.mode = "pass"
    await tab.reaches("live", 20)
    await boss.post(f"/tasks/{task}/cancel")
    await tab.reaches("ended", 5)
    assert await tab.seqs() == [1, 2, 3]


async def test_when_nothing_answers_it_polls_within_6_s_and_is_live_again_by_itself(
    person: People, tab: Tab, proxy: Proxy
) -> None:
    boss = await person("boss", role="admin")
    await tab.sign_in("boss")
    task = await submitted(boss)
    await tab.follow(task)
    await tab.reaches("live", 5)
    proxy.mode = "silent"
    proxy.cut()
    await tab.reaches("polling", 6)
    await boss.patch(f"/tasks/{task}", json={"queue": "high"})
    proxy.mode = "pass"
    proxy.cut()
    await tab.reaches("live", 20)
    await boss.post(f"/tasks/{task}/cancel")
    await tab.reaches("ended", 5)
    assert await tab.seqs() == [1, 2, 3]


async def test_five_seconds_of_502_lose_and_repeat_nothing(person: People, tab: Tab, proxy: Proxy) -> None:
    boss = await person("boss", role="admin")
    await tab.sign_in("boss")
    task = await submitted(boss)
    await tab.follow(task)
    await tab.reaches("live", 5)
    proxy.mode = "bad gateway"
    proxy.cut()
    loop = asyncio.get_running_loop()
    until = loop.time() + 5
    for queue in ("high", "low", "medium"):
        await boss.patch(f"/tasks/{task}", json={"queue": queue})
    await tab.reaches("offline", 5)
    await eventually(lambda: loop.time() > until, 6)
    proxy.mode = "pass"
    await tab.reaches("live", 15)
    await boss.patch(f"/tasks/{task}", json={"queue": "high"})
    await boss.post(f"/tasks/{task}/cancel")
    await tab.reaches("ended", 5)
    assert await tab.seqs() == [1, 2, 3, 4, 5, 6]
    assert not {"ended", "refused"} & set((await tab.states())[:-1])


async def test_after_the_end_there_is_one_more_request_at_most(person: People, tab: Tab, proxy: Proxy) -> None:
    li = await person()
    await tab.sign_in("li")
    task = await submitted(li)
    await tab.page.evaluate("(id) => { window.plain = new EventSource(`/api/v1/tasks/${id}/events`) }", task)
    await tab.follow(task)
    await tab.reaches("live", 5)
    await li.post(f"/tasks/{task}/cancel")
    await tab.reaches("ended", 5)

    async def closed() -> bool:
        return bool(await tab.page.evaluate("plain.readyState === EventSource.CLOSED"))

    await eventually(closed, 10, "the plain EventSource goes on")
    plain = [seen for seen in proxy.streams if seen.target.endswith("/events")]
    assert [seen.headers.get("last-event-id") for seen in plain] == [None, "2"]
    assert len([seen for seen in proxy.requests if "/events?after=" in seen.target]) == 1


async def test_somebody_elses_task_is_refused(person: People, tab: Tab) -> None:
    li = await person()
    await person("wang")
    await tab.sign_in("wang")
    await tab.follow(await submitted(li))
    await tab.reaches("refused", 5)


@pytest.fixture
def token(settings: Settings, database: Database) -> Callable[[str, int], Awaitable[str]]:
    """`await token("li", 60)` → a token of li's for a minute."""

    async def issued(name: str, seconds: int) -> str:
        user = await accounts.find_user(database, name)
        assert user is not None
        return accounts.issue_token(accounts.secret_key(settings), user, seconds)

    return issued


async def test_before_the_session_expires_the_page_is_told_and_a_new_one_is_live_by_itself(
    person: People, tab: Tab, token: Callable[[str, int], Awaitable[str]]
) -> None:
    li = await person()
    task = await submitted(li)
    await tab.take(await token("li", REAUTH_SECONDS + 3))
    await tab.follow(task)
    await tab.reaches("live", 3)
    await tab.reaches("reauth", 5)
    await tab.sign_in("li")
    await tab.reaches("live", 10)
    await li.post(f"/tasks/{task}/cancel")
    await tab.reaches("ended", 5)
    assert await tab.seqs() == [1, 2]


async def test_an_expired_session_is_refused(
    person: People, tab: Tab, token: Callable[[str, int], Awaitable[str]]
) -> None:
    li = await person()
    await tab.take(await token("li", 4))
    await tab.follow(await submitted(li))
    await tab.reaches("reauth", 3)
    await tab.reaches("refused", 15)


async def test_however_many_tabs_are_open_requests_get_through(person: People, tab: Tab, proxy: Proxy) -> None:
    li = await person()
    await tab.sign_in("li")
    tabs = [tab, *[await tab.beside() for _ in range(7)]]
    tasks = [await submitted(li) for _ in tabs]
    for each, task in zip(tabs, tasks, strict=True):
        await each.follow(task)
        await each.reaches("live" if each in tabs[:4] else "polling", 5)
    assert len(proxy.streams) == 4
    for task in tasks:
        await li.post(f"/tasks/{task}/cancel")
    for each in tabs:
        await each.reaches("ended", 15)
        assert await each.seqs() == [1, 2]


@pytest.mark.usefixtures("worker")
async def test_the_tasks_of_a_page_share_one_stream_and_lose_nothing(person: People, tab: Tab, proxy: Proxy) -> None:
    li = await person()
    await tab.sign_in("li")
    tasks = [await submitted(li, input={"steps": 3, "step_seconds": 1, "ticks": 3}) for _ in range(8)]
    await tab.page.evaluate(FOLLOW_ALL, tasks)

    async def ended() -> bool:
        return set(await tab.page.evaluate("all.map((each) => each.watch.state)")) == {"ended"}

    await eventually(ended, 40, "not all have ended")
    for task, seen in zip(tasks, await tab.page.evaluate("all.map((each) => each.events)"), strict=True):
        assert seen == (await li.get(f"/tasks/{task}/events", headers={"Accept": "application/json"})).json()["events"]
    assert [seen.target for seen in proxy.streams][:2] == [f"/api/v1/tasks/{tasks[0]}/events?after=0", "/api/v1/events"]
    assert len(proxy.streams) == 2
