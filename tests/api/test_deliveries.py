"""Who is to be told is checked at submission, and who was told can be read by the owner and the admin."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from casework.settings import Settings
from tests.api.conftest import People
from tests.support import eventually
from tests.workers.receiver import Receiver

FAILING = {"workflow": "demo", "max_attempts": 1, "input": {"steps": 1, "step_seconds": 0, "ticks": 0, "fail_at": 1}}


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver.listening() as receiver:
        yield receiver


@pytest.fixture
def settings(settings: Settings) -> Settings:
    more = {"webhook_secret": SecretStr("a secret of 24 characters")}
    return settings.model_copy(update=more)


async def test_a_url_that_nobody_may_be_told_through_is_refused_by_name(person: People) -> None:
    li = await person("li")
    for url in ("http://127.0.0.1/x", "json://example.org/x", "discord://only-half"):
        answer = await li.post("/tasks", json={**FAILING, "notify": {"urls": ["https://example.org/", url]}})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/notify/urls/1"), answer.text
    batch = {"tasks": [FAILING, {**FAILING, "notify": {"urls": ["http://10.0.0.1/"]}}]}
    answer = await li.post("/tasks/batch", json=batch)
    assert answer.json()["errors"][0]["pointer"] == "/tasks/1/notify/urls/0"


async def test_the_owner_and_the_admin_read_the_delivery_log_and_nobody_else(
    person: People, worker: None, receiver: Receiver, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casework.notify.is_public", lambda _: True)
    li, wang, admin = await person("li"), await person("wang"), await person("root", "admin")
    hook = f"http://127.0.0.1:{receiver.port}/hook?token=secret"
    answer = await li.post("/tasks", json={**FAILING, "notify": {"urls": [hook]}})
    assert answer.status_code == 202, answer.text
    path = f"/tasks/{answer.json()['task_id']}/deliveries"

    async def delivered() -> bool:
        found = (await li.get(path)).json()["deliveries"]
        return bool(found) and found[0]["status"] == "delivered"

    await eventually(delivered, 10, "not delivered")
    (told,) = (await li.get(path)).json()["deliveries"]
    assert told["target"] == hook.partition("?")[0]
    assert [(each["ok"], each["outcome"]) for each in told["tries"]] == [(True, "answered 200")]
    assert (await admin.get(path)).json()["deliveries"] == [told]
    assert (await wang.get(path)).status_code == 404
