"""The process pool: what a work does to its process is nobody else's matter."""

import asyncio
import multiprocessing
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from casework import StepCrashed
from tests.support import eventually
from tests.workers import works
from workers.pool import ProcessPool

MEMORY = 512 * 1024**2


@pytest.fixture
async def pool() -> AsyncIterator[ProcessPool]:
    pool = ProcessPool(2, MEMORY)
    yield pool
    pool.close()


async def hanging(told: Path) -> list[int]:
    """The ids of a work that hangs and of the program that it has started."""
    await eventually(told.exists, 20, "the work has not begun")
    return [int(word) for word in told.read_text().split()]  # noqa: ASYNC240 - a few bytes


async def gone(pids: list[int]) -> None:
    def all_gone() -> bool:
        return not any(psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE for pid in pids)

    await eventually(all_gone, 5, f"still there: {pids}")


async def test_a_work_that_dies_fails_alone(pool: ProcessPool) -> None:
    died, doubled = await asyncio.gather(pool.run(works.die), pool.run(works.double, 4), return_exceptions=True)
    assert isinstance(died, StepCrashed)
    assert doubled == 8
    assert await asyncio.gather(*(pool.run(works.double, number) for number in range(6))) == [0, 2, 4, 6, 8, 10]


async def test_a_work_that_is_given_up_is_killed_with_what_it_has_started(pool: ProcessPool, tmp_path: Path) -> None:
    work = asyncio.create_task(pool.run(works.hang, tmp_path / "told"))
    pids = await hanging(tmp_path / "told")
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    await gone(pids)
    assert await pool.run(works.double, 2) == 4


async def test_the_wait_for_a_free_process_does_not_count_against_the_limit(tmp_path: Path) -> None:
    pool = ProcessPool(1, MEMORY)
    first = asyncio.create_task(pool.run(works.hang, tmp_path / "told"))
    pids = await hanging(tmp_path / "told")

    async def limited() -> int:
        async with pool.process() as process, asyncio.timeout(2):
            return await process.run(works.double, 3)

    waiting = asyncio.create_task(limited())
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(waiting), 2.5)
    first.cancel()
    assert await waiting == 6
    await gone(pids)
    pool.close()


async def test_a_work_past_its_limit_is_killed(pool: ProcessPool, tmp_path: Path) -> None:
    with pytest.raises(TimeoutError):
        async with pool.process() as process, asyncio.timeout(2):
            await process.run(works.hang, tmp_path / "told")
    await gone(await hanging(tmp_path / "told"))


async def test_what_a_generator_yields_comes_one_by_one_and_may_be_left_early(pool: ProcessPool) -> None:
    async with pool.process() as process:
        assert [item async for item in process.each(works.count, 5)] == [0, 1, 2, 3, 4]
        assert await process.run(works.double, 1) == 2
    async with pool.process() as process:
        async for item in process.each(works.count, 10**9):
            if item == 1000:
                break
    assert await pool.run(works.double, 5) == 10


async def test_a_work_that_wants_too_much_memory_is_refused_it_and_the_pool_goes_on(pool: ProcessPool) -> None:
    with pytest.raises(MemoryError):
        await pool.run(works.swallow, 2 * MEMORY)
    assert await pool.run(works.swallow, 1024) == 1024


@pytest.mark.parametrize(("travelling", "kind"), [(True, ValueError), (False, RuntimeError)])
async def test_an_error_comes_back_and_tells_where_it_was_raised(
    pool: ProcessPool, travelling: bool, kind: type[Exception]
) -> None:
    with pytest.raises(kind, match="so it is") as caught:
        await pool.run(works.fail, travelling=travelling)
    assert type(caught.value) is kind
    assert not travelling or "works.py" in "".join(caught.value.__notes__)


def worker_that_hangs(told: Path) -> None:
    async def run() -> None:
        await ProcessPool(1, MEMORY).run(works.hang, told)

    asyncio.run(run())


async def test_a_killed_worker_leaves_no_process_behind(tmp_path: Path) -> None:
    worker = multiprocessing.get_context("spawn").Process(target=worker_that_hangs, args=(tmp_path / "told",))
    worker.start()
    pids = await hanging(tmp_path / "told")
    worker.kill()
    worker.join()
    await gone(pids)


async def test_closing_ends_what_runs_and_what_just_starts(tmp_path: Path) -> None:
    pool = ProcessPool(2, MEMORY)
    running = asyncio.create_task(pool.run(works.hang, tmp_path / "told"))
    pids = await hanging(tmp_path / "told")
    starting = asyncio.create_task(pool.run(works.double, 1))
    await asyncio.sleep(0)
    pool.close()
    ended = await asyncio.gather(running, starting, return_exceptions=True)
    assert [type(each) for each in ended] == [StepCrashed, StepCrashed]
    await gone(pids)
