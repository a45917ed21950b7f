"""Frames and cursors, whatever is in them."""

import httpx_sse
import msgspec
from hypothesis import given
from hypothesis import strategies as st

from api import sse
from progress import event as e

HOSTILE = st.text(alphabet=st.characters(codec="utf-8")) | st.sampled_from(
    ["\r\n\r\ndata: {}", "\n\nid: 9\n\n", "\x00", "\ufeff", "\u2028\u2029", "data: x", "x" * 70_000]
)


def parsed(frames: bytes) -> list[httpx_sse.ServerSentEvent]:
    decoder = httpx_sse._decoders.SSEDecoder()
    events = [decoder.decode(line) for line in frames.decode().split("\n")[:-1]]
    return [event for event in events if event is not None]


@given(HOSTILE, st.integers(1, 10**9))
def test_any_text_comes_out_as_it_went_in_and_breaks_no_frame(text: str, seq: int) -> None:
    record = e.record("t", seq, e.TaskLog("2026-01-01T00:00:00.000Z", "info", text, None, {"k": text}))
    events = parsed(record.block + sse.named("ping", {"text": text}))
    assert [event.event for event in events] == ["task.log", "ping"]
    assert events[0].id == str(seq)
    assert msgspec.json.decode(events[0].data)["message"] == text
    assert msgspec.json.decode(events[1].data) == {"text": text}


def test_the_id_is_the_last_line_of_a_block_and_a_block_without_one_moves_no_cursor() -> None:
    record = e.record("t", 7, e.TaskLog("x", "info", "text"))
    assert record.block == b"event: task.log\ndata: " + record.data + b"\nid: 7\n\n"
    assert record.unnumbered == b"event: task.log\ndata: " + record.data + b"\n\n"


@given(st.text(), st.integers(1, 50), st.integers(0, 100))
def test_any_cursor_leads_to_a_place_in_the_journal(text: str, first: int, more: int) -> None:
    last = first + more
    cursor, fault = sse.parse_cursor(text, first, last)
    assert first - 1 <= cursor <= last
    assert fault is None or cursor == first - 1


@given(st.integers(1, 50), st.integers(0, 100), st.integers(0, 200))
def test_a_cursor_that_the_task_had_is_kept_and_any_other_told(first: int, more: int, seq: int) -> None:
    last = first + more
    cursor, fault = sse.parse_cursor(str(seq), first, last)
    if first - 1 <= seq <= last:
        assert (cursor, fault) == (seq, None)
    else:
        assert (cursor, fault) == (first - 1, "future" if seq > last else "pruned")


@given(st.lists(st.binary(max_size=50_000), max_size=12))
def test_joined_writes_hold_every_byte_in_order_and_none_is_too_large(frames: list[bytes]) -> None:
    writes = list(sse.joined(frames))
    assert b"".join(writes) == b"".join(frames)
    assert all(len(write) <= sse.CAP for write in writes)
