"""The protocol at its edges: what endpoints do that the script does not."""

import json
import time
from collections.abc import Callable
from email.utils import formatdate

import httpx
import pytest

from casework.workflows.litigation.llm import client as module
from casework.workflows.litigation.llm.client import Busy, Client, Refused, Unreachable
from casework.workflows.litigation.llm.stream import Answer, Patience

PATIENCE = Patience(connect=1, first=1, between=1, whole=3)
GOOD = b'data: {"choices":[{"delta":{"content":"{}"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
Handle = Callable[[httpx.Request], httpx.Response]


def stream(content: bytes) -> httpx.Response:
    return httpx.Response(200, headers={"Content-Type": "text/event-stream"}, content=content)


async def ask(handle: Handle, url: str = "http://model/v1") -> tuple[Answer, list[str]]:
    """(the answer, the reasons for which it was waited)."""
    waits: list[str] = []

    async def on_text(_text: str) -> None:
        pass

    async def on_wait(_attempt: int, reason: str, _seconds: float) -> None:
        waits.append(reason)

    async with httpx.AsyncClient(transport=httpx.MockTransport(handle)) as http:
        client = Client(http, url, "", "m", PATIENCE)
        return await client.ask([{"role": "user", "content": "x"}], 100, on_text, on_wait), waits


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BASE_SECONDS", 0.01)


async def test_an_endpoint_that_refuses_the_newer_options_is_asked_without_them() -> None:
    bodies = []

    def handle(request: httpx.Request) -> httpx.Response:
        bodies.append(json.loads(request.content))
        return httpx.Response(400) if "stream_options" in bodies[-1] else stream(GOOD)

    answer, waits = await ask(handle)
    assert answer.text == "{}"
    assert waits == []
    assert [sorted({"stream_options", "response_format"} & set(body)) for body in bodies] == [
        ["response_format", "stream_options"],
        [],
    ]
    with pytest.raises(Refused, match="400"):
        await ask(lambda _: httpx.Response(400))


async def test_an_endpoint_that_does_not_stream_is_understood() -> None:
    body = {"choices": [{"message": {"content": "{}"}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 3}}
    answer, _ = await ask(lambda _: httpx.Response(200, json=body))
    assert answer.text == "{}"
    assert answer.usage is not None
    assert answer.usage.prompt_tokens == 3


@pytest.mark.parametrize(
    ("content", "whole"),
    [
        (b'data: {"choices":[{"delta":{"content":"{}"}}]}\n\n', True),  # whole JSON, though nobody says so
        (b'data: {"choices":[{"delta":{"content":"{\\"a"}}]}\n\n', False),
        (b'data: {"choices":[{"delta":{"content":"{\\"a"}}]}\n\ndata: [DONE]\n\n', True),
        (b'data: {"choices":[{"delta":{"content":"{\\"a"},"finish_reason":"length"}]}\n\n', True),
        (b": keep-alive\n\n" * 3 + GOOD, True),
        (b"", False),
        (b"data: {]\n\n" + GOOD, False),
        (b'data: {"error":{"message":"overloaded"}}\n\n', False),
    ],
)
async def test_an_answer_is_whole_when_it_says_so_or_is_a_whole_value(content: bytes, *, whole: bool) -> None:
    if whole:
        assert (await ask(lambda _: stream(content)))[1] == []
    else:
        with pytest.raises(Unreachable, match="4 次"):
            await ask(lambda _: stream(content))


@pytest.mark.parametrize("status", [401, 403, 404, 422, 302, 418])
async def test_what_trying_again_cannot_mend_is_asked_once(status: int) -> None:
    calls = []

    def handle(request: httpx.Request) -> httpx.Response:
        calls.append(request)
        return httpx.Response(status, headers={"Location": "http://elsewhere/"})

    with pytest.raises(Refused, match=str(status)):
        await ask(handle)
    assert len(calls) == 1


async def test_no_quota_is_no_reason_to_wait() -> None:
    body = {"error": {"code": "insufficient_quota"}}
    with pytest.raises(Refused, match="额度"):
        await ask(lambda _: httpx.Response(429, json=body, headers={"Retry-After": "1"}))


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 503])
async def test_passing_troubles_are_tried_four_times(status: int) -> None:
    calls = []

    def handle(request: httpx.Request) -> httpx.Response:
        calls.append(request)
        return httpx.Response(status)

    with pytest.raises(Unreachable, match=str(status)):
        await ask(handle)
    assert len(calls) == module.ATTEMPTS


@pytest.mark.parametrize("say", [lambda: "90", lambda: formatdate(time.time() + 90)], ids=["seconds", "date"])
async def test_a_long_wait_is_told_in_seconds_whichever_way_it_is_asked_for(say: Callable[[], str]) -> None:
    with pytest.raises(Busy) as caught:
        await ask(lambda _: httpx.Response(429, headers={"Retry-After": say()}))
    assert 80 < caught.value.seconds <= 90


async def test_a_wait_past_the_deadline_is_not_begun() -> None:
    begun = time.monotonic()
    with pytest.raises(Unreachable, match="3 秒"):
        await ask(lambda _: httpx.Response(503, headers={"Retry-After": "30"}))
    assert time.monotonic() - begun < 1


async def test_an_address_that_is_none_is_told_with_its_setting() -> None:
    async def no_text(_text: str) -> None: ...

    async def no_wait(_attempt: int, _reason: str, _seconds: float) -> None: ...

    async with httpx.AsyncClient() as http:
        with pytest.raises(Refused, match="CASEWORK_LLM_BASE_URL"):
            await Client(http, "ftp://x", "", "m", PATIENCE).ask([], 1, no_text, no_wait)
        with pytest.raises(Unreachable, match="连接失败"):
            await Client(http, "http://127.0.0.1:1", "", "m", PATIENCE).ask([], 1, no_text, no_wait)
