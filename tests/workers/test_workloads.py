"""The built-in workloads on real workers: killed in the middle, cancelled in the middle."""

import contextlib
import io
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import psutil
import pytest
import sqlalchemy as sa
from PIL import Image

from casework import documents as store
from casework import tables
from casework.clock import now
from casework.database import Database
from casework.documents import Documents, digest, open_store
from casework.settings import Settings
from casework.workflows.convert import doc_convert
from casework.workflows.image_batch import image_batch
from casework.workflows.profile import data_profile
from progress import command
from progress import event as e
from progress.writer import Writer
from tests.casework.workflows.reading.hostile import HOSTILE
from tests.support import eventually
from tests.workers.conftest import WORKFLOWS, Events, Submit
from tests.workers.processes import CASEWORK, Start
from tests.workers.test_runner import ended, kinds

PICTURES = 14
SLOW = {
    "a page tree of a million kids", "sixty thousand pages", "a page of ten million operators",
    "a page of three million words",
}  # fmt: skip
Upload = Callable[..., Awaitable[list[str]]]


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch) -> None:
    for workflow in (doc_convert, data_profile, image_batch):
        monkeypatch.setitem(WORKFLOWS, workflow.name, workflow)


@pytest.fixture
def upload(settings: Settings, database: Database, user: str) -> Upload:
    """`await upload(("a.png", content, "image/png"), …)` → the documents' ids."""

    async def uploaded(*files: tuple[str, bytes, str]) -> list[str]:
        contents = Documents(open_store(settings))
        rows = []
        for name, content, media_type in files:
            await contents.put(content, digest(content))
            rows.append((name, media_type, len(content), digest(content)))
        async with database.write() as connection:
            return [made.id for made in await store.add(connection, user, rows)]

    return uploaded


def picture(number: int) -> bytes:
    """Large enough to take a moment, and like no other."""
    out = io.BytesIO()
    Image.effect_noise((700, 700), 40 + number).save(out, "PNG", compress_level=1)
    return out.getvalue()


async def result_of(database: Database, task_id: str) -> Any:
    async with database.read() as connection:
        return msgspec.json.decode(
            str(await connection.scalar(sa.select(tables.tasks.c.result).where(tables.tasks.c.id == task_id)))
        )


def progressed(found: list[Any], done: int) -> bool:
    return any(isinstance(event, e.StepProgressed) and event.done >= done for event in found)


async def test_a_killed_batch_of_pictures_goes_on_after_the_last_finished_one(
    start: Start, submit: Submit, events: Events, upload: Upload, settings: Settings, database: Database
) -> None:
    pictures = [(f"{number}.png", picture(number), "image/png") for number in range(PICTURES)]
    first = await start(*CASEWORK)
    task = await submit("image.batch", document_ids=await upload(*pictures), watermark="sample", at_once=2)

    async def under_way() -> bool:
        return progressed(await events(task.id), 3)

    await eventually(under_way, 30, "no picture was finished")
    await first.kill()
    folder = Path(settings.data_dir) / "files" / "artifacts" / task.id
    before = {path.name: path.stat().st_mtime_ns for path in folder.glob("*-thumbnail.png")}
    assert 3 <= len(before) < PICTURES
    await start(*CASEWORK)
    assert kinds(await ended(events, task, 60))[-1] == "task.succeeded"
    result = await result_of(database, task.id)
    assert (result["kept"], result["made"]) == (len(before), PICTURES - len(before))
    assert {name: (folder / name).stat().st_mtime_ns for name in before} == before, "a finished picture was made again"
    async with database.read() as connection:
        listed = await connection.scalar(sa.select(sa.func.count()).select_from(tables.artifacts))
    assert listed == 2 * PICTURES + 1


async def test_a_cancelled_conversion_stops_recognising_within_two_seconds_and_leaves_no_program_behind(
    start: Start, submit: Submit, events: Events, upload: Upload, writer: Writer
) -> None:
    page = Image.effect_noise((1600, 2200), 90)
    out = io.BytesIO()
    page.save(out, "PDF", save_all=True, append_images=[page] * 30, resolution=200)
    worker = await start(*CASEWORK)
    task = await submit("doc.convert", document_ids=await upload(("scan.pdf", out.getvalue(), "application/pdf")))

    def programs() -> list[int]:
        found = []
        for child in psutil.Process(worker.pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):  # it may end between the list and its name
                found += [child.pid] if child.name() == "tesseract" else []
        return found

    await eventually(programs, 30, "nothing is being recognised")
    await writer.write(command.cancel(task.id, "somebody", now()))
    assert kinds(await ended(events, task, 2.5))[-1] == "task.cancelled"
    await eventually(lambda: not programs(), 2, "tesseract still runs")


async def test_a_large_table_is_profiled_in_a_process_with_bytes_as_progress(
    start: Start, submit: Submit, events: Events, upload: Upload, database: Database
) -> None:
    content = "id,amount\n" + "".join(f"{number},{number % 7}.5\n" for number in range(60_000))
    await start(*CASEWORK)
    task = await submit("data.profile", document_ids=await upload(("t.csv", content.encode(), "text/plain")))
    found = await ended(events, task, 60)
    assert kinds(found)[-1] == "task.succeeded"
    ticks = [event for event in found if isinstance(event, e.StepProgressed) and event.step == "scan_table"]
    assert {event.total for event in ticks} == {len(content)}
    assert ticks[-1].done == len(content)
    result = await result_of(database, task.id)
    assert (result["rows"], result["columns"][1]["distinct"]) == (60_000, 7)


async def test_hostile_documents_cost_their_own_files_and_neither_the_task_nor_the_worker(
    start: Start, submit: Submit, events: Events, upload: Upload, database: Database
) -> None:
    hostile = [(name, *make()) for name, make in HOSTILE.items() if name not in SLOW]
    worker = await start(*CASEWORK)
    pid = worker.pid
    ids = await upload(("好.txt", "付款记录".encode(), "text/plain"), *hostile)
    task = await submit("doc.convert", document_ids=ids)
    found = await ended(events, task, 90)
    assert kinds(found)[-1] == "task.succeeded"
    assert kinds(found).count("task.started") == 1
    result = await result_of(database, task.id)
    assert result["files"][0]["status"] == "converted"
    assert all(each["notices"] for each in result["files"] if each["status"] != "converted")
    assert result["failed"] > len(hostile) // 2
    assert worker.pid == pid
    assert psutil.pid_exists(pid)
