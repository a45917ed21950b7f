"""The same requests on an empty PostgreSQL and on one with a million finished tasks and ten million events."""

import time
from collections.abc import Sequence

import asyncpg
import httpx
from stand import Stand, stand

TASKS = """
INSERT INTO tasks (id, owner_id, workflow, queue, status, input, available_at, created_at, updated_at, boost_ms, score,
    max_attempts, attempt, failures, deaths, last_seq, progress, message, started_at, attempt_started_at, finished_at,
    result)
SELECT lpad(to_hex(1700000000000 + n * 60), 12, '0') || '-7000-8000-' || lpad(to_hex(n), 12, '0'), $1, 'demo',
    'medium', CASE WHEN n % 20 = 0 THEN 'failed' ELSE 'succeeded' END, '{"steps":2}', at, at, at, 0, at,
    4, 1, 0, 0, 10, 100, '', at, at, at + 2000 + n % 700, '{"steps_run":2}'
FROM (
    SELECT n, $2::bigint - ($3::bigint - n) * $4::bigint AS at FROM generate_series($5::bigint, $6::bigint) AS n
) AS series
"""
EVENTS = """
INSERT INTO events (task_id, seq, type, at, data)
SELECT t.id, s, 'step.progressed', t.created_at + s * 100,
    '{"task_id":"' || t.id || '","seq":' || s || ',"type":"step.progressed","at":"2026-01-01T00:00:00.000Z",'
    || '"step":"step_1","progress":50.0,"step_progress":100.0,"done":1.0,"total":2.0,"message":"1/2"}'
FROM tasks t CROSS JOIN generate_series(1, 10) AS s WHERE t.status <> 'queued'
"""
STEPS = """
INSERT INTO steps (task_id, name, status, attempt, executions, progress, message, started_at, finished_at, output)
SELECT t.id, 'step_' || s, 'succeeded', 1, 1, 100, '', t.started_at + s * 900, t.started_at + s * 900 + 800 + s, '1'
FROM tasks t CROSS JOIN generate_series(1, 2) AS s WHERE t.status <> 'queued'
"""
SUBMIT = {"workflow": "demo", "input": {"steps": 2, "step_seconds": 0, "ticks": 0}}


async def growth(count: int, requests: int) -> dict[str, tuple[float, float]]:
    """Request → p95 milliseconds (empty, grown)."""
    async with stand("postgresql") as made:
        await made.start_api()
        empty = await _measure(made, requests)
        await _fill(made, count)
        grown = await _measure(made, requests)
        return {name: (empty[name], grown[name]) for name in empty}


async def _fill(made: Stand, count: int) -> None:
    assert made.postgres is not None
    connection = await asyncpg.connect(made.postgres.admin, timeout=10)
    now = int(time.time() * 1000)
    step = 100_000
    for first in range(1, count + 1, step):
        last = min(count, first + step - 1)
        await connection.execute(TASKS, made.owner_id, now - 3_600_000, count, 2_500, first, last)
    await connection.execute(EVENTS)
    await connection.execute(STEPS)
    await connection.execute("ANALYZE")
    await connection.close()


async def _measure(made: Stand, requests: int) -> dict[str, float]:
    headers = {"Authorization": f"Bearer {await made.token()}"}
    async with httpx.AsyncClient(base_url=f"{made.url}/api/v1", headers=headers, trust_env=False, timeout=60) as http:
        task_id = (await http.post("/tasks", json=SUBMIT)).json()["task_id"]
        asked = {
            "submit": ("POST", "/tasks", SUBMIT),
            "status": ("GET", f"/tasks/{task_id}/status", None),
            "list": ("GET", "/tasks?limit=50", None),
            "list, failed": ("GET", "/tasks?limit=50&status=failed", None),
            "queues": ("GET", "/queues", None),
            "stats": ("GET", "/stats?window=3600", None),
        }
        found = {}
        for name, (method, path, body) in asked.items():
            waited = []
            for _ in range(requests):
                begun = time.perf_counter()
                answer = await http.request(method, path, json=body)
                waited.append(1000 * (time.perf_counter() - begun))
                answer.raise_for_status()
            found[name] = p95(waited)
        return found


def p95(values: Sequence[float]) -> float:
    return sorted(values)[int(0.95 * (len(values) - 1))]
