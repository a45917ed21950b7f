"""Documents over HTTP: told by content, kept whole, each user's own."""

import io
import zipfile

import pytest

from casework.workflows.litigation import litigation_analysis, rulebook
from tests.api.conftest import People
from tests.api.test_stream import read
from tests.casework.workflows.litigation.conftest import EXAMPLES

CASE = {
    "package_id": "contract_dispute_default",
    "case_type": "contract_performance",
    "case_position": "plaintiff",
    "user_input": "测试案件分析",
    "document_ids": [],
}


def zipped(name: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, "x")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("a.txt", "一份文本".encode(), 201),
        ("a.txt", "一份文本".encode("gb18030"), 201),
        ("a.md", b"# title", 201),
        ("a.pdf", (EXAMPLES / "03-送货单.pdf").read_bytes(), 201),
        ("renamed.txt", (EXAMPLES / "01-设备供应合同.docx").read_bytes(), 201),
        ("a.docx", zipped("other.xml"), 415),
        ("a.docx", b"PK\x03\x04 broken", 415),
        ("a.txt", b"\x00\x01\x02\x03", 415),
        ("a.txt", b"", 422),
        ("a.txt", b" \n ", 422),
    ],
)
async def test_a_file_is_told_by_its_content(person: People, name: str, content: bytes, status: int) -> None:
    li = await person()
    answer = await li.post("/documents", files=[("files", (name, content))])
    assert answer.status_code == status, answer.text
    if status >= 400:
        assert name in answer.json()["detail"]
        assert (await li.get("/documents")).json()["items"] == []


async def test_a_file_of_thirty_megabytes_is_refused_by_name(person: People) -> None:
    li = await person()
    answer = await li.post("/documents", files=[("files", ("large.txt", b"x" * 30 * 1024 * 1024))])
    assert answer.status_code == 413
    assert "large.txt" in answer.json()["detail"]


async def test_a_document_comes_back_whole_under_a_safe_name(person: People) -> None:
    li, wang = await person(), await person("wang")
    content = "内容".encode()
    answer = await li.post("/documents", files=[("files", ("../../etc/合同\r\n.txt", content))])
    document = answer.json()["documents"][0]
    assert set(document) == {"id", "name", "media_type", "size", "sha256", "created_at"}
    assert "/" not in document["name"]
    got = await li.get(f"/documents/{document['id']}/content")
    assert got.content == content
    assert got.headers["x-content-type-options"] == "nosniff"
    for method, path in (("GET", ""), ("GET", "/content"), ("DELETE", "")):
        assert (await wang.request(method, f"/documents/{document['id']}{path}")).status_code == 404
    assert (await li.delete(f"/documents/{document['id']}")).status_code == 204
    assert (await li.get(f"/documents/{document['id']}")).status_code == 404


async def test_one_bad_file_among_good_ones_stores_none(person: People) -> None:
    li = await person()
    answer = await li.post("/documents", files=[("files", ("a.txt", b"good")), ("files", ("b.bin", b"\x00\x01"))])
    assert answer.status_code == 415
    assert (await li.get("/documents")).json()["items"] == []


async def test_a_document_in_use_cannot_be_deleted_until_its_task_has_ended(person: People) -> None:
    li = await person()
    answer = await li.post("/documents", files=[("files", ("a.txt", "甲方：张三".encode()))])
    document = answer.json()["documents"][0]["id"]
    task = (await li.post("/litigation-analysis/start", json={**CASE, "document_ids": [document]})).json()["task_id"]
    assert (await li.delete(f"/documents/{document}")).status_code == 409
    await li.post(f"/tasks/{task}/cancel")
    assert (await li.delete(f"/documents/{document}")).status_code == 204


async def test_a_document_of_somebody_else_is_unknown(person: People) -> None:
    li, wang = await person(), await person("wang")
    answer = await li.post("/documents", files=[("files", ("a.txt", b"x"))])
    document = answer.json()["documents"][0]["id"]
    refused = await wang.post("/litigation-analysis/start", json={**CASE, "document_ids": [document]})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/document_ids/0"


@pytest.mark.usefixtures("worker")
async def test_the_submission_of_the_issue_runs_without_documents_and_says_what_is_missing(
    person: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    li = await person()
    answer = await li.post("/litigation-analysis/start", json=CASE)
    assert answer.status_code == 202
    task = answer.json()["task_id"]
    events = await read(li, f"/tasks/{task}/events")
    assert events[-2].event == "task.succeeded"
    body = (await li.get(f"/tasks/{task}/result")).json()
    assert body["result"]["missing"]
    names = {file["name"] for file in body["artifacts"]}
    both = {f"report{language}.{ending}" for language in ("", ".en") for ending in ("md", "html", "docx", "pdf")}
    assert names >= both | {"report.json", "draft-complaint.docx", "draft-evidence-list.docx"}
    report = await li.get(f"/tasks/{task}/artifacts/report.md")
    assert "诉讼可行性评估报告" in report.text
    assert (await li.get(f"/tasks/{task}/artifacts/none.md")).status_code == 404
    steps = (await li.get(f"/tasks/{task}")).json()["steps"]
    assert [step["name"] for step in steps] == [step.name for step in litigation_analysis.declared]


@pytest.mark.usefixtures("worker")
async def test_the_sample_case_runs_over_http_from_upload_to_report(person: People) -> None:
    li = await person()
    files = [("files", (path.name, path.read_bytes())) for path in sorted(EXAMPLES.iterdir()) if path.suffix != ".json"]
    uploaded = (await li.post("/documents", files=files)).json()["documents"]
    body = {**CASE, "document_ids": [document["id"] for document in uploaded]}
    task = (await li.post("/litigation-analysis/start", json=body)).json()["task_id"]
    events = await read(li, f"/tasks/{task}/events")
    assert [event.event for event in events].count("step.succeeded") == 10
    result = (await li.get(f"/tasks/{task}/result")).json()["result"]
    assert result["ledger"]["arrears"] == "432000"


async def test_the_packages_are_listed_and_shown(person: People) -> None:
    li = await person()
    listed = (await li.get("/packages")).json()
    assert {package["id"] for package in listed} == {
        "contract_dispute_default",
        "debt_collection_v1",
        "labor_dispute_v1",
    }
    assert (await li.get("/packages/contract_dispute_default")).json()["rules"]
    aliased = (await li.get("/packages/contract_performance_v1")).json()
    assert aliased["id"] == "contract_dispute_default"
    assert (await li.get("/packages/nothing")).status_code == 404


async def test_a_text_is_checked_as_a_package_with_line_and_field_and_nothing_is_kept(person: People) -> None:
    li = await person()
    text = (rulebook.BUILT_IN / "packages" / "debt_collection_v1.toml").read_text(encoding="utf-8")
    good = await li.post("/packages:validate", json={"toml": text.replace("debt_collection_v1", "mine", 1)})
    assert (good.status_code, good.json()["id"]) == (200, "mine")
    assert (await li.get("/packages/mine")).status_code == 404
    line = text.splitlines().index('severity = "high"') + 1
    bad = await li.post("/packages:validate", json={"toml": text.replace('severity = "high"', 'severity = "huge"', 1)})
    assert bad.status_code == 422
    assert bad.json()["errors"] == [
        {"pointer": f"/toml:{line}", "detail": "rules.0.severity: Invalid enum value 'huge'"}
    ]
    for garbage in ("x = ", "a = " + "[" * 50_000, ""):
        assert (await li.post("/packages:validate", json={"toml": garbage})).status_code == 422
    assert (await li.post("/packages:validate", json={"text": "x"})).status_code == 422
