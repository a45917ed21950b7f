"""What a browser gets as files: everything under `web/`, without a build step and without signing in."""

import hashlib
from pathlib import Path
from typing import Any

import msgspec
from litestar import Controller, Response, get
from litestar.exceptions import NotFoundException

from api.problems import AnyRequest

FOLDER = Path(__file__).parent / "web"
MEDIA_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}


class File(msgspec.Struct, frozen=True):
    """A file as it is sent."""

    content: bytes
    media_type: str
    tag: str


def load(folder: Path) -> dict[str, File]:
    """All files of a folder by their path in it: what is not among them cannot be asked for."""
    files: dict[str, File] = {}
    for path in folder.rglob("*"):
        if path.suffix in MEDIA_TYPES:
            content = path.read_bytes()
            tag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
            files[path.relative_to(folder).as_posix()] = File(content, MEDIA_TYPES[path.suffix], tag)
    return files


class WebController(Controller):
    """`/web`."""

    path = "/web"

    def __init__(self, owner: Any) -> None:
        super().__init__(owner)
        self._files = load(FOLDER)

    @get("/{path:path}", open=True, gives="text/javascript", also="304")
    async def file(self, request: AnyRequest) -> Response[bytes]:
        """A file of the browser's side."""
        file = self._files.get(str(request.path_params["path"]).lstrip("/"))
        if file is None:
            raise NotFoundException
        headers = {"ETag": file.tag, "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
        known = request.headers.get("If-None-Match", "").replace("W/", "").split(",")
        if file.tag in [each.strip() for each in known]:
            return Response(b"", status_code=304, media_type=file.media_type, headers=headers)
        return Response(file.content, media_type=file.media_type, headers=headers)
