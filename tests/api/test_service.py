"""The service about itself."""

import asyncio
import signal

import httpx
import pytest

from tests.api.conftest import People
from tests.api.test_stream import read, submitted
from tests.cli.test_up import children, directory, signed_in, submit, up
from tests.support import eventually

__all__ = ["directory"]  # a fixture


async def test_health_names_each_dependency(url: str) -> None:
    async with httpx.AsyncClient(base_url=url, trust_env=False) as http:
        assert (await http.get("/health/live")).json() == {"status": "ok"}
        ready = await http.get("/health/ready")
        assert ready.status_code == 200
        assert set(ready.json()["checks"]) == {"database", "workers", "redis"}


@pytest.mark.usefixtures("worker")
async def test_metrics_count_requests_by_route_and_events_and_the_poll_had_nothing_to_find(
    person: People, url: str
) -> None:
    li = await person()
    task = await submitted(li)
    await read(li, f"/tasks/{task}/events")
    await li.get("/nothing/here")
    async with httpx.AsyncClient(base_url=url, trust_env=False) as http:
        text = (await http.get("/metrics")).text
    assert 'casework_requests_total{method="POST",route="/api/v1/tasks",status="202"} 1.0' in text
    assert task not in text
    assert 'route="unmatched"' in text
    assert "casework_delivered_by_poll 0.0" in text
    assert "casework_open_streams 0.0" in text


async def test_every_answer_has_a_request_id_and_keeps_the_callers(person: People) -> None:
    li = await person()
    assert (await li.get("/nothing/here")).headers["x-request-id"]
    assert (await li.get("/tasks", headers={"X-Request-Id": "mine-7"})).headers["x-request-id"] == "mine-7"


async def test_the_schema_is_openapi_3_1_and_has_every_path(url: str) -> None:
    async with httpx.AsyncClient(base_url=url, trust_env=False) as http:
        schema = (await http.get("/schema")).json()
    assert schema["openapi"].startswith("3.1")
    assert {"/api/v1/tasks", "/api/v1/tasks/{task_id}/events", "/api/v1/documents"} <= set(schema["paths"])
    submission = schema["paths"]["/api/v1/tasks"]["post"]
    assert submission["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith("/Submission")
    assert schema["components"]["schemas"]["Submission"]["additionalProperties"] is False
    stream = schema["paths"]["/api/v1/tasks/{task_id}/events"]["get"]
    assert next((each["name"], each["in"]) for each in stream["parameters"]) == ("task_id", "path")
    assert set(stream["responses"]) == {"200", "204", "default"}
    ids = [operation["operationId"] for path in schema["paths"].values() for operation in path.values()]
    assert len(ids) == len(set(ids))


async def test_head_is_get_without_its_body_also_of_a_stream(url: str, person: People) -> None:
    li = await person()
    task = await submitted(li)
    paths = ["/health/live", "/", "/metrics", "/api/v1/tasks", f"/api/v1/tasks/{task}/events", "/api/v1/nothing"]
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=5, headers=li.headers) as http:
        for path in paths:
            async with http.stream("GET", path) as got:
                head = await http.head(path)
            assert (head.status_code, head.content) == (got.status_code, b"")
            assert head.headers["content-type"] == got.headers["content-type"]
            assert head.headers["x-request-id"]


async def test_an_admin_sees_queues_and_workers_and_pauses_and_a_user_does_not(person: People) -> None:
    li, admin = await person(), await person("chief", role="admin")
    assert (await li.get("/queues")).status_code == 403
    assert (await admin.post("/queues/low/pause")).status_code == 204
    assert [queue["paused"] for queue in (await admin.get("/queues")).json()] == [False, False, True]
    assert (await admin.post("/queues/low/resume")).status_code == 204
    assert (await admin.post("/queues/none/pause")).status_code == 404
    assert (await admin.get("/workers")).json() == []


async def test_sigterm_ends_open_streams_with_a_retry_and_the_process_soon(directory: object) -> None:
    async with up(directory) as (process, url), signed_in(url) as http:  # type: ignore[arg-type]
        task_id = await submit(http, steps=1, step_seconds=30, ticks=0)
        api = next(child for child in children(process) if "api" in child.cmdline())
        async with http.stream("GET", f"/tasks/{task_id}/events") as answer:
            body = b""

            async def drain() -> None:
                nonlocal body
                async for chunk in answer.aiter_bytes():
                    body += chunk

            reading = asyncio.create_task(drain())
            await eventually(lambda: b"step.started" in body, 10, "the stream says nothing")
            api.send_signal(signal.SIGTERM)
            await asyncio.wait_for(reading, 5)  # a clean end: the last chunk arrives
        assert body.rstrip().split(b"\n")[-1].startswith(b"retry: ")
        await eventually(lambda: not api.is_running(), 3, "the API did not end")
