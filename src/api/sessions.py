"""Who is calling, by their token: each is checked in full once a second, however many requests it makes.

So a sign-out counts at once in this process and within a second in the others.
"""

import time
from collections.abc import Collection

from casework import accounts
from casework.accounts import Session
from casework.clock import now
from casework.database import Database

FRESH_SECONDS = 1.0
KNOWN = 10_000


class Sessions:
    """One a process."""

    def __init__(self, database: Database, key: str) -> None:
        self._database = database
        self._key = key
        self._known: dict[str, tuple[float, Session]] = {}

    async def read(self, token: str) -> Session:
        """The session a token stands for; raises NotAuthenticated for one that is forged, expired or signed out."""
        fresh_until, session = self._known.get(token, (0.0, None))
        if session is not None and time.monotonic() < fresh_until and now() < session.expires_at * 1000:
            return session
        read = await accounts.read_token(self._database, self._key, token)
        if len(self._known) >= KNOWN:
            self._known.clear()
        self._known[token] = time.monotonic() + FRESH_SECONDS, read
        return read

    async def signed_out(self, jtis: Collection[str]) -> set[str]:
        """Those of the tokens that were signed out, in whatever process."""
        return await accounts.revoked(self._database, jtis)

    async def sign_out(self, session: Session) -> None:
        """Its token is worth nothing from now on."""
        await accounts.revoke(self._database, session)
        self._known = {token: known for token, known in self._known.items() if known[1].jti != session.jti}
