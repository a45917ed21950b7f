"""A process of the drill is one process, whoever wants it back."""

import asyncio
import os
import sys
from pathlib import Path

import psutil

from cli.drill.process import Process


async def test_a_process_that_two_faults_want_back_at_once_is_started_once(tmp_path: Path) -> None:
    mark = f"drill-test-{os.getpid()}"
    command = [sys.executable, "-c", "import time; time.sleep(60)", mark]
    process = Process("twice", command, os.environ, tmp_path / "log")
    await asyncio.gather(*(process.start() for _ in range(5)))
    mine = [each.pid for each in psutil.Process().children() if mark in each.cmdline()]
    try:
        assert mine == [process.pid]
    finally:
        await process.kill()
        for pid in set(mine) - {process.pid}:
            os.kill(pid, 9)
