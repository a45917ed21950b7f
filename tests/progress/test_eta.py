"""Time left: what the pure part promises."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from progress.eta import (
    COVERAGE,
    Estimate,
    Grade,
    Past,
    PastRun,
    StepProgress,
    estimate,
    fit,
    quantile,
    queue_wait,
    remaining,
    wait_range,
    widening,
)

seconds = st.floats(0.01, 10_000)
STEPS = ("read", "left", "right", "report")
NEEDS: dict[str, tuple[str, ...]] = {"read": (), "left": ("read",), "right": ("read",), "report": ("left", "right")}
runs = st.lists(
    st.fixed_dictionaries(dict.fromkeys(STEPS, seconds)).map(lambda steps: PastRun(sum(steps.values()), steps)),
    min_size=1,
    max_size=30,
)
fractions = st.fixed_dictionaries(dict.fromkeys(STEPS, st.floats(0, 0.99)))


def standing(done: float = 0.0, **elapsed: float) -> list[StepProgress]:
    return [StepProgress(name, NEEDS[name], done, elapsed.get(name, 0.0)) for name in STEPS]


@given(runs, fractions, st.sets(st.sampled_from(STEPS)), seconds, st.floats(1, 4))
def test_an_estimate_is_finite_not_negative_and_inside_its_range(
    past: list[PastRun], done: dict[str, float], over: set[str], elapsed: float, widened: float
) -> None:
    steps = [StepProgress(name, NEEDS[name], done[name], elapsed, done=name in over) for name in STEPS]
    said = estimate(steps, Past(past), widened=widened)
    assert said is not None
    assert 0 <= said.low <= said.seconds <= said.high < math.inf


@given(runs, st.floats(1, 4), st.floats(1, 4))
def test_what_is_widened_further_holds_what_is_widened_less(past: list[PastRun], one: float, other: float) -> None:
    narrow, wide = (estimate(standing(), Past(past), widened=each) for each in sorted((one, other)))
    assert narrow is not None
    assert wide is not None
    assert wide.low <= narrow.low
    assert wide.high >= narrow.high


@given(runs)
def test_steps_beside_each_other_take_as_long_as_the_longest(past: list[PastRun]) -> None:
    said = estimate(standing(), Past(past))
    assert said is not None
    longest = [r.steps["read"] + max(r.steps["left"], r.steps["right"]) + r.steps["report"] for r in past]
    assert said.seconds == pytest.approx(quantile(longest, 0.5), rel=1e-6)


def test_without_a_history_there_is_no_number() -> None:
    assert estimate(standing(), Past([])) is None
    known = Past([PastRun(1.0, {"read": 1.0})])
    assert estimate([StepProgress("read", ()), StepProgress("new", ("read",))], known) is None


@given(seconds, st.floats(0.01, 0.99))
def test_a_step_that_keeps_to_the_past_takes_what_the_past_says(duration: float, fraction: float) -> None:
    step = StepProgress("s", (), fraction, duration * fraction)
    assert remaining(step, duration, 0.5) == pytest.approx(duration * (1 - fraction))


@given(seconds, st.floats(0.1, 0.9), st.floats(1, 10))
def test_a_slow_run_is_believed_the_more_the_further_it_is(duration: float, fraction: float, slower: float) -> None:
    step = StepProgress("s", (), fraction, duration * slower * fraction)
    real = duration * slower * (1 - fraction)
    by_past = duration * (1 - fraction)
    left = remaining(step, duration, 0.5)
    assert by_past * 0.999 <= left <= real * 1.001
    assert left == pytest.approx(fraction * real + (1 - fraction) * by_past)


def test_a_step_longer_than_every_past_one_still_has_a_future() -> None:
    said = estimate([StepProgress("s", (), 0.0, 30.0)], Past([PastRun(1.0, {"s": 1.0})] * 20))
    assert said is not None
    assert 0 < said.seconds <= 30
    assert said.high <= 60


@given(st.floats(0, 5), st.floats(0.1, 10), st.lists(st.floats(0.5, 100), min_size=6, max_size=50, unique=True))
def test_the_size_of_a_step_tells_how_long_it_takes(base: float, slope: float, sizes: list[float]) -> None:
    past = Past([PastRun(1.0, {"s": base + slope * size}, {"s": size}) for size in sizes])
    said = estimate([StepProgress("s", (), size=1_000.0)], past)
    assert said is not None
    assert said.seconds == pytest.approx(base + slope * 1_000, rel=0.02, abs=0.1)


@given(st.lists(st.tuples(st.none() | st.floats(0, 100), seconds), max_size=40))
def test_a_fit_is_never_negative(pairs: list[tuple[float | None, float]]) -> None:
    base, slope = fit(pairs)
    assert base >= 0
    assert slope >= 0


def test_a_run_that_was_slow_so_far_is_expected_to_be_slow_to_its_end() -> None:
    past = Past([PastRun(0.0, {"a": factor, "b": 10.0 * factor}) for factor in [1.0] * 30 + [5.0] * 20])
    steps = [StepProgress("a", (), elapsed=5.1, done=True), StepProgress("b", ("a",))]
    said = estimate(steps, past)
    assert said is not None
    assert said.seconds == pytest.approx(50, rel=0.1)


grades = st.lists(
    st.tuples(seconds, st.floats(1.01, 3), st.floats(1.01, 3), seconds).map(
        lambda told: Grade(Estimate(told[0], told[0] / told[1], told[0] * told[2]), told[3])
    ),
    min_size=20,
    max_size=100,
)


@given(grades)
def test_ranges_widened_by_their_grades_would_have_held_their_share(found: list[Grade]) -> None:
    factor = widening(found)
    assert 1 <= factor <= 4
    if factor < 4:
        held = sum(g.estimate.low / factor <= g.real * 1.000001 <= g.estimate.high * factor * 1.00001 for g in found)
        assert held >= COVERAGE * len(found)


@given(grades, st.floats(1, 3))
def test_what_was_widened_already_is_not_widened_twice(found: list[Grade], factor: float) -> None:
    wide = [
        Grade(Estimate(g.estimate.seconds, g.estimate.low / factor, g.estimate.high * factor, factor), g.real)
        for g in found
    ]
    assert widening(wide) == pytest.approx(widening(found))


def test_a_few_grades_widen_nothing() -> None:
    assert widening([Grade(Estimate(1, 1, 1), 100)] * 19) == 1


def slowly(ahead: list[float], running: list[float], slots: int) -> float:
    """The same without a heap."""
    free = sorted([*running, *[0.0] * (slots - len(running))])
    for duration in ahead:
        free = sorted([*free[1:], free[0] + duration])
    return free[0]


@given(st.lists(seconds, max_size=30), st.lists(seconds, max_size=4), st.integers(4, 8))
def test_a_queue_is_simulated_slot_by_slot(ahead: list[float], running: list[float], slots: int) -> None:
    assert queue_wait(ahead, running, slots) == pytest.approx(slowly(ahead, running, slots))


@given(seconds, st.integers(0, 1000), st.integers(1, 20), runs)
def test_a_wait_lies_inside_its_range(wait: float, ahead: int, slots: int, past: list[PastRun]) -> None:
    said = wait_range(wait, ahead, slots, Past(past))
    assert 0 <= said.low <= said.seconds == wait <= said.high
