"""A context that keeps everything in memory, and the workflow run on it step by step."""

import json
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
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


class InPlace:
    """`casework.Process` without a process."""

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return work(*args, **kwargs)

    async def each(self, work: Callable[P, Iterator[T]], *args: P.args, **kwargs: P.kwargs) -> AsyncIterator[T]:
        for item in work(*args, **kwargs):
            yield item


class Desk:
    """`casework.Context` in memory."""

    def __init__(self, files: Mapping[str, bytes], *, last_attempt: bool = False) -> None:
        self.task_id, self.step, self.attempt, self.executions = "task", "step", 1, dict[str, int]()
        self.last_attempt = last_attempt
        self.contents = dict(files)
        self.artifacts: dict[str, bytes] = {}
        self.said: list[str] = []
        self.logged: list[str] = []
        self.data: list[Mapping[str, Any]] = []
        self.shown: list[tuple[float, str]] = []
        self.ticks: list[tuple[float, Mapping[str, Any]]] = []

    async def progress(
        self, done: float, total: float, message: str = "", data: Mapping[str, Any] | None = None
    ) -> None:
        self.said.append(message)
        self.ticks.append((time.monotonic(), data or {}))

    async def log(self, message: str, level: str = "info", data: Mapping[str, Any] | None = None) -> None:
        self.logged.append(message)
        self.data.append(data or {})

    def show(self, text: str) -> None:
        self.shown.append((time.monotonic(), text))

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

    async def left(self, name: str, media_type: str) -> bytes | None:
        return self.artifacts.get(name)

    @asynccontextmanager
    async def process(self) -> AsyncIterator[InPlace]:
        yield InPlace()

    async def in_process(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return work(*args, **kwargs)

    async def in_thread(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return work(*args, **kwargs)


async def analyse(files: Mapping[str, bytes], **case: Any) -> tuple[dict[str, Any], Desk]:
    """The result of the whole workflow, every output having gone through its checkpoint, and what it left."""
    return await analyse_at(Desk(files), files, **case)


async def analyse_at(desk: Desk, files: Mapping[str, bytes], **case: Any) -> tuple[dict[str, Any], Desk]:
    """The same at a desk of one's own."""
    given = {
        "package_id": "contract_dispute_default",
        "case_type": "contract_performance",
        "case_position": "plaintiff",
        "document_ids": list(files),
        **case,
    }
    parsed = litigation_analysis.parse(given)
    plan = litigation_analysis.plan(parsed)
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
