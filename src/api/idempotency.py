"""The `Idempotency-Key` of a submission: what it has opened before is the answer, whatever has changed since."""

import hashlib
from typing import Any

import msgspec

from api.problems import AnyRequest
from api.state import State
from casework.accounts import User
from casework.errors import IdempotencyConflict, InvalidInput
from casework.task import Task
from progress import reading

CHARACTERS = 200


class Key(msgspec.Struct, frozen=True):
    """What the client gave, and the hash of the body it gave it for."""

    text: str
    body: str

    @classmethod
    def of(cls, request: AnyRequest, raw: Any) -> "Key | None":
        """The request's key, where it has one; raises InvalidInput."""
        text = request.headers.get("Idempotency-Key")
        if text is None:
            return None
        if not 1 <= len(text) <= CHARACTERS:
            raise InvalidInput(f"the Idempotency-Key has 1 to {CHARACTERS} characters")
        told = msgspec.json.encode([request.url.path, raw], order="deterministic")
        return cls(text, hashlib.sha256(told).hexdigest())

    def put(self, tasks: list[Task]) -> None:
        """Mark the tasks it opens."""
        for task, text in zip(tasks, self._texts(len(tasks)), strict=True):
            task.idempotency_key, task.idempotency_hash = text, self.body

    async def opened(self, state: State, user: User, count: int = 1) -> list[Task]:
        """The tasks it has opened, in their order, or none; raises IdempotencyConflict where the body was another."""
        async with state.database.read() as connection:
            found = await reading.keyed(connection, user.id, self._texts(count))
        if any(task.idempotency_hash != self.body for task in found):
            raise IdempotencyConflict
        return found

    def _texts(self, count: int) -> list[str]:
        """The key itself for the first task, so that it is known however it is used again; what follows for others."""
        others = (hashlib.sha256(f"{index} {self.text}".encode()).hexdigest() for index in range(1, count))
        return [self.text, *others]
