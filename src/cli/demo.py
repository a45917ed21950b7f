"""`casework demo`: everything started, a sample task followed live, and the service left running."""

import asyncio
import signal
import sys
from contextlib import suppress

import rich_click as click
from rich.console import Console

from casework import settings
from casework.errors import SetupError
from cli.client import Client
from cli.submit import submit
from cli.watch import watch

START_SECONDS = 60.0
STOP_SECONDS = 12.0
SAMPLE = {"steps": 4, "step_seconds": 1.5, "ticks": 30}


@click.command()
@click.option("--port", default=0, show_default=True, help="Port to listen on; 0 takes a free one.")
@click.option("--exit", "leave", is_flag=True, help="Stop the service after the task instead of leaving it running.")
def command(port: int, leave: bool) -> None:
    """Start everything, run the sample task with live progress, and keep serving until Ctrl-C."""
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
    async with Client(url) as client:
        console.print("==> Submitting the sample task")
        task_id = await submit(client, "demo", SAMPLE, ())
        view = await watch(client, task_id, console)
        answer = await client.call("GET", f"/tasks/{task_id}/result") if view.status == "succeeded" else view.message
    console.print(f"==> {view.status}: {answer}")
    console.print(f"    {url}/api/v1/tasks/{task_id}", soft_wrap=True)
