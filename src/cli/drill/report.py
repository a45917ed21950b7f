"""The drill's table: each fault, how often, how long it was felt, and what it cost."""

from collections import Counter, defaultdict
from statistics import median

from rich.console import Console
from rich.table import Table

from cli.drill.drill import Drill, Inflicted

AFTER_SECONDS = 10.0
SHOWN = 20


def show(drill: Drill, left: list[str], console: Console) -> bool:
    """Print it; whether all is as promised."""
    times = Counter(each.fault.name for each in drill.inflicted if each.injury is not None)
    blamed = _blame(drill)
    table = Table("fault", title="What was done to it, and what it cost")
    for heading in ("times", "recovery p50", "recovery max", "lost", "doubled"):
        table.add_column(heading, justify="right")
    for name in sorted(times):
        seconds = drill.recoveries.seconds[name]
        middle, worst = (f"{median(seconds):.2f} s", f"{max(seconds):.2f} s") if seconds else ("–", "–")
        table.add_row(name, str(times[name]), middle, worst, str(blamed[name]["lost"]), str(blamed[name]["doubled"]))
    console.print(table)
    console.print(
        f"accepted {drill.accepted}, finished {drill.finished}, events {drill.events}, "
        f"streams resumed {drill.connections}, refused and submitted again {sum(s.refusals for s in drill.stories)}"
    )
    for violation in drill.violations[:SHOWN]:
        console.print(f"[red]{violation.kind}[/] {violation.task_id}: {violation.what}", soft_wrap=True)
    for each in left:
        console.print(f"[red]left behind[/] {each}", soft_wrap=True)
    sound = not drill.violations and not left and drill.accepted == drill.finished
    kinds = Counter(violation.kind for violation in drill.violations)
    console.print(
        "[green]nothing lost, nothing doubled, nothing left behind[/]"
        if sound
        else f"[red]violations: {dict(kinds)}, left behind: {len(left)}[/]"
    )
    return sound


def _blame(drill: Drill) -> defaultdict[str, Counter[str]]:
    """A violation is laid to the last fault that began before it."""
    blamed: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for violation in drill.violations:
        earlier = [each for each in drill.inflicted if each.began * 1000 <= violation.at + AFTER_SECONDS * 1000]
        if earlier:
            blamed[max(earlier, key=_began).fault.name][violation.kind] += 1
    return blamed


def _began(each: Inflicted) -> float:
    return each.began
