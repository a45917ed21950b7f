"""No document takes its reader down: each becomes a text, or a notice that names what is wrong, in time."""

import asyncio
import random
import time
from pathlib import Path

import pytest

from casework import Document
from casework.documents import digest
from casework.workflows.fan_out import fan_out
from casework.workflows.reading import Read, Unreadable, intake, notice, ocr
from casework.workflows.reading.intake import Reader
from tests.casework.workflows.desk import PooledDesk, pooled
from tests.casework.workflows.reading.hostile import DOCX, FONT, HOSTILE, PDF, PNG, TEXT, one_page, png, stream, tree
from tests.workers import works
from workers.pool import ProcessPool

EXAMPLES = Path(__file__).parents[4] / "examples" / "contract-dispute"
SECONDS = 2.0
SPARE_SECONDS = 30.0  # to start a process and to wait for it, on a machine that has much else to do
MUTANTS = 240


class Shelf(PooledDesk):
    """A context whose documents are of the types that their bringer says."""

    def __init__(self, files: dict[str, tuple[bytes, str]], pool: ProcessPool) -> None:
        super().__init__({name: content for name, (content, _) in files.items()}, pool)
        self._types = {name: media_type for name, (_, media_type) in files.items()}

    def _document(self, name: str) -> Document:
        content = self.contents[name]
        return Document(name, "owner", name, self._types[name], len(content), digest(content), 0)


async def outcomes(
    files: dict[str, tuple[bytes, str]], pool: ProcessPool
) -> dict[str, tuple[Read | Unreadable, float]]:
    """What became of each, and how long it took."""
    desk = Shelf(files, pool)
    reader = Reader(desk)
    documents = await desk.documents(list(files))
    await reader.count(documents)

    async def one(document: Document) -> tuple[Read | Unreadable, float]:
        begun = time.monotonic()
        try:
            return await reader.read(document), time.monotonic() - begun
        except Unreadable as reason:
            return reason, time.monotonic() - begun

    found = await fan_out(one, documents, 2)
    assert reader.done == reader.total
    return dict(zip(files, found, strict=True))


@pytest.fixture
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "DOCUMENT_SECONDS", SECONDS)
    monkeypatch.setattr(intake, "PAGE_SECONDS", SECONDS)
    monkeypatch.setattr(intake, "SCAN_SECONDS", SECONDS)


@pytest.mark.usefixtures("_short")
@pytest.mark.parametrize("half", [0, 1])
async def test_each_hostile_document_is_told_by_name_in_time_and_the_pool_goes_on(half: int) -> None:
    files = {name: make() for name, make in list(HOSTILE.items())[half::2]}
    async with pooled() as pool:
        found = await outcomes(files, pool)
        assert await pool.run(works.double, 2) == 4
    silent = [name for name, (each, _) in found.items() if isinstance(each, Unreadable) and not each.notice.en]
    late = {name: seconds for name, (_, seconds) in found.items() if seconds > 2 * SECONDS + SPARE_SECONDS}
    assert silent == []
    assert late == {}


@pytest.mark.usefixtures("_short")
async def test_a_document_past_its_time_keeps_the_pages_that_were_read() -> None:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents %d 0 R/Resources<</Font<</F 7 0 R>>>>>>"
    contents = [stream(b"BT /F 9 Tf (x) Tj ET " * times) for times in (40, 3_500_000)]
    slow = tree(b"3 0 R 4 0 R", page % 5, page % 6, *contents, FONT)
    async with pooled() as pool:
        found, _ = (await outcomes({"slow": (slow, PDF)}, pool))["slow"]
    assert isinstance(found, Read)
    assert [each.code for each in found.notices] == ["too_slow"]
    assert found.text.count("x") == 40


async def test_a_document_that_wants_too_much_memory_is_told_so() -> None:
    async with pooled(256 * 1024**2) as pool:
        found, _ = (await outcomes({"large": HOSTILE["a Word file of many paragraphs"]()}, pool))["large"]
        assert await pool.run(works.double, 2) == 4
    assert isinstance(found, Unreadable)
    assert found.notice.code in ("too_large", "damaged", "crashed")


def mutants(seed: int) -> dict[str, tuple[bytes, str]]:
    """Documents cut, flipped, doubled and shuffled, the same ones for the same seed."""
    dice = random.Random(seed)
    kinds = {".docx": DOCX, ".pdf": PDF, ".txt": TEXT}
    sound = [(path.read_bytes(), kinds[path.suffix]) for path in EXAMPLES.iterdir() if path.suffix in kinds]
    sound += [(png(60, 60, pixels=bytes(61 * 60)), PNG), (one_page(stream(b"BT /F 9 Tf (text) Tj ET")), PDF)]
    made = {}
    for number in range(MUTANTS):
        content, kind = dice.choice(sound)
        for _ in range(dice.randint(1, 4)):
            content = _mutated(bytearray(content), dice)
        made[f"mutant {seed}/{number}"] = (bytes(content), kind)
    return made


def _mutated(content: bytearray, dice: random.Random) -> bytes:
    if len(content) < 4:
        return bytes(content)
    at, length = dice.randrange(len(content)), dice.randint(1, 1 + len(content) // 8)
    match dice.randrange(5):
        case 0:
            return bytes(content[:at])
        case 1:
            for _ in range(dice.randint(1, 40)):
                content[dice.randrange(len(content))] = dice.randrange(256)
        case 2:
            del content[at : at + length]
        case 3:
            content[at:at] = content[at : at + length] * dice.randint(1, 20)
        case _:
            content[at : at + length] = bytes(dice.randrange(256) for _ in range(min(length, 500)))
    return bytes(content)


@pytest.mark.usefixtures("_short")
async def test_mutated_documents_never_take_the_pool_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "missing", lambda: notice.NO_TESSERACT)
    files = mutants(seed=20261125)
    async with pooled() as pool:
        found = await outcomes(files, pool)
        assert await asyncio.gather(*(pool.run(works.double, each) for each in range(4))) == [0, 2, 4, 6]
    read = [each for each, _ in found.values() if isinstance(each, Read)]
    assert len(found) == MUTANTS
    assert MUTANTS > len(read) > MUTANTS // 10  # the mutations are neither harmless nor hopeless
    assert max(seconds for _, seconds in found.values()) < 2 * SECONDS + SPARE_SECONDS
