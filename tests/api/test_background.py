"""TASK_SYSTEM=background: the same API without Redis or a worker, and what it cannot do."""

import asyncio
from pathlib import Path

import httpx
import msgspec
import pytest

from casework.settings import Settings
from tests.api.conftest import People
from tests.support import eventually

DEMO = {"workflow": "demo", "input": {"steps": 2, "step_seconds": 0.2, "ticks": 2}}


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return Settings(
        data_dir=tmp_path, database_url=database_url, redis_url=f"unix://{tmp_path}/no.sock", task_system="background"
    )


async def ended(client: httpx.AsyncClient, task_id: str) -> httpx.Response:
    async def final() -> httpx.Response | None:
        answer = await client.get(f"/tasks/{task_id}")
        return answer if answer.json()["status"] in ("succeeded", "failed", "cancelled") else None

    found: httpx.Response = await eventually(final, 10, "it has not ended")
    return found


async def test_a_task_runs_without_redis_or_a_worker(person: People, url: str) -> None:
    li = await person("li")
    answer = await li.post("/tasks", json=DEMO)
    assert (answer.status_code, answer.json()["task_system"]) == (202, "background")
    task_id = answer.json()["task_id"]
    assert (await ended(li, task_id)).json()["status"] == "succeeded"
    result = (await li.get(f"/tasks/{task_id}/result")).json()["result"]
    assert result == {"steps_run": 2, "attempts": 1, "executions": {"step_1": 1, "step_2": 1}}
    async with httpx.AsyncClient(trust_env=False) as http:
        ready = (await http.get(f"{url}/health/ready")).json()
        assert "redis" not in ready["checks"]
        assert (await http.get(f"{url}/metrics")).status_code == 200


async def test_the_analysis_runs_in_it_too(person: People) -> None:
    li = await person("li")
    body = {
        "package_id": "contract_dispute_default",
        "case_type": "contract_performance",
        "case_position": "plaintiff",
        "user_input": "2023年5月1日双方签订买卖合同，约定货款100000元，被告未付款。",
        "document_ids": [],
    }
    task_id = (await li.post("/litigation-analysis/start", json=body)).json()["task_id"]
    assert (await ended(li, task_id)).json()["status"] == "succeeded"
    files = (await li.get(f"/tasks/{task_id}/result")).json()["artifacts"]
    assert (await li.get(files[0]["url"].removeprefix("/api/v1"))).status_code == 200


async def test_progress_is_told_to_whoever_is_connected_and_is_nowhere_afterwards(person: People) -> None:
    li = await person("li")
    task_id = (await li.post("/tasks", json=DEMO)).json()["task_id"]
    path = f"/tasks/{task_id}/events"
    async with asyncio.timeout(10), li.stream("GET", path, headers={"Accept": "text/event-stream"}) as live:
        heard = [line async for line in live.aiter_lines() if line.startswith("data: ")]
    types = [msgspec.json.decode(line[6:]).get("type") for line in heard]
    assert types.count("step.progressed") >= 3
    assert "task.succeeded" in types
    assert (await li.get(path, headers={"Accept": "application/json"})).json()["events"] == []


async def test_a_failure_is_the_end_and_a_cancellation_stops_it(person: People) -> None:
    li = await person("li")
    failing = {**DEMO, "input": {**DEMO["input"], "fail_at": 1}}  # type: ignore[dict-item]
    task_id = (await li.post("/tasks", json=failing)).json()["task_id"]
    assert (await ended(li, task_id)).json()["error"]["type"] == "DemoFailure"
    task_id = (await li.post("/tasks", json={**DEMO, "input": {"step_seconds": 30}})).json()["task_id"]
    assert (await li.post(f"/tasks/{task_id}/cancel")).status_code == 202
    assert (await ended(li, task_id)).json()["status"] == "cancelled"
    assert (await li.post(f"/tasks/{task_id}/cancel")).status_code == 409


async def test_nobody_sees_anothers_task(person: People) -> None:
    li, wang = await person("li"), await person("wang")
    task_id = (await li.post("/tasks", json=DEMO)).json()["task_id"]
    assert (await wang.get(f"/tasks/{task_id}")).status_code == 404
    assert (await wang.get("/tasks")).json()["items"] == []
    assert len((await li.get("/tasks")).json()["items"]) == 1
