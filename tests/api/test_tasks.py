"""Submitting, reading and steering over HTTP."""

import asyncio
from typing import Any

import httpx
import pytest

from casework.dispatch import Dispatch, connect, take
from tests.api.conftest import People
from tests.api.test_stream import QUICK, read, submitted
from tests.support import eventually


async def test_a_submission_answers_202_with_everything_the_contract_names(person: People) -> None:
    li = await person()
    answer = await li.post("/tasks", json=QUICK)
    body = answer.json()
    assert answer.status_code == 202
    assert answer.headers["location"] == f"/api/v1/tasks/{body['task_id']}"
    assert answer.headers["x-request-id"]
    assert set(body) == {
        "task_id", "status", "task_system", "workflow", "queue", "queue_position", "eta_seconds", "created_at", "links",
    }  # fmt: skip
    assert set(body["links"]) == {"self", "status", "events", "result", "cancel"}
    assert (body["status"], body["task_system"], body["queue"]) == ("queued", "arq", "medium")
    assert body["created_at"].endswith("Z")


BAD: list[tuple[dict[str, Any], str]] = [
    ({"workflow": "demo", "input": {"steps": 0}}, "/input/steps"),
    ({"workflow": "demo", "input": {"steps": "2"}}, "/input/steps"),
    ({"workflow": "demo", "input": {"stepps": 2}}, "/input/stepps"),
    ({"workflow": "demo", "input": {"steps": 2, "fail_at": 3}}, "/input/fail_at"),
    ({"workflow": "demo", "max_attempts": 11}, "/max_attempts"),
    ({"workflow": "demo", "queue": "urgent"}, "/queue"),
    ({"workflow": "demo", "run_at": "tomorrow"}, "/run_at"),
    ({"workflow": "demo", "run_at": "9999-12-31T23:59:59-23:59"}, "/run_at"),
    ({"workflow": "demo", "colour": "red"}, "/colour"),
    ({"input": {}}, "/workflow"),
    ({"workflow": "demo", "notify": {"on": ["never"]}}, "/notify/on/0"),
]


@pytest.mark.parametrize(("body", "pointer"), BAD, ids=[pointer for _, pointer in BAD])
async def test_a_field_that_is_wrong_is_named_and_nothing_is_stored(
    person: People, body: dict[str, Any], pointer: str
) -> None:
    li = await person()
    answer = await li.post("/tasks", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert (await li.get("/tasks")).json()["items"] == []


async def test_a_body_that_is_no_json_is_400_and_an_unknown_workflow_404(person: People) -> None:
    li = await person()
    assert (await li.post("/tasks", content=b"\xff{")).status_code == 400
    assert (await li.post("/tasks", content=b"[" * 100_000)).status_code == 400
    assert (await li.post("/tasks", json={"workflow": "nothing"})).status_code == 404


async def test_the_same_key_and_body_give_the_first_task_and_another_body_409(person: People) -> None:
    li = await person()
    headers = {"Idempotency-Key": "once"}
    first = await li.post("/tasks", json=QUICK, headers=headers)
    again = await li.post("/tasks", json=QUICK, headers=headers)
    other = await li.post("/tasks", json={**QUICK, "max_attempts": 2}, headers=headers)
    assert (first.status_code, again.status_code, other.status_code) == (202, 200, 409)
    assert first.json()["task_id"] == again.json()["task_id"]
    assert len((await li.get("/tasks")).json()["items"]) == 1


async def test_a_key_gives_its_task_even_when_the_documents_of_the_body_are_gone(person: People) -> None:
    li = await person()
    uploaded = await li.post("/documents", files=[("files", ("a.txt", b"text"))])
    document = uploaded.json()["documents"][0]["id"]
    body = {"workflow": "doc.convert", "input": {"document_ids": [document]}}
    first = await li.post("/tasks", json=body, headers={"Idempotency-Key": "once"})
    assert first.status_code == 202, first.text
    await li.post(f"/tasks/{first.json()['task_id']}/cancel")
    assert (await li.delete(f"/documents/{document}")).status_code == 204
    again = await li.post("/tasks", json=body, headers={"Idempotency-Key": "once"})
    assert (again.status_code, again.json()["task_id"]) == (200, first.json()["task_id"])
    assert (await li.post("/tasks", json=body)).status_code == 422


async def test_a_batch_sent_again_under_its_key_is_the_same_tasks(person: People) -> None:
    li = await person()
    headers, body = {"Idempotency-Key": "once"}, {"tasks": [QUICK] * 3}
    answers = await asyncio.gather(*(li.post("/tasks/batch", json=body, headers=headers) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 202]
    told = [[task["task_id"] for task in answer.json()["tasks"]] for answer in answers]
    assert all(each == told[0] for each in told)
    assert len((await li.get("/tasks")).json()["items"]) == 3
    other = [("/tasks/batch", {"tasks": [QUICK] * 2}), ("/tasks", QUICK)]
    assert [(await li.post(path, json=json, headers=headers)).status_code for path, json in other] == [409, 409]


@pytest.mark.parametrize(
    ("bad", "pointer"),
    [
        ({"workflow": "demo", "input": {"steps": 99}}, "/tasks/1/input/steps"),
        ({"workflow": "nothing"}, "/tasks/1/workflow"),
        ({**QUICK, "queue": "high"}, "/tasks/1/queue"),
        ({**QUICK, "a/b~c": 1}, "/tasks/1/a~1b~0c"),
    ],
)
async def test_a_batch_is_all_or_nothing_and_names_the_bad_one(
    person: People, bad: dict[str, Any], pointer: str
) -> None:
    li = await person()
    refused = await li.post("/tasks/batch", json={"tasks": [QUICK, bad]})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == pointer
    assert (await li.get("/tasks")).json()["items"] == []
    good = await li.post("/tasks/batch", json={"tasks": [QUICK] * 3})
    assert good.status_code == 202
    assert len({task["task_id"] for task in good.json()["tasks"]}) == 3


async def test_a_nul_is_refused_wherever_it_comes(person: People) -> None:
    li = await person()
    asked = ["/tasks/%00", "/tasks?search=%00", "/tasks?workflow=a%00", "/documents/%00", "/tasks/%00/events"]
    assert {(await li.get(path)).status_code for path in asked} <= {200, 404, 422}
    body = {"username": "a\0b", "password": "a password"}
    assert (await li.post("/auth/login", json=body)).status_code in {401, 422}


async def test_queues_follow_the_role(person: People) -> None:
    li, vip = await person(), await person("vip", role="vip")
    assert (await li.post("/tasks", json={**QUICK, "queue": "high"})).status_code == 403
    assert (await vip.post("/tasks", json={**QUICK, "queue": "high"})).json()["queue"] == "high"
    assert (await vip.post("/tasks", json=QUICK)).json()["queue"] == "high"  # one better than the workflow's medium


async def test_queue_positions_are_exact(person: People) -> None:
    li = await person()
    tasks = [await submitted(li) for _ in range(3)]
    positions = [(await li.get(f"/tasks/{task}/status")).json()["queue_position"] for task in tasks]
    assert positions == [1, 2, 3]
    await li.post(f"/tasks/{tasks[0]}/cancel")
    assert (await li.get(f"/tasks/{tasks[2]}/status")).json()["queue_position"] == 2


@pytest.mark.usefixtures("worker")
async def test_a_finished_task_has_steps_attempts_and_a_result(person: People) -> None:
    li = await person()
    task = await submitted(li)
    assert (await li.get(f"/tasks/{task}/result")).status_code == 409
    await read(li, f"/tasks/{task}/events")
    whole = (await li.get(f"/tasks/{task}")).json()
    assert whole["status"] == "succeeded"
    assert [step["status"] for step in whole["steps"]] == ["succeeded", "succeeded"]
    assert whole["steps"][0]["title"]["zh"]
    assert [attempt["outcome"] for attempt in whole["attempts"]] == ["succeeded"]
    result = (await li.get(f"/tasks/{task}/result")).json()
    assert result["result"]["executions"] == {"step_1": 1, "step_2": 1}


@pytest.mark.usefixtures("worker")
async def test_tracebacks_are_for_admins_alone(person: People) -> None:
    li, admin = await person(), await person("chief", role="admin")
    failing = {"workflow": "demo", "max_attempts": 1, "input": {"steps": 1, "step_seconds": 0, "fail_at": 1}}
    task = await submitted(li, **failing)
    await read(li, f"/tasks/{task}/events")
    assert "traceback" not in (await li.get(f"/tasks/{task}")).text.lower()
    attempts = (await admin.get(f"/tasks/{task}")).json()["attempts"]
    assert "DemoFailure" in attempts[0]["error"]["traceback"]
    assert (await li.get(f"/tasks/{task}/result")).json()["detail"].count("failed")


async def test_a_status_that_has_not_changed_is_304_and_a_long_poll_waits_for_news(person: People) -> None:
    li = await person()
    task = await submitted(li)
    tag = (await li.get(f"/tasks/{task}/status")).headers["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        assert (await li.get(f"/tasks/{task}/status", headers={"If-None-Match": known})).status_code == 304
    held = li.get(f"/tasks/{task}/status", params={"after": 1, "wait": 10})
    waiting = asyncio.create_task(held)
    await li.post(f"/tasks/{task}/cancel")
    assert (await waiting).json()["status"] == "cancelled"


async def test_lists_are_paged_newest_first(person: People) -> None:
    li, wang = await person(), await person("wang")
    tasks = [await submitted(li) for _ in range(3)]
    await submitted(wang)
    page = (await li.get("/tasks", params={"limit": 2})).json()
    rest = (await li.get("/tasks", params={"limit": 2, "cursor": page["next_cursor"]})).json()
    seen = [task["task_id"] for task in page["items"] + rest["items"]]
    assert seen == tasks[::-1]
    assert rest["next_cursor"] is None
    assert (await li.get("/tasks", params={"status": "lost"})).status_code == 422


async def test_an_admin_moves_a_waiting_task(person: People, redis_url: str) -> None:
    li, admin = await person(), await person("chief", role="admin")
    task = await submitted(li)
    assert (await li.patch(f"/tasks/{task}", json={"queue": "high"})).status_code == 403
    assert (await admin.patch(f"/tasks/{task}", json={"queue": "high"})).json()["queue"] == "high"
    dispatch = Dispatch(redis_url)

    async def moved() -> bool:
        return (await dispatch.depth("high"), await dispatch.depth("medium")) == (1, 0)

    await eventually(moved, 5, "the job has not moved")
    await dispatch.close()


async def test_nothing_is_told_without_credentials(url: str) -> None:
    async with httpx.AsyncClient(base_url=f"{url}/api/v1", trust_env=False) as nobody:
        for path in ("/tasks", "/documents", "/auth/me", "/workflows", "/queues"):
            answer = await nobody.get(path)
            assert answer.status_code == 401, path
            assert answer.headers["content-type"] == "application/problem+json"


async def test_a_vips_task_is_handed_out_before_a_users_that_came_earlier(person: People, redis_url: str) -> None:
    li, vip = await person(), await person("vip", role="vip")
    first = await submitted(li)
    boosted = await submitted(vip, queue="medium")
    assert (await vip.get(f"/tasks/{boosted}/status")).json()["queue_position"] == 1
    assert (await li.get(f"/tasks/{first}/status")).json()["queue_position"] == 2
    redis = connect(redis_url)

    async def both() -> bool:
        return bool(await redis.zcard("casework:medium") == 2)

    await eventually(both, 5, "the jobs were not dispatched")
    assert list(await take(redis, "medium", 2, 0.1)) == [f"{boosted}:1", f"{first}:1"]
    await redis.aclose(close_connection_pool=True)


async def test_a_task_for_later_waits_for_its_time(person: People, redis_url: str) -> None:
    li = await person()
    task = await submitted(li, run_at="2099-01-01T00:00:00Z")
    dispatch = Dispatch(redis_url)
    assert await dispatch.depth("medium") == 0
    await dispatch.close()
    assert (await li.get(f"/tasks/{task}/status")).json()["status"] == "queued"
    assert (await li.post(f"/tasks/{task}/cancel")).status_code == 202
