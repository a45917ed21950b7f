"""`casework up` with users, and a real Chromium in front of it: what the tests of the pages stand on."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx
import psutil
from playwright.async_api import Page, expect

from casework import ids

PASSWORD = "a password"
UPLOAD_BYTES = 200_000
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
Open = Callable[..., Awaitable[Page]]
AXE = """async () => {
  const found = (await axe.run(document, { resultTypes: ["violations"] })).violations;
  return found.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map((node) => node.html).join(" | ")}`);
}"""


class Casework:
    """A running `casework up`; `kill` takes all its processes, `start` goes on with the same data on the same port."""

    def __init__(self, directory: Path, settings: Mapping[str, str]) -> None:
        self.directory = directory
        self.settings = settings
        self.url = ""
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it is ready."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CASEWORK_")}
        own = {
            "DATA_DIR": str(self.directory),
            "ADMIN_PASSWORD": PASSWORD,
            "MAX_UPLOAD_BYTES": str(UPLOAD_BYTES),
            "LEASE_SECONDS": "1.5",
            "HEARTBEAT_SECONDS": "0.3",
            "RETRY_BASE_SECONDS": "0.2",
            **self.settings,
        }
        environment = {**kept, **{f"CASEWORK_{name}": value for name, value in own.items()}}
        port = self.url.rpartition(":")[2] or "0"
        command = [sys.executable, "-m", "cli.main", "up", "--port", port]
        log = self.directory.with_name("up.log")
        with log.open("ab") as errors:
            self._process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=errors)
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith(b"ready "):
                self.url = line.decode().split()[1]
                return
        raise AssertionError(log.read_text()[-2000:])

    def kill(self) -> None:
        """Kill every process of it, as a power cut would."""
        assert self._process is not None
        family = psutil.Process(self._process.pid).children(recursive=True)
        for process in [psutil.Process(self._process.pid), *family]:
            if process.is_running():
                process.kill()
        self._reap()

    def stop(self) -> None:
        """Stop it as an operator would."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        self._reap()

    def _reap(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        self._process.wait(15)
        self._process.stdout.close()

    @asynccontextmanager
    async def client(self, name: str = "admin") -> AsyncIterator[httpx.AsyncClient]:
        """A client of the API that has signed in."""
        async with httpx.AsyncClient(base_url=f"{self.url}/api/v1", trust_env=False, timeout=10) as http:
            answer = await http.post("/auth/login", json={"username": name, "password": PASSWORD})
            http.headers["Authorization"] = f"Bearer {answer.raise_for_status().json()['access_token']}"
            http.cookies.clear()
            yield http

    async def user(self, role: str = "user") -> str:
        """One more user; gives the name."""
        name = f"u{ids.new()[-8:]}"
        async with self.client() as http:
            (await http.post("/users", json={"username": name, "password": PASSWORD, "role": role})).raise_for_status()
        return name


@contextmanager
def running(directory: Path, **settings: str) -> Iterator[Casework]:
    """`casework up` on this directory; `settings` by their names without the prefix."""
    casework = Casework(directory, settings)
    casework.start()
    try:
        yield casework
    finally:
        casework.stop()


def chromium() -> str:
    """Debian's Chromium."""
    found = shutil.which("chromium")
    assert found, "no browser: install Debian's package chromium"
    return found


async def submit(http: httpx.AsyncClient, **given: object) -> str:
    """A task of the demo workflow; gives its id."""
    answer = await http.post("/tasks", json={"workflow": "demo", "input": given})
    return str(answer.raise_for_status().json()["task_id"])


async def sign_in(page: Page, name: str) -> None:
    """Sign in by the form."""
    await page.get_by_label("User name").fill(name)
    await page.locator("#password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("button", name="Sign out")).to_be_visible()
