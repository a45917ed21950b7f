"""The judge acquits what is right and finds whatever is broken in it."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.clock import parse
from casework.task import Fault, Status, Task
from cli.drill.verdict import Journal, Violation, Witness, judge
from progress import event as e
from progress.event import Event, Record, record
from progress.fold import fold

AT = "2026-01-01T00:00:00.000Z"
GOOD = frozenset({"task.succeeded"})
TOLD: list[Event] = [
    e.TaskQueued(AT, "medium", 1, AT),
    e.TaskStarted(AT, 1, "host:1:a"),
    e.StepStarted(AT, "one", 1, 1, 0.0),
    e.StepProgressed(AT, "one", 25.0, 50.0, 1, 2),
    e.StepSucceeded(AT, "one", 50.0, 0.1),
    e.StepStarted(AT, "two", 1, 1, 50.0),
    e.TaskInterrupted(AT, 1, 2, "worker_lost", "host:1:a"),
    e.TaskStarted(AT, 2, "host:2:b", 50.0, ["one"]),
    e.StepStarted(AT, "two", 2, 2, 50.0),
    e.StepFailed(AT, "two", Fault("E", "e"), 0.1),
    e.TaskRetrying(AT, 2, 3, Fault("E", "e"), 0.0, AT),
    e.TaskStarted(AT, 3, "host:2:b", 50.0, ["one"]),
    e.StepStarted(AT, "two", 3, 3, 50.0),
    e.StepSucceeded(AT, "two", 100.0, 0.1),
    e.TaskSucceeded(AT, 3, 0.1),
]
RESULT = '{"steps_run":2,"attempts":3,"executions":{"one":1,"two":3}}'


def row(events: list[Event]) -> Task:
    """The row that these events fold into, as far as they are legal."""
    at = parse(AT)
    task = Task(
        id="t",
        owner_id="o",
        workflow="demo",
        queue="medium",
        status=Status.QUEUED,
        input="",
        available_at=at,
        created_at=at,
        updated_at=at,
    )
    for event in events[1:]:
        task = fold(task, event, "token")
    task.last_seq = len(events)
    task.result = RESULT
    return task


def records(events: list[Event]) -> list[Record]:
    return [record("t", seq, event) for seq, event in enumerate(events, 1)]


def verdict(task: Task, held: list[Record], seen: list[Record]) -> list[Violation]:
    witness = Witness("plain", GOOD, 0, {one.seq: one.data for one in seen}, [])
    return judge({"t": Journal(task, held)}, {"t": witness})


def test_what_is_right_is_acquitted() -> None:
    assert verdict(row(TOLD), records(TOLD), records(TOLD)) == []


DECISIVE = [n for n, event in enumerate(TOLD) if n and not isinstance(event, e.StepProgressed | e.StepFailed)]


@given(st.sampled_from(DECISIVE), st.booleans())
def test_an_event_that_is_missing_or_told_twice_is_found(place: int, missing: bool) -> None:
    broken = [*TOLD[:place], *([] if missing else [TOLD[place]] * 2), *TOLD[place + 1 :]]
    task = row(TOLD)
    task.last_seq = len(broken)
    held = records(broken)
    assert verdict(task, held, held)


@given(st.sampled_from([n for n in DECISIVE if n < len(TOLD) - 1]))
def test_whatever_follows_the_final_event_is_found(place: int) -> None:
    late = [*TOLD[:place], *TOLD[place + 1 :], TOLD[place]]
    held = records(late)
    assert verdict(row(TOLD), held, held)


class Case:
    """A task as it should be, to be corrupted."""

    def __init__(self) -> None:
        self.task, self.held, self.seen = row(TOLD), records(TOLD), records(TOLD)


CORRUPTIONS: dict[str, Callable[[Case], object]] = {
    "a hole in seq": lambda case: case.held.pop(3),
    "an event the reader never got": lambda case: case.seen.pop(3),
    "an event the reader alone got": lambda case: case.seen.append(Record("t", 99, "task.log", b"{}")),
    "other bytes": lambda case: case.seen.__setitem__(0, Record("t", 1, "task.queued", b"{}")),
    "a row that is not its journal's fold": lambda case: setattr(case.task, "failures", 7),
    "a task that has not ended": lambda case: setattr(case.task, "status", Status.RUNNING),
    "a body that ran without being told": lambda case: setattr(case.task, "result", '{"executions":{"one":2}}'),
}


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_what_is_corrupted_is_found(name: str) -> None:
    case = Case()
    CORRUPTIONS[name](case)
    assert verdict(case.task, case.held, case.seen)


def test_what_was_accepted_and_is_gone_is_lost_and_what_nobody_submitted_is_doubled() -> None:
    journals = {"t": Journal(row(TOLD), records(TOLD))}
    witness = Witness("plain", GOOD, 0, {}, [])
    assert [one.kind for one in judge({}, {"t": witness})] == ["lost"]
    assert [one.kind for one in judge(journals, {})] == ["doubled"]


def test_a_task_that_ran_before_its_time_or_ended_otherwise_is_found() -> None:
    held = records(TOLD)
    seen = {one.seq: one.data for one in held}
    journals = {"t": Journal(row(TOLD), held)}
    assert judge(journals, {"t": Witness("later", GOOD, parse(AT) + 1, seen, [])})
    assert judge(journals, {"t": Witness("cancelled", frozenset({"task.cancelled"}), 0, seen, [])})
    assert judge(journals, {"t": Witness("plain", GOOD, 0, seen, ["3 came twice"])})
