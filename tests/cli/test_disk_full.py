"""A disk that fills up under `casework up`: what is new is refused, what runs goes on, and nothing is missing."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.test_up import ended, signed_in, submit, up
from tests.support import eventually

STOPPED = {"workflow": "demo", "input": {"steps": 1, "step_seconds": 0}}


@pytest.fixture
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A file system of 48 MB."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    path = tmp_path_factory.mktemp("disk")
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", str(path)], check=True)
    yield path
    subprocess.run(["umount", str(path)], check=True)


def fill(disk: Path) -> Path:
    """Take what is left; returns the file that holds it."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        while free := os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize:
            file.write(b"\0" * min(free, 1 << 20))
    return ballast


async def test_a_full_disk_refuses_what_is_new_and_loses_nothing(disk: Path) -> None:
    async with up(disk / "data") as (_, url), signed_in(url) as http:
        running = await submit(http, steps=3, step_seconds=2, ticks=10)

        async def begun() -> bool:
            return bool((await http.get(f"/tasks/{running}/status")).json()["progress"] > 5)

        await eventually(begun, 20, "the task has not begun")
        before = len((await http.get("/tasks")).json()["items"])
        ballast = fill(disk)

        async def refused() -> bool:
            answer = await http.post("/tasks", json=STOPPED)
            return answer.status_code == 503 and int(answer.headers["retry-after"]) >= 1

        await eventually(refused, 20, "a full disk accepts tasks")
        accepted = len((await http.get("/tasks")).json()["items"]) - before
        upload = await http.post("/documents", files={"files": ("a.txt", b"text " * 10_000)})
        assert upload.status_code == 503
        assert upload.headers["content-type"] == "application/problem+json"
        ballast.unlink()
        task = await ended(http, running, 60)
        assert task["status"] == "succeeded"
        assert len(task["attempts"]) == 1
        told = (await http.get(f"/tasks/{running}/events", headers={"Accept": "application/json"})).json()["events"]
        assert [event["seq"] for event in told] == list(range(1, len(told) + 1))
        assert [event["type"] for event in told].count("step.succeeded") == 3
        assert len((await http.get("/tasks")).json()["items"]) == before + accepted
        assert (await ended(http, await submit(http, steps=1, step_seconds=0), 30))["status"] == "succeeded"
