"""Pages of tasks: stable while others submit, filtered, searched a bit at a time."""

import httpx
import pytest

from casework import ids
from casework.clock import now
from tests.api.conftest import People
from tests.api.test_stream import submitted


async def test_pages_are_stable_while_tasks_are_submitted(person: People) -> None:
    li = await person()
    before = [await submitted(li) for _ in range(7)]
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = (await li.get("/tasks", params={"limit": 3, "cursor": cursor})).json()
        seen += [each["task_id"] for each in page["items"]]
        cursor = page["next_cursor"]
        await submitted(li)
    assert seen == before[::-1]


async def test_a_list_is_filtered_and_a_bad_filter_or_cursor_says_which(person: People) -> None:
    li, chief = await person(), await person("chief", role="admin")
    mine, theirs = await submitted(li, queue="low"), await submitted(chief)

    async def found(who: httpx.AsyncClient, **query: str) -> list[str]:
        return [each["task_id"] for each in (await who.get("/tasks", params=query)).json()["items"]]

    assert await found(chief) == [theirs, mine]
    assert await found(chief, owner="li") == [mine]
    assert await found(li, owner="chief") == [mine]  # not for them to say
    assert await found(chief, queue="low") == [mine]
    assert await found(chief, status="queued", workflow="demo") == [theirs, mine]
    assert await found(chief, status="failed") == []
    assert await found(chief, search=mine) == [mine]
    assert await found(chief, search=mine[-6:]) == [mine]
    assert await found(chief, search=mine[:10]) in ([theirs, mine], [mine])
    assert await found(chief, search=mine[:14]) in ([theirs, mine], [mine])
    assert await found(chief, search="100%") == []
    for name, value in {"status": "gone", "queue": "none", "cursor": "garbage"}.items():
        answer = await chief.get("/tasks", params={name: value})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, f"/{name}")


async def test_a_search_looks_at_so_many_tasks_a_page(person: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("progress.listing.GLANCED", 2)
    monkeypatch.setattr("progress.listing.SCANNED", 4)
    li = await person()
    tasks = [await submitted(li, queue="low" if n == 0 else "medium") for n in range(10)]
    pages = []
    cursor: str | None = ""
    while cursor is not None:
        page = (await li.get("/tasks", params={"queue": "low", "cursor": cursor})).json()
        pages.append([each["task_id"] for each in page["items"]])
        cursor = page["next_cursor"]
    assert pages == [[], [], [tasks[0]]]


def test_an_id_is_not_lower_than_the_first_of_its_moment() -> None:
    before = now()
    made = ids.new()
    assert ids.first(before) <= made < ids.first(now() + 1)
    assert ids.valid(ids.first(before))
