"""The documents of a case as texts, each content once, with what could not be read told by name and reason."""

from collections.abc import Mapping
from typing import Any

from casework import Context, Document
from casework.workflows.fan_out import fan_out
from casework.workflows.litigation.text import kinds
from casework.workflows.litigation.text.span import Text
from casework.workflows.reading import Read, Unreadable, read
from casework.workflows.reading.intake import AT_ONCE, Reader
from casework.workflows.reading.notice import Notice

HEAD = 300  # characters
__all__ = ["Case", "Read", "Unreadable", "read", "read_case"]


class Case:
    """What was read: `documents` describes each that was given, `warnings` names the document of each."""

    def __init__(self) -> None:
        self.texts: list[Text] = []
        self.documents: list[dict[str, Any]] = []
        self.warnings: list[str] = []

    def warn(self, entry: dict[str, Any], told: Notice) -> None:
        """Tell something of a document."""
        self.warnings.append(f"{entry['name']}：{told}")
        entry["notices"].append({"code": told.code, "zh": told.zh, "en": told.en})


async def read_case(ctx: Context, document_ids: list[str], types: Mapping[str, list[str]]) -> Case:
    """Read the documents of these ids, in their order; `types` are a package's own words for what a document is."""
    case, reader = Case(), Reader(ctx)
    found = await ctx.documents(document_ids)
    once = {document.sha256: document for document in reversed(found)}
    kept = [document for document in found if once[document.sha256] is document]
    await reader.count(kept)

    async def one(document: Document) -> Read | Notice:
        try:
            return await reader.read(document)
        except Unreadable as reason:
            await ctx.log(f"{document.name}：{reason}", "warning")
            return reason.notice

    outcomes = dict(zip([each.id for each in kept], await fan_out(one, kept, AT_ONCE), strict=True))
    for document in found:
        entry = {"id": document.id, "name": document.name, "sha256": document.sha256, "read": False, "notices": []}
        case.documents.append(entry)
        outcome = outcomes.get(document.id) or _twice(once[document.sha256])
        if isinstance(outcome, Notice):
            case.warn(entry, outcome)
            continue
        kind = _named(types, document.name, outcome.text) or kinds.kind_of(document.name, outcome.text)
        case.texts.append(Text(document.id, document.name, outcome.text, outcome.pages, kind, document.sha256))
        entry.update(read=True, type=kind, pages=len(outcome.pages), chars=len(outcome.text))
        entry.update(recognised_pages=outcome.recognised, encoding=outcome.encoding)
        for told in outcome.notices:
            case.warn(entry, told)
    if gone := len(document_ids) - len(found):
        case.warnings.append(f"{gone} 份材料在提交后被删除")
    return case


def _named(types: Mapping[str, list[str]], name: str, text: str) -> str | None:
    """The type whose words stand in the document's name or head."""
    place = f"{name}\n{text[:HEAD]}"
    return next((kind for kind, words in types.items() if any(word in place for word in words)), None)


def _twice(first: Document) -> Notice:
    return Notice("duplicate", f"与 {first.name} 内容相同，只计一次", f"the same as {first.name}: counted once")
