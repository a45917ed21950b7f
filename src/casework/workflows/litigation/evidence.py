"""Which documents prove what: an element-by-evidence matrix, its gaps, and where documents contradict (pure)."""

import msgspec

from casework.workflows.litigation import contradictions
from casework.workflows.litigation.contradictions import Contradiction
from casework.workflows.litigation.facts.clauses import Terms
from casework.workflows.litigation.facts.parties import Party
from casework.workflows.litigation.facts.timeline import Event
from casework.workflows.litigation.ledger.ledger import Ledger
from casework.workflows.litigation.package import Package
from casework.workflows.litigation.text.money import Amount
from casework.workflows.litigation.text.span import Text


class Item(msgspec.Struct, frozen=True):
    """A document as evidence."""

    evidence_id: str
    evidence_name: str
    evidence_type: str
    facts_to_prove: list[str]


class Row(msgspec.Struct, frozen=True):
    """One element: the documents that prove it, and the share of it that is covered (0–1)."""

    element: str
    title: str
    weight: int
    evidence: list[str]
    coverage: float
    gap: str | None


class Evidence(msgspec.Struct):
    """The evidence of the case."""

    items: list[Item]
    matrix: list[Row]
    gaps: list[str]
    contradictions: list[Contradiction]


def assess(
    texts: list[Text],
    parties: list[Party],
    events: list[Event],
    amounts: list[Amount],
    ledger: Ledger,
    terms: Terms,
    package: Package,
) -> Evidence:
    """The matrix for the elements of the package; the user's own words prove nothing."""
    documents = [text for text in texts if not text.is_statement]
    rows = []
    for element in package.elements:
        proving = [text for text in documents if text.kind in element.kinds]
        coverage = min(1.0, 0.7 + 0.3 * (len(proving) - 1)) if proving else 0.0
        gap = None if proving else f"缺少能证明“{element.title}”的材料"
        rows.append(Row(element.id, element.title, element.weight, [text.name for text in proving], coverage, gap))
    items = [
        Item(text.id, text.name, text.kind, [row.title for row in rows if text.name in row.evidence])
        for text in documents
    ]
    found = contradictions.find(texts, parties, events, amounts, ledger, terms)
    return Evidence(items, rows, [row.gap for row in rows if row.gap], found)
