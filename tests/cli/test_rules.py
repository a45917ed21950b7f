"""`casework rules`: a file's faults with their lines, or that it is valid."""

import subprocess
import sys
from pathlib import Path

from casework.workflows.litigation import rulebook

BUILT_IN = rulebook.BUILT_IN / "packages" / "labor_dispute_v1.toml"


def casework(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "cli.main", *arguments], capture_output=True, text=True, check=False)


def test_a_valid_package_is_said_to_be_so() -> None:
    done = casework("rules", "validate", str(BUILT_IN))
    assert done.returncode == 0
    assert "labor_dispute_v1 1.1 is valid" in done.stdout


def test_a_faulty_one_fails_with_line_and_field(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    text = BUILT_IN.read_text(encoding="utf-8").replace('fact = "dismissed"', 'fact = "fired"')
    file.write_text(text, encoding="utf-8")
    line = next(number for number, each in enumerate(text.splitlines(), 1) if "fired" in each)
    done = casework("rules", "validate", str(file))
    assert done.returncode == 1
    assert f"mine.toml:{line}: rules.4.when.all: there is no fact 'fired'" in done.stderr


def test_the_packages_in_use_are_listed() -> None:
    done = casework("rules", "list")
    assert done.returncode == 0
    for name in ("contract_dispute_default", "debt_collection_v1", "labor_dispute_v1"):
        assert name in done.stdout
