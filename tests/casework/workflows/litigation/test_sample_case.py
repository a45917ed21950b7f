"""The sample case from its documents to its report."""

import io
from decimal import Decimal
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from tests.casework.workflows.litigation.conftest import analyse


async def test_every_known_fact_of_the_sample_case_is_found(
    sample: dict[str, bytes], case: dict[str, Any], expected: dict[str, Any]
) -> None:
    result, _ = await analyse(sample, **case)
    parties = {party["name"]: party for party in result["parties"]}
    assert set(parties) == set(expected["parties"])
    for name, known in expected["parties"].items():
        assert set(known["roles"]) <= set(parties[name]["roles"])
        assert known["alias"] in parties[name]["aliases"]
        assert (parties[name]["number"], parties[name]["number_valid"]) == (known["number"], True)
    events = [[event["event_date"], event["event_type"]] for event in result["timeline_events"]]
    assert events == expected["events"]
    ledger = result["ledger"]
    for kind in ("paid", "due"):
        assert [[e["day"], e["amount"]] for e in ledger["entries"] if e["kind"] == kind] == expected[kind]
    assert Decimal(ledger["total"]) == Decimal(expected["total"])
    assert Decimal(ledger["arrears"]) == Decimal(expected["arrears"])
    assert ledger["agreed"] is True
    assert Decimal(result["terms"]["daily_rate"]) == Decimal(expected["daily_rate"])
    readings = {name: result["limitation"][name]["expires"] for name in ("proven", "with_statement")}
    assert readings == expected["limitation"]
    assert len(result["terms"]["clauses"]) == expected["clauses"]
    assert [[c["law"], c["article"]] for c in result["terms"]["citations"]] == expected["citations"]
    assert result["win_probability"] is None


async def test_every_fact_quotes_the_words_it_comes_from(sample: dict[str, bytes], case: dict[str, Any]) -> None:
    result, _ = await analyse(sample, **case)
    names = {document["id"] for document in result["documents"]} | {"statement"}
    spans = [span for event in result["timeline_events"] for span in event["spans"]]
    spans += [span for party in result["parties"] for span in party["spans"]]
    spans += [entry["span"] for entry in result["ledger"]["entries"]]
    assert spans
    for span in spans:
        assert span["document"] in names
        assert span["quote"]
        assert span["start"] < span["end"]
        assert span["page"] >= 1


async def test_the_score_is_the_sum_of_the_parts_that_are_listed(
    sample: dict[str, bytes], case: dict[str, Any]
) -> None:
    result, _ = await analyse(sample, **case)
    assert result["score"]["total"] == pytest.approx(sum(part["points"] for part in result["score"]["parts"]))
    assert result["score"]["label"] == "证据与程序完备度"


async def test_progress_carries_true_counts(sample: dict[str, bytes], case: dict[str, Any]) -> None:
    _, desk = await analyse(sample, **case)
    assert "识别 15 个日期，合并为 14 个事件" in desk.said


async def test_the_word_report_has_its_east_asian_font(sample: dict[str, bytes], case: dict[str, Any]) -> None:
    _, desk = await analyse(sample, **case)
    assert set(desk.artifacts) >= {"report.md", "report.json", "report.docx"}
    document = docx.Document(io.BytesIO(desk.artifacts["report.docx"]))
    assert document.styles["Normal"].element.rPr.rFonts.get(qn("w:eastAsia")) == "宋体"
    assert any("432,000.00" in paragraph.text for paragraph in document.paragraphs)


async def test_the_same_case_gives_the_same_result(sample: dict[str, bytes], case: dict[str, Any]) -> None:
    assert (await analyse(sample, **case))[0] == (await analyse(sample, **case))[0]
