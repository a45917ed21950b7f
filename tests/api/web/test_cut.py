"""One recorded stream, cut at every byte and resumed by real clients: nothing lost, nothing twice."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from cli.client import Client
from tests.api.conftest import People
from tests.api.test_stream import submitted
from tests.api.web.conftest import Tab
from tests.api.web.recorded import Recording, served
from tests.api.web.test_clients import package

__all__ = ["package"]  # a fixture
STRIDE = 11  # for the slow ones; npm's EventSource takes every byte
IN_A_PAGE = """async (offsets) => {
  const { watchTask } = await import("/web/watch.js");
  const follow = (id) => new Promise((resolve) => {
    const seqs = [];
    watchTask(id, {
      onEvent: (event) => seqs.push(event.seq),
      eventSource: class extends EventSource {},
      onState: (state) => ["ended", "refused"].includes(state) && resolve(`${state} ${seqs}`),
    });
  });
  const whole = await follow("t");
  const wrong = [];
  const lane = async () => {
    for (let offset; (offset = offsets.pop()) !== undefined; ) {
      const seen = await follow(`${offset}-c`);
      if (seen !== whole) wrong.push([offset, seen]);
    }
  };
  await Promise.all([lane(), lane(), lane()]);
  return { whole, wrong };
}"""


@pytest.fixture
async def recording(person: People, worker: None) -> AsyncIterator[Recording]:
    """The stream of a small task that has run."""
    li = await person()
    task = await submitted(li, input={"steps": 1, "step_seconds": 0.05, "ticks": 1})
    async with li.stream("GET", f"/tasks/{task}/events") as answer:
        body = b"".join([chunk async for chunk in answer.aiter_raw()])
    async with served(body) as recording:
        assert len(recording.rows) >= 5
        yield recording


async def followed(client: Client, task: str) -> list[bytes]:
    return [msgspec.json.encode(event) async for event in client.follow(task)]


async def test_the_python_client_resumes_a_stream_cut_anywhere(recording: Recording) -> None:
    async with Client(recording.url, "token") as client:
        for offset in range(0, len(recording.body) + 1, STRIDE):
            assert await followed(client, f"{offset}-p") == recording.data, f"cut at byte {offset}"


async def test_the_python_client_fills_holes_and_drops_repeats(recording: Recording) -> None:
    async with Client(recording.url, "token") as client:
        for seq in range(1, len(recording.rows) + 1):
            recording.without, recording.twice = seq, 0
            assert await followed(client, "t") == recording.data, f"without {seq}"
            recording.without, recording.twice = 0, seq
            assert await followed(client, "t") == recording.data, f"{seq} twice"


async def test_watch_js_by_npms_eventsource_resumes_a_stream_cut_at_every_byte(
    recording: Recording, package: Path
) -> None:
    shutil.copy(Path(__file__).with_name("cut.mjs"), package)
    command = ("node", str(package / "cut.mjs"), f"{recording.url}/api/v1", str(len(recording.body)))
    script = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    out, _ = await asyncio.wait_for(script.communicate(), 110)
    assert msgspec.json.decode(out) == {"whole": expected(recording), "wrong": []}


async def test_watch_js_in_chromium_resumes_a_stream_cut_anywhere(recording: Recording, tab: Tab) -> None:
    await tab.page.goto(recording.url)
    offsets = list(range(0, len(recording.body) + 1, STRIDE))
    seen = await tab.page.evaluate(IN_A_PAGE, offsets)
    assert seen == {"whole": expected(recording), "wrong": []}


def expected(recording: Recording) -> str:
    return "ended " + ",".join(str(number) for number in range(1, len(recording.rows) + 1))
