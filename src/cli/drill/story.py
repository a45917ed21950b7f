"""One task as a client lives through it: submitted until it is accepted, steered, followed to its end."""

import asyncio
import random
from collections.abc import Mapping
from typing import Any

import httpx
import msgspec

from casework import clock, ids
from cli.drill.reader import Reader

AGAIN_SECONDS = 0.3
ANALYSIS = {
    "package_id": "contract_dispute_default",
    "case_type": "contract_performance",
    "case_position": "plaintiff",
    "user_input": "2023年5月1日双方签订买卖合同，约定货款100000元，被告未付款。",
    "document_ids": [],
}


class Plan(msgspec.Struct, frozen=True):
    """What is submitted, what is done to it meanwhile, and how it may end; `later` in seconds."""

    name: str
    body: Mapping[str, Any]
    ends: frozenset[str]
    later: float = 0.0
    cancel_after: float | None = None
    move_to: str | None = None
    retry: bool = False


def draw(chance: random.Random) -> Plan:
    """One of the plans, most of them plain."""
    steps, seconds = chance.randint(1, 4), round(chance.uniform(0.0, 1.2), 2)
    demo = {"steps": steps, "step_seconds": seconds, "ticks": chance.randint(0, 12)}
    queue = chance.choice(["high", "medium", "medium", "low"])
    body = {"workflow": "demo", "input": demo, "queue": queue, "max_attempts": 4}
    good = frozenset({"task.succeeded"})
    failing = {**demo, "fail_at": chance.randint(1, steps)}
    match chance.choices(range(7), weights=[10, 3, 2, 3, 2, 2, 1])[0]:
        case 1:
            return Plan("fails once", {**body, "input": {**failing, "fail_times": 1}}, good)
        case 2:
            twice = {**body, "input": {**failing, "fail_times": 2}, "max_attempts": 2}
            return Plan("fails and is retried by hand", twice, good, retry=True)
        case 3:
            ends = frozenset({"task.succeeded", "task.cancelled"})
            return Plan("cancelled", body, ends, cancel_after=chance.uniform(0.0, 3.0))
        case 4:
            return Plan("for later", body, good, later=chance.uniform(0.5, 4.0))
        case 5:
            return Plan("moved", body, good, later=chance.uniform(0.2, 1.0), move_to=chance.choice(["high", "low"]))
        case 6:
            return Plan("analysis", {"workflow": "litigation-analysis", "input": ANALYSIS}, good)
        case _:
            return Plan("plain", body, good)


class Story:
    """`await live()` to its end; then `reader` holds what the client saw, `faults` what went wrong in asking."""

    def __init__(self, http: httpx.AsyncClient, plan: Plan) -> None:
        self._http = http
        self._key = ids.new()
        self.plan = plan
        self.task_id = ""
        self.run_at = ""
        self.refusals = 0
        self.cancel_accepted = False
        self.faults: list[str] = []
        self.reader: Reader | None = None

    async def live(self) -> None:
        """Submit, steer, follow."""
        await self._submit()
        self.reader = Reader(self._http, self.task_id)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._steer())
            group.create_task(self.reader.to_the_end())
        if self.plan.retry and self.reader.final == "task.failed":
            await self._ask("POST", "/retry")
            await self.reader.to_the_end()

    async def _submit(self) -> None:
        body = dict(self.plan.body)
        if self.plan.later:
            self.run_at = clock.rfc3339(clock.now() + round(self.plan.later * 1000))
            body["run_at"] = self.run_at
        while True:
            answer = await self._try("POST", "/tasks", json=body, headers={"Idempotency-Key": self._key})
            if answer is not None and answer.status_code in (httpx.codes.OK, httpx.codes.ACCEPTED):
                self.task_id = answer.json()["task_id"]
                return
            self.refusals += 1
            await asyncio.sleep(AGAIN_SECONDS)

    async def _steer(self) -> None:
        if self.plan.move_to is not None:
            await self._ask("PATCH", "", json={"queue": self.plan.move_to})
        if self.plan.cancel_after is not None:
            await asyncio.sleep(self.plan.cancel_after)
            self.cancel_accepted = await self._ask("POST", "/cancel")

    async def _ask(self, method: str, path: str, **options: Any) -> bool:
        """Whether it was accepted; 409 is an answer too."""
        while True:
            answer = await self._try(method, f"/tasks/{self.task_id}{path}", **options)
            if answer is not None and (answer.is_success or answer.status_code == httpx.codes.CONFLICT):
                return answer.is_success
            await asyncio.sleep(AGAIN_SECONDS)

    async def _try(self, method: str, path: str, **options: Any) -> httpx.Response | None:
        """The answer; None where there was none or the service asked to come again, as it may in an outage."""
        try:
            answer = await self._http.request(method, path, **options)
        except httpx.TransportError:
            return None
        if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            if "retry-after" not in answer.headers:
                self.faults.append(f"{method} {path}: 503 without Retry-After")
            return None
        if answer.is_server_error or answer.status_code not in (200, 202, 409):
            self.faults.append(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
            return None
        return answer
