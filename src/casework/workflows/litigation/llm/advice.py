"""What the model added to a case, and what it cost (pure)."""

import msgspec

from casework.workflows.litigation.llm.stream import Answer


def estimated_tokens(text: str) -> int:
    """Tokens where nobody has counted: a Chinese character is about one, four Latin letters are."""
    wide = sum(character > "\u2e7f" for character in text)
    return wide + (len(text) - wide + 3) // 4


def tokens_of(messages: list[dict[str, str]]) -> int:
    """The same for messages."""
    return sum(4 + estimated_tokens(message["content"]) for message in messages)


class Spent(msgspec.Struct):
    """What a task has used: tokens, and whether some of them are estimated."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    estimated: bool = False

    @property
    def total(self) -> int:
        return self.prompt_tokens + self.completion_tokens

    def add(self, messages: list[dict[str, str]], answer: Answer) -> None:
        """Count an answer, as the endpoint does, else by our estimate."""
        if answer.usage is None:
            self.estimated = True
            self.prompt_tokens += tokens_of(messages)
            self.completion_tokens += estimated_tokens(answer.text)
        else:
            self.prompt_tokens += answer.usage.prompt_tokens
            self.completion_tokens += answer.usage.completion_tokens


class Note(msgspec.Struct, frozen=True):
    """What the model said at a node, and the facts and articles that it rests on."""

    node: str
    kind: str
    title: str
    text: str
    facts: list[str]
    statutes: list[str]


class Advice(msgspec.Struct):
    """What the model added. `model` is None where none is set; `degraded` where some of it had to be left out;
    `asked` are the nodes that are done with."""

    model: str | None = None
    degraded: bool = False
    reasons: list[str] = []
    notes: list[Note] = []
    dropped: int = 0
    calls: int = 0
    asked: list[str] = []
    spent: Spent = msgspec.field(default_factory=Spent)
