"""Celery under comparison: Redis, a worker, Flower, a small web front; people who poll, as its users do."""

import asyncio
import os
import shutil
import socket
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from cli import redis_server
from cli.compare.network import Network
from cli.compare.system import SLOTS, Job, Person, Seen, Tick, Told
from cli.compare.waiting import kill, until
from cli.drill.process import Process

APP = Path(__file__).with_name("celery_app.py")
POLL_SECONDS = 1.0
START_SECONDS = 40.0
STATES = {"PENDING": "queued", "RECEIVED": "queued", "STARTED": "running", "PROGRESS": "running", "RETRY": "retrying"}
STATES |= {"SUCCESS": "succeeded", "FAILURE": "failed", "REVOKED": "cancelled"}


def free_port() -> int:
    """One that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


class PollingEar:
    """Asks for the state once a second: all that is kept is the newest report."""

    def __init__(self, url: str, task_id: str) -> None:
        self._url = url
        self._task_id = task_id
        self.ticks: dict[Tick, float] = {}
        self.faults: list[str] = []
        self.polls = 0

    async def listen(self) -> None:
        """To the end, through whatever happens."""
        async with httpx.AsyncClient(timeout=5, trust_env=False) as http:
            while True:
                with suppress(httpx.TransportError):
                    told = (await http.get(f"{self._url}/tasks/{self._task_id}")).json()
                    self.polls += 1
                    info = told["info"]
                    if "at" in info:
                        self.ticks.setdefault((info["step"], info["done"]), time.time() - info["at"])
                    if STATES.get(told["state"]) in ("succeeded", "failed", "cancelled"):
                        return
                await asyncio.sleep(POLL_SECONDS)


class CeleryPerson:
    """A user of the web front."""

    def __init__(self, http: httpx.AsyncClient, *, vip: bool) -> None:
        self.http = http
        self._vip = vip

    async def submit(self, job: Job) -> str:
        names = ("steps", "step_seconds", "ticks", "fail_at", "fail_times", "max_attempts")
        body = {"job": {name: getattr(job, name) for name in names}, "queue": job.queue}
        answer = await self.http.post("/tasks", json={**body, "priority": 0 if self._vip else 5})
        return str(answer.raise_for_status().json()["task_id"])

    async def look(self, task_id: str) -> Seen | None:
        try:
            told = (await self.http.get(f"/tasks/{task_id}")).json()
        except (httpx.TransportError, ValueError):
            return None
        progress = told["info"].get("progress", 0.0)
        return Seen(status=STATES.get(told["state"], "queued"), progress=progress, error=told["error"])

    async def cancel(self, task_id: str) -> bool:
        return (await self.http.post(f"/tasks/{task_id}")).is_success

    async def repeated(self, task_id: str) -> Sequence[str] | None:
        del task_id  # nobody keeps it
        return None

    def ear(self, task_id: str, url: str | None = None) -> PollingEar:
        return PollingEar(url or str(self.http.base_url).rstrip("/"), task_id)


class Celery:
    """All of it, with the Python that has it."""

    name = "celery"
    follows_by = f"a client that polls every {POLL_SECONDS:g} s: there is no stream"

    def __init__(self, directory: Path, python: Path) -> None:
        self._directory = directory
        self._port, self._flower_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        shutil.copy(APP, directory / "celery_app.py")
        address = f"redis+socket://{directory}/redis.sock"
        environment = {**os.environ, "COMPARE_REDIS": address, "PYTHONPATH": str(directory), "C_FORCE_ROOT": "1"}
        environment["FLOWER_UNAUTHENTICATED_API"] = "true"
        command = [str(python), "-m", "celery", "-A", "celery_app"]
        worker = [*command, "worker", "-Q", "high,medium,low", "-c", str(SLOTS), "-E", "-l", "INFO"]
        flower = [*command, "flower", f"--port={self._flower_port}", "--address=127.0.0.1"]
        commands = {
            "redis": redis_server.command(directory),
            "worker": worker,
            "flower": flower,
            "api": [str(python), str(directory / "celery_app.py"), str(self._port)],
        }
        self._processes = {
            name: Process(name, line, environment, directory / f"{name}.log") for name, line in commands.items()
        }
        self._clients: list[httpx.AsyncClient] = []

    async def start(self) -> None:
        """Everything, until a worker is seen."""
        for name in ("redis", "flower", "api"):
            await self._processes[name].start()
        await self._start_worker()
        await until(self._ready, START_SECONDS, f"Celery is not ready; see {self._directory}")

    async def _ready(self) -> bool:
        try:
            async with httpx.AsyncClient(timeout=3, trust_env=False) as http:
                await http.get(f"{self.url}/tasks/none")
        except httpx.TransportError:
            return False
        return any("True" in each or "active" in each for each in await self.workers() or ())

    async def stop(self) -> None:
        for http in self._clients:
            await http.aclose()
        for name in ("api", "flower", "worker", "redis"):
            await self._processes[name].stop()

    async def person(self, name: str, role: str = "user") -> Person:
        del name  # the front knows no accounts
        http = httpx.AsyncClient(base_url=self.url, timeout=30, trust_env=False)
        self._clients.append(http)
        return CeleryPerson(http, vip=role == "vip")

    async def restart_api(self) -> None:
        await self._processes["api"].stop()
        await self._processes["api"].start()
        await until(self._ready, START_SECONDS, "the front does not come back")

    async def restart_worker(self) -> None:
        await self._processes["worker"].stop()
        await self._start_worker()

    async def _start_worker(self) -> None:
        """Start it and wait until its log says that it takes tasks."""
        log = self._directory / "worker.log"
        before = log.read_text(errors="replace").count(" ready.") if log.exists() else 0
        await self._processes["worker"].start()

        async def ready() -> bool:
            return log.read_text(errors="replace").count(" ready.") > before

        await until(ready, START_SECONDS, f"Celery's worker is not ready; see {log}")

    async def kill_everything(self) -> None:
        for process in self._processes.values():
            await kill(process)
        await self.start()

    async def _flower(self, path: str) -> Any:
        try:
            async with httpx.AsyncClient(timeout=10, trust_env=False) as http:
                answer = await http.get(f"http://127.0.0.1:{self._flower_port}{path}")
                return answer.json() if answer.is_success else None
        except (httpx.TransportError, ValueError):
            return None

    async def monitor(self) -> str:
        async with httpx.AsyncClient(timeout=10, trust_env=False, follow_redirects=True) as http:
            return str((await http.get(f"http://127.0.0.1:{self._flower_port}/")).status_code)

    async def queue_length(self) -> int | None:
        told = await self._flower("/api/queues/length")
        return None if told is None else sum(queue["messages"] for queue in told["active_queues"])

    async def workers(self) -> Sequence[str] | None:
        told = await self._flower("/api/workers?refresh=true")
        if not told:
            return None
        states = []
        for name in told:  # what runs is told for a single worker alone
            one = await self._flower(f"/api/workers?refresh=true&workername={name}") or {}
            states.append(f"active, runs {len(one.get(name, {}).get('active', []))}")
        return states

    async def _tasks(self) -> Mapping[str, Any]:
        return await self._flower("/api/tasks?limit=1000") or {}

    async def tried(self, task_id: str) -> int | None:
        told = (await self._tasks()).get(task_id)
        return None if told is None else 1 + int(told.get("retries") or 0)

    async def run_seconds(self) -> Told | None:
        times = [each["runtime"] for each in (await self._tasks()).values() if each.get("runtime")]
        return Told(median(times), "Flower's list of tasks", directly=False) if times else None

    async def success_rate(self) -> Told | None:
        states = [each["state"] for each in (await self._tasks()).values()]
        ended = [state for state in states if state in ("SUCCESS", "FAILURE")]
        rate = ended.count("SUCCESS") / len(ended) if ended else None
        return None if rate is None else Told(rate, "Flower's list of tasks", directly=False)

    def log_lines(self, task_id: str) -> Mapping[str, Sequence[str]]:
        found = {}
        for name in ("api", "worker"):
            lines = (self._directory / f"{name}.log").read_text(encoding="utf-8", errors="replace").splitlines()
            found[name] = [line for line in lines if task_id in line]
        return found

    async def story_on_unstable_network(self, job: Job) -> tuple[int, int, int, float] | None:
        person = await self.person("unstable")
        begun = time.monotonic()
        task_id = await person.submit(job)
        async with Network(self._port) as network:
            ear = PollingEar(network.url, task_id)
            listening = asyncio.create_task(ear.listen(), name="ear")
            await asyncio.sleep(1.0)
            network.cut()
            await asyncio.sleep(0.7)
            network.mend()
            done, _ = await asyncio.wait([listening], timeout=job.steps * job.step_seconds + 15)
            listening.cancel()
            await asyncio.wait([listening])
        return (len(ear.ticks), ear.polls, 0, time.monotonic() - begun) if done else None
