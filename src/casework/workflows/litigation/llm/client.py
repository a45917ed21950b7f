"""Asking the endpoint, with a loop of retries of our own: each wait is told, can be cancelled, and is never a minute.

A library's own retries slept 70 s in silence on a `Retry-After`; longer waits are the task's to wait out, as a backoff.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from casework import log
from casework.retry import ceiling
from casework.workflows.litigation.llm.mask import mask
from casework.workflows.litigation.llm.stream import Answer, OnText, Patience, Transient, read

ATTEMPTS = 4
BASE_SECONDS, CAP_SECONDS = 1.0, 30.0
LONGEST_WAIT_SECONDS = 60.0
RETRIED = {408, 409, 425, 429}
OnWait = Callable[[int, str, float], Awaitable[None]]
_log = log.get(__name__)


class Refused(Exception):
    """The endpoint will not answer, however often it is asked."""


class Unreachable(Exception):
    """All tries were used, or the time."""


class Busy(Exception):
    """The endpoint asks for a longer wait than a step should hold its worker for."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"服务要求等待 {seconds:.0f} 秒")
        self.seconds = seconds


class Client:
    """One endpoint and model. Whatever is sent goes through `mask`."""

    def __init__(self, http: httpx.AsyncClient, base_url: str, key: str, model: str, patience: Patience) -> None:
        self._http = http
        self._url = base_url.rstrip("/") + "/chat/completions"
        self._headers = {"Accept": "text/event-stream", **({"Authorization": f"Bearer {key}"} if key else {})}
        self._model = model
        self._patience = patience
        self._plain = False  # the endpoint has refused what not every one knows
        self.calls = 0

    async def ask(self, messages: list[dict[str, str]], most_tokens: int, on_text: OnText, on_wait: OnWait) -> Answer:
        """The answer; raises Refused, Unreachable or Busy."""
        masked = [{**message, "content": mask(message["content"])} for message in messages]
        loop = asyncio.get_running_loop()
        until = loop.time() + self._patience.whole
        for attempt in range(1, ATTEMPTS + 1):
            try:
                async with asyncio.timeout_at(until):
                    return await self._once(masked, most_tokens, on_text)
            except TimeoutError:
                raise Unreachable(f"{self._patience.whole:g} 秒内没有得到完整的回答") from None
            except Transient as fault:
                if attempt == ATTEMPTS:
                    raise Unreachable(f"试了 {attempt} 次：{fault}") from None
                if fault.retry_after is not None and fault.retry_after > LONGEST_WAIT_SECONDS:
                    raise Busy(fault.retry_after) from None
                wait = fault.retry_after
                if wait is None:
                    wait = random.uniform(0, ceiling(attempt, BASE_SECONDS, CAP_SECONDS))
                if loop.time() + wait >= until:
                    raise Unreachable(f"{self._patience.whole:g} 秒内没有得到完整的回答：{fault}") from None
                await on_wait(attempt, str(fault), wait)
                await asyncio.sleep(wait)
        raise AssertionError("unreachable")

    async def _once(self, messages: list[dict[str, str]], most_tokens: int, on_text: OnText) -> Answer:
        plain = self._plain
        try:
            return await self._send(messages, most_tokens, on_text, plain=plain)
        except _BadRequest:
            if plain:
                raise Refused("HTTP 400") from None
            self._plain = True
        return await self._once(messages, most_tokens, on_text)

    async def _send(self, messages: list[dict[str, str]], most_tokens: int, on_text: OnText, *, plain: bool) -> Answer:
        body: dict[str, Any] = {"model": self._model, "messages": messages, "stream": True, "max_tokens": most_tokens}
        if not plain:
            body |= {"stream_options": {"include_usage": True}, "response_format": {"type": "json_object"}}
        self.calls += 1
        begun = time.monotonic()
        status = 0
        try:
            async with asyncio.timeout(self._patience.first):
                request = self._http.build_request("POST", self._url, headers=self._headers, json=body)
                response = await self._http.send(request, stream=True)
        except TimeoutError:
            raise Transient("等待回答超时") from None
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            raise Refused("CASEWORK_LLM_BASE_URL 不是可用的网址") from None
        except httpx.TransportError as error:
            raise Transient(f"连接失败（{type(error).__name__}）") from None
        try:
            status = response.status_code
            await _check(response)
            return await read(response, self._patience, on_text)
        except httpx.TransportError as error:
            raise Transient(f"连接中断（{type(error).__name__}）") from None
        finally:
            await response.aclose()
            _log.info(
                "language model called", model=self._model, status=status, seconds=round(time.monotonic() - begun, 3)
            )


class _BadRequest(Exception):
    """400: perhaps only for the options that not every endpoint knows."""


async def _check(response: httpx.Response) -> None:
    """Raise what a status means; nothing of the body is kept, for it may hold what was sent."""
    status = response.status_code
    if status == 200:
        return
    try:
        async with asyncio.timeout(5):
            body = (await response.aread())[:10_000]
    except (TimeoutError, httpx.TransportError):
        body = b""
    if b"insufficient_quota" in body:
        raise Refused(f"HTTP {status}：额度不足")
    if status == 400:
        raise _BadRequest
    if status in RETRIED or status >= 500:
        raise Transient(f"HTTP {status}", _retry_after(response.headers.get("retry-after")))
    raise Refused(f"HTTP {status}")


def _retry_after(value: str | None) -> float | None:
    """Seconds, from a number or a date."""
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None
