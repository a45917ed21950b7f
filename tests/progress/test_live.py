"""Live text: frames, and the pen that tells them."""

import asyncio
import time
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from progress import bus, live
from progress.follow import Topic
from tests.support import eventually


@given(st.text(max_size=1_000))
def test_a_frame_is_one_block_without_an_id_that_holds_the_last_words_and_where_they_begin(text: str) -> None:
    block = live.block("t", live.encode("t", "2026-01-01T00:00:00.000Z", "ask", text))
    name, data, *end = block.split(b"\n")
    assert (name, end) == (b"event: live", [b"", b""])
    frame = msgspec.json.decode(data.removeprefix(b"data: "))
    assert text[frame["offset"] :] == frame["text"]
    assert len(frame["text"]) == min(len(text), live.WINDOW)


@given(st.binary())
def test_garbage_is_no_frame(garbage: bytes) -> None:
    topic = Topic("t")
    with pytest.raises(ValueError, match="no frame"):
        topic.hear(live.MARK + garbage)
    assert topic.live is None


def test_a_process_that_knows_no_live_text_takes_a_frame_for_no_ring() -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - it logs that, whatever it says
        bus.decode("t", live.encode("t", "", "ask", "words"))


def test_an_event_makes_what_was_being_written_void() -> None:
    topic = Topic("t")
    topic.hear(live.encode("t", "", "ask", "words"))
    assert topic.live is not None
    topic.heard(1, [])
    assert topic.live is None


async def test_a_pen_tells_the_newest_four_times_a_second_at_most_and_the_last_words_too() -> None:
    told: list[tuple[float, str]] = []

    def tell(_: str, frame: bytes) -> None:
        told.append((time.monotonic(), msgspec.json.decode(frame[1:])["text"]))

    pen = live.Pen("t", tell)
    for number in range(60):
        pen.write("ask", str(number))
        await asyncio.sleep(0.01)
    await eventually(lambda: told[-1][1] == "59", 2, "the last words were never told")
    assert 3 <= len(told) <= 6
    assert all(later - earlier >= live.INTERVAL_SECONDS - 0.01 for (earlier, _), (later, _) in pairwise(told))


async def test_what_was_dropped_is_not_told() -> None:
    told: list[bytes] = []
    pen = live.Pen("t", lambda _, frame: told.append(frame))
    pen.write("ask", "one")
    await eventually(lambda: told, 2, "never told")
    pen.write("ask", "two")
    pen.drop()
    await asyncio.sleep(live.INTERVAL_SECONDS + 0.05)
    assert len(told) == 1
