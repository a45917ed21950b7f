"""The `doc.convert` workflow: documents to Markdown, one file each and a zip of all; told file by file."""

import io
import re
import zipfile
from typing import Annotated, Any, Literal

import msgspec

from casework import Context, Document, InvalidInput, PermanentError, Title, Workflow
from casework.workflows.fan_out import fan_out
from casework.workflows.names import numbered
from casework.workflows.reading import Notice, Read, Unreadable
from casework.workflows.reading.intake import AT_ONCE, Reader

ARCHIVE = "documents.zip"


class ConvertInput(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The documents to convert, each once."""

    document_ids: Annotated[list[str], msgspec.Meta(min_length=1, max_length=100)]


class Converted(msgspec.Struct):
    """One file: `partial` where something of it is missing, as its notices tell."""

    id: str
    name: str
    status: Literal["converted", "partial", "failed"]
    notices: list[Notice]
    markdown: str | None = None
    pages: int = 0
    characters: int = 0
    recognised_pages: list[int] = []


def _each_once(input: ConvertInput) -> ConvertInput:  # noqa: A002
    if len(set(input.document_ids)) != len(input.document_ids):
        raise InvalidInput.at("/document_ids", "each document once")
    return input


doc_convert = Workflow(
    "doc.convert", title=Title("文档转 Markdown", "Documents to Markdown"), input=ConvertInput, check=_each_once
)


def _documents(input: ConvertInput) -> float:  # noqa: A002
    return len(input.document_ids)


@doc_convert.step(title=Title("转换文档", "Convert the documents"), weight=19, size=_documents)
async def convert_documents(ctx: Context, input: ConvertInput) -> list[Converted]:  # noqa: A002
    reader = Reader(ctx, markdown=True)
    found = await ctx.documents(input.document_ids)
    await reader.count(found)

    async def one(item: tuple[int, Document]) -> Converted:
        number, document = item
        try:
            read = await reader.read(document)
        except Unreadable as reason:
            await ctx.log(f"{document.name}: {reason.notice.en}", "warning")
            return Converted(document.id, document.name, "failed", [reason.notice])
        text = markdown(read, document.media_type)
        name = numbered(number, document.name, ".md")
        await ctx.artifact(name, text.encode(), "text/markdown")
        return Converted(
            document.id,
            document.name,
            "partial" if read.notices else "converted",
            read.notices,
            name,
            len(read.pages),
            len(text),
            read.recognised,
        )

    converted = await fan_out(one, list(enumerate(found, 1)), AT_ONCE)
    if all(each.status == "failed" for each in converted):
        reasons = "; ".join(f"{each.name}: {each.notices[0].en}" for each in converted[:5])
        raise PermanentError(f"none of the {len(input.document_ids)} documents could be read: {reasons}")
    return converted


@doc_convert.step(title=Title("打包", "Pack"))
async def pack(ctx: Context, convert_documents: list[Converted]) -> dict[str, Any]:
    names = [each.markdown for each in convert_documents if each.markdown]
    texts = {name: await ctx.left(name, "text/markdown") for name in names}
    await ctx.artifact(ARCHIVE, await ctx.in_thread(zipped, texts), "application/zip")
    counts = {status: sum(each.status == status for each in convert_documents) for status in ("partial", "failed")}
    await ctx.progress(1, 1, f"{len(names)}/{len(convert_documents)}", counts)
    return {"files": convert_documents, "converted": len(names), **counts, "archive": ARCHIVE}


def markdown(read: Read, media_type: str) -> str:
    """A text in Markdown: a line is a paragraph; of several pages, each but the first is marked where it begins."""
    if media_type.endswith(("markdown", "wordprocessingml.document")):
        return read.text  # which is Markdown already
    ends = [*read.pages[1:], len(read.text)]
    pages = [re.sub(r"\n+", "\n\n", read.text[start:end]).strip() for start, end in zip(read.pages, ends, strict=True)]
    marked = [f"<!-- page {number} -->\n\n{page}" if number > 1 else page for number, page in enumerate(pages, 1)]
    return "\n\n".join(marked) + "\n"


def zipped(files: dict[str, bytes | None]) -> bytes:
    """The files in a zip, the same bytes for the same files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content or b"", zipfile.ZIP_DEFLATED)
    return packed.getvalue()
