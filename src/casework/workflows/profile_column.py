"""What a column of a table holds, learnt batch by batch in bounded memory (pure).

Exact up to DISTINCT different values; beyond, distinct counts are estimated, and the report says so.
"""

import heapq
import math
import random
import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from hashlib import blake2b

import msgspec

NULLS = frozenset({"", "null", "none", "nil", "na", "n/a", "nan", "-", "--", r"\n", "无", "空"})
BOOLEANS = frozenset({"true", "false", "yes", "no", "y", "n", "是", "否"})
NUMBER = re.compile(r"[+-]?(?:0|[1-9]\d*|[1-9]\d{0,2}(?:,\d{3})+)(?P<fraction>\.\d+)?(?:[eE][+-]?\d{1,2})?")
DATE = re.compile(
    r"(?P<year>\d{4})(?:-(\d{1,2})-|/(\d{1,2})/|年(\d{1,2})月)(?P<day>\d{1,2})日?"
    r"(?P<time>[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
)
LONGEST_NUMBER = 16  # characters: a longer one is a name, as of an account or a person
LONGEST_VALUE = 200
DOMINANT = 0.95  # of the values make a column's type
TOP = 10
SAMPLE = 20_000
SMALLEST = 4_096  # hashes kept to estimate a distinct count: right to about 1.6 per cent
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
Value = tuple[str, float]


class Frequent(msgspec.Struct, frozen=True):
    """A value and how often it stands there."""

    value: str
    count: int


class Column(msgspec.Struct):
    """What is known of a column in the end; `odd` values are not of its type."""

    name: str
    type: str
    values: int
    nulls: int
    odd: int
    distinct: int
    distinct_exact: bool
    top: list[Frequent]
    shortest: int = 0
    longest: int = 0
    minimum: str | float | None = None
    maximum: str | float | None = None
    mean: float | None = None
    deviation: float | None = None
    quantiles: dict[str, float] = {}
    quantiles_exact: bool = True


def kind(value: str) -> str:
    """integer, number, date, datetime, boolean or text."""
    if value.lower() in BOOLEANS:
        return "boolean"
    if len(value) <= LONGEST_NUMBER and (found := NUMBER.fullmatch(value)):
        return "number" if found["fraction"] or "e" in value.lower() else "integer"
    if found := DATE.fullmatch(value):
        month = int(next(group for group in found.group(2, 3, 4) if group))
        try:
            date(int(found["year"]), month, int(found["day"]))
        except ValueError:
            return "text"
        return "datetime" if found["time"] else "date"
    return "text"


class Learner:
    """Learns one column."""

    def __init__(self, name: str, distinct: int) -> None:
        self._name = name
        self._most = distinct
        self._nulls = 0
        self._kinds: Counter[str] = Counter()
        self._seen: Counter[str] = Counter()
        self._hashes: list[int] | None = None  # the smallest ones, negated, once there are too many values to count
        self._kept: set[int] = set()
        self._numbers = _Numbers()
        self._dates: list[str] = []
        self._lengths: list[int] = []

    def add(self, values: Sequence[str]) -> None:
        """The column's values in the next rows."""
        numbers: list[float] = []
        for raw, count in Counter(values).items():
            value = raw.strip()
            if value.lower() in NULLS:
                self._nulls += count
                continue
            self._lengths = [min([len(value), *self._lengths]), max([len(value), *self._lengths])]
            of = kind(value)
            self._kinds[of] += count
            if of in ("integer", "number"):
                numbers += [float(value.replace(",", ""))] * count
            elif of in ("date", "datetime"):
                self._dates = [min([value, *self._dates]), max([value, *self._dates])]
            self._count(_short(value), count)
        self._numbers.add(numbers)
        if len(self._seen) > self._most:
            self._forget()

    def learnt(self) -> Column:
        """All of it."""
        values = self._kinds.total()
        of = self._type(values)
        exact = self._hashes is None
        column = Column(
            name=self._name,
            type=of,
            values=values,
            nulls=self._nulls,
            odd=0 if of in ("text", "empty") else values - sum(self._kinds[each] for each in _family(of)),
            distinct=len(self._seen) if exact else self._estimate(),
            distinct_exact=exact,
            top=[Frequent(*each) for each in self._frequent()],
            shortest=min(self._lengths, default=0),
            longest=max(self._lengths, default=0),
        )
        if of in ("integer", "number"):
            self._numbers.tell(column)
        elif of in ("date", "datetime"):
            column.minimum, column.maximum = self._dates[0], self._dates[-1]
        return column

    def _frequent(self) -> list[tuple[str, int]]:
        ordered = sorted(self._seen.items(), key=lambda each: (-each[1], each[0]))[:TOP]
        return [each for each in ordered if each[1] > 1 or len(self._seen) <= TOP]

    def _type(self, values: int) -> str:
        if not values:
            return "empty"
        for of in ("integer", "number", "boolean", "date", "datetime"):
            if sum(self._kinds[each] for each in _family(of)) >= DOMINANT * values:
                return of
        return "text"

    def _count(self, value: str, count: int) -> None:
        if self._hashes is not None:
            self._hash(value)
            if value not in self._seen and len(self._seen) > self._most:
                return
        self._seen[value] += count

    def _forget(self) -> None:
        """Too many different values: estimate how many from now on, and keep the frequent ones."""
        if self._hashes is None:
            self._hashes = []
            for value in self._seen:
                self._hash(value)
        self._seen = Counter(dict(self._seen.most_common(self._most // 2)))

    def _hash(self, value: str) -> None:
        hashed = int.from_bytes(blake2b(value.encode("utf-8", "replace"), digest_size=8).digest(), "big")
        heap = self._hashes
        if heap is None or hashed in self._kept or (len(heap) == SMALLEST and hashed >= -heap[0]):
            return
        self._kept.add(hashed)
        if len(heap) < SMALLEST:
            heapq.heappush(heap, -hashed)
        else:
            self._kept.discard(-heapq.heappushpop(heap, -hashed))

    def _estimate(self) -> int:
        heap = self._hashes or []
        return len(heap) if len(heap) < SMALLEST else round((SMALLEST - 1) * 2**64 / -heap[0])


class _Numbers:
    """Moments, and an even sample (Vitter's algorithm L, the same one for the same numbers)."""

    def __init__(self) -> None:
        self.count = 0
        self._sum = self._squares = self._origin = 0.0
        self._least, self._most = math.inf, -math.inf
        self._sample: list[float] = []
        self._dice = random.Random(0)
        self._weight = 1.0
        self._next = 0

    def add(self, numbers: list[float]) -> None:
        if not numbers:
            return
        if not self.count:
            self._origin = numbers[0]
        shifted = [number - self._origin for number in numbers]
        self._sum += math.fsum(shifted)
        self._squares += math.fsum(number * number for number in shifted)
        self._least, self._most = min([self._least, *numbers]), max([self._most, *numbers])
        begin = self.count
        self.count += len(numbers)
        room = SAMPLE - len(self._sample)
        self._sample += numbers[:room]
        if self.count <= SAMPLE:
            return
        if not self._next:
            self._next = SAMPLE - 1
            self._leap()
        while self._next < self.count:
            self._sample[self._dice.randrange(SAMPLE)] = numbers[self._next - begin]
            self._leap()

    def _leap(self) -> None:
        self._weight *= math.exp(math.log(1 - self._dice.random()) / SAMPLE)
        self._next += int(math.log(1 - self._dice.random()) / math.log(1 - self._weight)) + 1

    def tell(self, column: Column) -> None:
        mean = self._sum / self.count
        column.minimum, column.maximum = self._least, self._most
        column.mean = self._origin + mean
        column.deviation = math.sqrt(max(0.0, self._squares / self.count - mean * mean))
        ordered = sorted(self._sample)
        column.quantiles = {f"p{round(100 * q):02d}": ordered[round(q * (len(ordered) - 1))] for q in QUANTILES}
        column.quantiles_exact = self.count <= SAMPLE


def _family(of: str) -> tuple[str, ...]:
    return {"number": ("number", "integer"), "datetime": ("datetime", "date")}.get(of, (of,))


def _short(value: str) -> str:
    if len(value) <= LONGEST_VALUE:
        return value
    return f"{value[: LONGEST_VALUE - 20]}…{blake2b(value.encode('utf-8', 'replace'), digest_size=8).hexdigest()}"
