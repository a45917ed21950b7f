"""A workflow: a named graph of async steps over a typed input (pure).

A step's parameters name what it takes: `ctx` the Context, `input` the input, any other name the output of the
step of that name. Workflows are found by the entry point group `casework.workflows` and imported by nobody.
"""

import inspect
import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import entry_points
from typing import Any, Generic, Literal, TypeVar, get_type_hints

import msgspec

from casework.errors import DefinitionError, InvalidInput, PermanentError, WorkflowNotFound

I = TypeVar("I", bound=msgspec.Struct)  # noqa: E741
Queue = Literal["high", "medium", "low"]
QUEUES: tuple[Queue, ...] = ("high", "medium", "low")
RESERVED = ("ctx", "input")
Body = Callable[..., Awaitable[Any]]


class Title(msgspec.Struct, frozen=True):
    """A name for people in both languages of the product."""

    zh: str
    en: str


class Step(msgspec.Struct, frozen=True):
    """One node of the graph. `weight` is its share of the whole (any unit), `timeout` in seconds; `size(input)` tells
    how much there is to do (any unit), where that makes the difference in how long it takes."""

    name: str
    title: Title
    run: Body
    parameters: tuple[str, ...]
    needs: tuple[str, ...]
    output: Any
    weight: float = 1.0
    timeout: float | None = None
    size: Callable[[Any], float] | None = None

    @classmethod
    def of(
        cls,
        run: Body,
        *,
        title: Title,
        name: str | None = None,
        needs: Collection[str] = (),
        weight: float = 1.0,
        timeout: float | None = None,
        size: Callable[[Any], float] | None = None,
    ) -> "Step":
        """A step from an async function; `needs` adds steps it must wait for without taking their outputs."""
        name = name or run.__name__
        if not inspect.iscoroutinefunction(run):
            raise DefinitionError(f"step {name!r} is no async function")
        parameters = tuple(inspect.signature(run).parameters)
        taken = [parameter for parameter in parameters if parameter not in RESERVED]
        hints = get_type_hints(run)
        all_needs = tuple(dict.fromkeys([*taken, *needs]))
        return cls(name, title, run, parameters, all_needs, hints.get("return", Any), weight, timeout, size)

    def restore(self, output: bytes) -> Any:
        """A stored output (JSON) as the type that the step's function is annotated to return."""
        return msgspec.json.decode(output, type=None if self.output is type(None) else self.output)


class Plan:
    """The graph of one run: `steps` by name as declared, `order` one in which they could run one by one."""

    def __init__(self, steps: Collection[Step]) -> None:
        by_name = {step.name: step for step in steps}
        if len(by_name) != len(steps):
            raise DefinitionError(f"two steps of one name among {[step.name for step in steps]}")
        for step in steps:
            for need in step.needs:
                if need not in by_name:
                    raise DefinitionError(f"step {step.name!r} takes {need!r}, and there is no step of that name")
        try:
            order = list(TopologicalSorter({step.name: step.needs for step in steps}).static_order())
        except CycleError as error:
            raise DefinitionError(f"steps wait for each other in a ring: {' → '.join(error.args[1])}") from None
        self.steps = by_name
        self.order = order
        self._total = sum(step.weight for step in steps) or 1.0

    def ready(self, done: Collection[str], begun: Collection[str] = ()) -> list[Step]:
        """The steps that may start now, in declared order."""
        return [
            step
            for step in self.steps.values()
            if step.name not in done and step.name not in begun and all(need in done for need in step.needs)
        ]

    def progress(self, fractions: Mapping[str, float]) -> float:
        """Per cent of the whole (0–100) when each step has done the fraction (0–1) given for it."""
        done = sum(step.weight * min(1.0, fractions.get(step.name, 0.0)) for step in self.steps.values())
        return round(min(100.0, 100.0 * done / self._total), 2)


class Workflow(Generic[I]):
    """A kind of work that tasks can be submitted for."""

    def __init__(
        self,
        name: str,
        *,
        title: Title,
        input: type[I],  # noqa: A002
        queue: Queue = "medium",
        steps: Callable[[I], Collection[Step]] | None = None,
        result: Callable[..., Any] | None = None,
        check: Callable[[I], I] | None = None,
        permanent: tuple[type[Exception], ...] = (),
        timeout: float | None = None,
        packages: Callable[[], Mapping[str, msgspec.Struct]] | None = None,
        check_package: Callable[[str, str], msgspec.Struct] | None = None,
    ) -> None:
        """`steps` makes the graph from the input where it depends on it; otherwise decorate with `step`.

        `result(ctx, outputs)` makes the task's result (default: the last step's output). `check(input)` may refuse
        an input with InvalidInput, or return one with defaults resolved, which is then stored. Exceptions of the
        `permanent` types are not tried again. `timeout` in seconds bounds an attempt (default: the service's).
        `packages()` lists the rule packages an input may choose from, by id; `check_package(toml, name)` is the one
        that a text is, or raises InvalidInput with pointers that begin with `name`.
        """
        self.name = name
        self.title = title
        self.input = input
        self.queue: Queue = queue
        self.timeout = timeout
        self.packages = packages or dict
        self.check_package = check_package
        self._permanent = (*permanent, PermanentError)
        self._make = steps
        self._check = check
        self._result = result
        self._declared: list[Step] = []
        self._static: Plan | None = None

    def step(
        self,
        *,
        title: Title,
        weight: float = 1.0,
        timeout: float | None = None,
        needs: Collection[str] = (),
        size: Callable[[I], float] | None = None,
    ) -> Callable[[Body], Body]:
        """Decorate an async function as a step of this workflow."""

        def declare(run: Body) -> Body:
            self._declared.append(Step.of(run, title=title, weight=weight, timeout=timeout, needs=needs, size=size))
            self._static = None
            return run

        return declare

    def plan(self, input: I) -> Plan:  # noqa: A002
        """The graph for this input; raises DefinitionError where it cannot run."""
        if self._make is not None:
            return Plan(self._make(input))
        if self._static is None:
            self._static = Plan(self._declared)
        return self._static

    @property
    def declared(self) -> tuple[Step, ...]:
        """The steps known without an input: none where the input makes the graph."""
        return tuple(self._declared)

    def parse(self, raw: Any) -> I:
        """A JSON-like object as this workflow's checked input; raises InvalidInput with pointers below the input."""
        parsed = convert(raw, self.input)
        return self._check(parsed) if self._check else parsed

    def load(self, stored: bytes) -> I:
        """An input that `parse` has accepted before, from its JSON."""
        return msgspec.json.decode(stored, type=self.input)

    def result(self, ctx: Any, outputs: Mapping[str, Any]) -> Any:
        """The task's result from the outputs of its steps."""
        if self._result is not None:
            return self._result(ctx, outputs)
        return list(outputs.values())[-1] if outputs else None

    def is_permanent(self, error: BaseException) -> bool:
        """Whether trying again cannot mend `error`."""
        return isinstance(error, self._permanent)


_PATH = re.compile(r" - at `(?P<path>[^`]*)`$")
_MEMBER = re.compile(r"(?:missing required|contains unknown) field `(?P<name>[^`]+)`")


def convert(raw: Any, to: type[I]) -> I:
    """A JSON-like object as `to`; raises InvalidInput whose pointer names the field at fault."""
    try:
        return msgspec.convert(raw, to)
    except msgspec.ValidationError as error:
        raise invalid(error) from None


def invalid(error: msgspec.ValidationError) -> InvalidInput:
    """msgspec's message (`Expected …, got … - at `$.a[0].b``) as an InvalidInput with a JSON pointer."""
    text = str(error)
    path = _PATH.search(text)
    pointer = "/".join(re.findall(r"[^.\[\]$]+", path["path"])) if path else ""
    detail = _PATH.sub("", text)
    member = _MEMBER.search(detail)
    name = member["name"].replace("~", "~0").replace("/", "~1") if member else ""
    parts = [part for part in (pointer, name) if part]
    return InvalidInput.at("".join(f"/{part}" for part in parts), detail)  # type: ignore[return-value]


@cache
def workflows() -> dict[str, Workflow[Any]]:
    """All installed workflows by name; raises DefinitionError where one cannot be loaded."""
    found: dict[str, Workflow[Any]] = {}
    for entry in entry_points(group="casework.workflows"):
        try:
            workflow = entry.load()
        except Exception as error:
            raise DefinitionError(f"workflow {entry.name!r} from {entry.value!r} cannot be loaded: {error}") from error
        if not isinstance(workflow, Workflow) or workflow.name != entry.name:
            raise DefinitionError(f"entry point {entry.name!r} must name a Workflow of that name, not {entry.value!r}")
        found[entry.name] = workflow
    return found


def find(name: str) -> Workflow[Any]:
    """The installed workflow of that name; raises WorkflowNotFound."""
    try:
        return workflows()[name]
    except KeyError:
        raise WorkflowNotFound(f"there is no workflow {name!r}; installed: {', '.join(sorted(workflows()))}") from None
