"""Names of files that a task leaves (pure)."""

import re
from pathlib import PurePath

STEM = 80


def numbered(number: int, name: str, ending: str) -> str:
    """`合同 (1).docx`, the third → `003-合同_1.md`: one of a kind, and safe in a path and a URL."""
    stem = re.sub(r"[^\w.-]+", "_", PurePath(name).stem).strip("._")[:STEM]
    return f"{number:03d}-{stem or 'document'}{ending}"
