"""The network between a user and a service: cut, holding up streams, whole again."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from cli.compare.network import Network

STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\nevent: hello\n\n"
JSON = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"


@pytest.fixture
async def port() -> AsyncIterator[int]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        writer.write(JSON if b"application/json" in head else STREAM)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def ask(network: Network, accept: str) -> str:
    async with httpx.AsyncClient(trust_env=False) as http:
        return (await http.get(f"{network.url}/tasks/1/events", headers={"Accept": accept})).text


async def test_a_cut_network_lets_nothing_through_and_a_mended_one_everything(port: int) -> None:
    async with Network(port) as network:
        assert await ask(network, "application/json") == "{}"
        network.cut()
        with pytest.raises(httpx.TransportError):
            await ask(network, "application/json")
        network.mend()
        assert await ask(network, "text/event-stream") == "event: hello\n\n"
        assert (network.polls, network.streams) == (1, 1)


async def test_a_network_that_holds_up_streams_lets_polls_through(port: int) -> None:
    async with Network(port) as network:
        network.hold_streams()
        with pytest.raises(httpx.TransportError):
            await ask(network, "text/event-stream")
        assert await ask(network, "application/json") == "{}"
        network.streaming = True
        assert await ask(network, "text/event-stream") == "event: hello\n\n"
