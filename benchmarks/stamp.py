"""The workflow `stamp`: one step, whose output is the moment its first line ran (monotonic, nanoseconds)."""

import time

import msgspec

from casework import Context, Title, Workflow


class StampInput(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Nothing to say."""


stamp = Workflow("stamp", title=Title("记时", "Stamp"), input=StampInput)


@stamp.step(title=Title("记时", "Stamp"))
async def moment(ctx: Context, input: StampInput) -> int:  # noqa: A002, ARG001 - the names by which a step takes them
    return time.monotonic_ns()
