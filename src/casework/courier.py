"""Bringing one notification to one URL: a signed webhook over a connection pinned to a checked address, or Apprise.

Raises NotDelivered where another try may help, Undeliverable where it cannot.
"""

import asyncio
import ipaddress
import socket
import time
from http import HTTPStatus

import httpx
import msgspec

from casework import accounts, notify
from casework.errors import NotDelivered, Undeliverable
from casework.settings import Settings

SECONDS = 10.0


class Message(msgspec.Struct, frozen=True):
    """What is said: `title` and `text` for people, `body` the webhook's JSON. `given`: by a task, not the operator."""

    id: str
    url: str
    given: bool
    title: str
    text: str
    body: str


async def bring(message: Message, settings: Settings) -> str:
    """Deliver it; returns what was answered."""
    try:
        async with asyncio.timeout(SECONDS):
            if notify.is_webhook(message.url):
                return await _post(message, settings)
            return await _apprise(message, settings)
    except TimeoutError:
        raise NotDelivered(f"no answer within {SECONDS:g} s") from None


async def _post(message: Message, settings: Settings) -> str:
    try:
        url = httpx.URL(message.url)
    except httpx.InvalidURL as error:
        raise Undeliverable(f"this is no URL: {error}") from None
    secret = await asyncio.to_thread(accounts.webhook_secret, settings)
    body, timestamp = message.body.encode(), int(time.time())
    headers = {
        "Content-Type": "application/json",
        "Host": url.netloc.decode(),
        "User-Agent": "casework",
        "webhook-id": message.id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": notify.sign(secret, message.id, timestamp, body),
    }
    anywhere = settings.notify_private or not message.given
    fault = "no address"
    for address in await _addresses(url, anywhere=anywhere):
        try:
            return await _answer(url, address, body, headers)
        except httpx.TransportError as error:
            fault = f"{type(error).__name__}: {error}"
    raise NotDelivered(fault)


async def _addresses(url: httpx.URL, *, anywhere: bool) -> list[str]:
    """Where the host is; raises Undeliverable when any of its addresses is private and that is not allowed."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(
            url.host, url.port or (443 if url.scheme == "https" else 80), type=socket.SOCK_STREAM
        )
    except (OSError, UnicodeError) as error:
        raise NotDelivered(f"{url.host} is not found: {error}") from None
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    if not anywhere and not all(notify.is_public(ipaddress.ip_address(each)) for each in addresses):
        raise Undeliverable(f"{url.host} is at a private address")
    return addresses


async def _answer(url: httpx.URL, address: str, body: bytes, headers: dict[str, str]) -> str:
    """POST to that very address, so that no second look-up can lead elsewhere; TLS still proves the name."""
    pinned, name = url.copy_with(host=address), {"sni_hostname": url.raw_host.decode()}
    async with (
        httpx.AsyncClient(trust_env=False, timeout=SECONDS, follow_redirects=False) as http,
        http.stream("POST", pinned, content=body, headers=headers, extensions=name) as response,
    ):
        status = response.status_code
    if status == HTTPStatus.GONE:
        raise Undeliverable("410: nobody wants it there any more")
    if not response.is_success:
        raise NotDelivered(f"answered {status}")
    return f"answered {status}"


async def _apprise(message: Message, settings: Settings) -> str:
    if message.given:
        fault = notify.fault(message.url, private=settings.notify_private)
        if fault is not None:
            raise Undeliverable(fault)
    if not await asyncio.to_thread(_told, message):
        raise NotDelivered("not accepted")
    return "accepted"


def _told(message: Message) -> bool:
    """Blocking, in the calling thread: the service itself, because Apprise's own `notify` keeps a pool of threads."""
    try:
        import apprise

        service = apprise.Apprise.instantiate(message.url)
        return service is not None and bool(service.notify(title=message.title, body=message.text))
    except Exception as error:
        raise NotDelivered(f"Apprise raised {type(error).__name__}") from error
