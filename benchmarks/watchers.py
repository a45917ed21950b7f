"""What a reader of an event stream costs: `python benchmarks/watchers.py [--smoke]`.

One API process on SQLite and a Redis of its own; beside it a plain ASGI loop as the limit, and `sse-starlette` with one
Redis subscription a client, in an environment of its own. Readers and committer run in this process, on another core.
"""

import argparse
import asyncio
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Sequence
from pathlib import Path

import httpx
import psutil
import uvloop
from committer import TEXT, Committer, Timed
from crowd import Crowd
from redis.asyncio import Redis
from relays import CHANNEL
from served import HERE, answers, cpu, end, process

from api.listener import listen
from casework import accounts, ids
from casework.connection import client
from casework.database import Database, migrate
from casework.settings import Settings
from cli import redis_server
from progress.writer import Writer

PEER = ("sse-starlette==3.0.2", "starlette==0.48.0", "redis[hiredis]==5.3.1", "uvicorn==0.54.0", "httptools", "uvloop")
RATE_SECONDS = 5.0
Row = dict[str, float]
GOALS = {
    "µs CPU a delivered event": 25,
    "KB a connection": 20,
    "one event to all, p99 ms": 150,
    "replay of 10,000, ms": 400,
    "commit to client, p50 ms": 3,
    "commit to client, p99 ms": 15,
    "SIGTERM to exit, 1,000 streams, s": 2,
}


def quantile(values: Sequence[float], q: float) -> float:
    """The value that a share `q` of them does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))]


async def fan_out(name: str, server: psutil.Process, crowd: Crowd, readers: int, rounds: int, say: object) -> Row:
    """Open the readers, then send one event after the other to all of them."""
    memory = server.memory_info().rss
    await crowd.open(readers)
    row: Row = {"KB a connection": (server.memory_info().rss - memory) / readers / 1024}
    latencies: list[float] = []
    spent = cpu(server)
    for _ in range(rounds):
        moment: float = await say()  # type: ignore[operator]
        latencies += [each - moment for each in await crowd.heard(readers)]
    row["µs CPU a delivered event"] = (cpu(server) - spent) / (readers * rounds) * 1e6
    row["one event to all, p50 ms"] = quantile(latencies, 0.5) * 1000
    row["one event to all, p99 ms"] = quantile(latencies, 0.99) * 1000
    if crowd.lost:
        raise RuntimeError(f"{name}: {crowd.lost} readers were lost")
    return row


async def steady(committer: Committer, url: str, token: str, seconds: float) -> Row:
    """200 events a second over 20 tasks, ten readers each; from each commit to each reader."""
    tasks = [await committer.task() for _ in range(20)]
    crowds = [Crowd(f"{url}/api/v1/tasks/{task}/events?after=1", token) for task in tasks]
    for crowd in crowds:
        await crowd.open(10)
    latencies: list[float] = []
    begun, sent = time.perf_counter(), 0

    async def one(index: int) -> None:
        moment = await committer.say(tasks[index])
        latencies.extend(each - moment for each in await crowds[index].heard(10))

    running = []
    while (elapsed := time.perf_counter() - begun) < seconds:
        while sent < elapsed * 200:
            running.append(asyncio.create_task(one(sent % 20)))
            sent += 1
        await asyncio.sleep(0.002)
    await asyncio.gather(*running)
    for crowd in crowds:
        crowd.close()
    return {
        "commit to client, p50 ms": quantile(latencies, 0.5) * 1000,
        "commit to client, p99 ms": quantile(latencies, 0.99) * 1000,
    }


async def replay(committer: Committer, url: str, token: str, events: int) -> Row:
    """A reader that comes late to a long journal."""
    task = await committer.task()
    for _ in range(events // 500):
        await committer.say(task, 500)
    took = []
    for _ in range(3):
        crowd = Crowd(f"{url}/api/v1/tasks/{task}/events?after=1", token)
        begun = time.perf_counter()
        await crowd.open(1)
        took.append((await crowd.heard(events // 500 * 500))[-1] - begun)
        crowd.close()
    return {"replay of 10,000, ms": statistics.median(took) * 1000 * 10_000 / (events // 500 * 500)}


async def ours(directory: Path, redis: Redis, redis_url: str, options: argparse.Namespace) -> Row:
    """Casework's API."""
    await redis.flushall()
    settings = Settings(data_dir=directory, redis_url=redis_url)
    (directory / "casework.db").unlink(missing_ok=True)
    await migrate(settings.database)
    database = Database(settings.database)
    user = await accounts.add_user(database, "li", "correct horse", "user")
    token = accounts.issue_token(accounts.secret_key(settings), user, 3600)
    environment = {
        "CASEWORK_DATA_DIR": str(directory),
        "CASEWORK_REDIS_URL": redis_url,
        "CASEWORK_MAX_STREAMS_PER_USER": "20000",
        "CASEWORK_MAX_STREAMS": "20000",
        "CASEWORK_LOG_LEVEL": "ERROR",
    }
    with listen("127.0.0.1", 0) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        command = (sys.executable, "-m", "cli.main", "api", "--fd", str(listener.fileno()))
        async with (
            process(*command, listener=listener, **environment) as server,
            Timed(redis_url) as bus,
            Writer(database, bus, hold=False) as writer,
        ):
            bus.rung = {}
            await answers(f"{url}/health/live")
            committer = Committer(writer, bus, user.id)
            row = await steady(committer, url, token, options.seconds)
            row |= await replay(committer, url, token, options.events)
            task = await committer.task()
            crowd = Crowd(f"{url}/api/v1/tasks/{task}/events?after=1", token)
            row |= await fan_out(
                "casework", server, crowd, options.readers, options.rounds, lambda: committer.say(task)
            )
            async with httpx.AsyncClient(trust_env=False) as http:
                text = (await http.get(f"{url}/metrics")).text
            polled = next(line for line in text.splitlines() if line.startswith("casework_delivered_by_poll"))
            row["delivered by poll"] = float(polled.split()[1])
            crowd.close(keep=1_000)
            row["SIGTERM to exit, 1,000 streams, s"] = await end(server)
            crowd.close()
    await database.close()
    return row


async def peer(
    python: str, app: tuple[str, ...], redis: Redis, redis_url: str, readers: int, options: argparse.Namespace
) -> Row:
    """Another application, told by Redis what to send."""
    block = b'event: task.log\ndata: {"task_id":"%b","seq":1,"message":"%b"}\n\n' % (ids.new().encode(), TEXT.encode())

    async def say() -> float:
        moment = time.perf_counter()
        await redis.publish(CHANNEL, block)
        return moment

    with listen("127.0.0.1", 0) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        command = (python, "-m", "uvicorn", *app, "--fd", str(listener.fileno()), "--log-level", "error")
        async with process(*command, listener=listener, BENCH_REDIS_URL=redis_url) as server:
            first = Crowd(url)
            await first.open(1)  # so that what is loaded late is no reader's cost
            crowd = Crowd(url)
            row = await fan_out(app[0], server, crowd, readers, options.rounds, say)
            first.close()
            crowd.close()
    return row


def environment() -> str:
    """The Python of the environment of `sse-starlette`, made at the first run."""
    folder = HERE / ".venv-relays"
    python = folder / "bin" / "python"
    if not (folder / "installed").exists():
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PEER], check=True)
        (folder / "installed").touch()
    return str(python)


async def measure(options: argparse.Namespace) -> dict[str, list[Row]]:
    """All of them, one after the other, in each run."""
    rows: dict[str, list[Row]] = {}
    with tempfile.TemporaryDirectory(prefix="watchers") as name:
        directory = Path(name)
        command = [*redis_server.command(directory), "--maxclients", "20000", "--appendonly", "no"]
        server = subprocess.Popen(command)  # noqa: ASYNC220
        redis_url = f"unix://{directory}/redis.sock"
        redis = client(redis_url, size=4, retries=20)
        try:
            for _ in range(options.runs):
                rows.setdefault("casework", []).append(await ours(directory, redis, redis_url, options))
                plain = await peer(sys.executable, ("relays:plain",), redis, redis_url, options.readers, options)
                rows.setdefault("plain ASGI loop", []).append(plain)
                if not options.smoke:
                    today = await peer(
                        environment(), ("relays:starlette", "--factory"), redis, redis_url, options.readers, options
                    )
                    rows.setdefault("sse-starlette", []).append(today)
        finally:
            await redis.aclose(close_connection_pool=True)
            server.terminate()
            server.wait()
    return rows


def table(rows: dict[str, list[Row]]) -> str:
    """Medians of the runs with their extremes, and how many times ours each is."""
    names = list(dict.fromkeys([*GOALS, *(key for runs in rows.values() for key in runs[0])]))
    lines = ["| | goal | " + " | ".join(rows) + " |", "|---|---|" + "---|" * len(rows)]
    for name in names:
        mine = statistics.median(run[name] for run in rows["casework"])
        cells = []
        for peer, runs in rows.items():
            values = [run[name] for run in runs if name in run]
            if not values:
                cells.append("")
                continue
            middle = statistics.median(values)
            ratio = f", {middle / mine:.2f}×" if peer != "casework" and mine else ""
            spread = f" ({min(values):.1f}–{max(values):.1f}{ratio})" if len(values) > 1 or ratio else ""
            cells.append(f"{middle:.1f}{spread}")
        lines.append(f"| {name} | {f'≤ {GOALS[name]}' if name in GOALS else ''} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=30, help="events sent to all readers")
    parser.add_argument("--events", type=int, default=10_000, help="length of the journal that is replayed")
    parser.add_argument("--seconds", type=float, default=RATE_SECONDS, help="of 200 events a second")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--smoke", action="store_true", help="a few seconds, little load: does it still run?")
    options = parser.parse_args()
    if options.smoke:
        options.readers, options.rounds, options.events, options.seconds, options.runs = 200, 5, 2_000, 1.0, 1
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard < 2 * options.readers + 500:
        sys.exit(f"{options.readers} readers need {2 * options.readers + 500} open files, and {hard} are allowed")
    rows = uvloop.run(measure(options))
    machine = f"{os.cpu_count()} × {processor()}, {psutil.virtual_memory().total / 2**30:.0f} GB, {platform.platform()}"
    print(table(rows))
    print(
        f"\n{options.readers} readers, {options.rounds} events to all of them, {options.runs} runs: "
        "median (least–most, × ours)."
    )
    print(f"{machine}; Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}")


def processor() -> str:
    """The processor's name."""
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.split(": ")[1]
    return platform.machine()


if __name__ == "__main__":
    main()
