"""A case's documents are read side by side, cheaply, and each is described."""

from typing import Any

import psutil

from casework.workflows.litigation import litigation_analysis
from tests.casework.workflows.desk import PooledDesk, pooled
from tests.casework.workflows.running import run

CPU_SECONDS = 2.0


def spent() -> float:
    """Seconds of CPU of this process and of those of its pool."""
    ours = psutil.Process()
    return sum(sum(each.cpu_times()[:2]) for each in (ours, *ours.children(recursive=True)))


async def test_a_case_of_six_documents_takes_less_than_two_seconds_of_cpu(
    sample: dict[str, bytes], case: dict[str, Any]
) -> None:
    more = {"05-微信记录.txt": "2023年5月1日，甲方称将于月底付清。\n".encode("gb18030") * 200}
    files = {**sample, **more, "06-送货单.pdf": sample["03-送货单.pdf"] + b"\n%another copy"}
    async with pooled() as pool:
        for _ in ("the one that the pool's processes start for", "the one that counts"):
            begun = spent()
            desk = PooledDesk(files, pool)
            result = await run(litigation_analysis, desk, **{**case, "document_ids": list(files)})
        used = spent() - begun
    assert [each["read"] for each in result["documents"]] == [True] * 6
    assert [each["encoding"] for each in result["documents"]].count("gb18030") >= 1
    assert 0 < used < CPU_SECONDS


async def test_a_document_that_cannot_be_read_is_described_with_its_notice(sample: dict[str, bytes]) -> None:
    given = {
        "package_id": "contract_dispute_default",
        "case_type": "contract_performance",
        "case_position": "plaintiff",
    }
    async with pooled() as pool:
        result = await run(litigation_analysis, PooledDesk({**sample, "坏.pdf": b"%PDF-1.7"}, pool), **given)
    [bad] = [each for each in result["documents"] if not each["read"]]
    assert (bad["name"], bad["notices"][0]["code"]) == ("坏.pdf", "damaged")
