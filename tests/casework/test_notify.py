"""Which URLs may be told, which addresses are public, and a signature that others can verify."""

import base64
import hashlib
import hmac
import ipaddress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from casework import accounts, notify
from casework.settings import Settings

PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.1", "224.0.0.1",
    "::1", "::", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
    "ff02::1",
]  # fmt: skip
PUBLIC = ["93.184.215.14", "2606:2800:220:1::1", "::ffff:93.184.215.14", "64:ff9b::5db8:d70e"]


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_everybodys_is_private(address: str) -> None:
    assert not notify.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_that_is_everybodys_is_public(address: str) -> None:
    assert notify.is_public(ipaddress.ip_address(address))


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_the_same_inside_an_ipv6_one(address: ipaddress.IPv4Address) -> None:
    inside = ipaddress.IPv6Address(f"::ffff:{address}")
    assert notify.is_public(inside) == notify.is_public(address)


REFUSED = {
    "http://127.0.0.1:8000/x": "a private address",
    "https://[::1]/x": "a private address",
    "https:///x": "no host",
    "http://[::1": "no URL",
    "json://10.0.0.1/x": "NOTIFY_URLS",
    "mailto://li:secret@example.org": "NOTIFY_URLS",
    "bogus": "NOTIFY_URLS",
    "discord://only-half": "Apprise does not understand",
}


@pytest.mark.parametrize("url", REFUSED)
def test_a_task_may_not_have_anything_told_that_reaches_into_the_operators_network(url: str) -> None:
    assert REFUSED[url] in (notify.fault(url, private=False) or "")


def test_a_task_may_name_a_public_webhook_and_a_hosted_service() -> None:
    assert notify.fault("https://example.org/hook", private=False) is None
    assert notify.fault("http://127.0.0.1/hook", private=True) is None
    assert notify.fault("json://127.0.0.1/hook", private=True) is None
    assert notify.fault("discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV", private=False) is None


def test_no_log_shows_what_may_be_a_secret_of_the_url() -> None:
    assert notify.shown("https://li:secret@example.org:8443/hook?token=secret") == "https://example.org:8443/hook"
    assert notify.shown("tgram://secret/chat") == "tgram://…"


@given(st.binary(max_size=200), st.integers(0, 2**40))
def test_the_signature_is_that_of_standard_webhooks(body: bytes, timestamp: int) -> None:
    key = b"0123456789abcdefghijklmn"
    secret = "whsec_" + base64.b64encode(key).decode()
    expected = base64.b64encode(hmac.digest(key, b"m1.%d.%b" % (timestamp, body), hashlib.sha256)).decode()
    assert notify.sign(secret, "m1", timestamp, body) == f"v1,{expected}"
    assert notify.sign(key.decode(), "m1", timestamp, body) == f"v1,{expected}"


def test_the_secret_of_webhooks_follows_from_the_services_own_where_none_is_set(tmp_path: Path) -> None:
    one, other = (
        Settings(data_dir=tmp_path, secret_key=SecretStr(key * 32), webhook_secret=None) for key in ("a", "b")
    )
    made = accounts.webhook_secret(one)
    assert made == accounts.webhook_secret(one) != accounts.webhook_secret(other)
    assert len(base64.b64decode(made.removeprefix("whsec_"))) == 32
    told = Settings(data_dir=tmp_path, webhook_secret=SecretStr("a secret of 24 characters"))
    assert accounts.webhook_secret(told) == "a secret of 24 characters"
