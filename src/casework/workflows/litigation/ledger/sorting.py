"""The facts of a case by its papers instead of its files, and the way back (pure)."""

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from casework.workflows.litigation.facts.timeline import Event
from casework.workflows.litigation.text import papers
from casework.workflows.litigation.text.money import Amount
from casework.workflows.litigation.text.span import Span, Text

Back = Callable[[Span], Span]


def apart(
    texts: Sequence[Text], amounts: Sequence[Amount], events: Sequence[Event]
) -> tuple[list[Text], list[Amount], list[Event], Back]:
    """Texts, sums and events by papers instead of files, and the way back."""
    parts = [paper for text in texts for paper in papers.split(text)]
    within = {text.id: [paper for paper in parts if paper.whole.id == text.id] for text in texts}

    def to(span: Span) -> Span:
        paper = next(paper for paper in reversed(within[span.document]) if paper.start <= span.start)
        return paper.text.span(span.start - paper.start, span.end - paper.start)

    by_id = {paper.text.id: paper for paper in parts}
    return (
        [paper.text for paper in parts],
        [replace(each, span=to(each.span)) for each in amounts],
        [replace(each, spans=[to(span) for span in each.spans]) for each in events],
        lambda span: by_id[span.document].back(span),
    )
