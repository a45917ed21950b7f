"""The example of docs/workflows.md, taken from there and run."""

import importlib.util
import re
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from casework import InvalidInput, Workflow, tables
from casework.database import Database
from tests.workers.conftest import WORKFLOWS, Events, Submit
from tests.workers.test_runner import ended, kinds
from workers.process import WorkerProcess

PAGE = Path(__file__).parents[2] / "docs" / "workflows.md"


@pytest.fixture
def words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workflow[Any]:
    """The documented workflow, installed as a third-party module would be."""
    source = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[0]
    file = tmp_path / "example_words.py"
    file.write_text(source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("example_words", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "example_words", module)
    spec.loader.exec_module(module)
    monkeypatch.setitem(WORKFLOWS, "words", module.words)
    workflow: Workflow[Any] = module.words
    return workflow


async def test_the_documented_workflow_runs(
    words: Workflow[Any], worker: WorkerProcess, submit: Submit, events: Events, database: Database
) -> None:
    task = await submit("words", text="one two\nthree")
    assert kinds(await ended(events, task))[-1] == "task.succeeded"
    async with database.read() as connection:
        result = await connection.scalar(sa.select(tables.tasks.c.result))
        artifact = (await connection.execute(sa.select(tables.artifacts))).one()
    assert msgspec.json.decode(str(result)) == {"words": 3, "lines": 2}
    assert (artifact.name, artifact.size) == ("report.txt", 7)


def test_the_documented_check_names_the_field(words: Workflow[Any]) -> None:
    with pytest.raises(InvalidInput) as caught:
        words.parse({"text": "  "})
    assert caught.value.errors[0].pointer == "/text"
