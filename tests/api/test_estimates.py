"""Time left, as it is told and as it turns out."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.api.conftest import People
from tests.api.test_operating import ended
from tests.api.test_stream import submitted
from tests.support import eventually


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("progress.history.FRESH_SECONDS", 0.1)
    monkeypatch.setattr("progress.history.SERVING_SECONDS", 0.0)
    monkeypatch.setattr("progress.history.QUEUE_FRESH_SECONDS", 0.0)
    monkeypatch.setattr("progress.forecasts.PERIOD_SECONDS", 0.1)


async def eta(who: httpx.AsyncClient, **body: Any) -> tuple[str, float | None]:
    """(a task that was submitted, what its submission said of the time left)."""
    told = (await who.post("/tasks", json={"workflow": "demo", **body})).json()
    return told["task_id"], told["eta_seconds"]


def steps(seconds: float) -> dict[str, Any]:
    return {"input": {"steps": 2, "step_seconds": seconds, "ticks": 0}}


@pytest.mark.usefixtures("worker")
async def test_time_left_comes_from_the_past_by_size_and_is_graded(person: People, url: str) -> None:
    chief = await person("chief", role="admin")
    first, unknown = await eta(chief, **steps(0.1))
    assert unknown is None
    await ended(chief, first)
    for seconds in (0.4, 0.8):
        await ended(chief, await submitted(chief, **steps(seconds)))
    await asyncio.sleep(0.2)  # what was known a moment ago is kept for a tenth of a second

    async def told() -> tuple[str, float]:
        task, said = await eta(chief, **steps(1.5))
        assert said is not None
        return task, said

    await ended(chief, await submitted(chief, **steps(0.1)))  # the worker asks for its history with its first task
    task, said = await told()
    assert 2 < said < 6, "the past knows only shorter runs, and the size tells"

    async def running() -> dict[str, Any] | None:
        body: dict[str, Any] = (await chief.get(f"/tasks/{task}/status")).json()
        return body if body["status"] == "running" else None

    status = await eventually(running, 5, "it does not start")
    low, high = status["eta_range"]
    assert 0 <= low <= status["eta_seconds"] <= high
    await ended(chief, task)
    assert (await chief.get(f"/tasks/{task}/status")).json()["eta_seconds"] is None

    async def graded() -> dict[str, Any] | None:
        await asyncio.sleep(0.5)
        told = (await chief.get("/stats")).json()["estimates"]
        return told if told["start"]["count"] and told["submit"]["count"] else None

    estimates = await eventually(graded, 10, "no estimate was graded")
    for each in estimates.values():
        assert set(each) == {"count", "median_error", "inside"}
        assert each["median_error"] >= 0
        assert 0 <= each["inside"] <= 1
    async with httpx.AsyncClient(base_url=url, trust_env=False) as http:
        text = (await http.get("/metrics")).text
    assert 'casework_estimate_error{made="start"}' in text
    assert 'casework_estimate_inside{made="submit"}' in text


@pytest.mark.usefixtures("worker")
async def test_while_nobody_would_start_it_there_is_no_number(person: People) -> None:
    chief = await person("chief", role="admin")
    await ended(chief, await submitted(chief, **steps(0.1)))
    await asyncio.sleep(0.2)
    assert (await eta(chief, **steps(0.1)))[1] is not None
    await chief.post("/queues/low/pause")
    task, unknown = await eta(chief, queue="low", **steps(0.1))
    assert unknown is None
    await chief.post("/queues/low/resume")
    await ended(chief, task)
