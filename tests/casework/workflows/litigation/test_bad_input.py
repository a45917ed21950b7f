"""What cannot be read is told by name, and the rest still counts."""

import io
import zipfile
from typing import Any

import pypdf
import pytest

from casework import InvalidInput
from casework.workflows.litigation import litigation_analysis
from casework.workflows.litigation.text.reading import Unreadable, read
from tests.casework.workflows.litigation.conftest import analyse

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
GOOD = {"package_id": "contract_dispute_default", "case_type": "contract_performance", "case_position": "plaintiff"}


def locked(content: bytes) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(content))
    writer.encrypt("secret")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


async def test_one_unreadable_document_among_readable_ones_is_a_warning_that_names_it(sample: dict[str, bytes]) -> None:
    letter = sample["04-催款函.pdf"]
    files = {**sample, "上锁.pdf": locked(letter), "截断.pdf": letter[: len(letter) // 3]}
    result, desk = await analyse(files, user_input="x")
    assert result["ledger"]["arrears"] == "432000"
    for name in ("上锁.pdf", "截断.pdf"):
        assert any(name in warning for warning in result["warnings"]), result["warnings"]
        assert any(name in line for line in desk.logged)


async def test_without_documents_it_works_from_the_users_words_and_says_what_is_missing() -> None:
    result, _ = await analyse({}, user_input="测试案件分析")
    assert any("缺少" in each for each in result["missing"])
    assert any("当事人" in each for each in result["missing"])
    assert result["documents"] == []
    assert result["report_md"]


async def test_the_same_content_twice_counts_once(sample: dict[str, bytes]) -> None:
    result, _ = await analyse({**sample, "副本.txt": sample["02-付款记录.txt"]})
    assert result["ledger"]["arrears"] == "432000"
    assert any("副本.txt" in warning for warning in result["warnings"])


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"package_id": "nothing"}, "/package_id"),
        ({"case_type": "divorce"}, "/case_type"),
        ({"case_position": "judge"}, "/case_position"),
        ({"analysis_scenario": "war"}, "/analysis_scenario"),
        ({"analysis_mode": "triple"}, "/analysis_mode"),
        ({"user_input": 5}, "/user_input"),
        ({"user_input": "x" * 100_001}, "/user_input"),
        ({"user_input": " "}, "/user_input"),
        ({"document_ids": ["a", "a"]}, "/document_ids"),
        ({"document_ids": [1]}, "/document_ids/0"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_each_wrong_field_is_named(change: dict[str, Any], pointer: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        litigation_analysis.parse({**GOOD, "user_input": "x", **change})
    assert [error.pointer for error in caught.value.errors] == [pointer]


def test_an_alias_is_resolved_and_the_version_pinned() -> None:
    parsed = litigation_analysis.parse({**GOOD, "package_id": "contract_performance_v1", "user_input": "x"})
    assert (parsed.package_id, parsed.package_version) == ("contract_dispute_default", "1.2")


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * (201 * 1024 * 1024))
    with pytest.raises(Unreadable, match="过大"):
        read(packed.getvalue(), DOCX)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_is_read_in_any_encoding(encoding: str) -> None:
    assert (
        "甲方应于二〇二三年六月三十日前付清"
        in read("甲方应于二〇二三年六月三十日前付清".encode(encoding), "text/plain").text
    )
