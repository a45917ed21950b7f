"""`casework up` as an operator meets it: real processes, started, killed and stopped."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from api.listener import listen
from casework import failpoint
from tests.support import eventually

PASSWORD = "a password"


def environment(directory: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CASEWORK_")}
    own = {"DATA_DIR": str(directory), "ADMIN_PASSWORD": PASSWORD, "LEASE_SECONDS": "1.5", "HEARTBEAT_SECONDS": "0.3"}
    own["FAILPOINTS"] = str(directory.with_name("fuses"))
    return {**kept, **{f"CASEWORK_{name}": value for name, value in own.items()}}


async def casework(directory: Path, *arguments: str) -> asyncio.subprocess.Process:
    command = [sys.executable, "-m", "cli.main", *arguments]
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(*command, env=environment(directory), stdout=pipe, stderr=pipe)


async def ready_url(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(40):
        async for line in process.stdout:
            if line.startswith(b"ready "):
                return line.decode().split()[1]
    assert process.stderr is not None
    raise AssertionError((await process.stderr.read()).decode()[-2000:])


def children(process: asyncio.subprocess.Process) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


@asynccontextmanager
async def up(directory: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    process = await casework(directory, "up", "--port", "0")
    try:
        yield process, await ready_url(process)
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.communicate(), 15)


@asynccontextmanager
async def signed_in(url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{url}/api/v1", trust_env=False, timeout=10) as http:
        answer = await http.post("/auth/login", json={"username": "admin", "password": PASSWORD})
        http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        http.cookies.clear()
        yield http


Ends = Callable[[httpx.AsyncClient, str], Awaitable[dict[str, Any]]]


async def ended(http: httpx.AsyncClient, task_id: str, deadline: float = 30) -> dict[str, Any]:
    async def final() -> dict[str, Any] | None:
        try:
            task: dict[str, Any] = (await http.get(f"/tasks/{task_id}")).json()
        except httpx.TransportError:
            return None
        return task if task.get("status") in ("succeeded", "failed", "cancelled") else None

    found: dict[str, Any] = await eventually(final, deadline, "the task has not ended")
    return found


async def submit(http: httpx.AsyncClient, **given: object) -> str:
    answer = await http.post("/tasks", json={"workflow": "demo", "input": given})
    return str(answer.json()["task_id"])


@pytest.fixture
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("up") / "data"


async def test_up_serves_and_sigterm_leaves_no_process(directory: Path) -> None:
    async with up(directory) as (process, url):
        async with signed_in(url) as http:
            task = await ended(http, await submit(http, steps=1, step_seconds=0, ticks=0))
        assert task["status"] == "succeeded"
        family = children(process)
        assert len(family) >= 3
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 10) == 0
        await eventually(lambda: not any(child.is_running() for child in family), 2, "a process was left")


async def test_a_killed_worker_is_started_again_and_its_task_goes_on_from_the_last_finished_step(
    directory: Path,
) -> None:
    async with up(directory) as (process, url), signed_in(url) as http:
        task_id = await submit(http, steps=2, step_seconds=1, ticks=0)

        async def second_step() -> bool:
            return bool((await http.get(f"/tasks/{task_id}/status")).json()["current_step"] == "step_2")

        await eventually(second_step, 10, "the second step has not begun")
        next(child for child in children(process) if "worker" in child.cmdline()).kill()
        task = await ended(http, task_id)
        assert task["status"] == "succeeded"
        assert [attempt["outcome"] for attempt in task["attempts"]] == ["interrupted", "succeeded"]
        assert [step["restored"] for step in task["steps"]] == [True, False]


async def test_a_killed_api_is_started_again_on_the_same_port(directory: Path) -> None:
    async with up(directory) as (process, url), signed_in(url) as http:
        next(child for child in children(process) if "api" in child.cmdline()).kill()

        async def answers() -> bool:
            try:
                return (await http.get("/auth/me")).status_code == 200
            except httpx.TransportError:
                return False

        await eventually(answers, 20, "the API is not back")


async def test_a_submission_whose_answer_was_lost_is_there_and_the_same_key_finds_it(directory: Path) -> None:
    fuses = directory.with_name("fuses")
    fuses.mkdir()
    async with up(directory) as (_, url), signed_in(url) as http:
        body = {"workflow": "demo", "input": {"steps": 1, "step_seconds": 0}}
        key = {"Idempotency-Key": "one"}
        failpoint.light(fuses, "submit.committed")  # the API dies between its two writes
        with pytest.raises(httpx.TransportError):
            await http.post("/tasks", json=body, headers=key)

        async def accepted() -> httpx.Response | None:
            try:
                return await http.post("/tasks", json=body, headers=key)
            except httpx.TransportError:
                return None

        answer: httpx.Response = await eventually(accepted, 20, "the API is not back")
        assert answer.status_code == 200
        assert (await ended(http, answer.json()["task_id"]))["status"] == "succeeded"
        assert len((await http.get("/tasks")).json()["items"]) == 1


async def test_after_kill_9_of_everything_it_goes_on_with_what_was_unfinished(directory: Path) -> None:
    async with up(directory) as (process, url):
        async with signed_in(url) as http:
            task_id = await submit(http, steps=2, step_seconds=1, ticks=0)
        family = children(process)
        process.kill()
        for child in family:
            with suppress(psutil.NoSuchProcess):  # those of Linux have died with their parent
                child.kill()
        await process.wait()
    async with up(directory) as (_, url), signed_in(url) as http:
        assert (await ended(http, task_id))["status"] == "succeeded"


async def test_killing_the_parent_alone_leaves_no_process(directory: Path) -> None:
    async with up(directory) as (process, _):
        family = children(process)
        process.kill()
        await process.wait()
        await eventually(lambda: not any(child.is_running() for child in family), 5, "a process was left")


async def fails(directory: Path, *arguments: str) -> str:
    process = await casework(directory, *arguments)
    _, errors = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 1
    lines = [line for line in errors.decode().splitlines() if line.startswith("error: ")]
    assert len(lines) == 1, errors.decode()
    assert "Traceback" not in errors.decode()
    return lines[0]


async def test_a_second_up_on_the_same_directory_is_refused_with_the_remedy(directory: Path) -> None:
    async with up(directory) as (process, _):
        message = await fails(directory, "up", "--port", "0")
        assert str(process.pid) in message
        assert "CASEWORK_DATA_DIR" in message


async def test_a_busy_port_is_one_line_with_the_remedy(directory: Path) -> None:
    with listen("127.0.0.1", 0) as taken:
        assert "--port" in await fails(directory, "up", "--port", str(taken.getsockname()[1]))


async def test_a_directory_that_cannot_be_written_is_one_line_with_the_remedy(directory: Path) -> None:
    directory.write_text("a file, not a directory")  # noqa: ASYNC240 - a test's own file
    assert "CASEWORK_DATA_DIR" in await fails(directory / "below", "up", "--port", "0")


async def test_a_setting_that_is_wrong_is_named(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    process = await asyncio.create_subprocess_exec(
        *[sys.executable, "-m", "cli.main", "up"],
        env={**environment(directory), "CASEWORK_HIGH_SLOTS": "many"},
        stderr=asyncio.subprocess.PIPE,
    )
    _, errors = await process.communicate()
    assert b"CASEWORK_HIGH_SLOTS" in errors
