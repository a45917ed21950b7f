"""Break the product on purpose and see that somebody notices: `python tests/mutants.py [NAME …]`.

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


class Mutant(NamedTuple):
    """`old` stands in `file` exactly once and becomes `new`; `command` is given to Python."""

    file: str
    old: str
    new: str
    command: tuple[str, ...]


MUTANTS = {
    "no fence": Mutant(
        "progress/command.py",
        "        if task.run_token != token:\n            raise Fenced\n        return [",
        "        return [",
        DRILL,
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
        shutil.copytree(ROOT / "src", copy)
        file = copy / mutant.file
        text = file.read_text()
        if text.count(mutant.old) != 1:
            raise ValueError(f"{mutant.file} has changed: the mutant no longer fits")
        file.write_text(text.replace(mutant.old, mutant.new))
        environment = {**os.environ, "PYTHONPATH": str(copy)}
        done = subprocess.run([sys.executable, *mutant.command], cwd=ROOT, env=environment, capture_output=True)
        sys.stdout.write(done.stdout.decode()[-1500:])
        return done.returncode == 0


def main() -> None:
    """Run the mutants that are named, or all."""
    alive = []
    for name in sys.argv[1:] or MUTANTS:
        sys.stdout.write(f"==> {name}\n")
        if survives(MUTANTS[name]):
            alive.append(name)
    sys.exit(f"survived: {', '.join(alive)}" if alive else 0)


if __name__ == "__main__":
    main()
