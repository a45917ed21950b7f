"""All scenarios on one system, in the order in which they leave room for each other."""

import asyncio
from collections.abc import Callable, Sequence

from cli.compare import errors, following, leaving, load, operating, stories
from cli.compare.cell import Cells
from cli.compare.system import Job, Person, System


class Remembering:
    """A person whose tasks are noted."""

    def __init__(self, person: Person, tasks: list[str]) -> None:
        self._person = person
        self._tasks = tasks
        self.look, self.cancel = person.look, person.cancel
        self.repeated, self.ear = person.repeated, person.ear

    async def submit(self, job: Job) -> str:
        task_id = await self._person.submit(job)
        self._tasks.append(task_id)
        return task_id


async def play(system: System, say: Callable[[str], None]) -> Cells:
    """Start it, play everything, stop it."""
    try:
        await system.start()
        return await _play(system, say)
    finally:
        await system.stop()


async def _play(system: System, say: Callable[[str], None]) -> Cells:
    submitted: list[str] = []
    admin = Remembering(await system.person("operator", "admin"), submitted)
    vip = await system.person("vip", "vip")
    people: Sequence[Person] = [await system.person(f"user-{n}") for n in range(9)]  # passwords take their time
    cells: Cells = {}
    say("the user leaves")
    cells |= await leaving.measure(system, admin)
    say("following, errors, and two of the stories")
    cells |= await following.measure(system, admin, submitted)
    together = await asyncio.gather(errors.measure(system, admin), stories.measure(system, admin))
    for each in together:
        cells |= each
    say("load")
    cells |= await load.ten_at_once(admin, people, vip)
    cells |= await load.queueing(system, admin, people, vip)
    cells |= await load.cancel_running(admin)
    cells |= await load.priorities(admin, vip)
    say("operating")
    cells |= await operating.measure(system, admin)
    return cells
