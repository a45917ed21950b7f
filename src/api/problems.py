"""Every error as application/problem+json (RFC 9457): ours by their class, Litestar's by their status."""

from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException

from casework import log
from casework.errors import CaseworkError, InputError, TooManyTries, Unavailable

MEDIA_TYPE = "application/problem+json"
_log = log.get(__name__)
AnyRequest = Request[Any, Any, Any]


def problem(error: CaseworkError, instance: str) -> dict[str, Any]:
    """The members of the problem that an error of ours is."""
    members: dict[str, Any] = {
        "type": f"urn:casework:problem:{error.slug()}",
        "title": error.title(),
        "status": error.status,
        "detail": error.detail,
        "instance": instance,
    }
    if isinstance(error, InputError) and error.errors:
        members["errors"] = [msgspec.structs.asdict(each) for each in error.errors]
    return members


def answer(request: AnyRequest, error: CaseworkError) -> Response[bytes]:
    """The response to an error of ours."""
    headers = {}
    if isinstance(error, Unavailable | TooManyTries):
        headers["Retry-After"] = str(max(1, round(error.retry_after)))
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    body = msgspec.json.encode(problem(error, request.url.path))
    return Response(body, status_code=error.status, media_type=MEDIA_TYPE, headers=headers)


def of_casework(request: AnyRequest, error: CaseworkError) -> Response[bytes]:
    """Handler for the tree of our errors."""
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.warning("request failed", error=type(error).__name__, detail=error.detail)
    return answer(request, error)


def of_http(request: AnyRequest, error: HTTPException) -> Response[bytes]:
    """Handler for what the framework raises by itself: no such route, a wrong method, a body too large."""
    status = HTTPStatus(error.status_code)
    members = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": str(error.detail) if status < HTTPStatus.INTERNAL_SERVER_ERROR else status.phrase,
        "instance": request.url.path,
    }
    headers = {str(k): str(v) for k, v in (error.headers or {}).items()}
    return Response(msgspec.json.encode(members), status_code=status.value, media_type=MEDIA_TYPE, headers=headers)


def of_anything(request: AnyRequest, error: Exception) -> Response[bytes]:
    """Handler for a fault of ours: the log has the traceback, the client has the request id."""
    _log.error("request crashed", exc_info=error)
    return answer(request, CaseworkError())


HANDLERS: dict[Any, Any] = {CaseworkError: of_casework, HTTPException: of_http, Exception: of_anything}
