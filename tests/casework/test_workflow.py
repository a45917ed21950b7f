"""Graphs, their checkpoints, and what bad input is told."""

from typing import Annotated, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import Context, InvalidInput, Plan, Step, Title
from casework.errors import DefinitionError
from casework.workflow import convert

TITLE = Title("步", "Step")


def step(name: str, *needs: str, weight: float = 1.0) -> Step:
    async def run(ctx: Context) -> int:
        return 1

    return Step.of(run, name=name, title=TITLE, needs=needs, weight=weight)


@given(st.integers(1, 12), st.data())
def test_every_graph_without_a_ring_runs_to_its_end_each_step_after_what_it_needs(
    size: int, data: st.DataObject
) -> None:
    names = [f"s{n}" for n in range(size)]
    needs = {n: data.draw(st.sets(st.sampled_from(names[:i]) if i else st.nothing())) for i, n in enumerate(names)}
    plan = Plan([step(name, *needs[name]) for name in names])
    done: list[str] = []
    while len(done) < size:
        ready = plan.ready(done)
        assert ready
        for each in ready:
            assert set(each.needs) <= set(done)
        done += [each.name for each in ready]
    assert plan.ready(done) == []


@given(st.lists(st.tuples(st.floats(0.1, 100), st.floats(0, 1)), min_size=1, max_size=8))
def test_progress_is_a_percentage_and_whole_when_all_is_done(parts: list[tuple[float, float]]) -> None:
    plan = Plan([step(f"s{n}", weight=weight) for n, (weight, _) in enumerate(parts)])
    assert 0 <= plan.progress({f"s{n}": fraction for n, (_, fraction) in enumerate(parts)}) <= 100
    assert plan.progress({f"s{n}": 1.0 for n in range(len(parts))}) == 100


def test_a_ring_a_missing_need_and_a_double_name_are_told() -> None:
    for steps, words in (
        ([step("a", "b"), step("b", "a")], "ring"),
        ([step("a", "nobody")], "nobody"),
        ([step("a"), step("a")], "one name"),
    ):
        with pytest.raises(DefinitionError, match=words):
            Plan(steps)


def test_parameters_name_the_steps_they_take() -> None:
    async def join(ctx: Context, input: Any, left: int, right: int) -> int:  # noqa: A002
        return left + right

    made = Step.of(join, title=TITLE)
    assert made.needs == ("left", "right")
    assert made.parameters == ("ctx", "input", "left", "right")


class Part(msgspec.Struct):
    number: int


class Output(msgspec.Struct):
    parts: list[Part]


def test_a_checkpoint_comes_back_in_the_annotated_type() -> None:
    async def make(ctx: Context) -> Output:
        return Output([Part(1)])

    restored = Step.of(make, title=TITLE).restore(msgspec.json.encode(Output([Part(7)])))
    assert restored == Output([Part(7)])


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    x: Annotated[int, msgspec.Meta(ge=0)]


class Outer(msgspec.Struct, forbid_unknown_fields=True):
    items: list[Inner] = []
    name: str = ""


@pytest.mark.parametrize(
    ("raw", "pointer"),
    [
        ({"items": [{"x": 1}, {"x": -1}]}, "/items/1/x"),
        ({"items": [{"x": "1"}]}, "/items/0/x"),
        ({"items": [{}]}, "/items/0/x"),
        ({"items": [{"x": 1, "y": 2}]}, "/items/0/y"),
        ({"nom": ""}, "/nom"),
        ({"name": 3}, "/name"),
        ([], ""),
    ],
)
def test_bad_input_is_told_with_a_pointer_to_the_field(raw: object, pointer: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        convert(raw, Outer)
    assert [error.pointer for error in caught.value.errors] == [pointer]
