"""The same cases written otherwise give the same numbers; a sample of the corpus, all of it by
`score --spelled` (the table in docs/litigation.md)."""

import pytest

from tests.casework.workflows.litigation.corpus.cases import load
from tests.casework.workflows.litigation.corpus.score import score
from tests.casework.workflows.litigation.corpus.spellings import SPELLINGS

EACH = 40  # of so many cases one is taken


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_what_is_computed_does_not_change_with_the_spelling(spelling: str) -> None:
    sample = [f"{name}" for name, _ in load("tuned")][::EACH]
    found = await score("tuned", sample, spelling)
    assert found.computed[0] == found.computed[1] > 2 * len(sample), found.faults
