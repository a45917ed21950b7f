"""Documents read for a step: several side by side, each page counted, each in a process that may be killed.

Whatever a document does to its reader (hang, crash, swell) is a notice of that document and nobody else's matter.
"""

import asyncio
import os

from casework import Context, Document
from casework.errors import DocumentNotFound
from casework.workflows.fan_out import fan_out
from casework.workflows.reading import document as reading
from casework.workflows.reading import notice, ocr
from casework.workflows.reading.document import Page, Part, Read
from casework.workflows.reading.fold import as_written, fold
from casework.workflows.reading.guard import guarded
from casework.workflows.reading.limits import CASE_CHARACTERS, DOCUMENT_SECONDS, PAGE_SECONDS, SCAN_SECONDS
from casework.workflows.reading.notice import Notice, Unreadable

AT_ONCE = max(2, os.cpu_count() or 1)


class Reader:
    """Reads the documents of one step, folded to one spelling, or in Markdown as they were written.

    `done` of `total` counts pages, those of a scan once they are recognised.
    """

    def __init__(self, ctx: Context, *, markdown: bool = False) -> None:
        self.done = self.total = 0
        self._markdown = markdown
        self._ctx = ctx
        self._left: dict[str, int] = {}  # pages by document that are not done
        self._characters = 0
        self._recognising = asyncio.Semaphore(AT_ONCE)
        self._looking = asyncio.Lock()
        self._lacks: list[Notice | None] = []  # what text recognition lacks, once somebody has looked

    async def count(self, documents: list[Document]) -> None:
        """Learn how many pages there are; a document of which nobody can tell has one."""
        counted = await fan_out(self._count, documents, AT_ONCE)
        self._left = {document.id: pages for document, pages in zip(documents, counted, strict=True)}
        self.total = sum(counted)

    async def read(self, document: Document) -> Read:
        """The text of one of the documents that were counted; raises Unreadable."""
        try:
            if self._characters > CASE_CHARACTERS:
                raise Unreadable(notice.CASE_FULL)
            content = await self._content(document)
            parts = await self._parts(document, content)
            await self._recognise(document, content, parts)
            read = reading.assembled(parts, as_written if self._markdown else fold)
        finally:
            self.done += self._left.pop(document.id, 0)
        self._characters += len(read.text)
        return read

    async def _count(self, document: Document) -> int:
        if document.media_type != reading.PDF:
            return 1
        try:
            content = await self._content(document)
            async with guarded(self._ctx, DOCUMENT_SECONDS) as process:
                return await process.run(reading.count, content, document.media_type)
        except Unreadable:
            return 1

    async def _content(self, document: Document) -> bytes:
        try:
            return await self._ctx.read(document)
        except DocumentNotFound:
            raise Unreadable(notice.GONE) from None

    async def _parts(self, document: Document, content: bytes) -> list[Part]:
        """What can be read without recognition: all of it, or what came before the reader had to be killed."""
        parts: list[Part] = []
        try:
            async with guarded(self._ctx, DOCUMENT_SECONDS) as process:
                async for part in process.each(reading.pages, content, document.media_type, markdown=self._markdown):
                    parts.append(part)
                    if isinstance(part, Page) and not part.scanned:
                        await self._page_done(document)
        except Unreadable as reason:
            read = sum(isinstance(part, Page) for part in parts)
            if not read:
                raise
            parts.append(notice.stopped(read, reason.notice))
        return parts

    async def _recognise(self, document: Document, content: bytes, parts: list[Part]) -> None:
        """Fill in the pages that are pictures, or tell that nobody can."""
        scanned = [part for part in parts if isinstance(part, Page) and part.scanned]
        if not scanned:
            return
        lacks = await self._what_lacks()
        if lacks is not None:
            parts.insert(0, lacks)
            return

        async def one(page: Page) -> None:
            try:
                async with self._recognising, guarded(self._ctx, PAGE_SECONDS) as process:
                    page.text = await process.run(ocr.page, content, document.media_type, page.number)
            except Unreadable:
                return
            page.recognised = True
            await self._page_done(document)

        try:
            async with asyncio.timeout(SCAN_SECONDS):
                await fan_out(one, scanned, AT_ONCE)
        except TimeoutError:
            parts.append(notice.too_slow(SCAN_SECONDS))
        failed = [page.number for page in scanned if not page.recognised]
        if failed:
            parts.append(notice.unrecognised(failed))

    async def _what_lacks(self) -> Notice | None:
        async with self._looking:
            if not self._lacks:
                self._lacks = [await self._ctx.in_thread(ocr.missing)]
            return self._lacks[0]

    async def _page_done(self, document: Document) -> None:
        if self._left.get(document.id):
            self._left[document.id] -= 1
            self.done += 1
        message = f"已读 {self.done}/{self.total} 页：{document.name}"
        await self._ctx.progress(self.done, self.total, message, {"pages": self.done, "total_pages": self.total})
