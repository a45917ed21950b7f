"""`casework demo`: everything started, the sample case followed live, and the service left running."""

import asyncio
import json
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import rich_click as click
from rich.console import Console

from casework import settings
from casework.errors import SetupError
from cli.client import Client
from cli.submit import submit
from cli.watch import watch

START_SECONDS = 60.0
STOP_SECONDS = 12.0
SAMPLE = Path(__file__).parents[2] / "examples" / "contract-dispute"
FINDINGS = 12


@click.command()
@click.option("--port", default=0, show_default=True, help="Port to listen on; 0 takes a free one.")
@click.option("--exit", "leave", is_flag=True, help="Stop the service after the report instead of leaving it running.")
def command(port: int, leave: bool) -> None:
    """Start everything, run the sample case with live progress, and keep serving until Ctrl-C."""
    asyncio.run(run(port, leave=leave))


async def run(port: int, *, leave: bool) -> None:
    """The demonstration; raises SetupError when the service does not start."""
    console = Console()
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    log = settings.load().data_dir / "demo.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    console.print(f"==> Starting Redis, the database, the API and a worker (log: {log})")
    with log.open("w") as file:
        arguments = [sys.executable, "-m", "cli.main", "up", "--port", str(port)]
        service = await asyncio.create_subprocess_exec(
            *arguments, stdout=asyncio.subprocess.PIPE, stderr=file, start_new_session=True
        )
    try:
        url = await _ready_url(service, console)
        running = asyncio.create_task(_show(url, console), name="demo")
        stop = asyncio.create_task(stopping.wait(), name="stop")
        await asyncio.wait([running, stop], return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            running.result()
            if not leave:
                console.print(f"==> The service is at {url} until you press Ctrl-C")
                await stop
        for task in (running, stop):
            task.cancel()
        await asyncio.wait([running, stop])
    finally:
        console.print("==> Stopping")
        with suppress(ProcessLookupError):
            service.terminate()
        try:
            await asyncio.wait_for(service.wait(), STOP_SECONDS)
        except TimeoutError:
            service.kill()
            await service.wait()


async def _ready_url(service: asyncio.subprocess.Process, console: Console) -> str:
    assert service.stdout is not None  # noqa: S101 - it was asked for
    async with asyncio.timeout(START_SECONDS):
        async for line in service.stdout:
            text = line.decode().rstrip()
            console.print(text, highlight=False, soft_wrap=True)
            if text.startswith("ready "):
                return text.removeprefix("ready ")
    raise SetupError(f"the service did not start; {settings.load().data_dir / 'demo.log'} says why")


async def _show(url: str, console: Console) -> None:
    files = tuple(sorted(path for path in SAMPLE.glob("*") if path.suffix != ".json"))
    if not files:
        raise SetupError(f"the sample case is not at {SAMPLE}; run this from a checkout of the project")
    case = json.loads((SAMPLE / "case.json").read_text(encoding="utf-8"))
    async with Client(url) as client:
        console.print(f"==> Submitting the sample case with {len(files)} documents")
        task_id = await submit(client, "litigation-analysis", case, files)
        view = await watch(client, task_id, console)
        if view.status != "succeeded":
            raise SetupError(f"the sample case {view.status}: {view.message}")
        answer = await client.call("GET", f"/tasks/{task_id}/result")
        saved = settings.load().data_dir / "reports" / task_id
        saved.mkdir(parents=True, exist_ok=True)
        for artifact in answer["artifacts"]:
            (saved / artifact["name"]).write_bytes(await client.content(artifact["url"]))
    for line in _findings(answer["result"]):
        console.print(f"    {line}", highlight=False, soft_wrap=True)
    console.print(f"==> The report: {saved}/report.html, .pdf, .docx, .md, .json", highlight=False, soft_wrap=True)
    console.print(f"    and at {url}/api/v1/tasks/{task_id}/result", highlight=False, soft_wrap=True)
    console.print("    Sign in as admin; `casework token admin` prints a token", highlight=False, soft_wrap=True)


def _findings(result: dict[str, Any]) -> list[str]:
    """The main findings of an analysis."""
    fees = result["fees"]
    lines = [f"==> {result['case_summary']}"]
    lines += [f"{party['name']}：{'、'.join(party['roles'])}" for party in result["parties"]]
    lines += [f"{claim['title']}：{claim['amount']} 元 = {claim['formula']}" for claim in result["claims"]]
    if fees:
        lines.append(f"案件受理费 {fees['acceptance']} 元，保全费 {fees['preservation']} 元")
    lines += [f"风险：{risk['name']}（{risk['message']}）" for risk in result["risk_warnings"]]
    return lines[:FINDINGS]
