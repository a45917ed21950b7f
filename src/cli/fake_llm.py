"""`casework fake-llm`: a scripted, OpenAI-compatible endpoint, to see token streaming and every failure offline.

It answers from the numbered facts that it is sent, so that what it says passes the same checks as a real model's.
"""

import json
import re
import signal
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import rich_click as click

MOVES = {
    "ok": "a good answer, streamed",
    "slow": "the same, some 20 words a second",
    "429": "too many requests; 429:SECONDS sets Retry-After",
    "500": "a server error",
    "401": "a key that is not accepted",
    "hang": "no answer at all",
    "cut": "the connection ends in the middle, without [DONE]",
    "stall": "a few words, then silence",
    "bad-json": "an answer that is no JSON",
    "wrong-ids": "facts, sums and articles that were never given",
    "usage-missing": "a good answer that does not count its tokens",
}
PIECE = 12


class Fake:
    """The server: plays `script` one move a call, the last one for ever; `calls` holds what it was sent."""

    def __init__(self, script: list[str], port: int = 0, *, pause: float = 0.05, say: Any = None) -> None:
        for move in script:
            if move.partition(":")[0] not in MOVES:
                raise click.BadParameter(f"{move!r} is none of {', '.join(MOVES)}")
        self._script = script
        self._pause = pause
        self._say = say or (lambda _line: None)
        self.calls: list[dict[str, Any]] = []
        self.moves: list[str] = []
        self._lock = threading.Lock()
        self._closing = threading.Event()
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                fake._answer(self)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="fake-llm", daemon=True)

    @property
    def url(self) -> str:
        """What CASEWORK_LLM_BASE_URL takes."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> "Fake":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        body = json.loads(request.rfile.read(int(request.headers.get("Content-Length", 0))) or b"{}")
        with self._lock:
            move = self._script[min(len(self.calls), len(self._script) - 1)]
            self.moves.append(move)
            self.calls.append(
                {"path": request.path, "key": request.headers.get("Authorization"), "at": time.monotonic(), **body}
            )
        self._say(f"call {len(self.calls)}: {move}")
        name, _, argument = move.partition(":")
        try:
            if name in ("429", "500", "401"):
                self._refuse(request, int(name), argument)
            elif name == "hang":
                self._closing.wait()
            else:
                self._stream(request, name, body)
        except (BrokenPipeError, ConnectionResetError):
            pass
        request.close_connection = True

    def _refuse(self, request: BaseHTTPRequestHandler, status: int, retry_after: str) -> None:
        content = json.dumps({"error": {"message": "as the script says", "code": str(status)}}).encode()
        request.send_response(status)
        if retry_after:
            request.send_header("Retry-After", retry_after)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)

    def _stream(self, request: BaseHTTPRequestHandler, move: str, body: dict[str, Any]) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "text/event-stream")
        request.end_headers()
        text = _text(move, "\n".join(message["content"] for message in body.get("messages", [])))
        pieces = [text[start : start + PIECE] for start in range(0, len(text), PIECE)]
        for number, piece in enumerate(pieces):
            if move in ("cut", "stall") and number == max(2, len(pieces) // 3):
                if move == "stall":
                    self._closing.wait()
                return
            self._send(request, {"choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]})
            if move == "slow" and self._closing.wait(self._pause):
                return
        self._send(request, {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        if move != "usage-missing" and body.get("stream_options", {}).get("include_usage"):
            self._send(request, {"choices": [], "usage": {"prompt_tokens": 1000, "completion_tokens": 100}})
        request.wfile.write(b"data: [DONE]\n\n")

    def _send(self, request: BaseHTTPRequestHandler, chunk: dict[str, Any]) -> None:
        request.wfile.write(b"data: " + json.dumps(chunk, ensure_ascii=False).encode() + b"\n\n")
        request.wfile.flush()


def _text(move: str, prompt: str) -> str:
    if move == "bad-json":
        return "很抱歉，我认为您的案件胜诉率为 87%。"
    kinds = (re.findall(r"^kinds: (.+)$", prompt, re.MULTILINE) or ["overview"])[-1].split(", ")
    items = list(_items(kinds, prompt))
    if move == "wrong-ids":
        items = [
            {"kind": kinds[0], "text": "对方已全部认可。", "fact_ids": ["F9999"], "statute_ids": []},
            {"kind": kinds[0], "text": "对方另欠 98,765,432.10 元。", "fact_ids": ["F1"], "statute_ids": []},
            {"kind": kinds[0], "text": "对方于2011年1月1日付款。", "fact_ids": ["F1"], "statute_ids": []},
            {"kind": kinds[0], "text": "依据《民法典》第1259条应予支持。", "fact_ids": ["F1"], "statute_ids": []},
        ]
    return json.dumps({"items": items}, ensure_ascii=False)


def _items(kinds: list[str], prompt: str) -> Iterator[dict[str, Any]]:
    facts = re.findall(r"^(F\d+) (.+)$", prompt, re.MULTILINE)
    statutes = re.findall(r"^([a-z]+-\d+) ", prompt, re.MULTILINE)
    for number, kind in enumerate(kinds):
        name, text = facts[number % len(facts)] if facts else ("F1", "")
        said = f"（演示用的回答）就“{text[:60]}”而言，应结合其他材料核对。"
        yield {"kind": kind, "text": said, "fact_ids": [name], "statute_ids": statutes[:1]}


@click.command(epilog="Moves: " + "; ".join(f"{name}: {what}" for name, what in MOVES.items()) + ".")
@click.option("--port", default=0, show_default=True, help="Port on 127.0.0.1; 0 takes a free one.")
@click.option("--script", default="slow", show_default=True, help="Moves with commas between, the last for ever.")
@click.option("--pause", default=0.05, show_default=True, help="Seconds between the pieces of a slow answer.")
def command(port: int, script: str, pause: float) -> None:
    """Serve a scripted language model for trying without one; prints the settings that point at it."""
    moves = [move.strip() for move in script.split(",") if move.strip()]
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):  # a process that a shell put into the background ignores the first
        signal.signal(number, lambda *_: stopping.set())
    with Fake(moves or ["slow"], port, pause=pause, say=click.echo) as fake:
        click.echo(f"CASEWORK_LLM_BASE_URL={fake.url} CASEWORK_LLM_MODEL=fake")
        stopping.wait()
        click.echo("stopped")
