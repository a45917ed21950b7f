"""Load: ten at once, who goes first, how many run, what can be stopped, and what is seen of the queue meanwhile."""

import asyncio
import time
from collections.abc import Sequence

import msgspec

from cli.compare.cell import Cell, Cells, cell
from cli.compare.leaving import ended
from cli.compare.system import SLOTS, Job, Person, Seen, System

SHORT = Job(steps=2, step_seconds=0.5, ticks=2)
FAILING = Job(steps=2, step_seconds=0.5, ticks=2, fail_at=1, fail_times=99, max_attempts=1)
BLOCKERS = [Job(steps=1, step_seconds=3.0 + 0.7 * n, ticks=6) for n in range(SLOTS)]  # slots become free one by one
WAITING = Job(steps=1, step_seconds=0.5, ticks=2)
LONG = Job(steps=1, step_seconds=20.0, ticks=40)
LOW = Job(steps=1, step_seconds=0.8, ticks=2, queue="low")
PERIOD_SECONDS = 0.1
QUICK_SECONDS = 1.0
STOP_SECONDS = 2.5
TEN = 10


class Course(msgspec.Struct):
    """What was seen of some tasks, ten times a second: when each began and ended, how many ran at once."""

    began: dict[str, float]
    over: dict[str, float]
    ends: dict[str, Seen]
    most: int


async def watched(person: Person, tasks: Sequence[str], seconds: float = 30.0) -> Course:
    """Watch the tasks to their ends."""
    course = Course({}, {}, {}, 0)
    running: set[str] = set()
    until = time.monotonic() + seconds
    while len(course.over) < len(tasks) and time.monotonic() < until:
        open_tasks = [each for each in tasks if each not in course.over]
        looks = await asyncio.gather(*(person.look(each) for each in open_tasks))
        moment = time.monotonic()
        for task_id, seen in zip(open_tasks, looks, strict=True):
            if seen is None:
                continue
            if seen.status == "running" or seen.final:
                course.began.setdefault(task_id, moment)
            if seen.final:
                course.over[task_id], course.ends[task_id] = moment, seen
        before, running = running, {task_id for task_id, seen in zip(open_tasks, looks, strict=True) if _runs(seen)}
        course.most = max(course.most, len(before & running))  # they all ran between the two times of asking
        await asyncio.sleep(PERIOD_SECONDS)
    return course


def _runs(seen: Seen | None) -> bool:
    return seen is not None and seen.status == "running"


async def _timed(person: Person, job: Job) -> tuple[str, float]:
    begun = time.monotonic()
    task_id = await person.submit(job)
    return task_id, time.monotonic() - begun


async def ten_at_once(admin: Person, people: Sequence[Person], vip: Person) -> Cells:
    """Nine users and a VIP in one moment, one of the nine with a task that fails."""
    jobs = [FAILING, *[SHORT] * (TEN - 2)]
    given = await asyncio.gather(*(_timed(person, job) for person, job in zip(people, jobs, strict=False)))
    mine, answer = await _timed(vip, SHORT)
    tasks = [task_id for task_id, _ in given]
    course = await watched(admin, [*tasks, mine])
    slowest = max([answer, *(seconds for _, seconds in given)])
    succeeded = [each for each in (*tasks[1:], mine) if each in course.ends and course.ends[each].status == "succeeded"]
    cells: Cells = {}
    cells["ten users at once"] = cell(
        f"answers within {slowest * 1000:.0f} ms, {len(course.over)} of {TEN} ended",
        "ten clients in one moment",
        good=len(course.over) == TEN and slowest < QUICK_SECONDS,
        partly=len(course.over) == TEN,
    )
    failed = tasks[0] in course.ends and course.ends[tasks[0]].status == "failed"
    cells["a failing one is alone"] = cell(
        f"it {'failed' if failed else 'did not fail'}, {len(succeeded)} of {TEN - 1} others succeeded",
        "one of the ten fails for good",
        good=failed and len(succeeded) == TEN - 1,
    )
    cells["slots respected"] = cell(
        f"at most {course.most} ran at once, {SLOTS} are allowed",
        f"asked every {PERIOD_SECONDS * 1000:.0f} ms",
        good=0 < course.most <= SLOTS,
    )
    place = 1 + sum(course.began.get(each, 0) < course.began.get(mine, 0) - PERIOD_SECONDS for each in tasks)
    cells["ten at once, one of them a VIP"] = cell(
        f"{len(succeeded)} of {TEN - 1} done in {max(course.over.values()) - min(course.began.values()):.1f} s; "
        f"the VIP, last to submit, began as number {place}",
        f"{SLOTS} slots; ahead of all that waited is number {SLOTS + 1} or better",
        good=len(succeeded) == TEN - 1 and place <= SLOTS + 1 and course.most <= SLOTS,
        partly=len(succeeded) == TEN - 1,
    )
    return cells


async def queueing(system: System, admin: Person, people: Sequence[Person], vip: Person) -> Cells:
    """All slots taken, four waiting, one of whom gives up, then a VIP."""
    for each in BLOCKERS:
        await people[0].submit(each)
    await asyncio.sleep(0.7)
    waiting = [await person.submit(WAITING) for person in people[:SLOTS]]
    doomed = await people[0].submit(WAITING)
    await asyncio.sleep(0.3)
    owners = [*people[:SLOTS], people[0]]
    looks = [await owner.look(task_id) for owner, task_id in zip(owners, [*waiting, doomed], strict=True)]
    places = [None if seen is None else seen.place for seen in looks]
    length = await system.queue_length()
    cancelled = await _stopped(people[0], doomed)
    mine = await vip.submit(WAITING)
    busy, course = await asyncio.gather(system.workers(), watched(admin, [*waiting, mine]))
    ahead = sum(course.began.get(mine, 0) < course.began.get(each, 0) - PERIOD_SECONDS / 2 for each in waiting)
    same = sum(abs(course.began.get(mine, 0) - course.began.get(each, 0)) <= PERIOD_SECONDS / 2 for each in waiting)
    cells: Cells = {}
    expected = list(range(1, len(places) + 1))
    cells["own place in the queue"] = cell(
        f"told {', '.join('nothing' if place is None else str(place) for place in places)}",
        f"{len(places)} wait behind {SLOTS} that run; each asks for his own",
        good=places == expected,
        partly=any(place is not None for place in places),
    )
    cells["queue length"] = cell(
        f"told {length}, {len(places)} wait" if length is not None else "not told",
        "asked by the operator meanwhile",
        good=length == len(places),
        partly=length is not None,
    )
    cells["worker state"] = cell(
        "; ".join(busy) if busy else "not told",
        f"asked by the operator while {SLOTS} run",
        good=bool(busy) and any(f"runs {SLOTS}" in each for each in busy or ()),
        partly=bool(busy),
    )
    waited = all(seen is not None and seen.status == "queued" for seen in looks)
    figure, how = "" if waited else ", but it ran: nobody waits here", "its owner cancels the last one that waits"
    cells["cancelled while queued"] = _cancelled_cell(cancelled, how, figure)
    cells["VIP ahead"] = cell(
        f"began before {ahead}, with {same} of {len(waiting)} that were there first"
        if waited
        else "began at once: nobody waits here",
        "submits last, to the same queue, while all slots are taken",
        good=waited and ahead + same == len(waiting),
    )
    return cells


async def _stopped(person: Person, task_id: str) -> tuple[str, float]:
    """(how it ended, seconds) of a task that is cancelled."""
    begun = time.monotonic()
    await person.cancel(task_id)
    seen = await ended(person, task_id, 8)
    return ("not stopped" if seen is None else seen.status), time.monotonic() - begun


def _cancelled_cell(outcome: tuple[str, float], how: str, but: str = "") -> Cell:
    status, seconds = outcome
    stopped = status == "cancelled" and seconds < STOP_SECONDS
    return cell(f"{status} after {seconds:.1f} s{but}", how, good=stopped and not but, partly=status == "cancelled")


async def cancel_running(person: Person) -> Cells:
    """A long task is stopped."""
    task_id = await person.submit(LONG)
    await asyncio.sleep(1.0)
    return {"cancelled while running": _cancelled_cell(await _stopped(person, task_id), "its owner cancels it")}


async def priorities(admin: Person, person: Person) -> Cells:
    """More low ones than there is room for, then a high one."""
    low = [await admin.submit(LOW) for _ in range(3 * SLOTS)]
    await asyncio.sleep(0.3)
    waiting = [each for each in low if (seen := await admin.look(each)) is not None and seen.status == "queued"]
    high = await person.submit(msgspec.structs.replace(LOW, queue="high"))
    course = await watched(admin, [*low, high])
    later = sum(course.began.get(each, 0) >= course.began.get(high, 0) for each in waiting)
    return {
        "high priority before low": cell(
            f"no later than {later} of {len(waiting)} low ones that waited" if waiting else "nobody waits here",
            f"{3 * SLOTS} low ones are there first",
            good=bool(waiting) and later >= len(waiting) - 1,
            partly=later > 0,
        )
    }
