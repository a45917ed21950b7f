"""What operators ask and do, over HTTP."""

import asyncio
from typing import Any

import httpx
import httpx_sse
import msgspec
import pytest
import sqlalchemy as sa

from casework import tables
from casework.clock import now
from casework.database import Database
from tests.api.conftest import People
from tests.api.test_stream import submitted
from tests.support import eventually

FAILING = {"workflow": "demo", "input": {"steps": 2, "step_seconds": 0, "ticks": 1, "fail_at": 2, "fail_times": 9}}


async def ended(who: httpx.AsyncClient, task: str) -> dict[str, Any]:
    """The task once it has ended."""

    async def look() -> dict[str, Any] | None:
        body: dict[str, Any] = (await who.get(f"/tasks/{task}")).json()
        return body if body["status"] in ("succeeded", "failed", "cancelled") else None

    found: dict[str, Any] = await eventually(look, 15, "the task did not end")
    return found


async def test_only_admins_operate(person: People) -> None:
    li = await person()
    for path in ("/queues", "/workers", "/stats", "/failures", "/audit", "/monitor/events"):
        assert (await li.get(path)).status_code == 403, path
    assert (await li.post("/tasks/bulk", json={"action": "cancel", "filter": {"all": True}})).status_code == 403
    assert (await li.post("/queues/low/pause")).status_code == 403


@pytest.mark.usefixtures("worker")
async def test_queues_and_workers_are_told_to_the_letter_of_the_contract(person: People) -> None:
    chief = await person("chief", role="admin")
    task = await submitted(chief, input={"steps": 1, "step_seconds": 20, "ticks": 0})
    await eventually(lambda: _running(chief, task), 5, "it does not start")
    [high, medium, low] = (await chief.get("/queues")).json()
    assert [high["name"], medium["name"], low["name"]] == ["high", "medium", "low"]
    assert set(medium) == {"name", "paused", "queued", "running", "slots", "oldest_wait_seconds", "wait_seconds"}
    assert (medium["running"], medium["queued"], medium["slots"], low["slots"]) == (1, 0, 8, 4)
    assert medium["oldest_wait_seconds"] is None
    assert set(medium["wait_seconds"]) == {"p50", "p95"}
    assert 0 <= medium["wait_seconds"]["p50"] < 5
    assert high["wait_seconds"] == {"p50": None, "p95": None}
    [worker] = (await chief.get("/workers")).json()
    assert set(worker) == {
        "id", "host", "pid", "queues", "slots", "running", "status", "started_at", "heartbeat_at", "rss_bytes",
        "cpu_percent", "loop_lag_seconds", "blocked",
    }  # fmt: skip
    assert (worker["status"], worker["blocked"], worker["running"], worker["slots"]) == ("alive", False, [task], 20)
    assert worker["queues"] == ["high", "medium", "low"]
    assert worker["heartbeat_at"].endswith("Z")
    await chief.post(f"/tasks/{task}/cancel")
    await ended(chief, task)


async def _running(who: httpx.AsyncClient, task: str) -> bool:
    return bool((await who.get(f"/tasks/{task}")).json()["status"] == "running")


async def test_what_waits_is_told_with_the_age_of_the_oldest(person: People) -> None:
    chief = await person("chief", role="admin")
    await submitted(chief, queue="low")
    await submitted(chief, queue="low", run_at="2999-01-01T00:00:00Z")
    low = (await chief.get("/queues")).json()[2]
    assert (low["queued"], low["slots"]) == (1, 0)
    assert 0 <= low["oldest_wait_seconds"] < 10


@pytest.mark.usefixtures("worker")
async def test_statistics_count_what_became_of_tasks(person: People) -> None:
    chief = await person("chief", role="admin")
    good = [await submitted(chief) for _ in range(3)]
    bad = (await chief.post("/tasks", json={**FAILING, "max_attempts": 2})).json()["task_id"]
    gone = await submitted(chief, queue="low", run_at="2999-01-01T00:00:00Z")
    await chief.post(f"/tasks/{gone}/cancel")
    for task in (*good, bad, gone):
        await ended(chief, task)
    stats = (await chief.get("/stats?window=3600")).json()
    counts = {name: stats[name] for name in ("submitted", "succeeded", "failed", "cancelled", "retried")}
    assert counts == {"submitted": 5, "succeeded": 3, "failed": 1, "cancelled": 1, "retried": 1}
    assert stats["success_rate"] == 0.75
    assert set(stats["run_seconds"]) == {"p50", "p95", "p99"}
    assert 0.2 <= stats["run_seconds"]["p50"] < 5
    [demo] = stats["by_workflow"]
    assert (demo["workflow"], demo["succeeded"], demo["title"]["en"]) == ("demo", 3, "Demonstration")
    assert stats["errors"] == [{"type": "DemoFailure", "count": 2}]
    assert stats["bucket_seconds"] == 60
    assert [each["at"] for each in stats["series"]] == [each["at"] for each in stats["depths"]]
    assert len(stats["series"]) in (60, 61)
    for name in ("submitted", "succeeded", "failed", "cancelled"):
        assert sum(each[name] for each in stats["series"]) == stats[name], name


async def test_a_window_out_of_bounds_is_refused(person: People) -> None:
    chief = await person("chief", role="admin")
    for window in ("59", "604801", "x"):
        answer = await chief.get(f"/stats?window={window}")
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/window")


@pytest.mark.usefixtures("worker")
async def test_failures_that_are_alike_are_one_group_and_find_their_tasks(person: People) -> None:
    chief = await person("chief", role="admin")
    first = (await chief.post("/tasks", json={**FAILING, "max_attempts": 2})).json()["task_id"]
    second = (await chief.post("/tasks", json={**FAILING, "max_attempts": 1})).json()["task_id"]
    for task in (first, second):
        await ended(chief, task)
    told = (await chief.get("/failures")).json()
    assert told["total"] == 3
    [group] = told["groups"]
    assert group["message"] == "step <n> was asked to fail on attempt <n>"
    assert (group["type"], group["step"], group["workflow"]) == ("DemoFailure", "step_2", "demo")
    assert (group["count"], group["tasks"]) == (3, 2)
    assert set(group["task_ids"]) == {first, second}
    assert group["first_seen"] <= group["last_seen"]
    other = await submitted(chief)
    found = (await chief.get(f"/tasks?fingerprint={group['fingerprint']}")).json()["items"]
    assert [item["task_id"] for item in found] == [second, first]
    assert found[0]["owner_name"] == "chief"
    assert (await chief.get("/failures?workflow=other")).json() == {"window": 86400, "total": 0, "groups": []}
    await ended(chief, other)


async def test_every_steering_action_is_in_the_audit(person: People) -> None:
    li, chief = await person(), await person("chief", role="admin")
    task = await submitted(li)
    await chief.patch(f"/tasks/{task}", json={"queue": "high"})
    await li.post(f"/tasks/{task}/cancel", headers={"X-Request-Id": "mine"})
    assert (await li.post(f"/tasks/{task}/cancel")).status_code == 409
    await chief.post(f"/tasks/{task}/retry")
    await chief.post("/queues/low/pause")
    await chief.post("/queues/low/pause")  # changes nothing
    await chief.post("/queues/low/resume")
    added = (await chief.post("/users", json={"username": "wang", "password": "long enough"})).json()
    bulk = {"action": "cancel", "filter": {"status": "queued"}}
    assert (await chief.post("/tasks/bulk", json=bulk)).json() == {"matched": 1, "changed": 1}
    items = (await chief.get("/audit")).json()["items"]
    assert [(each["actor"], each["action"]) for each in reversed(items)] == [
        ("chief", "task.move"),
        ("li", "task.cancel"),
        ("chief", "task.retry"),
        ("chief", "queue.pause"),
        ("chief", "queue.resume"),
        ("chief", "user.create"),
        ("chief", "tasks.bulk"),
        ("chief", "task.cancel"),
    ]
    by_action = {each["action"]: each for each in reversed(items)}
    assert by_action["task.move"]["detail"] == {"from": "medium", "to": "high"}
    assert by_action["user.create"]["detail"] == {"user_id": added["id"], "username": "wang", "role": "user"}
    assert by_action["tasks.bulk"]["detail"] == {**bulk, "matched": 1, "changed": 1}
    assert by_action["task.cancel"]["detail"] == {"bulk": by_action["tasks.bulk"]["id"]}
    [cancelled] = (await chief.get("/audit?actor=li")).json()["items"]
    assert (cancelled["task_id"], cancelled["request_id"]) == (task, "mine")
    assert len((await chief.get(f"/audit?task={task}")).json()["items"]) == 4
    assert len((await chief.get("/audit?queue=low")).json()["items"]) == 2
    page = (await chief.get("/audit?limit=3")).json()
    rest = (await chief.get("/audit", params={"cursor": page["next_cursor"]})).json()
    assert [*page["items"], *rest["items"]] == items
    assert rest["next_cursor"] is None


UNCLEAR: list[tuple[Any, str]] = [
    ({"action": "cancel"}, "/filter"),
    ({"action": "cancel", "filter": {}}, "/filter"),
    ({"action": "cancel", "filter": {"all": False}}, "/filter/all"),
    ({"action": "cancel", "filter": {"all": True, "queue": "low"}}, "/filter/all"),
    ({"action": "cancel", "filter": {"state": "queued"}}, "/filter/state"),
    ({"action": "cancel", "filter": {"status": "gone"}}, "/filter/status"),
    ({"action": "cancel", "filter": {"queue": "none"}}, "/filter/queue"),
    ({"action": "cancel", "filter": {"owner": ""}}, "/filter/owner"),
    ({"action": "delete", "filter": {"all": True}}, "/action"),
]


async def test_a_bulk_action_without_a_clear_filter_is_refused(person: People) -> None:
    chief = await person("chief", role="admin")
    task = await submitted(chief)
    for body, pointer in UNCLEAR:
        answer = await chief.post("/tasks/bulk", json=body)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert (await chief.get(f"/tasks/{task}/status")).json()["status"] == "queued"


async def test_a_bulk_action_changes_everything_that_matches_and_nothing_else(person: People) -> None:
    li, wang, chief = await person(), await person("wang"), await person("chief", role="admin")
    batch = {"tasks": [{"workflow": "demo", "queue": "low"}] * 450}
    mine = [each["task_id"] for each in (await li.post("/tasks/batch", json=batch)).json()["tasks"]]
    other = await submitted(wang, queue="low")
    bulk = {"action": "cancel", "filter": {"owner": "li", "queue": "low", "workflow": "demo"}}
    assert (await chief.post("/tasks/bulk", json=bulk)).json() == {"matched": 450, "changed": 450}
    assert (await chief.post("/tasks/bulk", json=bulk)).json() == {"matched": 450, "changed": 0}
    assert (await chief.get(f"/tasks/{other}/status")).json()["status"] == "queued"
    again = {"action": "retry", "filter": {"search": mine[7]}}
    assert (await chief.post("/tasks/bulk", json=again)).json() == {"matched": 1, "changed": 1}
    assert (await li.get(f"/tasks/{mine[7]}/status")).json()["status"] == "queued"
    everything = {"action": "retry", "filter": {"all": True}}
    assert (await chief.post("/tasks/bulk", json=everything)).json() == {"matched": 451, "changed": 449}
    assert sum(queue["queued"] for queue in (await chief.get("/queues")).json()) == 451


async def test_watchers_share_one_snapshot_a_second_and_without_them_there_is_none(person: People, url: str) -> None:
    chief = await person("chief", role="admin")
    task = await submitted(chief)

    async def watch(snapshots: int) -> list[dict[str, Any]]:
        found = []
        async with httpx_sse.aconnect_sse(chief, "GET", "/monitor/events") as source:
            async for event in source.aiter_sse():
                assert not event.id
                if event.event == "snapshot":
                    found.append(msgspec.json.decode(event.data))
                else:
                    assert (event.event, found) == ("hello", [])
                if len(found) == snapshots:
                    return found
        return found

    seen = await asyncio.gather(*(watch(3) for _ in range(8)))
    for each in seen[1:]:
        assert each == seen[0]
    snapshot = seen[0][-1]
    assert set(snapshot) == {"at", "queues", "workers", "rates", "counts", "newest_task_id"}
    assert snapshot["newest_task_id"] == task
    assert snapshot["counts"] == {"queued": 1, "scheduled": 0, "running": 0}
    assert snapshot["queues"] == (await chief.get("/queues")).json() or snapshot["queues"][1]["queued"] == 1
    assert set(snapshot["rates"]) == {"window", "submitted", "succeeded", "failed", "retried"}
    assert snapshot["rates"]["submitted"] > 0


@pytest.mark.usefixtures("worker")
async def test_a_task_tells_what_a_waterfall_needs(person: People) -> None:
    chief = await person("chief", role="admin")
    body = {**FAILING, "input": {**FAILING["input"], "fail_times": 1}}  # type: ignore[dict-item]
    whole = await ended(chief, (await chief.post("/tasks", json=body)).json()["task_id"])
    first, second = whole["attempts"]
    assert first["available_at"] == whole["created_at"]
    assert first["queue"] == second["queue"] == "medium"
    assert first["finished_at"] <= second["available_at"] <= second["started_at"]
    assert [(step["attempt"], step["executions"]) for step in whole["steps"]] == [(1, 1), (2, 2)]
    assert whole["owner_name"] == "chief"
    assert whole["request_id"]


async def test_depths_are_sampled_once_for_all_processes_and_shown(person: People, database: Database) -> None:
    from progress import samples

    chief = await person("chief", role="admin")
    for _ in range(2):
        await submitted(chief, queue="low")
    at = now() // 15_000 * 15_000 - 1  # a moment that the API does not sample by itself
    async with database.write() as connection:
        await samples.sample(connection, at)
        await samples.sample(connection, at)
        old = {"at": at - samples.KEPT_MS - 1, "queue": "low", "queued": 9, "running": 9}
        await connection.execute(sa.insert(tables.samples).values(old))
        await samples.sample(connection, at)
        ours = tables.samples.c.at.in_([at, old["at"]])
        assert await connection.scalar(sa.select(sa.func.count()).select_from(tables.samples).where(ours)) == 3
    depths = (await chief.get("/stats")).json()["depths"]
    assert {"queued": 2, "running": 0} in [each["low"] for each in depths]
    assert depths[0]["low"] is None
