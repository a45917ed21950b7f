"""A language model that asks for time, under a real worker: the task waits it out, and can be stopped while it does."""

import time
from collections.abc import Iterator

import pytest

from casework.clock import now
from casework.settings import Settings
from casework.task import Task
from casework.workflows.litigation import litigation_analysis
from cli.fake_llm import Fake
from progress import command
from progress import event as e
from progress.writer import Writer
from tests.support import eventually
from tests.workers.conftest import WORKFLOWS, Events, Submit, working
from tests.workers.test_runner import ended

CASE = {
    "package_id": "contract_dispute_default",
    "case_type": "contract_performance",
    "case_position": "plaintiff",
    "user_input": "甲方：远川公司。乙方：恒达公司。2023年3月12日交付设备，尚欠货款432000元。",
}


@pytest.fixture
def asked(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The script of the endpoint, to be filled by a test before it is asked."""
    script: list[str] = []
    monkeypatch.setitem(WORKFLOWS, litigation_analysis.name, litigation_analysis)
    with Fake(script) as fake:
        told = settings.model_copy(update={"llm_base_url": fake.url, "llm_model": "fake"})
        monkeypatch.setattr("casework.settings.load", lambda: told)
        yield script


async def submitted(submit: Submit, **more: int) -> Task:
    return await submit("litigation-analysis", **more, **CASE)


async def test_a_wait_of_minutes_is_a_backoff_of_the_task_with_everything_before_it_kept(
    asked: list[str], settings: Settings, submit: Submit, events: Events
) -> None:
    asked += ["429:70"]
    async with working(settings, "medium"):
        task = await submitted(submit)

        async def retrying() -> e.TaskRetrying | None:
            return next((each for each in await events(task.id) if isinstance(each, e.TaskRetrying)), None)

        told = await eventually(retrying, 20, "the task never waited")
    assert told.error.type == "RetryLater"
    assert 70 <= told.retry_in_seconds <= 71
    kept = [each.step for each in await events(task.id) if isinstance(each, e.StepSucceeded)]
    assert "generate_strategies" in kept
    assert "multi_model_analyze" not in kept


async def test_on_the_last_attempt_the_report_is_written_without_it(
    asked: list[str], settings: Settings, submit: Submit, events: Events
) -> None:
    asked += ["429:70"]
    async with working(settings, "medium"):
        task = await submitted(submit, max_attempts=1)
        found = await ended(events, task, 60)
    assert isinstance(found[-1], e.TaskSucceeded)
    told = [each.data for each in found if isinstance(each, e.TaskLog) and each.data]
    assert [data["llm"] for data in told] == ["fallback"]


async def test_a_task_is_cancelled_within_a_second_while_it_waits_to_ask_again(
    asked: list[str], settings: Settings, submit: Submit, events: Events, writer: Writer
) -> None:
    asked += ["429:50"]
    async with working(settings, "medium"):
        task = await submitted(submit)

        async def waiting() -> bool:
            logs = [each.data for each in await events(task.id) if isinstance(each, e.TaskLog) and each.data]
            return any(data["llm"] == "retry" and data["wait_seconds"] == 50 for data in logs)

        await eventually(waiting, 20, "it never waited")
        begun = time.monotonic()
        await writer.write(command.cancel(task.id, "somebody", now()))
        assert isinstance((await ended(events, task, 5))[-1], e.TaskCancelled)
        assert time.monotonic() - begun < 1.5  # steering looks twice a second
