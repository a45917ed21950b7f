"""What a request holds: a body of JSON or a clear 400, numbers and cursors of a query, the tags of what is known."""

from typing import Any

import msgspec

from api.problems import AnyRequest
from casework import ids
from casework.errors import InvalidInput, MalformedRequest


async def read_body(request: AnyRequest) -> Any:
    """The body as a JSON-like object; raises MalformedRequest."""
    content = await request.body()
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedRequest(f"the body is no UTF-8 JSON: {error}") from None
    except RecursionError:
        raise MalformedRequest("the body is nested too deeply") from None


def cursor(request: AnyRequest) -> str | None:
    """The `next_cursor` of an earlier page, where one is given; raises InvalidInput for what is none."""
    text = request.query_params.get("cursor")
    if text and not ids.valid(text):
        raise InvalidInput.at("/cursor", "the cursor is none of this list's; leave it out to begin with the newest")
    return text or None


def number(request: AnyRequest, name: str, default: float, low: float, high: float) -> float:
    """A number from the query within its bounds; raises InvalidInput naming the parameter."""
    text = request.query_params.get(name)
    if text is None:
        return default
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        raise InvalidInput.at(f"/{name}", f"the query's {name} is a number from {low:g} to {high:g}, not {text!r}")
    return value


def held(request: AnyRequest, tag: str) -> bool:
    """Whether the caller has the version of this ETag; a proxy that compresses makes weak what we have sent."""
    known = [each.strip().removeprefix("W/") for each in request.headers.get("If-None-Match", "").split(",")]
    return tag in known or "*" in known
