"""A model's words while it writes them, from its endpoint to the streams."""

import asyncio
import time
from collections.abc import AsyncIterator
from itertools import pairwise

import httpx
import httpx_sse
import msgspec
import pytest

from casework.settings import Settings
from casework.workflows.litigation import litigation_analysis
from cli.client import Client
from cli.fake_llm import Fake
from tests.api.conftest import People
from tests.api.test_stream import journal, read
from tests.workers.conftest import WORKFLOWS, working
from tests.workers.test_language_model import CASE

Frame = httpx_sse.ServerSentEvent
PATIENCE = 30


@pytest.fixture
async def slow(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """A worker whose model writes its first answer slowly."""
    monkeypatch.setitem(WORKFLOWS, litigation_analysis.name, litigation_analysis)
    with Fake(["slow", "ok"], pause=0.05) as fake:
        told = settings.model_copy(update={"llm_base_url": fake.url, "llm_model": "fake"})
        monkeypatch.setattr("casework.settings.load", lambda: told)
        async with working(settings, "medium"):
            yield


async def started(li: httpx.AsyncClient) -> str:
    answer = await li.post("/litigation-analysis/start", json=CASE)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["task_id"])


async def first_words(li: httpx.AsyncClient, path: str) -> tuple[list[Frame], Frame]:
    """(the frames before, the first live one) of a stream, which is then left."""
    frames: list[Frame] = []
    async with asyncio.timeout(PATIENCE), httpx_sse.aconnect_sse(li, "GET", path) as source:
        async for frame in source.aiter_sse():
            if frame.event == "live":
                return frames, frame
            frames.append(frame)
    raise AssertionError("it ended without a word")


@pytest.mark.usefixtures("slow")
async def test_words_are_streamed_while_they_are_written_without_an_id_and_are_in_no_journal(person: People) -> None:
    li = await person()
    task = await started(li)
    shown: list[tuple[float, dict[str, object]]] = []
    events: list[Frame] = []
    async with asyncio.timeout(PATIENCE), httpx_sse.aconnect_sse(li, "GET", f"/tasks/{task}/events") as source:
        raw: list[str] = []
        async for line in source.response.aiter_lines():
            raw.append(line)
            if line.startswith("data: ") and raw[-2] == "event: live":
                shown.append((time.monotonic(), msgspec.json.decode(line[6:])))
            if line == "event: end":
                break
    live = [number for number, line in enumerate(raw) if line == "event: live"]
    assert len(live) >= 3
    assert all(raw[number + 2] == "" for number in live), "a live frame has an event and data, and no id"
    assert all(later - earlier >= 0.2 for (earlier, _), (later, _) in pairwise(shown)), "four a second at most"
    said = [frame["text"] for _, frame in shown if frame["offset"] == 0]
    assert {frame["step"] for _, frame in shown} == {"multi_model_analyze"}
    assert len(set(said)) >= 3
    events = await read(li, f"/tasks/{task}/events")
    assert journal(events) == list(range(1, len(events) - 1)), "no hole where words were"
    rows = (
        await li.get(f"/tasks/{task}/events", headers={"Accept": "application/json"}, params={"limit": 1000})
    ).json()
    assert not [row for row in rows["events"] if (row.get("data") or {}).get("llm") == "text"]
    assert "live" not in {row["type"] for row in rows["events"]}


@pytest.mark.usefixtures("slow")
async def test_who_comes_back_while_words_are_written_resumes_the_journal_and_sees_the_newest_words(
    person: People,
) -> None:
    li = await person()
    task = await started(li)
    before, _ = await first_words(li, f"/tasks/{task}/events")
    cursor = journal(before)[-1]
    after, frame = await first_words(li, f"/tasks/{task}/events?after={cursor}")
    assert after[0].event == "hello"
    assert journal(after) == list(range(cursor + 1, cursor + 1 + len(journal(after))))
    assert msgspec.json.decode(frame.data)["task_id"] == task
    step = next(each for each in (await li.get(f"/tasks/{task}")).json()["steps"] if each["status"] == "running")
    assert "询问语言模型" in step["message"], "what is stored makes sense without them"
    await li.post(f"/tasks/{task}/cancel")


@pytest.mark.usefixtures("slow")
async def test_the_stream_of_all_tasks_tells_them_too(person: People) -> None:
    li = await person()
    task = await started(li)
    _, frame = await first_words(li, "/events")
    assert (msgspec.json.decode(frame.data)["task_id"], frame.id) == (task, "")
    await li.post(f"/tasks/{task}/cancel")


@pytest.mark.usefixtures("slow")
async def test_a_terminal_that_follows_is_given_them(person: People, url: str) -> None:
    li = await person()
    task = await started(li)
    words: list[str] = []
    async with asyncio.timeout(PATIENCE), Client(url, li.headers["Authorization"].removeprefix("Bearer ")) as client:
        seqs = [each["seq"] async for each in client.follow(task, on_live=lambda frame: words.append(frame["text"]))]
    assert len(words) >= 3
    assert seqs == list(range(1, len(seqs) + 1))
