"""The drill itself: load, readers and faults for so many minutes, then everything to its end, then the judge."""

import asyncio
import random
import time
from collections.abc import Callable

import httpx
import msgspec

from casework import ids
from casework.clock import parse
from casework.database import Database
from cli.drill import story
from cli.drill.faults import Fault, Injury, chosen
from cli.drill.recovery import Recoveries
from cli.drill.service import PASSWORD, Service
from cli.drill.verdict import Journal, Violation, Witness, judge
from progress import journal, listing, reading
from progress.listing import Filter

GAP_SECONDS = (2.5, 4.5)
SHORT_SECONDS = (2.0, 6.0)
LONG_SECONDS = (20.0, 30.0, 60.0)
LONG_FROM_MINUTES = 8.0  # a shorter drill has no room for a long outage
TOGETHER = 0.2
END_SECONDS = 90.0
CATCH_UP_SECONDS = 30.0
USUAL_WAITING = 2


class Inflicted(msgspec.Struct):
    """A fault as it happened: seconds since the epoch; `alone` when no other one overlapped it."""

    fault: Fault
    began: float
    healed: float
    injury: Injury | None
    alone: bool


class Drill:
    """`await run(minutes)`; then the counts, the recoveries and the violations are there to be shown."""

    def __init__(self, service: Service, seed: int, rate: float, say: Callable[[str], None]) -> None:
        self._service = service
        self._chance = random.Random(seed)
        self._rate = rate
        self._say = say
        self._long: dict[str, list[float]] = {}
        self.stories: list[story.Story] = []
        self.inflicted: list[Inflicted] = []
        self.violations: list[Violation] = []
        self.recoveries = Recoveries()
        self.accepted = self.finished = self.events = self.connections = 0

    async def run(self, minutes: float) -> None:
        """All of it, the end included."""
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=50)
        base = f"{self._service.url}/api/v1"
        async with httpx.AsyncClient(base_url=base, limits=limits, timeout=10, trust_env=False) as http:
            await self._sign_in(http)
            until = time.monotonic() + 60 * minutes
            living: set[asyncio.Task[None]] = set()
            submitting = asyncio.create_task(self._submit(http, until, living), name="load")
            await self._hurt(until, http, long=minutes >= LONG_FROM_MINUTES)
            await submitting
            self._say(f"no more faults; {sum(not task.done() for task in living)} tasks are still under way")
            if living:
                _, pending = await asyncio.wait(living, timeout=END_SECONDS)
                for task in pending:
                    task.cancel()
                await asyncio.wait(living)
            for task in living:
                if not task.cancelled():
                    task.result()
        await self._judge()

    async def _sign_in(self, http: httpx.AsyncClient) -> None:
        answer = await http.post("/auth/login", json={"username": "admin", "password": PASSWORD})
        http.cookies.clear()
        http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    async def _submit(self, http: httpx.AsyncClient, until: float, living: set[asyncio.Task[None]]) -> None:
        while time.monotonic() < until:
            one = story.Story(http, story.draw(self._chance))
            self.stories.append(one)
            living.add(asyncio.create_task(one.live(), name=one.plan.name))
            await asyncio.sleep(self._chance.uniform(0, 2 / self._rate))

    async def _hurt(self, until: float, http: httpx.AsyncClient, *, long: bool) -> None:
        """Every fault in turn, in a new order each round, some of them two at a time."""
        faults = chosen(self._service)
        if long:
            self._long = {fault.name: list(LONG_SECONDS) for fault in faults if fault.lasting}
        deck: list[Fault] = []
        while time.monotonic() < until:
            await asyncio.sleep(self._chance.uniform(*GAP_SECONDS))
            if not deck:
                deck = self._chance.sample(faults, len(faults))
            together = [deck.pop()]
            if deck and deck[-1].part != together[0].part and self._chance.random() < TOGETHER:
                together.append(deck.pop())
            await asyncio.gather(*(self._inflict(fault, alone=len(together) == 1) for fault in together))
            await self._caught_up(http)

    async def _caught_up(self, http: httpx.AsyncClient) -> None:
        """Wait until no more waits than before a fault, so that the next one's recovery is its own; not for ever."""
        until = time.monotonic() + CATCH_UP_SECONDS
        while time.monotonic() < until:
            try:
                queues = (await http.get("/queues")).json()
                if sum(queue["queued"] for queue in queues) <= USUAL_WAITING:
                    return
            except (httpx.TransportError, TypeError):  # no answer, or a problem instead of a list
                pass
            await asyncio.sleep(0.2)

    async def _inflict(self, fault: Fault, *, alone: bool) -> None:
        waiting = self._long.get(fault.name)
        seconds = waiting.pop() if waiting and alone else self._chance.uniform(*SHORT_SECONDS)
        self._say(f"{fault.name}{f' for {seconds:.1f} s' if fault.lasting else ''}{'' if alone else ' (with another)'}")
        began = time.time()
        injury = await fault.inject(self._service, self._chance, seconds)
        self.inflicted.append(Inflicted(fault, began, time.time(), injury, alone))

    async def _judge(self) -> None:
        journals = await self._journals()
        witnesses = {one.task_id: _witness(one) for one in self.stories if one.task_id}
        self.violations = judge(journals, witnesses)
        self.accepted = len(witnesses)
        self.finished = sum(each.task.status.final for each in journals.values())
        self.events = sum(len(each.records) for each in journals.values())
        readers = [one.reader for one in self.stories if one.reader is not None]
        self.connections = sum(len(reader.breaks) for reader in readers)
        breaks = [each for reader in readers for each in reader.breaks]
        for each in self.inflicted:
            if each.injury is not None and each.alone:
                self.recoveries.measure(each.fault, each.injury, journals, breaks)

    async def _journals(self) -> dict[str, Journal]:
        database = Database(self._service.database_url, pool_size=1)
        found: dict[str, Journal] = {}
        try:
            async with database.read() as connection:
                following: str | None = ids.new()
                while following is not None:
                    page, following = await listing.page(connection, Filter(), following, 500)
                    for task in page:
                        whole = await reading.task(connection, task.id, None, whole=True)
                        found[task.id] = Journal(whole, await journal.after(connection, task.id, 0, 1_000_000))
        finally:
            await database.close()
        return found


def _witness(one: story.Story) -> Witness:
    reader = one.reader
    faults = [*one.faults, *(reader.faults if reader else [])]
    return Witness(
        plan=one.plan.name,
        ends=one.plan.ends,
        not_before=parse(one.run_at) if one.run_at else 0,
        seen=reader.seen if reader else {},
        faults=faults,
    )
