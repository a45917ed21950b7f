"""Operating: run times, success rate, and the log of one task in one place."""

from collections.abc import Sequence

from cli.compare.cell import Cells, cell
from cli.compare.leaving import ended
from cli.compare.system import Job, Person, System

JOB = Job(steps=1, step_seconds=0.3, ticks=1)
FIELDS = ("task_id", "attempt", "request_id", "worker")


async def measure(system: System, person: Person, submitted: Sequence[str]) -> Cells:
    """All of it."""
    task_id = await person.submit(JOB)
    await ended(person, task_id)
    cells: Cells = {}
    middle = await system.run_seconds()
    cells["run times"] = cell(
        "not told" if middle is None else f"p50 {middle[0]:.2f} s",
        "asked by the operator" if middle is None else middle[1],
        good=middle is not None and middle[0] > 0,
    )
    rate = await system.success_rate()
    ends = [await person.look(each) for each in submitted]
    counted = [each for each in ends if each is not None and each.status in ("succeeded", "failed")]
    cells["success rate"] = cell(
        "not told" if rate is None else f"{rate:.0%} succeeded",
        f"asked by the operator; of {len(counted)} tasks that we know, some were made to fail",
        good=rate is not None and 0 < rate < 1,
        partly=rate is not None,
    )
    lines = {name: found for name, found in system.log_lines(task_id).items() if found}
    whole = [
        field
        for field in FIELDS
        if any(f'"{field}":"' in line or f'"{field}":' in line for each in lines.values() for line in each)
    ]
    count = sum(len(each) for each in lines.values())
    cells["logs of one task in one place"] = cell(
        f"{count} lines of {' and '.join(lines) or 'nobody'}; fields: {', '.join(whole) or 'none'}",
        "every process's log, searched for the task's id",
        good="api" in lines and len(lines) > 1 and len(whole) == len(FIELDS),
        partly=count > 0,
    )
    return cells
