"""Whom to tell of a task's end: which URLs are accepted from whom, which addresses are public, how a webhook is signed.

`http(s)://` is a signed webhook, any other scheme is Apprise's. No I/O but that of loading Apprise.
"""

import base64
import hashlib
import hmac
import ipaddress
from urllib.parse import urlsplit

ENDS = ("failed", "succeeded", "cancelled")
# Apprise's services whose server Apprise itself names: a task may choose them, and reaches nothing else through them.
HOSTED = frozenset(
    {"dingtalk", "discord", "feishu", "ifttt", "lark", "onesignal", "opsgenie", "pagerduty", "pbul", "pover"}
    | {"sendgrid", "slack", "tgram", "twilio", "wecombot"}
)
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def is_webhook(url: str) -> bool:
    """Whether the URL is told by a signed POST of ours, and not through Apprise."""
    return url.lower().startswith(("http://", "https://"))


def shown(url: str) -> str:
    """The URL as a log may show it: without what may be a secret."""
    if not is_webhook(url):
        return f"{url.partition('://')[0]}://…"
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}{parts.path}"


def fault(url: str, *, private: bool) -> str | None:
    """What keeps a task from having this URL told, with the remedy; `private` as the settings allow."""
    if is_webhook(url):
        return _webhook_fault(url, private=private)
    scheme = url.partition("://")[0].lower()
    if not private and scheme not in HOSTED:
        return f"a task may use https:// and Apprise's {', '.join(sorted(HOSTED))}; others belong in NOTIFY_URLS"
    import apprise  # here: most processes never notify anybody

    return None if apprise.Apprise.instantiate(url) else f"Apprise does not understand this {scheme}:// URL"


def _webhook_fault(url: str, *, private: bool) -> str | None:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "this is no URL"
    if not host:
        return "this URL names no host"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None  # a name: looked up, and looked at, whenever it is used
    return None if private or is_public(address) else "a private address"


def is_public(address: _Address) -> bool:
    """Whether anybody on the internet may be reached there; an IPv4 address inside an IPv6 one is looked at too."""
    if isinstance(address, ipaddress.IPv6Address):
        teredo = address.teredo[1] if address.teredo else None
        inner = address.ipv4_mapped or address.sixtofour or teredo or _nat64(address)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast


def _nat64(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    inside = address in ipaddress.IPv6Network("64:ff9b::/96")
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if inside else None


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The header `webhook-signature` as Standard Webhooks has it: HMAC-SHA256 over `id.timestamp.body`."""
    text = secret.removeprefix("whsec_")
    key = base64.b64decode(text) if text != secret else secret.encode()
    digest = hmac.new(key, b"%b.%d.%b" % (message_id.encode(), timestamp, body), hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()
