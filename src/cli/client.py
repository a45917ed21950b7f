"""The Python client: signs in, calls, and follows a task through lost connections, each event once and in order.

Follows by SSE; when the stream does not come it polls the same rows, and tries the stream again.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import httpx_sse
import msgspec

from casework import accounts, settings
from casework.accounts import User
from casework.database import Database
from casework.errors import FieldError, InputError, SetupError

DEFAULT_URL = "http://127.0.0.1:8000"
HELLO_SECONDS = 5.0
SILENCE_SECONDS = 45.0
LOCAL_TOKEN_SECONDS = 3600
POLL_SECONDS = 1.0
GIVE_UP_SECONDS = 300.0
OnLive = Callable[[dict[str, Any]], None]
JOURNAL = ("task.", "step.")  # the decoder shows all others, a lone `retry:` too, with the id of the last event


class Refused(InputError):
    """The service refused the request."""


async def local_token() -> str:
    """A token for the admin of the service whose data directory is here; raises SetupError where there is none."""
    configured = settings.load()
    if configured.secret_key is None and not (configured.data_dir / "secret.key").exists():
        raise SetupError(
            "not signed in: set CASEWORK_TOKEN (`casework token NAME`), or run this where CASEWORK_DATA_DIR is"
        )
    database = Database(configured.database, pool_size=1)
    try:
        admin: User | None = await accounts.find_user(database, "admin")
    finally:
        await database.close()
    if admin is None:
        raise SetupError("there is no user admin here yet; start `casework up` once, or set CASEWORK_TOKEN")
    return accounts.issue_token(accounts.secret_key(configured), admin, LOCAL_TOKEN_SECONDS)


class Client:
    """`async with Client(url, token) as client`; without a token the local one."""

    def __init__(self, url: str | None = None, token: str | None = None) -> None:
        self.url = (url or DEFAULT_URL).rstrip("/")
        self._token = token
        self._http: httpx.AsyncClient

    async def __aenter__(self) -> "Client":
        token = self._token or await local_token()
        headers = {"Authorization": f"Bearer {token}"}
        timeout = httpx.Timeout(30, connect=5)
        self._http = httpx.AsyncClient(base_url=f"{self.url}/api/v1", headers=headers, timeout=timeout, trust_env=False)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def call(self, method: str, path: str, **options: Any) -> Any:
        """The JSON of an answer; raises Refused with what the problem says, SetupError when nobody answers."""
        try:
            response = await self._http.request(method, path, **options)
        except httpx.TransportError as error:
            raise SetupError(
                f"no answer from {self.url} ({type(error).__name__}); is `casework up` running there?"
            ) from None
        _check(response)
        return response.json() if response.content else None

    async def content(self, path: str) -> bytes:
        """A file's content; raises as `call` does."""
        response = await self._http.get(path.removeprefix("/api/v1"))
        _check(response)
        return response.content

    async def follow(
        self, task_id: str, after: int = 0, on_live: OnLive | None = None
    ) -> AsyncIterator[dict[str, Any]]:
        """The task's events past `after`, each once, in order, to its end; raises Refused, or SetupError after five
        minutes without any answer. `on_live` is given the text that is being written, where there is some."""
        loop = asyncio.get_running_loop()
        heard = reopened = loop.time()
        failures = 0
        while True:
            if loop.time() < reopened:  # the server has asked us to wait: the rows are read meanwhile
                await asyncio.sleep(min(POLL_SECONDS, reopened - loop.time()))
            else:
                wait = 0.0
                try:
                    async for frame in self._stream(task_id, after, on_live):
                        heard, failures = loop.time(), 0
                        wait = wait if frame.retry is None else frame.retry / 1000
                        if not frame.event.startswith(JOURNAL):
                            continue
                        event = msgspec.json.decode(frame.data)
                        if event["seq"] != after + 1:
                            wait = 0.0
                            break  # a hole, or one that we have: read the rows instead
                        after = event["seq"]
                        yield event
                except (httpx.TransportError, httpx_sse.SSEError, TimeoutError):
                    failures += 1
                reopened = loop.time() + wait
            try:
                page = await self._page(task_id, after)
            except httpx.TransportError:
                if loop.time() - heard > GIVE_UP_SECONDS:
                    raise SetupError(
                        f"no answer from {self.url} for {GIVE_UP_SECONDS:g} s; the task goes on without us"
                    ) from None
                await asyncio.sleep(random.uniform(0.2, min(5.0, 0.5 * 2 ** min(failures, 4))))
                continue
            heard = loop.time()
            for event in page["events"]:
                after = event["seq"]
                yield event
            if page["final"]:
                return
            if failures:  # no stream comes: poll about once a second, and try it again each time
                await asyncio.sleep(random.uniform(0.7, 1.3) * POLL_SECONDS)

    async def _stream(
        self, task_id: str, after: int, on_live: OnLive | None
    ) -> AsyncIterator[httpx_sse.ServerSentEvent]:
        timeout = httpx.Timeout(HELLO_SECONDS, read=SILENCE_SECONDS)
        path, query = f"/tasks/{task_id}/events", {"after": after}
        async with httpx_sse.aconnect_sse(self._http, "GET", path, params=query, timeout=timeout) as source:
            if source.response.status_code == httpx.codes.NO_CONTENT:
                return
            if source.response.is_error:
                await source.response.aread()
                if source.response.is_server_error:
                    raise httpx.TransportError("the stream is refused")
                _check(source.response)
            async for event in source.aiter_sse():
                if event.event == "end":
                    return
                if event.event == "live" and on_live is not None:
                    on_live(msgspec.json.decode(event.data))
                yield event

    async def _page(self, task_id: str, after: int) -> Any:
        headers = {"Accept": "application/json"}
        response = await self._http.get(f"/tasks/{task_id}/events", params={"after": after}, headers=headers)
        if response.is_server_error:
            raise httpx.TransportError("the service is not ready")
        _check(response)
        return response.json()


def _check(response: httpx.Response) -> None:
    if not response.is_error:
        return
    try:
        told = response.json()
        errors = [FieldError(**each) for each in told.get("errors", [])]
        raise Refused(f"{response.status_code} {told['title']}: {told['detail']}", errors)
    except (ValueError, KeyError, TypeError):
        raise Refused(f"{response.status_code} {response.reason_phrase}") from None
