"""Background duties are ended, also those that lose a cancellation."""

import asyncio

from casework import duties


async def test_a_duty_that_loses_its_first_cancellation_is_asked_again_until_it_ends() -> None:
    asked = 0

    async def stubborn() -> None:
        nonlocal asked
        while asked < 2:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:  # as a library's timeout under load has done
                asked += 1

    task = asyncio.create_task(stubborn(), name="stubborn")
    await asyncio.wait([task], timeout=0.01)
    await asyncio.wait_for(duties.end([task]), 10)
    assert task.done()
    assert asked == 2


async def test_a_duty_that_has_ended_with_an_error_is_no_reason_to_wait() -> None:
    async def failing() -> None:
        raise ValueError

    task = asyncio.create_task(failing(), name="failing")
    await asyncio.wait([task])
    await asyncio.wait_for(duties.end([task]), 1)
    assert isinstance(task.exception(), ValueError)
