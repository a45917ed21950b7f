"""A task's place in its queue, exact whatever happens in between."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import pytest

from casework import ids
from casework.clock import now
from casework.database import Database
from casework.dispatch import Dispatch, Job, connect, parse_id, take
from casework.task import Fault, Status, Task
from progress import command, reading
from progress import event as e
from progress.batch import NewTask, Opening
from progress.command import Change, Steps
from progress.writer import Writer
from tests.workers.conftest import dispatch, writer

__all__ = ["dispatch", "writer"]  # fixtures
QUEUES = ("high", "medium")
BOOSTS_MS = (0, 0, 30_000, 3_600_000)
DELAYS_MS = (0, 0, 0, 60_000, 600_000)
BACKOFF_MS = 120_000


@dataclass
class Place:
    """What is known of a task without SQL."""

    id: str
    queue: str
    available_at: int
    boost_ms: int
    state: str = "waiting"  # or running, cancelled
    attempt: int = 1
    token: str = ""


class Office:
    """Does things to tasks through the journal, and remembers where each must stand."""

    def __init__(self, writer: Writer, owner: str, chance: Random) -> None:
        self.writer = writer
        self.owner = owner
        self.chance = chance
        self.places: dict[str, Place] = {}

    async def do_something(self) -> None:
        doings = [self.submit, self.submit, self.claim, self.claim, self.fail, self.hand_over, self.cancel, self.move]
        await self.chance.choice([*doings, self.retry])()

    def any_of(self, state: str) -> list[Place]:
        found = [place for place in self.places.values() if place.state == state]
        return [self.chance.choice(found)] if found else []

    async def submit(self) -> None:
        at = now()
        place = Place(
            ids.new(),
            self.chance.choice(QUEUES),
            at + self.chance.choice(DELAYS_MS),
            self.chance.choice(BOOSTS_MS),
        )
        task = Task(
            id=place.id,
            owner_id=self.owner,
            workflow="demo",
            queue=place.queue,
            status=Status.QUEUED,
            input="{}",
            available_at=place.available_at,
            created_at=at,
            updated_at=at,
            boost_ms=place.boost_ms,
        )
        await self.writer.open(Opening([NewTask(task)]))
        self.places[place.id] = place

    async def claim(self) -> None:
        for place in self.any_of("waiting"):
            if place.available_at > now():
                continue
            place.token = ids.new()

            def begin(task: Task, steps: Steps) -> Sequence[e.Event]:
                return [e.TaskStarted(e.stamp(now()), task.attempt, "w")]

            await self.writer.write(command.claim(place.id, place.attempt, place.token, now(), begin))
            place.state = "running"

    async def fail(self) -> None:
        for place in self.any_of("running"):
            at, attempt = now(), place.attempt
            due = at + BACKOFF_MS
            again = e.TaskRetrying(e.stamp(at), attempt, attempt + 1, Fault("E", "m"), 120.0, e.stamp(due))
            await self.writer.write(Change(task_id=place.id, decide=command.held(place.token, [again])))
            place.state, place.available_at, place.attempt = "waiting", due, attempt + 1

    async def hand_over(self) -> None:
        for place in self.any_of("running"):
            at = now()
            await self.writer.write(command.interrupt(place.id, place.token, at, "worker_stopped"))
            place.state, place.available_at, place.attempt = "waiting", at, place.attempt + 1

    async def cancel(self) -> None:
        for place in self.any_of("waiting"):
            await self.writer.write(command.cancel(place.id, "somebody", now()))
            place.state = "cancelled"

    async def retry(self) -> None:
        for place in self.any_of("cancelled"):
            at = now()
            await self.writer.write(command.retry(place.id, at))
            place.state, place.available_at, place.attempt = "waiting", at, place.attempt + 1

    async def move(self) -> None:
        for place in self.any_of("waiting"):
            place.queue = self.chance.choice(QUEUES)
            await self.writer.write(command.move(place.id, place.queue, now()))

    def expected(self, place: Place) -> int | None:
        """The rank among those that can be handed out when its own time has come, or now."""
        if place.state != "waiting":
            return None
        moment = max(now(), place.available_at)
        queue = [p for p in self.places.values() if (p.queue, p.state) == (place.queue, "waiting")]
        due = [p for p in queue if p.available_at <= moment]
        return sorted(due, key=lambda p: (p.available_at - p.boost_ms, p.id)).index(place) + 1


@pytest.mark.parametrize("seed", range(3))
async def test_every_position_is_exact_after_every_claim_failure_cancellation_and_move(
    database: Database, writer: Writer, user: str, seed: int
) -> None:
    office = Office(writer, user, Random(seed))
    for _ in range(60):
        await office.do_something()
        async with database.read() as connection:
            for place in office.places.values():
                told = await reading.position(connection, await reading.task(connection, place.id, None))
                assert told == office.expected(place), place


async def test_positions_are_the_order_in_which_redis_hands_out_what_is_due(
    database: Database, writer: Writer, user: str, dispatch: Dispatch, redis_url: str
) -> None:
    office = Office(writer, user, Random(7))
    for _ in range(150):
        await office.do_something()
    redis = connect(redis_url)
    for queue in QUEUES:
        due = [
            p for p in office.places.values() if (p.queue, p.state) == (queue, "waiting") and p.available_at <= now()
        ]
        positions = {}
        async with database.read() as connection:
            for place in due:
                row = await reading.task(connection, place.id, None)
                positions[place.id] = await reading.position(connection, row)
                await dispatch.ensure([Job.of(row)])
        handed_out = [parse_id(job)[0] for _ in due for job in await take(redis, queue, 1, 1)]
        assert len(due) > 3
        assert [positions[task_id] for task_id in handed_out] == list(range(1, len(due) + 1))
    await redis.aclose(close_connection_pool=True)
