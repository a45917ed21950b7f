"""Operating: run times, success rate, and the log of one task in one place."""

from cli.compare.cell import Cells, cell
from cli.compare.leaving import ended
from cli.compare.system import Job, Person, System, Told

JOB = Job(steps=1, step_seconds=0.3, ticks=1)
FIELDS = ("task_id", "attempt", "request_id", "worker")


async def measure(system: System, person: Person) -> Cells:
    """All of it."""
    task_id = await person.submit(JOB)
    await ended(person, task_id)
    cells: Cells = {}
    middle, rate = await system.run_seconds(), await system.success_rate()
    cells["run times"] = cell(
        "not told" if middle is None else f"p50 {middle.value:.2f} s{_by_hand(middle)}",
        "asked by the operator" if middle is None else middle.where,
        good=middle is not None and middle.directly and middle.value > 0,
        partly=middle is not None,
    )
    cells["success rate"] = cell(
        "not told" if rate is None else f"{rate.value:.0%}{_by_hand(rate)}",
        "asked by the operator; some tasks were made to fail"
        if rate is None
        else f"{rate.where}; some were made to fail",
        good=rate is not None and rate.directly and 0 < rate.value < 1,
        partly=rate is not None,
    )
    lines = {name: found for name, found in system.log_lines(task_id).items() if found}
    every = [line for found in lines.values() for line in found]
    whole = [field for field in FIELDS if any(f'"{field}":' in line for line in every)]
    cells["logs of one task in one place"] = cell(
        f"{len(every)} lines of {' and '.join(lines) or 'nobody'}; fields: {', '.join(whole) or 'none'}",
        "every process's log, searched for the task's id",
        good="api" in lines and len(lines) > 1 and len(whole) == len(FIELDS),
        partly=bool(every),
    )
    return cells


def _by_hand(told: Told) -> str:
    return "" if told.directly else ", worked out by us from its list"
