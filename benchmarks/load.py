"""A load on HTTP that costs its machine little: requests made once, written raw, answers counted by their length."""

import asyncio
import re
import time

LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


async def post_many(
    host: str, port: int, token: str, path: str, body: bytes, count: int, connections: int
) -> list[float]:
    """POST `body` so many times over keep-alive connections; the milliseconds each took. Raises on any but 2xx."""
    request = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body
    left = iter(range(count))
    waited: list[float] = []

    async def one() -> None:
        reader, writer = await asyncio.open_connection(host, port)
        for _ in left:
            begun = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            found = LENGTH.search(head)
            await reader.readexactly(int(found[1]) if found else 0)
            if not head.startswith(b"HTTP/1.1 20"):
                raise AssertionError(f"{path} answered {head[:200]!r}")
            waited.append(1000 * (time.perf_counter() - begun))
        writer.close()
        await writer.wait_closed()

    await asyncio.gather(*(one() for _ in range(connections)))
    return waited
