"""Casework under comparison, with either of its task systems: its processes, and people who use its API."""

import asyncio
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import msgspec

from api.listener import listen
from casework import accounts, ids
from casework.clock import parse
from casework.database import Database, migrate
from casework.errors import CaseworkError
from cli import redis_server
from cli.client import Client
from cli.compare.network import Network
from cli.compare.receiver import SECRET
from cli.compare.system import SLOTS, Job, Person, Seen, Tick, Told
from cli.compare.waiting import kill, until
from cli.drill.process import Process
from cli.drill.reader import Reader
from progress.event import FINAL

PASSWORD = ids.new()
START_SECONDS = 30.0
OWN = {
    "SECRET_KEY": ids.new() * 2,
    "WEBHOOK_SECRET": SECRET,
    "NOTIFY_PRIVATE": "true",
    "PROGRESS_INTERVAL_SECONDS": "0",  # every report counts here, none is merged with the next
    "HIGH_SLOTS": str(SLOTS),
    "MEDIUM_SLOTS": str(SLOTS),
    "LOW_SLOTS": str(SLOTS),
}


class StreamEar(Reader):
    """A strict reader of the event stream that notes when each report came."""

    def __init__(self, http: httpx.AsyncClient, task_id: str) -> None:
        super().__init__(http, task_id)
        self.ticks: dict[Tick, float] = {}
        self._own = http

    async def listen(self) -> None:
        """To the end, through whatever happens."""
        async with self._own:
            await self.to_the_end()

    def _take_event(self, event: bytes, data: bytes, seq: bytes) -> None:
        super()._take_event(event, data, seq)
        if event == b"step.progressed":
            told = msgspec.json.decode(data)
            self.ticks.setdefault((told["step"], int(told["done"])), time.time() - parse(told["at"]) / 1000)


class CaseworkPerson:
    """A user who has signed in."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def submit(self, job: Job) -> str:
        given = {name: getattr(job, name) for name in ("steps", "step_seconds", "ticks", "fail_at", "fail_times")}
        body: dict[str, Any] = {"workflow": "demo", "input": given}
        body |= {"queue": job.queue, "max_attempts": job.max_attempts}
        if job.hook is not None:
            body["notify"] = {"on": ["failed"], "urls": [job.hook]}
        answer = (await self.http.post("/tasks", json=body)).raise_for_status()
        return str(answer.json()["task_id"])

    async def look(self, task_id: str) -> Seen | None:
        try:
            answer = await self.http.get(f"/tasks/{task_id}")
        except httpx.TransportError:
            return None
        if answer.is_error:
            return None
        told = answer.json()
        error = told["error"]
        return Seen(
            status=told["status"],
            progress=told["progress"],
            place=told["queue_position"],
            left=told["eta_seconds"],
            error=f"{error['type']}: {error['message']}" if error else "",
            steps=told["steps"],
            attempts=told["attempts"],
        )

    async def cancel(self, task_id: str) -> bool:
        return (await self.http.post(f"/tasks/{task_id}/cancel")).is_success

    async def repeated(self, task_id: str) -> Sequence[str] | None:
        answer = await self.http.get(f"/tasks/{task_id}/result")
        if answer.is_error:
            return None
        return [step for step, times in answer.json()["result"]["executions"].items() if times > 1]

    def ear(self, task_id: str, url: str | None = None) -> StreamEar:
        base = self.http.base_url if url is None else f"{url}/api/v1"
        http = httpx.AsyncClient(base_url=base, headers=self.http.headers, timeout=10, trust_env=False)
        return StreamEar(http, task_id)


class Casework:
    """`task_system` arq: Redis, an API, a worker. background: an API, and nothing else."""

    follows_by = "the event stream, by a strict reader"

    def __init__(self, directory: Path, task_system: str) -> None:
        self.name = task_system
        self._directory = directory
        self._listener = listen("127.0.0.1", 0)
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        own = {**OWN, "DATA_DIR": str(directory), "TASK_SYSTEM": task_system}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CASEWORK_")}
        self._environment = {**kept, **{f"CASEWORK_{name}": value for name, value in own.items()}}
        python, descriptor = [sys.executable, "-m", "cli.main"], self._listener.fileno()
        self._api = self._process("api", [*python, "api", "--fd", str(descriptor)], [descriptor])
        self._workers: list[Process] = []
        self._redis: Process | None = None
        if task_system == "arq":
            self._redis = Process("redis", redis_server.command(directory), os.environ, directory / "redis.log")
            self._workers = [self._process(f"worker-{n}", [*python, "worker"]) for n in (1,)]
        self._clients: list[httpx.AsyncClient] = []
        self._admin: CaseworkPerson

    def _process(self, name: str, command: list[str], descriptors: Sequence[int] = ()) -> Process:
        log = self._directory / f"{name}.log"
        return Process(name, command, self._environment, log, pass_fds=descriptors)

    async def start(self) -> None:
        """Everything, until it is ready; the admin signed in."""
        url = f"sqlite+aiosqlite:///{self._directory}/casework.db"
        await migrate(url)
        database = Database(url, pool_size=1)
        await accounts.ensure_admin(database, PASSWORD)
        await database.close()
        await self._run()
        self._admin = await self._signed_in("admin")

    async def _run(self) -> None:
        if self._redis is not None:
            await self._redis.start()
        for process in [self._api, *self._workers]:
            await process.start()
        await until(self._ready, START_SECONDS, f"{self.name} is not ready; see {self._directory}")

    async def _ready(self) -> bool:
        async with httpx.AsyncClient(trust_env=False, timeout=2) as http:
            try:
                answer = await http.get(f"{self.url}/health/ready")
            except httpx.TransportError:
                return False
        return answer.is_success and answer.json()["checks"].get("workers", "").startswith(str(len(self._workers)))

    async def stop(self) -> None:
        for http in self._clients:
            await http.aclose()
        for process in [self._api, *self._workers, *([self._redis] if self._redis else [])]:
            await process.stop()
        self._listener.close()

    async def person(self, name: str, role: str = "user") -> Person:
        account = {"username": name, "password": PASSWORD, "role": role}
        (await self._admin.http.post("/users", json=account)).raise_for_status()
        return await self._signed_in(name)

    async def _signed_in(self, name: str) -> CaseworkPerson:
        http = httpx.AsyncClient(base_url=f"{self.url}/api/v1", timeout=30, trust_env=False)
        self._clients.append(http)
        answer = await http.post("/auth/login", json={"username": name, "password": PASSWORD})
        http.cookies.clear()
        http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return CaseworkPerson(http)

    async def restart_api(self) -> None:
        await self._api.stop()
        await self._api.start()

    async def restart_worker(self) -> None:
        """The worker that is at it goes, and comes back; in `background` that is the API."""
        for process in self._workers:
            await process.stop()
        for process in self._workers:
            await process.start()
        if not self._workers:
            await self.restart_api()

    async def kill_everything(self) -> None:
        for process in [self._api, *self._workers, *([self._redis] if self._redis else [])]:
            await kill(process)
        await self._run()

    async def _ask(self, path: str) -> Any:
        answer = await self._admin.http.get(path)
        return answer.json() if answer.is_success else None

    async def monitor(self) -> str:
        async with httpx.AsyncClient(trust_env=False) as http:
            answer = await http.get(f"{self.url}/monitor", headers={"Accept": "text/html"})
        is_page = answer.headers.get("content-type", "").startswith("text/html")
        data = await self._admin.http.get("/queues")  # what the page shows; without it the page is empty
        empty = "" if data.is_success else f", nothing to show ({data.status_code})"
        return f"{answer.status_code}{'' if is_page else ', no page'}{empty}"

    async def queue_length(self) -> int | None:
        told = await self._ask("/queues")
        return None if told is None else sum(queue["queued"] for queue in told)

    async def workers(self) -> Sequence[str] | None:
        told = await self._ask("/workers")
        return None if told is None else [f"{each['status']}, runs {len(each['running'])}" for each in told]

    async def tried(self, task_id: str) -> int | None:
        return len((await self._ask(f"/tasks/{task_id}"))["attempts"]) or None

    async def run_seconds(self) -> Told | None:
        told = await self._ask("/stats?window=3600")
        middle = None if told is None else told["run_seconds"]["p50"]
        return None if middle is None else Told(middle, "GET /stats")

    async def success_rate(self) -> Told | None:
        told = await self._ask("/stats?window=3600")
        rate = None if told is None else told["success_rate"]
        return None if rate is None else Told(rate, "GET /stats")

    def log_lines(self, task_id: str) -> Mapping[str, Sequence[str]]:
        found = {}
        for process in [self._api, *self._workers]:
            lines = (self._directory / f"{process.name}.log").read_text().splitlines()
            found[process.name] = [line for line in lines if f'"task_id":"{task_id}"' in line]
        return found

    async def story_on_unstable_network(self, job: Job) -> tuple[int, int, int, float] | None:
        return await _follow_through_trouble(self, self._admin, job)


async def _follow_through_trouble(
    system: Casework, person: CaseworkPerson, job: Job
) -> tuple[int, int, int, float] | None:
    """Our own client through a network that is cut, then lets no stream through, then is whole again."""
    token = str(person.http.headers["Authorization"]).removeprefix("Bearer ")
    begun = time.monotonic()
    task_id = await person.submit(job)
    heard: set[Tick] = set()
    async with Network(system.port) as network, Client(network.url, token) as client:

        async def trouble() -> None:
            await asyncio.sleep(1.0)
            network.cut()
            await asyncio.sleep(0.7)
            network.mend()
            network.hold_streams()
            await asyncio.sleep(2.0)
            network.streaming = True

        async def follow() -> bool:
            async for event in client.follow(task_id):
                if event["type"] == "step.progressed":
                    heard.add((event["step"], int(event["done"])))
                if event["type"] in FINAL:
                    return True
            return False

        troubling = asyncio.create_task(trouble(), name="trouble")
        try:
            async with asyncio.timeout(job.steps * job.step_seconds + 15):
                ended = await follow()
        except (TimeoutError, CaseworkError):
            ended = False
        finally:
            troubling.cancel()
            await asyncio.wait([troubling])
    return (len(heard), network.polls, network.streams, time.monotonic() - begun) if ended else None
