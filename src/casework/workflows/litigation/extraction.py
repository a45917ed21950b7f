"""Facts of a package's own: sums and days that stand behind its words in the documents (pure)."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Literal

import msgspec

from casework.workflows.litigation.condition import FACTS, OUTCOMES, Value, Word
from casework.workflows.litigation.text import dates
from casework.workflows.litigation.text.money import Amount
from casework.workflows.litigation.text.span import Text

NEAR = 20  # characters between the words and the value


class Extractor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fact by the name of `id`: the largest sum right behind one of the words, or how many days ago the latest day
    behind them was."""

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
    kind: Literal["amount", "date"]
    labels: Annotated[list[Word], msgspec.Meta(min_length=1, max_length=20)]


def find(extractors: list[Extractor], texts: list[Text], amounts: list[Amount], today: date) -> Mapping[str, Value]:
    """The value of each, None where nothing was found."""
    found: dict[str, Value] = {}
    for each in extractors:
        if each.kind == "amount":
            sums = [a.value for a in amounts if _labelled(each, texts, a.span.document, a.span.start)]
            found[each.id] = max(sums, default=None)
        else:
            days = [d.day for t in texts for d in dates.find(t) if _labelled(each, [t], t.id, d.span.start)]
            found[each.id] = (today - max(days)).days if days else None
    return found


def _labelled(extractor: Extractor, texts: list[Text], document: str, start: int) -> bool:
    for text in texts:
        if text.id == document:
            before = text.text[max(0, start - NEAR) : start]
            sentence = before[max(before.rfind(mark) for mark in "。；;\n") + 1 :]
            return any(label in sentence for label in extractor.labels)
    return False


def faults(extractors: list[Extractor]) -> Iterator[tuple[tuple[str, ...], str]]:
    """(where, what) is wrong with them beyond their shape."""
    seen = {*FACTS, *OUTCOMES}
    for number, each in enumerate(extractors):
        if each.id in seen:
            yield ("extractors", str(number), "id"), f"a second fact {each.id!r}"
        seen.add(each.id)
