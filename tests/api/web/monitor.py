"""What the tests of the operator's pages share: tasks that fail, waiting for a status, and places of a page."""

import httpx
from playwright.async_api import Locator, Page, expect

from tests.support import eventually


async def failing(http: httpx.AsyncClient, count: int = 1, queue: str = "medium", attempts: int = 1) -> list[str]:
    """Tasks that fail for good."""
    given = {"steps": 3, "step_seconds": 0.1, "ticks": 2, "fail_at": 2, "fail_times": 99}
    task = {"workflow": "demo", "input": given, "queue": queue, "max_attempts": attempts}
    answer = (await http.post("/tasks/batch", json={"tasks": [task] * count})).raise_for_status()
    return [each["task_id"] for each in answer.json()["tasks"]]


async def reach(http: httpx.AsyncClient, tasks: list[str], status: str, seconds: float = 20) -> None:
    async def all_there() -> bool:
        return all([(await http.get(f"/tasks/{task}/status")).json()["status"] == status for task in tasks])

    await eventually(all_there, seconds, f"not all {status}")


async def connection_is(page: Page, word: str, seconds: float) -> None:
    await expect(page.locator("#connection")).to_have_text(word, timeout=seconds * 1000)


def asked(page: Page) -> Locator:
    return page.get_by_role("dialog")


def row(page: Page, task: str) -> Locator:
    return page.locator(f'tr[data-key="{task}"]')
