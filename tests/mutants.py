"""Break the product on purpose and see that somebody notices: `python tests/mutants.py [stream | NAME …]`.

Each mutant is one edit of a copy of the sources; its command must fail there. Exits non-zero when one survives.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
DRILL = ("-m", "cli.main", "drill", "--minutes", "1.5")
FROZEN_OFTEN = ("-m", "cli.main", "drill", "--minutes", "4", "--rate", "6")  # a fence matters to who is frozen in a run


class Mutant(NamedTuple):
    """`old` stands in `file` exactly once and becomes `new`, as do those of `also`; `command` is given to Python."""

    file: str
    old: str
    new: str
    command: tuple[str, ...]
    also: tuple[str, str] | None = None


def pytest(test: str) -> tuple[str, ...]:
    """The command that runs a file of tests, or one of them."""
    return ("-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", f"tests/{test}")


# What would lose, repeat or disorder events on their way to a reader, each with the test that is to notice.
STREAM = {
    "no reading after a reconnection": Mutant(
        "progress/hub.py",
        "            channel.confirmed.set()\n            channel.wake(dirty=True)",
        "            channel.confirmed.set()",
        pytest("progress/test_bell.py"),
    ),
    "replay before subscribe": Mutant(
        "progress/hub.py",
        "            channel.confirmed.set()\n            channel.wake(dirty=True)",
        "            channel.confirmed.set()",
        pytest(
            "progress/test_bell.py::test_what_is_committed_while_a_subscription_is_under_way_is_heard_without_the_poll"
        ),
        also=(
            "            await self._confirmed([topic])",
            "            self._early = asyncio.create_task(self._confirmed([topic]))",
        ),
    ),
    "no gap check": Mutant(
        "progress/follow.py",
        "if not self.tail or not self.tail[0].seq <= seq + 1 <= self.tail[-1].seq:\n            return []\n"
        "        start = seq + 1 - self.tail[0].seq",
        "if not self.tail or seq >= self.tail[-1].seq:\n            return []\n"
        "        start = max(0, seq + 1 - self.tail[0].seq)",
        pytest("progress/test_follow.py"),
    ),
    "holes in the tail": Mutant(
        "progress/follow.py",
        "                self.tail.clear()\n",
        "                pass\n",
        pytest("progress/test_follow.py"),
    ),
    "no dedupe": Mutant(
        "progress/follow.py",
        "        start = seq + 1 - self.tail[0].seq",
        "        start = 0",
        pytest("progress/test_follow.py"),
    ),
    "no safety poll": Mutant(
        "progress/hub.py",
        "            await asyncio.sleep(period * random.uniform(0.8, 1.2))",
        "            await asyncio.Event().wait()",
        pytest("progress/test_bell.py"),
    ),
    "no safety poll for new tasks": Mutant(
        "progress/hub.py",
        "        missing = await self._missing()",
        "        missing: list[tuple[Feed, set[str]]] = []",
        pytest("progress/test_feed.py"),
    ),
    "no canary": Mutant(
        "progress/hub.py",
        '                raise TimeoutError("no echo of the canary")',
        "                pass",
        pytest("progress/test_bell.py"),
    ),
    "a lie is believed": Mutant(
        "progress/follow.py",
        "                topic.hint = self.cursor  #",
        "                pass  #",
        pytest("progress/test_follow.py"),
    ),
    "eager id": Mutant(
        "progress/event.py",
        'b"event: %b\\ndata: %b\\nid: %d\\n\\n" % (self.type.encode(), self.data, self.seq)',
        'b"id: %d\\nevent: %b\\ndata: %b\\n\\n" % (self.seq, self.type.encode(), self.data)',
        pytest("api/test_sse.py"),
    ),
    "the page takes any event": Mutant(
        "api/web/watch/frames.js",
        'if (event.seq === cursor + 1) return "next";',
        'if (event.seq > cursor) return "next";',
        pytest("api/web/test_watch.py::test_the_state_machine_alone"),
    ),
    "the page takes repeats": Mutant(
        "api/web/watch/frames.js",
        'if (event.seq === cursor + 1) return "next";',
        'if (event.seq <= cursor + 1) return "next";',
        pytest("api/web/test_watch.py::test_the_state_machine_alone"),
    ),
    "the terminal takes any event": Mutant(
        "cli/client.py",
        '                        if event["seq"] != after + 1:',
        '                        if event["seq"] < after:',
        pytest("api/web/test_cut.py"),
    ),
    "the drain is not told": Mutant(
        "api/streams.py",
        "        await self._draining.wait()\n        for stream in self._open:\n            stream.wake()",
        "        await self._draining.wait()",
        pytest("api/test_drain.py"),
    ),
    "stuck readers are waited for": Mutant(
        "api/streams.py",
        "            stream.abort()",
        "            pass",
        pytest("api/test_drain.py"),
    ),
    "a sign-out is not looked up": Mutant(
        "api/streams.py",
        "                    stream.signed_out = True",
        "                    pass",
        pytest("api/test_streams.py"),
    ),
}
MUTANTS = {
    **STREAM,
    "no fence": Mutant(
        "progress/command.py",
        "        if task.run_token != token:\n            raise Fenced\n        return [",
        "        return [",
        FROZEN_OFTEN,
    ),
    "no reaper": Mutant(
        "workers/reaper.py",
        "        for task_id, token, worker in await self._orphans():",
        "        for task_id, token, worker in []:",
        DRILL,
    ),
    "no reconciler": Mutant(
        "workers/reconciler.py",
        "        missing = 0\n        for queue in QUEUES:",
        "        missing = 0\n        for queue in ():",
        DRILL,
    ),
}


def survives(mutant: Mutant) -> bool:
    """Whether the command passes although the product is broken; raises ValueError where the edit does not fit."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as directory:
        copy = Path(directory) / "src"
        for name in ("src", "tests"):
            shutil.copytree(ROOT / name, Path(directory) / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", directory)
        file = copy / mutant.file
        text = file.read_text()
        for old, new in ((mutant.old, mutant.new), *((mutant.also,) if mutant.also else ())):
            if text.count(old) != 1:
                raise ValueError(f"{mutant.file} has changed: the mutant no longer fits")
            text = text.replace(old, new)
        file.write_text(text)
        environment = {**os.environ, "PYTHONPATH": str(copy)}
        done = subprocess.run([sys.executable, *mutant.command], cwd=directory, env=environment, capture_output=True)
        told = [line for line in done.stdout.decode().splitlines() if line.startswith(("FAILED", "ERROR", "verdict"))]
        sys.stdout.write("\n".join(told or [done.stdout.decode()[-1500:]]) + "\n")
        return done.returncode == 0


def main() -> None:
    """Run the mutants that are named, or all."""
    alive = []
    asked = sys.argv[1:] or list(MUTANTS)
    for name in [*(STREAM if "stream" in asked else ()), *(name for name in asked if name != "stream")]:
        survived = survives(MUTANTS[name])
        sys.stdout.write(f"==> {name}: {'SURVIVED' if survived else 'noticed'}\n")
        if survived:
            alive.append(name)
    sys.exit(f"survived: {', '.join(alive)}" if alive else 0)


if __name__ == "__main__":
    main()
