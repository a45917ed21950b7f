"""What the drill does to the service: each fault hurts one part and heals it again."""

import asyncio
import os
import random
import signal
import sqlite3
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import msgspec
from redis.asyncio import Redis

from casework import failpoint
from casework.connection import FAULTS, client
from cli.drill.postgres import FAULTS as POSTGRES_FAULTS
from cli.drill.process import Process
from cli.drill.service import Service

FROZEN_LEASES = (1.7, 3.3)
FUSE_SECONDS = 10.0

Inject = Callable[[Service, random.Random, float], Awaitable["Injury | None"]]


class Injury(msgspec.Struct, frozen=True):
    """What a fault has done, for measuring: the pids that died or froze, and the moments (seconds since the epoch)
    from which a recovery counts: of the blow itself, or of the store's coming back."""

    pids: tuple[int, ...] = ()
    since: float = 0.0


class Fault(msgspec.Struct, frozen=True):
    """`part` is worker, api, redis or database; `inject(service, chance, seconds)` hurts and heals."""

    name: str
    part: str
    inject: Inject
    lasting: bool = False


def chosen(service: Service) -> list[Fault]:
    """All that can be done to this service."""
    faults = [
        Fault("worker killed", "worker", _kill_worker),
        Fault("all workers killed", "worker", _kill_workers),
        Fault("worker frozen, then woken", "worker", _freeze_worker),
        Fault("worker stopped (SIGTERM)", "worker", _stop_worker),
        Fault("API killed", "api", _kill_api),
        Fault("API stopped (SIGTERM)", "api", _stop_api),
        Fault("killed at submit.committed", "api", _fuse("submit.committed", service.apis)),
        Fault("killed at handover.committed", "worker", _fuse("handover.committed", service.workers, stop=True)),
        Fault("Redis stopped, data kept", "redis", _stop_redis, lasting=True),
        Fault("Redis killed, data lost", "redis", _lose_redis, lasting=True),
        Fault("Redis frozen", "redis", _freeze_redis, lasting=True),
        Fault("Redis flushed", "redis", _flush_redis),
        Fault("Redis connections cut", "redis", _cut_redis),
    ]
    points = ("job.taken", "claim.committed", "step.done", "final.committed")
    faults += [Fault(f"killed at {point}", "worker", _fuse(point, service.workers)) for point in points]
    if service.sqlite is not None:
        faults.append(Fault("database locked", "database", _lock_sqlite, lasting=True))
    if service.disk is not None:
        faults.append(Fault("disk full", "database", _fill_disk, lasting=True))
    if service.postgres is not None:
        faults += [
            Fault("PostgreSQL stopped", "database", _stop_postgres, lasting=True),
            Fault("PostgreSQL killed", "database", _kill_postgres, lasting=True),
            Fault("PostgreSQL connections cut", "database", _cut_postgres),
        ]
    return faults


async def _kill(processes: Sequence[Process]) -> Injury:
    injury = Injury(tuple(process.pid for process in processes), time.time())
    await asyncio.gather(*(process.kill() for process in processes))
    await asyncio.sleep(0.3)
    await asyncio.gather(*(process.start() for process in processes))
    return injury


async def _kill_worker(service: Service, chance: random.Random, _: float) -> Injury:
    return await _kill([chance.choice(service.workers)])


async def _kill_workers(service: Service, _chance: random.Random, _: float) -> Injury:
    return await _kill(service.workers)


async def _kill_api(service: Service, chance: random.Random, _: float) -> Injury:
    return await _kill([chance.choice(service.apis)])


async def _freeze_worker(service: Service, chance: random.Random, _: float) -> Injury:
    worker = chance.choice(service.workers)
    injury = Injury((worker.pid,), time.time())
    worker.send(signal.SIGSTOP)
    await asyncio.sleep(service.lease * chance.uniform(*FROZEN_LEASES))
    worker.send(signal.SIGCONT)
    return injury


async def _replace(process: Process) -> Injury:
    injury = Injury((process.pid,), time.time())
    if not await process.stop():
        raise AssertionError(f"{process.name} did not end on SIGTERM")
    await process.start()
    return injury


async def _stop_worker(service: Service, chance: random.Random, _: float) -> Injury:
    return await _replace(chance.choice(service.workers))


async def _stop_api(service: Service, chance: random.Random, _: float) -> Injury:
    return await _replace(chance.choice(service.apis))


def _fuse(point: str, processes: Sequence[Process], *, stop: bool = False) -> Inject:
    """One of these processes dies at this point; those of another part may be dying of another fault meanwhile."""

    async def burn(service: Service, chance: random.Random, _: float) -> Injury | None:
        alive = {process: process.pid for process in processes}
        failpoint.light(service.fuses, point)
        if stop:
            chance.choice(service.workers).send(signal.SIGTERM)
        until = time.time() + FUSE_SECONDS
        while not (dead := [process for process in alive if not process.running]):
            if time.time() > until:
                (service.fuses / point).unlink(missing_ok=True)
                return None  # nobody came past it
            await asyncio.sleep(0.01)
        injury = Injury(tuple(alive[process] for process in dead), time.time())
        await asyncio.sleep(0.3)
        (service.fuses / point).unlink(missing_ok=True)
        for process in alive:
            await process.start()
        return injury

    return burn


async def _stop_redis(service: Service, _chance: random.Random, seconds: float) -> Injury:
    await service.redis.stop()
    await asyncio.sleep(seconds)
    await service.start_redis()
    return Injury(since=time.time())


async def _lose_redis(service: Service, _chance: random.Random, seconds: float) -> Injury:
    await service.redis.kill()
    await service.forget_redis()
    await asyncio.sleep(seconds)
    await service.start_redis()
    return Injury(since=time.time())


async def _freeze_redis(service: Service, _chance: random.Random, seconds: float) -> Injury:
    service.redis.send(signal.SIGSTOP)
    await asyncio.sleep(seconds)
    service.redis.send(signal.SIGCONT)
    return Injury(since=time.time())


async def _flush_redis(service: Service, _chance: random.Random, _: float) -> Injury:
    redis = client(service.redis_url, size=1)
    await redis.flushall()
    await redis.aclose(close_connection_pool=True)
    return Injury(since=time.time())


async def _cut_redis(service: Service, _chance: random.Random, _: float) -> Injury:
    redis = client(service.redis_url, size=1)
    until = time.time() + 2
    while time.time() < until:
        await _cut_once(redis)
        await asyncio.sleep(0.05)
    await redis.aclose(close_connection_pool=True)
    return Injury(since=time.time())


async def _cut_once(redis: Redis) -> None:
    for kind in ("normal", "pubsub"):
        try:
            await redis.client_kill_filter(_type=kind, skipme=True)
        except FAULTS:
            await asyncio.sleep(0.01)


async def _lock_sqlite(service: Service, _chance: random.Random, seconds: float) -> Injury:
    """Somebody's transaction that does not end."""
    assert service.sqlite is not None  # noqa: S101 - it is chosen for SQLite alone
    connection = await asyncio.to_thread(_locked, service.sqlite)
    await asyncio.sleep(seconds)
    connection.execute("ROLLBACK")
    connection.close()
    return Injury(since=time.time())


def _locked(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=30, isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")
    return connection


async def _fill_disk(service: Service, _chance: random.Random, seconds: float) -> Injury:
    assert service.disk is not None  # noqa: S101 - it is chosen where there is one
    ballast = service.disk / "ballast"
    until = time.time() + seconds
    with ballast.open("wb", buffering=0) as file:
        while time.time() < until:
            state = os.statvfs(service.disk)
            if state.f_bavail:
                try:
                    file.write(b"\0" * min(state.f_bavail * state.f_frsize, 1 << 20))
                except OSError:
                    await asyncio.sleep(0.01)
            else:
                await asyncio.sleep(0.01)
    ballast.unlink()
    return Injury(since=time.time())


async def _stop_postgres(service: Service, _chance: random.Random, seconds: float) -> Injury:
    assert service.postgres is not None  # noqa: S101 - it is chosen for PostgreSQL alone
    await service.postgres.process.stop(signal.SIGINT)  # its "fast" way: transactions are cut
    await asyncio.sleep(seconds)
    await service.postgres.start()
    return Injury(since=time.time())


async def _kill_postgres(service: Service, _chance: random.Random, seconds: float) -> Injury:
    assert service.postgres is not None  # noqa: S101 - it is chosen for PostgreSQL alone
    await service.postgres.process.kill()
    await asyncio.sleep(seconds)
    await service.postgres.start()
    return Injury(since=time.time())


async def _cut_postgres(service: Service, _chance: random.Random, _: float) -> Injury:
    assert service.postgres is not None  # noqa: S101 - it is chosen for PostgreSQL alone
    until = time.time() + 2
    while time.time() < until:
        try:
            await service.postgres.cut()
        except POSTGRES_FAULTS:
            await asyncio.sleep(0.02)  # one round has cut the other one's connection
        await asyncio.sleep(0.2)
    return Injury(since=time.time())
