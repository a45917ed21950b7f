"""The stock `arq` command on our queues."""

import asyncio
import signal
import sys
from pathlib import Path

from tests.support import eventually
from tests.workers.conftest import Events, Submit
from tests.workers.test_runner import ended, kinds

ARQ = Path(sys.executable).with_name("arq")


async def arq(environment: dict[str, str], *arguments: str) -> asyncio.subprocess.Process:
    quiet = asyncio.subprocess.DEVNULL
    return await asyncio.create_subprocess_exec(str(ARQ), *arguments, env=environment, stderr=quiet, stdout=quiet)


async def test_check_says_whether_a_worker_of_the_queue_is_healthy(environment: dict[str, str]) -> None:
    assert await (await arq(environment, "--check", "workers.High")).wait() == 1
    worker = await arq(environment, "workers.High")

    async def healthy() -> bool:
        return await (await arq(environment, "--check", "workers.High")).wait() == 0

    await eventually(healthy, 20, "the check never passed")
    worker.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(worker.wait(), 10) == 0
    assert await (await arq(environment, "--check", "workers.High")).wait() == 1


async def test_a_burst_runs_what_waits_and_ends(environment: dict[str, str], submit: Submit, events: Events) -> None:
    tasks = [await submit(queue="low", steps=1, step_seconds=0, ticks=0) for _ in range(3)]
    worker = await arq(environment, "--burst", "workers.Low")
    assert await asyncio.wait_for(worker.wait(), 30) == 0
    for task in tasks:
        assert kinds(await events(task.id))[-1] == "task.succeeded"


async def test_sigterm_hands_the_task_over_to_another_worker(
    environment: dict[str, str], submit: Submit, events: Events
) -> None:
    task = await submit(steps=2, step_seconds=1, ticks=0)
    first = await arq(environment, "workers.Medium")

    async def second_step() -> bool:
        return kinds(await events(task.id)).count("step.started") == 2

    await eventually(second_step, 20, "the second step has not begun")
    second = await arq(environment, "workers.Medium")
    first.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(first.wait(), 10) == 0
    found = kinds(await ended(events, task, 20))
    assert found.count("task.interrupted") == 1
    assert found[-1] == "task.succeeded"
    second.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(second.wait(), 10) == 0
