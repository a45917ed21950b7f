"""The `demo` workflow, for trying, testing and measuring: steps that take their time, tick, and fail when told to."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from casework import Context, InvalidInput, Step, Title, Workflow


class DemoInput(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """`ticks` progress reports spread evenly over each of `steps` steps of `step_seconds`, each tick with a payload of
    `payload_bytes`; step `fail_at` raises on the first `fail_times` attempts."""

    steps: Annotated[int, msgspec.Meta(ge=1, le=50)] = 3
    step_seconds: Annotated[float, msgspec.Meta(ge=0, le=60)] = 1.0
    ticks: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 10
    fail_at: Annotated[int, msgspec.Meta(ge=1, le=50)] | None = None
    fail_times: Annotated[int, msgspec.Meta(ge=0)] = 1
    payload_bytes: Annotated[int, msgspec.Meta(ge=0, le=65_536)] = 0


class DemoResult(msgspec.Struct, frozen=True):
    """`executions` counts how often each step's body began, over all attempts and crashes."""

    steps_run: int
    attempts: int
    executions: Mapping[str, int]


class DemoFailure(Exception):
    """The failure that the input asked for."""


def _seconds(input: DemoInput) -> float:  # noqa: A002
    return input.step_seconds


def _step(number: int) -> Step:
    async def run(ctx: Context, input: DemoInput) -> int:  # noqa: A002 - the name by which a step takes the input
        payload = {"payload": "x" * input.payload_bytes} if input.payload_bytes else None
        loop = asyncio.get_running_loop()
        begun = loop.time()
        for tick in range(1, input.ticks + 1):
            await asyncio.sleep(max(0.0, begun + input.step_seconds * tick / input.ticks - loop.time()))
            await ctx.progress(tick, input.ticks, f"{tick}/{input.ticks}", payload)
        await asyncio.sleep(max(0.0, begun + input.step_seconds - loop.time()))
        if number == input.fail_at and ctx.attempt <= input.fail_times:
            raise DemoFailure(f"step {number} was asked to fail on attempt {ctx.attempt}")
        return input.ticks

    name = f"step_{number}"
    before = (f"step_{number - 1}",) if number > 1 else ()
    return Step.of(run, name=name, title=Title(f"第 {number} 步", f"Step {number}"), needs=before, size=_seconds)


def _steps(input: DemoInput) -> list[Step]:  # noqa: A002
    return [_step(number) for number in range(1, input.steps + 1)]


def _result(ctx: Context, outputs: Mapping[str, Any]) -> DemoResult:
    return DemoResult(len(outputs), ctx.attempt, {name: ctx.executions[name] for name in outputs})


def _check(input: DemoInput) -> DemoInput:  # noqa: A002
    if input.fail_at is not None and input.fail_at > input.steps:
        raise InvalidInput.at("/fail_at", f"there is no step {input.fail_at}: the input asks for {input.steps} steps")
    return input


demo = Workflow(
    "demo", title=Title("演示任务", "Demonstration"), input=DemoInput, steps=_steps, result=_result, check=_check
)
