"""How long each fault was felt, as the journals and the readers tell it (pure)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from casework.clock import parse
from cli.drill.faults import Fault, Injury
from cli.drill.verdict import Journal
from progress import event as e


class Recoveries:
    """Fault → seconds, one for each time it was felt.

    A worker's: from the blow until each task it held runs again elsewhere. An API's: until each broken stream is
    heard again. Redis's: from its return until the first of the
    tasks that were due starts. The database's: from its return until a submission is accepted.
    """

    def __init__(self) -> None:
        self.seconds: defaultdict[str, list[float]] = defaultdict(list)

    def measure(
        self, fault: Fault, injury: Injury, journals: Mapping[str, Journal], breaks: Sequence[tuple[float, float]]
    ) -> None:
        """Add what this injury cost."""
        match fault.part:
            case "worker":
                found = [seconds for each in journals.values() if (seconds := _started_again(each, injury)) is not None]
            case "api":
                found = [back - lost for lost, back in breaks if injury.since - 0.1 <= lost <= injury.since + 1]
            case "redis":
                waited = [_start_of_waiting(each, injury.since) for each in journals.values()]
                found = sorted(seconds for seconds in waited if seconds is not None)[:1]
                found = found or _first(journals, injury.since, e.TaskStarted)
            case _:
                found = _first(journals, injury.since, e.TaskQueued)
        self.seconds[fault.name] += found


def _started_again(journal: Journal, injury: Injury) -> float | None:
    """Seconds from the blow until the task that one of the dead had held started again."""
    started, held = 0.0, False
    for record in journal.records:
        if record.type not in ("task.interrupted", "task.started"):
            continue
        event = e.decode(record.data)
        at = parse(event.at) / 1000
        if isinstance(event, e.TaskInterrupted):
            held = started < injury.since <= at and _pid(event.worker) in injury.pids
        elif held:
            return at - injury.since
        else:
            started = at
    return None


def _first(journals: Mapping[str, Journal], since: float, kind: type[e.Event]) -> list[float]:
    """Seconds until the first event of that kind."""
    moments = (
        parse(event.at) / 1000
        for journal in journals.values()
        for record in journal.records
        if isinstance(event := e.decode(record.data), kind)
    )
    later = [moment - since for moment in moments if moment >= since]
    return [min(later)] if later else []


def _start_of_waiting(journal: Journal, since: float) -> float | None:
    """Seconds until the task started, where it was due when Redis came back."""
    due = False
    for record in journal.records:
        event = e.decode(record.data)
        at = parse(event.at) / 1000
        if at >= since:
            return at - since if due and isinstance(event, e.TaskStarted) else None
        match event:
            case e.TaskQueued() | e.TaskRetrying():
                due = parse(event.available_at) / 1000 <= since
            case _:
                due = isinstance(event, e.TaskInterrupted)
    return None


def _pid(worker: str | None) -> int:
    return int((worker or "::").split(":")[1] or 0)
