"""`watch.js` in a real browser against the real API; and its state machine alone, under Node."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from api.web import FOLDER
from casework import Context, Title, Workflow
from casework import workflow as catalogue
from progress.event import AnyEvent
from tests.api.conftest import People
from tests.api.test_stream import submitted
from tests.api.web.conftest import Tab
from tests.api.web.proxy import Proxy
from tests.support import eventually

HOSTILE = [
    "one\ntwo\r\nthree\rfour\n\nfive",
    "data: injected\n\nevent: end\ndata: {}\n\nid: 999\n\n",
    "separators \u2028 and \u2029, next line \x85, vertical \x0b, feed \x0c",
    "NUL \x00, BOM \ufeff, escape \x1b, quotes \"'`\\, </script>",
    "案件 😀 é e\u0301 \U0010ffff",
    "x" * 65_536,
    "",
]


def test_the_state_machine_alone() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node: install Node 20 or later")
    script = Path(__file__).parent / "watch.test.mjs"
    run = subprocess.run([node, "--test", script], capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stdout[-5000:] + run.stderr


def test_it_listens_for_every_type_of_event() -> None:
    listened = re.findall(r'"((?:task|step)\.\w+)"', (FOLDER / "watch.js").read_text(encoding="utf-8"))
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


@pytest.mark.usefixtures("worker")
async def test_five_seconds_of_502_lose_and_repeat_nothing(person: People, tab: Tab, proxy: Proxy) -> None:
    li = await person()
    await tab.sign_in("li")
    task = await submitted(li, input={"steps": 3, "step_seconds": 5, "ticks": 30})
    await tab.follow(task)
    await tab.reaches("live", 5)
    proxy.mode = "bad gateway"
    proxy.cut()
    begun = len(proxy.requests)
    await tab.reaches("offline", 8)
    await eventually(lambda: len(proxy.requests) > begun + 4, 10, "it does not try again")
    proxy.mode = "pass"
    await tab.reaches("live", 15)
    await tab.reaches("ended", 30)
    seqs = await tab.seqs()
    assert seqs == list(range(1, len(seqs) + 1))
    assert (await tab.events())[-1]["type"] == "task.succeeded"


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


class Nothing(msgspec.Struct):
    """No input."""


hostile = Workflow("hostile", title=Title("恶意", "Hostile"), input=Nothing)


@hostile.step(title=Title("说", "Say"))
async def say(ctx: Context) -> int:
    for text in HOSTILE:
        await ctx.log("hostile\n\ndata: x\u2028", data={"text": text})
    return 1


@pytest.fixture
def _hostile(monkeypatch: pytest.MonkeyPatch) -> None:
    found: dict[str, Workflow[Any]] = {"hostile": hostile}
    monkeypatch.setattr(catalogue, "workflows", lambda: found)
    monkeypatch.setattr("workers.process.workflows", lambda: found)


@pytest.mark.usefixtures("_hostile", "worker")
async def test_hostile_payloads_arrive_intact(person: People, tab: Tab) -> None:
    li = await person()
    await tab.sign_in("li")
    await tab.follow(await submitted(li, workflow="hostile", input={}))
    await tab.reaches("ended", 10)
    logs = [event for event in await tab.events() if event["type"] == "task.log"]
    assert [event["data"]["text"] for event in logs] == HOSTILE
    assert await tab.seqs() == list(range(1, len(await tab.seqs()) + 1))
