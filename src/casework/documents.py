"""Uploaded documents and the files that tasks leave: content in obstore (a folder, or S3), rows in SQL.

Documents are stored by the hash of their content, so the same file twice takes its room once; artifacts by task.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import obstore
import sqlalchemy as sa
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import LocalStore, ObjectStore, from_url
from sqlalchemy.ext.asyncio import AsyncConnection

from casework import ids, tables
from casework.clock import now
from casework.context import Document
from casework.errors import ArtifactNotFound, DocumentInUse, DocumentNotFound, NotFound, StorageUnavailable
from casework.settings import Settings
from casework.task import FINAL


def open_store(settings: Settings) -> ObjectStore:
    """Where content lives: `files/` in the data directory, or what STORAGE_URL names."""
    if settings.storage_url:
        return from_url(settings.storage_url)
    return LocalStore(settings.data_dir / "files", mkdir=True, automatic_cleanup=True)


def digest(content: bytes) -> str:
    """The name of a content: its SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


class Documents:
    """The files of all users; whose a row is, the caller says and the queries keep to.

    Every method raises StorageUnavailable when the store cannot be read or written.
    """

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    async def put(self, content: bytes, sha256: str) -> None:
        """Store a document's content under its hash; storing it again changes nothing."""
        await self._put(_document_path(sha256), content)

    async def read(self, document: Document) -> bytes:
        """A document's content; raises DocumentNotFound when it is gone."""
        return await self._get(_document_path(document.sha256), DocumentNotFound)

    async def discard(self, sha256: str) -> None:
        """Forget a content that no row names any more; one that is gone already is no error."""
        with suppress(NotFoundError, FileNotFoundError), _outages():
            await obstore.delete_async(self._store, _document_path(sha256))

    async def put_artifact(self, task_id: str, name: str, content: bytes) -> None:
        """Store a file that a task leaves; the same name again replaces it."""
        await self._put(_artifact_path(task_id, name), content)

    async def read_artifact(self, task_id: str, name: str) -> bytes:
        """A file that a task has left; raises ArtifactNotFound."""
        return await self._get(_artifact_path(task_id, name), ArtifactNotFound)

    async def _put(self, path: str, content: bytes) -> None:
        with _outages():
            await obstore.put_async(self._store, path, content)

    async def _get(self, path: str, missing: type[NotFound]) -> bytes:
        try:
            with _outages():
                found = await obstore.get_async(self._store, path)
                return bytes(await found.bytes_async())
        except (NotFoundError, FileNotFoundError):
            raise missing from None


@contextmanager
def _outages() -> Iterator[None]:
    """Raise StorageUnavailable for whatever the store fails with, but for what is not there."""
    try:
        yield
    except (NotFoundError, FileNotFoundError):
        raise
    except (BaseError, OSError) as error:
        raise StorageUnavailable from error


def _document_path(sha256: str) -> str:
    return f"documents/{sha256[:2]}/{sha256}"


def _artifact_path(task_id: str, name: str) -> str:
    return f"artifacts/{task_id}/{name}"


async def add(connection: AsyncConnection, owner_id: str, files: Sequence[tuple[str, str, int, str]]) -> list[Document]:
    """Rows for stored contents, given as (name, media type, size, sha256); all or none, with the transaction."""
    made = [Document(ids.new(), owner_id, *file, created_at=now()) for file in files]
    await connection.execute(sa.insert(tables.documents), [_row(document) for document in made])
    return made


async def find(connection: AsyncConnection, owner_id: str, wanted: Sequence[str]) -> list[Document]:
    """The owner's documents of these ids in their order; one that is not there is left out."""
    c = tables.documents.c
    rows = await connection.execute(sa.select(tables.documents).where(c.owner_id == owner_id, c.id.in_(wanted)))
    found = {row.id: Document(**row._asdict()) for row in rows}
    return [found[document_id] for document_id in wanted if document_id in found]


async def listed(connection: AsyncConnection, owner_id: str, limit: int, before: str | None) -> list[Document]:
    """The owner's documents, newest first, those older than the id `before`."""
    c = tables.documents.c
    query = sa.select(tables.documents).where(c.owner_id == owner_id).order_by(c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(c.id < before)
    return [Document(**row._asdict()) for row in await connection.execute(query)]


async def remove(connection: AsyncConnection, owner_id: str, document_id: str) -> str | None:
    """Delete a document's row; returns the hash of a content that no row names any more.

    Raises DocumentNotFound, or DocumentInUse while an unfinished task uses it.
    """
    c, uses = tables.documents.c, tables.task_documents.c
    locked = sa.select(c.sha256).where(c.owner_id == owner_id, c.id == document_id).with_for_update()
    sha256: str | None = await connection.scalar(locked)
    if sha256 is None:
        raise DocumentNotFound
    using = sa.select(sa.func.count()).select_from(tables.task_documents.join(tables.tasks))
    using = using.where(uses.document_id == document_id, tables.tasks.c.status.not_in([s.value for s in FINAL]))
    if await connection.scalar(using):
        raise DocumentInUse
    await connection.execute(sa.delete(tables.task_documents).where(uses.document_id == document_id))
    await connection.execute(sa.delete(tables.documents).where(c.id == document_id))
    others = await connection.scalar(sa.select(sa.func.count()).where(c.sha256 == sha256))
    return None if others else sha256


async def release(connection: AsyncConnection, task_ids: Sequence[str]) -> list[str]:
    """Let the tasks go of their documents and delete those that no other task uses; returns the hashes of contents
    that no row names any more."""
    c, uses = tables.documents.c, tables.task_documents.c
    linked = sa.select(uses.document_id).where(uses.task_id.in_(task_ids)).distinct()
    wanted = list((await connection.execute(linked)).scalars())
    await connection.execute(sa.delete(tables.task_documents).where(uses.task_id.in_(task_ids)))
    unused = sa.and_(c.id.in_(wanted), ~sa.select(uses.document_id).where(uses.document_id == c.id).exists())
    locked = (await connection.execute(sa.select(c.id).where(unused).order_by(c.id).with_for_update())).scalars().all()
    if not locked:
        return []
    # Asked once more with the rows locked: a task that was just submitted may use one of them.
    gone = sa.delete(tables.documents).where(c.id.in_(locked), unused).returning(c.sha256)
    removed = set((await connection.execute(gone)).scalars())
    kept = (await connection.execute(sa.select(c.sha256).where(c.sha256.in_(removed)))).scalars()
    return sorted(removed.difference(kept))


def _row(document: Document) -> dict[str, object]:
    return {field: getattr(document, field) for field in document.__struct_fields__}
