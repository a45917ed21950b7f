"""Request bodies: JSON as it came, or a clear 400; numbers from a query."""

from typing import Any

import msgspec

from api.problems import AnyRequest
from casework.errors import InvalidInput, MalformedRequest


async def read_body(request: AnyRequest) -> Any:
    """The body as a JSON-like object; raises MalformedRequest."""
    content = await request.body()
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedRequest(f"the body is no UTF-8 JSON: {error}") from None


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
