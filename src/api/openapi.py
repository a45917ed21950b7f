"""The OpenAPI 3.1 description, made from the routes themselves.

A handler says in its `opt` what it takes: `body` a type, `query` names and their JSON Schemas, `gives` a media type.
"""

import re
from typing import Any

import msgspec
from litestar import Litestar, Response, get
from litestar.routes import HTTPRoute

from api.problems import MEDIA_TYPE, AnyRequest
from casework.errors import FieldError

PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
REFERENCE = "#/components/schemas/{name}"


class Problem(msgspec.Struct):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[FieldError] | msgspec.UnsetType = msgspec.UNSET


def describe(app: Litestar, title: str, version: str) -> dict[str, Any]:
    """The description of all routes of the application."""
    handlers = [
        (route.path_format, method, handler)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method, (handler, _) in route.route_handler_map.items()
        if method not in ("OPTIONS", "HEAD")
    ]
    bodies = [handler.opt["body"] for _, _, handler in handlers if "body" in handler.opt]
    _, schemas = msgspec.json.schema_components([Problem, *bodies], ref_template=REFERENCE)
    paths: dict[str, Any] = {}
    for path, method, handler in sorted(handlers, key=lambda each: (each[0], each[1])):
        paths.setdefault(path, {})[method.lower()] = _operation(path, handler)
    bearer = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    cookie = {"type": "apiKey", "in": "cookie", "name": "casework_session"}
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": {"bearer": bearer, "session": cookie}},
        "security": [{"bearer": []}, {"session": []}],
    }


def _operation(path: str, handler: Any) -> dict[str, Any]:
    documented = " ".join((handler.fn.__doc__ or "").split())
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in PARAMETER.findall(path)
    ]
    parameters += [
        {"name": name, "in": "query", "schema": schema} for name, schema in handler.opt.get("query", {}).items()
    ]
    media_types = handler.opt.get("gives", "application/json").split()
    content: dict[str, Any] = {media_type: {"schema": {}} for media_type in media_types}
    status = str(handler.status_code)
    good: dict[str, Any] = {"description": documented, **({"content": content} if status != "204" else {})}
    problem = {MEDIA_TYPE: {"schema": {"$ref": REFERENCE.format(name="Problem")}}}
    operation: dict[str, Any] = {
        "summary": documented,
        "operationId": handler.fn.__qualname__,
        "parameters": parameters,
        "responses": {
            status: good,
            **_others(handler, good),
            "default": {"description": "A problem.", "content": problem},
        },
    }
    if "body" in handler.opt:
        _, body = msgspec.json.schema_components([handler.opt["body"]], ref_template=REFERENCE)
        name = next(iter(body)) if len(body) == 1 else handler.opt["body"].__name__
        reference = {"$ref": REFERENCE.format(name=name)}
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": reference}}}
    if "form" in handler.opt:
        files = {"type": "array", "items": {"type": "string", "contentMediaType": "application/octet-stream"}}
        form = {"type": "object", "required": ["files"], "properties": {"files": files}}
        operation["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": form}}}
    if handler.opt.get("open"):
        operation["security"] = []
    return operation


def _others(handler: Any, good: dict[str, Any]) -> dict[str, Any]:
    """Further statuses that are no errors."""
    told: dict[str, Any] = {
        "200": good,
        "204": {"description": "Nothing more."},
        "304": {"description": "Not changed."},
    }
    return {status: told[status] for status in handler.opt.get("also", "").split()}


@get("/schema", open=True)
async def schema(request: AnyRequest) -> Response[bytes]:
    """This description."""
    described = describe(request.app, "Casework", request.app.state.version)
    return Response(msgspec.json.encode(described), media_type="application/json")
