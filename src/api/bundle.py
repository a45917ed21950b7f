"""`/web/watch.js`: written in parts under `web/watch/`, served and copied as one file without dependencies."""

import re
from pathlib import Path

PARTS = ("types.js", "frames.js", "slot.js", "feed.js", "connection.js", "watch.js")  # each after those it imports
_BETWEEN = re.compile(r'^(?:import \{[^}]*\} from "\./[\w.]+";|/\*\* @import .* \*/)\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=const |class |function |async function )", re.MULTILINE)


def joined(folder: Path) -> bytes:
    """The parts as one module, which exports what the last of them does."""
    *parts, last = (_BETWEEN.sub("", (folder / name).read_text(encoding="utf-8")).strip() for name in PARTS)
    return ("\n\n".join([*(_EXPORT.sub("", part) for part in parts), last]) + "\n").encode()
