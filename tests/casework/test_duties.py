"""Background duties are ended, also those that lose a cancellation."""

import asyncio

import pytest
import structlog

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


async def test_a_duty_that_fails_is_told_in_the_log_and_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duties, "backoff", lambda *_: 0.0)
    begun, working = 0, asyncio.Event()

    async def unlucky() -> None:
        nonlocal begun
        begun += 1
        if begun < 3:
            raise AttributeError("nobody expected this")
        working.set()
        await asyncio.Event().wait()

    with structlog.testing.capture_logs() as told:
        task = duties.begin("unlucky", unlucky)
        await asyncio.wait_for(working.wait(), 10)
        await duties.end([task])
    assert [(each["duty"], each["failures"], each["log_level"]) for each in told] == [
        ("unlucky", 1, "error"),
        ("unlucky", 2, "error"),
    ]


async def test_a_duty_that_returns_is_over() -> None:
    async def short() -> None:
        return

    await asyncio.wait_for(duties.begin("short", short), 10)
