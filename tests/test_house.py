"""The house stands as the design draws it."""

import importlib
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("casework", "progress", "workers", "api", "cli")


@pytest.mark.parametrize("name", PACKAGES)
def test_each_package_resolves_into_src(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__file__ is not None
    assert Path(module.__file__).is_relative_to(ROOT / "src")


def test_no_file_holds_more_than_350_lines() -> None:
    long = [
        f for f in [*ROOT.glob("src/**/*.py"), *ROOT.glob("tests/**/*.py")] if len(f.read_text().splitlines()) > 350
    ]
    assert long == []


def test_every_module_says_what_it_owns() -> None:
    silent = [f for f in ROOT.glob("src/**/*.py") if not f.read_text(encoding="utf-8").startswith('"""')]
    assert silent == []


def test_tests_mirror_the_packages() -> None:
    folders = {p.name for p in (ROOT / "tests").iterdir() if p.is_dir() and (p / "__init__.py").exists()}
    assert folders == set(PACKAGES)


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / line for line in listed.stdout.split("\0") if line]


def test_no_tracked_file_names_a_package_registry() -> None:
    hosts = ["py" + "pi.org", "python" + "hosted.org", "registry." + "npmjs"]
    naming = [
        f
        for f in tracked()
        if f.suffix not in (".pdf", ".docx") and any(h in f.read_text("utf-8", "ignore") for h in hosts)
    ]
    assert naming == []
