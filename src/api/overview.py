"""Statistics for whoever asks: made once for all who ask at about the same time."""

import asyncio
from typing import Any

from casework.database import Database
from progress import stats

FRESH_SHARE = 1 / 600  # of the window, for which an answer serves: the longer the window, the less a second matters
LEAST_FRESH_SECONDS = 1.0


class Overview:
    """One a process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[int, tuple[float, dict[str, Any]]] = {}
        self._making: dict[int, asyncio.Lock] = {}

    async def over(self, window: int) -> dict[str, Any]:
        """The statistics of the last `window` seconds."""
        async with self._making.setdefault(window, asyncio.Lock()):
            loop = asyncio.get_running_loop()
            fresh_until, known = self._known.get(window, (0.0, {}))
            if loop.time() < fresh_until:
                return known
            async with self._database.read() as connection:
                made = await stats.over(connection, window)
            until = loop.time() + max(LEAST_FRESH_SECONDS, window * FRESH_SHARE)
            if len(self._known) > 20:  # windows nobody asks for twice
                self._known.clear()
                self._making = {window: self._making[window]}
            self._known[window] = until, made
            return made
