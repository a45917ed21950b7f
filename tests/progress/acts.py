"""What may be done to a task at random: the real change, and beside it what the model makes of it (pure)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from casework import ids
from casework.task import Fault, Task
from casework.workflow import QUEUES
from progress import command
from progress import event as e
from progress.command import Change, Steps
from tests.progress.model import MAX_ATTEMPTS, STEPS, Life, Run, World
from workers.run import first_events, prepare

BACKOFF_MS = 2_000
BY_RUN = ("tick", "log", "end step", "fail", "fail for good", "obey", "hand over", "rescue")
ASKED = ("cancel", "retry", "move")


@dataclass
class Act:
    """A change, what the model makes of it, and the run that begins where it is a claim."""

    change: Change
    expected: Callable[[World], None]
    run: Run | None = None


def claim(task: str, attempt: int, worker: str, queue: str, at: int) -> Act:
    """A worker takes a job out of this queue."""
    run = Run(task, attempt, ids.new(), worker)

    def begin(task: Task, steps: Steps) -> Sequence[e.Event]:
        return first_events(prepare(task, steps), attempt, worker)

    change = command.claim(task, attempt, run.token, at, begin, queue)
    return Act(change, lambda world: world.lives[task].claim(run, queue, at), run)


def ask(kind: str, life: Life, at: int) -> Act:
    """Somebody asks for a cancellation, a retry by hand, or another queue."""
    task = life.id
    match kind:
        case "cancel":
            return Act(command.cancel(task, "somebody", at), lambda world: world.lives[task].cancel())
        case "retry":
            return Act(command.retry(task, at), lambda world: world.lives[task].retry(at))
        case _:
            queue = QUEUES[(QUEUES.index(life.queue) + 1) % len(QUEUES)]
            return Act(command.move(task, queue, at), lambda world: world.lives[task].move(queue))


def speak(kind: str, run: Run, life: Life, at: int) -> Act:
    """The run says something, whether or not the task is still its own; `rescue` is said of it by the reaper."""
    stamp, step, fault = e.stamp(at), life.step, Fault("RuntimeError", "it broke")
    broken = e.StepFailed(stamp, step, fault, 1.0)
    match kind:
        case "end step":
            done = e.StepSucceeded(stamp, step, 50.0, 1.0)
            following: e.Event = e.TaskSucceeded(stamp, run.attempt, 1.0)
            if step != STEPS[-1]:
                execution = life.steps.get(STEPS[-1], ("", 0))[1] + 1
                following = e.StepStarted(stamp, STEPS[-1], run.attempt, execution, 50.0)
            return _held(run, [done, following], lambda life: life.end_step(run, step), output="1")
        case "fail" if life.failures + 1 < MAX_ATTEMPTS:
            due = at + BACKOFF_MS
            again = e.TaskRetrying(stamp, run.attempt, run.attempt + 1, fault, 2.0, e.stamp(due))
            return _held(run, [broken, again], lambda life: life.fail(run, step, due, hopeless=False))
        case "fail" | "fail for good":
            final = e.TaskFailed(stamp, run.attempt, fault)
            return _held(run, [broken, final], lambda life: life.fail(run, step, at, hopeless=True))
        case "obey" if life.cancelling:
            return _held(run, [e.TaskCancelled(stamp, run.attempt)], lambda life: life.obey(run))
        case "hand over":
            change = command.interrupt(run.task_id, run.token, at, "worker_stopped")
            return Act(change, lambda world: world.lives[run.task_id].interrupt(run, at, lost=False))
        case "rescue":
            change = command.interrupt(run.task_id, run.token, at, "worker_lost")
            return Act(change, lambda world: world.lives[run.task_id].interrupt(run, at, lost=True))
        case "log":
            said = e.TaskLog(stamp, "info", "here")
            return _held(run, [said], lambda life: life.say(run, ("task.log",)))
        case _:
            tick = e.StepProgressed(stamp, step, 10.0, 10.0, 1, 10)
            return _held(run, [tick], lambda life: life.say(run, ("step.progressed", step)))


def _held(run: Run, events: Sequence[e.Event], does: Callable[[Life], None], output: str | None = None) -> Act:
    change = Change(task_id=run.task_id, decide=command.held(run.token, events), output=output)
    return Act(change, lambda world: does(world.lives[run.task_id]))
