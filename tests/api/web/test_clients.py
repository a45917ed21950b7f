"""What a page, a Python client and npm's EventSource make of hostile payloads and cut connections: the same rows."""

import asyncio
import shutil
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest

from api.bundle import joined
from api.web import FOLDER
from casework import Context, Title, Workflow
from casework import workflow as catalogue
from tests.api.conftest import People
from tests.api.test_stream import read, submitted
from tests.api.web.conftest import Tab
from tests.api.web.proxy import Proxy

EVENTSOURCE = "eventsource@5.1.5"
HOSTILE = [
    "one\ntwo\r\nthree\rfour\n\nfive",
    "data: injected\n\nevent: end\ndata: {}\n\nid: 999\n\n",
    "separators \u2028 and \u2029, next line \x85, vertical \x0b, feed \x0c",
    "NUL \x00, BOM \ufeff, escape \x1b, quotes \"'`\\, </script>",
    "案件 😀 é e\u0301 \U0010ffff",
    "x" * 65_536,
    "",
]


class Nothing(msgspec.Struct):
    """No input."""


hostile = Workflow("hostile", title=Title("恶意", "Hostile"), input=Nothing)


@hostile.step(title=Title("说", "Say"))
async def say(ctx: Context) -> int:
    for text in HOSTILE:
        await ctx.log("hostile\n\ndata: x\u2028", data={"text": text})
    return 1


@pytest.fixture(autouse=True)
def _hostile(monkeypatch: pytest.MonkeyPatch) -> None:
    found: dict[str, Workflow[Any]] = {**catalogue.workflows(), "hostile": hostile}
    monkeypatch.setattr(catalogue, "workflows", lambda: found)
    monkeypatch.setattr("workers.process.workflows", lambda: found)


def texts(events: list[dict[str, Any]]) -> list[str]:
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    return [event["data"]["text"] for event in events if event["type"] == "task.log"]


@pytest.mark.usefixtures("worker")
async def test_hostile_payloads_arrive_intact_in_a_page(person: People, tab: Tab) -> None:
    li = await person()
    await tab.sign_in("li")
    await tab.follow(await submitted(li, workflow="hostile", input={}))
    await tab.reaches("ended", 10)
    assert texts(await tab.events()) == HOSTILE


@pytest.mark.usefixtures("worker")
async def test_hostile_payloads_arrive_intact_by_httpx_sse(person: People) -> None:
    li = await person()
    events = await read(li, f"/tasks/{await submitted(li, workflow='hostile', input={})}/events")
    rows = [event for event in events if event.event.startswith(("task.", "step."))]
    assert texts([msgspec.json.decode(event.data) for event in rows]) == HOSTILE


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with npm's EventSource, our module, and a script that joins them."""
    npm = shutil.which("npm")
    assert npm, "no npm: install Node 20 or later with it"
    folder = tmp_path_factory.mktemp("npm")
    options = ("--prefix", str(folder), "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", EVENTSOURCE)
    install = subprocess.run([npm, "install", *options], capture_output=True, text=True, timeout=60)
    assert install.returncode == 0, f"npm cannot install {EVENTSOURCE}: {install.stderr}"
    (folder / "watch.mjs").write_bytes(joined(FOLDER / "watch"))
    shutil.copy(Path(__file__).parent / "follow.mjs", folder)
    return folder


async def follow(package: Path, base: str, token: str, task: str, proxy: Proxy | None = None) -> Any:
    """What the script saw; with a proxy, its connections are cut at every step."""
    command = ("node", str(package / "follow.mjs"), base, token, task)
    script = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert script.stderr is not None
    try:
        while await asyncio.wait_for(script.stderr.readline(), 30):
            if proxy is not None:
                proxy.cut()
        out, _ = await script.communicate()
    finally:
        if script.returncode is None:
            script.kill()
            await script.wait()
    return msgspec.json.decode(out)


@pytest.mark.usefixtures("worker")
async def test_hostile_payloads_arrive_intact_by_npms_eventsource(person: People, package: Path) -> None:
    li = await person()
    task = await submitted(li, workflow="hostile", input={})
    seen = await follow(package, str(li.base_url).rstrip("/"), li.headers["Authorization"].split()[1], task)
    assert texts(seen["events"]) == HOSTILE
    assert seen["states"] == ["connecting", "live", "ended"]


@pytest.mark.usefixtures("worker")
async def test_npms_eventsource_loses_and_repeats_nothing_when_cut(person: People, package: Path, proxy: Proxy) -> None:
    li = await person()
    task = await submitted(li, input={"steps": 4, "step_seconds": 1, "ticks": 20})
    seen = await follow(package, f"{proxy.url}/api/v1", li.headers["Authorization"].split()[1], task, proxy)
    rows = (await li.get(f"/tasks/{task}/events", headers={"Accept": "application/json"})).json()["events"]
    assert seen["events"] == rows
    assert seen["states"][-1] == "ended"
    assert len(proxy.streams) > 1
