"""The user leaves, in six ways: is the task finished later, after how long, and what did it lose?"""

import asyncio
import time
from collections.abc import Awaitable, Callable

import msgspec

from cli.compare.cell import Cell, Cells, cell
from cli.compare.network import Network
from cli.compare.system import Ear, Job, Person, Seen, System, Tick
from cli.compare.waiting import comes

JOB = Job(steps=3, step_seconds=1.0, ticks=5)
AWAY_SECONDS = 1.3
PATIENCE_SECONDS = 25.0
FORGOTTEN_SECONDS = 4.0


class Outcome(msgspec.Struct):
    """How a task ended for the one who came back to it."""

    status: str
    seconds: float
    known: set[Tick]
    faults: list[str]
    repeated: list[str] | None


async def ended(person: Person, task_id: str, patience: float = PATIENCE_SECONDS) -> Seen | None:
    """The task at its end; None where it does not come, or nobody knows the task for a while."""
    last: Seen | None = None
    heard_of = time.monotonic()

    async def settled() -> bool:
        nonlocal last, heard_of
        last = await person.look(task_id)
        if last is not None:
            heard_of = time.monotonic()
        return (last is not None and last.final) or time.monotonic() - heard_of > FORGOTTEN_SECONDS

    return last if await comes(settled, patience) and last is not None and last.final else None


async def all_heard(ear: Ear, seconds: float) -> None:
    """Let somebody listen, no longer than so many seconds."""
    try:
        async with asyncio.timeout(seconds):
            await ear.listen()
    except TimeoutError:
        pass


async def leave(person: Person, away: Callable[[str], Awaitable[Ear]]) -> Outcome:
    """Submit, do what `away` does, see how it ended, and come back to read the rest."""
    begun = time.monotonic()
    task_id = await person.submit(JOB)
    ear = await away(task_id)
    seen = await ended(person, task_id)
    seconds = time.monotonic() - begun
    if seen is None:
        status = "forgotten" if await person.look(task_id) is None else f"not finished within {PATIENCE_SECONDS:g} s"
        return Outcome(status, seconds, set(ear.ticks), ear.faults, None)
    if not ear.ticks or len(ear.ticks) < JOB.reports:
        ear_again = person.ear(task_id)
        await all_heard(ear_again, 4)
        known = set(ear.ticks) | set(ear_again.ticks)
    else:
        known = set(ear.ticks)
    repeated = await person.repeated(task_id)
    return Outcome(seen.status, seconds, known, ear.faults, None if repeated is None else list(repeated))


def told(outcome: Outcome, how: str) -> Cell:
    """The cell for an outcome."""
    lost = JOB.reports - len(outcome.known)
    if outcome.status != "succeeded":
        figure = f"{outcome.status}; {lost} of {JOB.reports} reports lost"
        return cell(figure, how, good=False)
    more = f", begun again: {', '.join(outcome.repeated)}" if outcome.repeated else ""
    odd = f", {len(outcome.faults)} faults in the stream" if outcome.faults else ""
    figure = f"finished after {outcome.seconds:.1f} s, {lost} of {JOB.reports} reports lost{more}{odd}"
    return cell(figure, how, good=not lost and not outcome.faults, partly=True)


async def closed(person: Person, task_id: str) -> Ear:
    """The browser is closed after a moment."""
    ear = person.ear(task_id)
    await all_heard(ear, AWAY_SECONDS)
    return ear


async def refreshed(person: Person, task_id: str) -> Ear:
    """The page is loaded again: it knows nothing, and reads from the beginning."""
    await closed(person, task_id)
    ear = person.ear(task_id)
    await all_heard(ear, JOB.steps * JOB.step_seconds + 3)
    return ear


async def cut(system: System, person: Person, task_id: str) -> Ear:
    """The network is away for a second in the middle."""
    async with Network(int(system.url.rpartition(":")[2])) as network:
        ear = person.ear(task_id, network.url)
        listening = asyncio.create_task(all_heard(ear, JOB.steps * JOB.step_seconds + 4), name="ear")
        await asyncio.sleep(AWAY_SECONDS)
        network.cut()
        await asyncio.sleep(1.0)
        network.mend()
        await listening
    return ear


async def struck(person: Person, task_id: str, blow: Callable[[], Awaitable[None]]) -> Ear:
    """Something happens to the service while the page stays open."""
    ear = person.ear(task_id)
    listening = asyncio.create_task(all_heard(ear, PATIENCE_SECONDS), name="ear")
    await asyncio.sleep(AWAY_SECONDS)
    await blow()
    if await ended(person, task_id) is not None:
        await asyncio.wait([listening], timeout=3)
    listening.cancel()
    await asyncio.wait([listening])
    return ear


async def measure(system: System, person: Person) -> Cells:
    """All six."""
    ways: dict[str, Callable[[str], Awaitable[Ear]]] = {
        "browser closed": lambda task_id: closed(person, task_id),
        "page refreshed": lambda task_id: refreshed(person, task_id),
        "network cut": lambda task_id: cut(system, person, task_id),
    }
    outcomes = await asyncio.gather(*(leave(person, away) for away in ways.values()))
    how = {
        "browser closed": f"closed after {AWAY_SECONDS:g} s, opened again when it was done",
        "page refreshed": f"a new page after {AWAY_SECONDS:g} s, from the beginning",
        "network cut": "a proxy cut for 1 s in the middle",
        "API restarted": "SIGTERM, started again",
        "worker restarted": "SIGTERM, started again",
        "everything killed": "kill -9 for every process, all started again",
    }
    cells = {line: told(outcome, how[line]) for line, outcome in zip(ways, outcomes, strict=True)}
    blows = {
        "API restarted": system.restart_api,
        "worker restarted": system.restart_worker,
        "everything killed": system.kill_everything,
    }
    for line, blow in blows.items():

        async def away(task_id: str, blow: Callable[[], Awaitable[None]] = blow) -> Ear:
            return await struck(person, task_id, blow)

        cells[line] = told(await leave(person, away), f"{how[line]}; followed by {system.follows_by}")
    return cells
