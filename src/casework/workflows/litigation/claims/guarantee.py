"""Until when a guarantor can be held to his word: by the papers that he has signed (pure).

Sources: 民法典 692 (six months where nothing else was agreed), 695 (what was prolonged without him binds him not).
"""

import re
from datetime import date

from casework.workflows.litigation.facts.entry import AGREEMENTS
from casework.workflows.litigation.facts.parties import Party
from casework.workflows.litigation.facts.timeline import Event
from casework.workflows.litigation.text import papers
from casework.workflows.litigation.text.papers import Paper
from casework.workflows.litigation.text.span import Text

MONTHS = 6
GUARANTORS = {"保证人", "担保人", "连带保证人", "连带责任保证人", "连带责任担保人", "保证方", "担保方"}


def due(events: list[Event], parties: list[Party], texts: list[Text]) -> date | None:
    """The last day of the debt that was guaranteed; None where nobody guarantees or no such day is told."""
    names = [name for p in parties if set(p.roles) & GUARANTORS for name in (p.name, *p.aliases)]
    told = [event for event in events if event.type == "due"]
    agreed = [paper for text in texts if text.kind in (*AGREEMENTS, "guarantee") for paper in papers.split(text)]
    signed = [paper for paper in agreed if _signed(paper, names)]
    own = [e.day for e in told if any(paper.holds(span) for span in e.spans for paper in signed)]
    return max(own or [e.day for e in told], default=None) if names else None


def _signed(paper: Paper, names: list[str]) -> bool:
    """Whether the paper names a guarantor as such."""
    who = "|".join(map(re.escape, names)) or "(?!)"
    return (
        re.search(rf"(?:{who})[^。；\n]{{0,24}}(?:保证|担保)|(?:保证|担保)[^。；\n]{{0,24}}(?:{who})", paper.text.text)
        is not None
    )
