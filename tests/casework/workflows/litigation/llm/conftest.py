"""The scripted endpoint, and settings that point at it, with short times."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from casework.settings import Settings
from casework.workflows.litigation.llm import client, consult
from casework.workflows.litigation.llm.stream import Patience
from cli.fake_llm import Fake

SHORT = Patience(connect=1, first=0.8, between=0.5, whole=5)
Play = Callable[..., Fake]


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch) -> Iterator[Play]:
    """`play("500", "ok", budget=…)` starts the endpoint with that script and sets it as the language model."""
    monkeypatch.setattr(consult, "PATIENCE", SHORT)
    monkeypatch.setattr(client, "BASE_SECONDS", 0.02)
    with ExitStack() as stack:

        def start(*script: str, pause: float = 0.05, **more: Any) -> Fake:
            fake = stack.enter_context(Fake(list(script), pause=pause))
            settings = Settings(llm_base_url=fake.url, llm_api_key="secret-key", llm_model="fake", **more)
            monkeypatch.setattr("casework.settings.load", lambda: settings)
            return fake

        yield start
