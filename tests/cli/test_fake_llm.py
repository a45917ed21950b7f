"""`casework fake-llm`, as a person starts it."""

import json
import os
import signal
import subprocess
import sys

import httpx
import pytest
from click.testing import CliRunner

from cli.fake_llm import MOVES, Fake, command


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_the_settings_answers_as_scripted_and_stops_when_asked(number: signal.Signals) -> None:
    arguments = [sys.executable, "-m", "cli.main", "fake-llm", "--script", "429:7, ok"]
    with subprocess.Popen(
        arguments, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        url = line.split()[0].removeprefix("CASEWORK_LLM_BASE_URL=") + "/chat/completions"
        refused = httpx.post(url, json={"messages": []})
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "7")
        body = {"messages": [{"role": "user", "content": "F1 事实\nkinds: overview"}], "stream": True}
        text = httpx.post(url, json=body).text
        assert text.endswith("data: [DONE]\n\n")
        said = "".join(
            choice["delta"].get("content", "")
            for data in text.split("data: ")[1:-1]
            for choice in json.loads(data)["choices"]
        )
        assert json.loads(said)["items"][0]["fact_ids"] == ["F1"]
        process.send_signal(number)
        assert process.wait(10) == 0


def test_a_move_that_is_none_is_told_with_those_there_are() -> None:
    result = CliRunner().invoke(command, ["--script", "dance"])
    assert result.exit_code == 2
    assert all(move in result.output.replace("\n", "") for move in ("dance", "bad-json"))


@pytest.mark.parametrize("move", MOVES)
def test_every_move_can_be_ended(move: str) -> None:
    with Fake([move]) as fake:
        assert fake.url.startswith("http://127.0.0.1:")
