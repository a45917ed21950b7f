"""The log of one task from every process, in one place and one form; and `casework up` of the other task system."""

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.cli.test_up import casework, children, directory, ended, ready_url, signed_in, submit

__all__ = ["directory"]  # a fixture
ANALYSIS = {
    "package_id": "contract_dispute_default",
    "case_type": "contract_performance",
    "case_position": "plaintiff",
    "user_input": "2023年5月1日双方签订买卖合同，约定货款100000元，被告未付款。",
}


async def lines_of(process: asyncio.subprocess.Process) -> list[dict[str, Any]]:
    """Stop it; all that its processes have logged."""
    process.terminate()
    _, told = await asyncio.wait_for(process.communicate(), 20)
    return [msgspec.json.decode(line) for line in told.splitlines() if line.startswith(b"{")]


async def test_the_log_of_a_task_is_told_by_api_and_worker_with_the_same_ids(directory: Path) -> None:
    process = await casework(directory, "up", "--port", "0")
    async with signed_in(await ready_url(process)) as http:
        upload = await http.post("/documents", files={"files": ("broken.pdf", b"%PDF-1.4 nothing of a PDF follows")})
        ids = [each["id"] for each in upload.json()["documents"]]
        body = {**ANALYSIS, "document_ids": ids}
        answer = await http.post("/litigation-analysis/start", json=body, headers={"X-Request-Id": "from-the-client"})
        task_id = answer.json()["task_id"]
        await ended(http, task_id)
        events = (await http.get(f"/tasks/{task_id}/events", headers={"Accept": "application/json"})).json()["events"]
        failing = await submit(http, steps=1, step_seconds=0, fail_at=1, fail_times=1)
        await ended(http, failing)
    lines = await lines_of(process)
    mine = [line for line in lines if line.get("task_id") == task_id]
    by_api = [line for line in mine if line["logger"].startswith("api.")]
    by_worker = [line for line in mine if line["logger"].startswith("workers.")]
    assert by_api[0]["request_id"] == "from-the-client"
    assert {line["request_id"] for line in by_worker} == {"from-the-client"}
    assert all(line["attempt"] == 1 and line["worker"] for line in by_worker)
    said = [event["message"] for event in events if event["type"] == "task.log"]
    logged = [line for line in by_worker if line["event"] == "said"]
    assert said
    assert [line["message"] for line in logged] == [message[:200] for message in said]
    assert all(line["step"] for line in logged)
    of_steps = [line for line in lines if line.get("task_id") == failing and line["event"] == "step failed"]
    assert [(line["step"], line["attempt"]) for line in of_steps] == [("step_1", 1)]


async def test_up_with_background_tasks_is_the_api_alone(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.cli.test_up.environment", _background(directory))
    process = await casework(directory, "up", "--port", "0")
    async with signed_in(await ready_url(process)) as http:
        task = await ended(http, await submit(http, steps=1, step_seconds=0, ticks=0))
        assert task["status"] == "succeeded"
        commands = [" ".join(child.cmdline()) for child in children(process)]
        assert len(commands) == 1, commands
        assert "cli.main api" in commands[0]
    process.send_signal(signal.SIGTERM)
    await asyncio.wait_for(process.communicate(), 15)


def _background(directory: Path) -> Any:
    own = {"DATA_DIR": str(directory), "ADMIN_PASSWORD": "a password", "TASK_SYSTEM": "background"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CASEWORK_")}
    return lambda _: {**kept, **{f"CASEWORK_{name}": value for name, value in own.items()}}
