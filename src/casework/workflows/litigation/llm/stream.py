"""One streamed answer of an OpenAI-compatible endpoint: its chunks, its timeouts, and whether it came to its end.

A stream that just stops is a failure: libraries return the half of it as if it were whole.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import msgspec

CHARACTERS = 100_000
AFTER_END_SECONDS = 5.0  # what is waited for the usage that may follow the last word
OnText = Callable[[str], Awaitable[None]]


class Transient(Exception):
    """A failure that trying again may mend; `retry_after` in seconds where the endpoint names it."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Patience(msgspec.Struct, frozen=True):
    """How long to wait, in seconds: for a connection, the first words, further ones, and for one answer in all."""

    connect: float = 5.0
    first: float = 60.0
    between: float = 30.0
    whole: float = 180.0


class Usage(msgspec.Struct, frozen=True):
    """Tokens as the endpoint counts them."""

    prompt_tokens: int = 0
    completion_tokens: int = 0


class _Message(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    delta: _Message | None = None
    message: _Message | None = None
    finish_reason: str | None = None


class _Chunk(msgspec.Struct):
    choices: list[_Choice] = []
    usage: Usage | None = None
    error: msgspec.Raw = msgspec.Raw(b"")


class Answer(msgspec.Struct):
    """The text and what it cost; `usage` is None where the endpoint does not tell."""

    text: str = ""
    usage: Usage | None = None
    finished: bool = False


async def read(response: httpx.Response, patience: Patience, on_text: OnText) -> Answer:
    """The whole answer; raises Transient for one that stalls, is cut, or is no answer."""
    answer = Answer()
    if response.headers.get("content-type", "").startswith("application/json"):
        try:
            async with asyncio.timeout(patience.first):
                await response.aread()
        except TimeoutError:
            raise Transient("等待回答超时") from None
        _take(answer, response.content)
        await on_text(answer.text)
    else:
        await _stream(response, patience, on_text, answer)
    if not answer.finished and not _is_json(answer.text):
        raise Transient("回答没有到结尾就断了")
    return answer


async def _stream(response: httpx.Response, patience: Patience, on_text: OnText, answer: Answer) -> None:
    loop = asyncio.get_running_loop()
    lines: AsyncIterator[str] = response.aiter_lines()
    deadline = loop.time() + patience.first
    while True:
        try:
            async with asyncio.timeout_at(deadline):
                line = await anext(lines, None)
        except TimeoutError:
            if answer.finished:
                return
            raise Transient("等待回答超时") from None
        if line is None:
            return
        if not line.startswith("data:"):
            continue  # a comment that keeps the connection open is no sign of an answer
        data = line[5:].strip()
        if data == "[DONE]":
            answer.finished = True
            return
        before = len(answer.text)
        _take(answer, data.encode())
        deadline = loop.time() + (AFTER_END_SECONDS if answer.finished else patience.between)
        if len(answer.text) > before:
            await on_text(answer.text)
        if len(answer.text) > CHARACTERS:
            raise Transient("回答过长")


def _take(answer: Answer, data: bytes) -> None:
    try:
        chunk = msgspec.json.decode(data, type=_Chunk)
    except msgspec.MsgspecError:
        raise Transient("回答不是约定的格式") from None
    if bytes(chunk.error) not in (b"", b"null"):
        raise Transient("回答中途报错")
    for choice in chunk.choices[:1]:
        said = choice.delta or choice.message
        answer.text += (said.content or "") if said else ""
        answer.finished = answer.finished or choice.finish_reason is not None
    answer.usage = chunk.usage or answer.usage


def _is_json(text: str) -> bool:
    """Some endpoints never say that they have ended; a whole JSON value is whole all the same."""
    try:
        msgspec.json.decode(text.encode())
    except msgspec.MsgspecError:
        return False
    return True
