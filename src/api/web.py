"""What a browser gets: the pages, and everything under `web/` as files, without a build step and without signing in.

The pages carry no data; what they show they fetch as the user. So the policy allows nothing but our own files.
"""

import hashlib
from pathlib import Path
from typing import Any

import msgspec
from litestar import Controller, Response, get
from litestar.exceptions import NotFoundException

from api.body import held
from api.bundle import joined
from api.problems import AnyRequest

FOLDER = Path(__file__).parent / "web"
MEDIA_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}

PAGES = {"home": "user/home.html", "task": "user/task.html", "monitor": "monitor/index.html"}
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    ]
)
HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class File(msgspec.Struct, frozen=True):
    """A file as it is sent."""

    content: bytes
    media_type: str
    tag: str

    @classmethod
    def of(cls, name: str, content: bytes) -> "File":
        """A file of that name."""
        return cls(content, MEDIA_TYPES[Path(name).suffix], f'"{hashlib.sha256(content).hexdigest()[:20]}"')


def load(folder: Path) -> dict[str, File]:
    """All files of a folder by their path in it: what is not among them cannot be asked for."""
    files: dict[str, File] = {}
    for path in folder.rglob("*"):
        if path.suffix in MEDIA_TYPES:
            files[path.relative_to(folder).as_posix()] = File.of(path.name, path.read_bytes())
    return files


def sent(request: AnyRequest, file: File | None) -> Response[bytes]:
    """A file, or 304 where the browser has it already."""
    if file is None:
        raise NotFoundException
    headers = {"ETag": file.tag, **HEADERS}
    if held(request, file.tag):
        return Response(b"", status_code=304, media_type=file.media_type, headers=headers)
    return Response(file.content, media_type=file.media_type, headers=headers)


class WebController(Controller):
    """The pages and `/web`."""

    def __init__(self, owner: Any) -> None:
        super().__init__(owner)
        self._files = {**load(FOLDER), "watch.js": File.of("watch.js", joined(FOLDER / "watch"))}

    @get("/web/{path:path}", open=True, gives="text/javascript", also="304")
    async def file(self, request: AnyRequest) -> Response[bytes]:
        """A file of the browser's side."""
        return sent(request, self._files.get(str(request.path_params["path"]).lstrip("/")))

    @get("/", open=True, gives="text/html", also="304")
    async def home(self, request: AnyRequest) -> Response[bytes]:
        """The page to submit a case and see one's own."""
        return sent(request, self._files.get(PAGES["home"]))

    @get("/tasks/{task_id:str}", open=True, gives="text/html", also="304")
    async def task(self, request: AnyRequest) -> Response[bytes]:
        """The page of one task; whether the caller may see it, it asks the API."""
        return sent(request, self._files.get(PAGES["task"]))

    @get("/monitor", open=True, gives="text/html", also="304")
    async def monitor(self, request: AnyRequest) -> Response[bytes]:
        """The operator's first page."""
        return sent(request, self._files.get(PAGES["monitor"]))

    @get("/monitor/{path:path}", open=True, gives="text/html", also="304")
    async def monitor_page(self, request: AnyRequest) -> Response[bytes]:
        """Each further one: which, its script sees in the address."""
        return sent(request, self._files.get(PAGES["monitor"]))
