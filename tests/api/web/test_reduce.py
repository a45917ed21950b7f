"""The page's reducer against the server's fold: of a task's first state its events make what `GET /tasks/{id}` says."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from api.web import FOLDER
from tests.api.conftest import People
from tests.support import eventually

SAME = (
    "status",
    "progress",
    "queue",
    "attempt",
    "message",
    "last_seq",
    "updated_at",
    "started_at",
    "finished_at",
    "current_step",
)
STEP = ("name", "status", "progress", "message", "started_at", "finished_at")
ATTEMPT = ("number", "outcome", "started_at", "finished_at", "worker", "retry_in_seconds")


def folded(task: dict[str, Any], events: list[dict[str, Any]]) -> dict[str, Any]:
    """What the page's reducer makes of them, under Node."""
    node = shutil.which("node")
    assert node, "no Node: install Node 20 or later"
    given = json.dumps({"folder": str(FOLDER), "task": task, "events": events})
    run = subprocess.run([node, Path(__file__).with_name("fold.mjs")], input=given, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    made: dict[str, Any] = json.loads(run.stdout)
    return made


def picked(task: dict[str, Any]) -> dict[str, Any]:
    """What both must agree on."""
    return {
        **{name: task[name] for name in SAME},
        "steps": [{name: step[name] for name in STEP} for step in task["steps"]],
        "attempts": [
            {**{name: each[name] for name in ATTEMPT}, "error": (each["error"] or {}).get("message")}
            for each in task["attempts"]
        ],
    }


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize(
    "given",
    [
        {"steps": 3, "step_seconds": 0.05, "ticks": 3},
        {"steps": 3, "step_seconds": 0.05, "ticks": 2, "fail_at": 2, "fail_times": 1},
        {"steps": 2, "step_seconds": 0.05, "ticks": 1, "fail_at": 2, "fail_times": 9},
        {"steps": 3, "step_seconds": 30, "ticks": 10},
    ],
    ids=["succeeds", "is tried again", "fails and is retried by hand", "is cancelled while it runs"],
)
async def test_the_page_and_the_server_make_the_same_of_the_same_events(person: People, given: dict[str, Any]) -> None:
    li = await person()
    body = {"workflow": "demo", "input": given, "max_attempts": 2, "run_at": "2999-01-01T00:00:00Z"}
    task_id = (await li.post("/tasks", json=body)).json()["task_id"]
    first = (await li.get(f"/tasks/{task_id}")).json()
    assert first["last_seq"] == 1
    await li.post(f"/tasks/{task_id}/cancel")
    await li.post(f"/tasks/{task_id}/retry")

    async def whole() -> dict[str, Any]:
        task: dict[str, Any] = (await li.get(f"/tasks/{task_id}")).json()
        return task

    async def has(*statuses: str) -> bool:
        return (await whole())["status"] in statuses

    if given["step_seconds"] == 30:
        await eventually(lambda: has("running"), 10)
        await li.post(f"/tasks/{task_id}/cancel")
    await eventually(lambda: has("succeeded", "failed", "cancelled"), 15)
    if given.get("fail_times") == 9:
        await li.post(f"/tasks/{task_id}/retry")
        await eventually(lambda: has("failed"), 15)
    task = await whole()
    page = (await li.get(f"/tasks/{task_id}/events?limit=500", headers={"Accept": "application/json"})).json()
    assert page["last_seq"] == task["last_seq"]
    assert picked(folded(first, page["events"][1:])) == picked(task)
