"""doc.convert: a Markdown file each, a zip of all, and what is wrong with each file told."""

import io
import zipfile
from pathlib import Path

import pytest

from casework import InvalidInput, PermanentError
from casework.workflows.convert import doc_convert
from tests.casework.workflows.litigation.conftest import Desk
from tests.casework.workflows.reading.hostile import HOSTILE
from tests.casework.workflows.running import run

EXAMPLES = Path(__file__).parents[3] / "examples" / "contract-dispute"


async def test_each_file_becomes_markdown_and_all_of_them_a_zip() -> None:
    desk = Desk({path.name: path.read_bytes() for path in sorted(EXAMPLES.iterdir()) if path.suffix != ".json"})
    result = await run(doc_convert, desk)
    names = [each["markdown"] for each in result["files"]]
    assert names[0] == "001-01-设备供应合同.md"
    assert (result["converted"], result["failed"]) == (4, 0)
    contract = desk.artifacts[names[0]].decode()
    assert "| 名称 | 型号 | 数量 | 单价 | 小计 |\n| --- |" in contract
    assert "（￥1,260,000.00）" in contract  # as its writer spelled it
    with zipfile.ZipFile(io.BytesIO(desk.artifacts[result["archive"]])) as archive:
        assert {name: archive.read(name) for name in names} == {name: desk.artifacts[name] for name in names}
    assert any(line.startswith("已读 4/4 页") for line in desk.said)


async def test_a_file_that_fails_is_told_and_the_others_are_converted() -> None:
    broken, _ = HOSTILE["a PDF that is only a header"]()
    result = await run(doc_convert, Desk({"好.txt": "付款".encode(), "坏.pdf": broken}))
    good, bad = result["files"]
    assert (good["status"], bad["status"], bad["markdown"]) == ("converted", "failed", None)
    assert bad["notices"][0]["code"] == "damaged"
    assert (result["converted"], result["failed"]) == (1, 1)


async def test_when_no_file_can_be_read_the_task_fails_for_good_with_each_reason() -> None:
    with pytest.raises(PermanentError, match=r"none of the 1 documents could be read: 坏\.pdf: the PDF file"):
        await run(doc_convert, Desk({"坏.pdf": HOSTILE["a PDF that is only a header"]()[0]}))


async def test_pages_are_marked_where_they_begin() -> None:
    desk = Desk({"三页.txt": "一\f二\f三".encode()})
    await run(doc_convert, desk)
    assert desk.artifacts["001-三页.md"].decode() == "一\n\n<!-- page 2 -->\n\n二\n\n<!-- page 3 -->\n\n三\n"


def test_each_document_is_given_once() -> None:
    with pytest.raises(InvalidInput) as caught:
        doc_convert.parse({"document_ids": ["a", "a"]})
    assert caught.value.errors[0].pointer == "/document_ids"
