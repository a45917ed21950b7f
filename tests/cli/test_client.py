"""The Python client through a restart of the API, and what the terminal makes of the events."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.client import Client
from cli.view import StepLine, TaskView
from tests.cli.test_up import children, directory, signed_in, submit, up

__all__ = ["directory"]  # a fixture


async def test_a_watcher_sees_every_event_once_through_a_killed_api(directory: Path) -> None:
    async with up(directory) as (process, url), signed_in(url) as http:
        task_id = await submit(http, steps=3, step_seconds=1, ticks=10)
        token = http.headers["Authorization"].removeprefix("Bearer ")
        seen: list[int] = []
        killed = False
        async with Client(url, token) as client:
            async with asyncio.timeout(60):
                async for event in client.follow(task_id):
                    seen.append(event["seq"])
                    if not killed and len(seen) > 5:
                        killed = True
                        next(child for child in children(process) if "api" in child.cmdline()).kill()
        assert killed
        assert seen == list(range(1, len(seen) + 1))
        status = (await http.get(f"/tasks/{task_id}/status")).json()
        assert (status["status"], status["last_seq"]) == ("succeeded", seen[-1])


EVENTS = st.lists(
    st.one_of(
        st.builds(lambda s, p: {"type": "step.progressed", "step": s, "progress": p, "step_progress": p, "message": ""},
                  st.sampled_from("abc"), st.floats(0, 100)),
        st.builds(lambda s: {"type": "step.started", "step": s, "progress": 0.0}, st.sampled_from("abc")),
        st.builds(lambda s: {"type": "step.succeeded", "step": s, "progress": 50.0}, st.sampled_from("abc")),
        st.just({"type": "task.started", "progress": 0.0, "restored": ["a"]}),
        st.just({"type": "task.interrupted", "reason": "worker_lost"}),
        st.just({"type": "task.something.new"}),
    )
)  # fmt: skip


@given(EVENTS)
def test_any_story_leaves_a_view_that_can_be_drawn(events: list[dict[str, object]]) -> None:
    view = TaskView({name: StepLine(name) for name in "abc"})
    for event in events:
        view.see(event)
    assert set(view.steps) == set("abc")
    assert all(0 <= line.progress <= 100 for line in view.steps.values())


@pytest.mark.parametrize("end", ["succeeded", "cancelled"])
def test_the_end_is_the_status(end: str) -> None:
    view = TaskView({})
    view.see({"type": f"task.{end}", "progress": 100.0})
    assert view.status == end
