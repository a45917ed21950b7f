"""The documents of a user: uploaded, listed, read, deleted."""

import asyncio
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Controller, Response, delete, get, post
from litestar.datastructures import UploadFile

from api import files
from api.auth import state_of, user_of
from api.body import cursor, number
from api.problems import AnyRequest
from casework import documents
from casework.clock import rfc3339
from casework.context import Document
from casework.errors import DocumentNotFound, DocumentTooLarge, InvalidInput

FILES_AT_ONCE = 50
PAGE_QUERY = {"limit": {"type": "integer", "minimum": 1, "maximum": 500}, "cursor": {"type": "string"}}


def shown(document: Document) -> dict[str, Any]:
    """A document as clients see it."""
    columns = msgspec.structs.asdict(document)
    del columns["owner_id"]
    return {**columns, "created_at": rfc3339(document.created_at)}


def attachment(name: str, content: bytes, media_type: str) -> Response[bytes]:
    """A file to be saved, whatever its name; no browser shall guess another type."""
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    headers = {"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff"}
    return Response(content, media_type=media_type, headers=headers)


class DocumentController(Controller):
    """`/documents`."""

    path = "/api/v1/documents"

    @post(request_max_body_size=None, form=True)
    async def upload(self, request: AnyRequest) -> dict[str, Any]:
        """Store the parts named `files`, all or none."""
        user, state = await user_of(request), state_of(request)
        limit = state.settings.max_upload_bytes
        length = int(request.headers.get("content-length") or 0)
        if length > limit * FILES_AT_ONCE:
            raise DocumentTooLarge(f"an upload holds at most {FILES_AT_ONCE} files of {limit} bytes")
        parts = [part for part in (await request.form()).getall("files", []) if isinstance(part, UploadFile)]
        if not parts:
            raise InvalidInput.at("/files", "send one or more multipart parts named files")
        stored = []
        for part in parts:
            name = files.safe_name(part.filename)
            content = await part.read(limit + 1)
            if len(content) > limit:
                raise DocumentTooLarge(f"{name} is larger than {limit} bytes; split or compress it")
            media_type = await asyncio.to_thread(files.media_type, name, content)
            sha256 = await asyncio.to_thread(documents.digest, content)
            await state.documents.put(content, sha256)
            stored.append((name, media_type, len(content), sha256))
        async with state.database.write() as connection:
            made = await documents.add(connection, user.id, stored)
        return {"documents": [shown(document) for document in made]}

    @get(query=PAGE_QUERY)
    async def listed(self, request: AnyRequest) -> dict[str, Any]:
        """The caller's documents, newest first."""
        user, state = await user_of(request), state_of(request)
        limit = int(number(request, "limit", 100, 1, 500))
        async with state.database.read() as connection:
            found = await documents.listed(connection, user.id, limit, cursor(request))
        following = found[-1].id if len(found) == limit else None
        largest = state.settings.max_upload_bytes  # for who is about to upload
        return {"items": [shown(document) for document in found], "next_cursor": following, "max_bytes": largest}

    @get("/{document_id:str}")
    async def one(self, request: AnyRequest) -> dict[str, Any]:
        """One document's description."""
        return shown(await self._find(request))

    @get("/{document_id:str}/content", gives="*/*")
    async def content(self, request: AnyRequest) -> Response[bytes]:
        """One document's content."""
        document = await self._find(request)
        return attachment(document.name, await state_of(request).documents.read(document), document.media_type)

    @delete("/{document_id:str}")
    async def remove(self, request: AnyRequest) -> None:
        """Forget a document; 409 while an unfinished task uses it."""
        user, state = await user_of(request), state_of(request)
        async with state.database.write() as connection:
            unused = await documents.remove(connection, user.id, request.path_params["document_id"])
        if unused is not None:
            await state.documents.discard(unused)

    async def _find(self, request: AnyRequest) -> Document:
        user = await user_of(request)
        async with state_of(request).database.read() as connection:
            found = await documents.find(connection, user.id, [request.path_params["document_id"]])
        if not found:
            raise DocumentNotFound
        return found[0]
