"""A context that keeps everything in memory, and the workflow run on it step by step."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import msgspec
import pytest

from api.files import media_type
from casework import Document
from casework.documents import digest
from casework.workflows.litigation import litigation_analysis

EXAMPLES = Path(__file__).parents[4] / "examples" / "contract-dispute"
MEDIA_TYPES = {
    "txt": "text/plain",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
P = ParamSpec("P")
T = TypeVar("T")


class Desk:
    """`casework.Context` in memory."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.task_id, self.step, self.attempt, self.executions = "task", "step", 1, dict[str, int]()
        self.contents = dict(files)
        self.artifacts: dict[str, bytes] = {}
        self.said: list[str] = []
        self.logged: list[str] = []

    async def progress(
        self, done: float, total: float, message: str = "", data: Mapping[str, Any] | None = None
    ) -> None:
        self.said.append(message)

    async def log(self, message: str, level: str = "info", data: Mapping[str, Any] | None = None) -> None:
        self.logged.append(message)

    async def documents(self, ids: list[str]) -> list[Document]:
        return [self._document(name) for name in ids if name in self.contents]

    def _document(self, name: str) -> Document:
        content = self.contents[name]
        kind = media_type(name, content)
        return Document(name, "owner", name, kind, len(content), digest(content), 0)

    async def read(self, document: Document) -> bytes:
        return self.contents[document.id]

    async def artifact(self, name: str, content: bytes, media_type: str) -> None:
        self.artifacts[name] = content

    async def in_process(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return work(*args, **kwargs)

    async def in_thread(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return work(*args, **kwargs)


async def analyse(files: Mapping[str, bytes], **case: Any) -> tuple[dict[str, Any], Desk]:
    """The result of the whole workflow, every output having gone through its checkpoint, and what it left."""
    given = {
        "package_id": "contract_dispute_default",
        "case_type": "contract_performance",
        "case_position": "plaintiff",
        "document_ids": list(files),
        **case,
    }
    parsed = litigation_analysis.parse(given)
    plan, desk = litigation_analysis.plan(parsed), Desk(files)
    outputs: dict[str, Any] = {}
    for name in plan.order:
        step = plan.steps[name]
        known = {"ctx": desk, "input": parsed, **outputs}
        output = await step.run(*[known[parameter] for parameter in step.parameters])
        outputs[name] = step.restore(msgspec.json.encode(output))
    result: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(litigation_analysis.result(desk, outputs)))
    return result, desk


@pytest.fixture
def sample() -> dict[str, bytes]:
    """The documents of the sample case."""
    return {path.name: path.read_bytes() for path in sorted(EXAMPLES.iterdir()) if path.suffix != ".json"}


@pytest.fixture
def case() -> dict[str, Any]:
    """The sample case's body."""
    body: dict[str, Any] = json.loads((EXAMPLES / "case.json").read_text(encoding="utf-8"))
    return body


@pytest.fixture
def expected() -> dict[str, Any]:
    """What is known of the sample case, written by hand."""
    known: dict[str, Any] = json.loads((EXAMPLES / "expected.json").read_text(encoding="utf-8"))
    return known
