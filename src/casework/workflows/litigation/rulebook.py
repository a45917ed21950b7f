"""Files of rules: those that are shipped and the user's own, read as typed data; errors name line and field.

The user's folder is `CASEWORK_RULES_DIR` (unset: the data directory) with `law/` and `packages/` inside.
"""

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from casework import InvalidInput, settings
from casework.errors import FieldError

T = TypeVar("T", bound=msgspec.Struct)
BUILT_IN = Path(__file__).parent
LARGEST = 1_000_000
_PATH = re.compile(r" - at `\$?\.?(?P<path>[^`]*)`$")
_MEMBER = re.compile(r"(?:missing required|contains unknown) field `(?P<name>[^`]+)`")


def read(name: str, kind: type[T]) -> T:
    """The rules of this name (`law/lpr.toml`): the user's where there are such, else those shipped."""
    own = folder() / name
    path = own if own.is_file() else BUILT_IN / name
    found: T = _parsed(path, path.stat().st_mtime_ns, kind)
    return found


def files(name: str) -> Iterator[tuple[Path, bool]]:
    """(file, whether it is the user's) of a folder of rules, the user's last."""
    for base, own in ((BUILT_IN, False), (folder(), True)):
        for path in sorted((base / name).glob("*.toml")):
            yield path, own


def folder() -> Path:
    """Where the user's own rules are."""
    configured = settings.load()
    return configured.rules_dir or configured.data_dir


def parsed(path: Path, kind: type[T]) -> T:
    """A file as `kind`, read again only when it has changed; raises InvalidInput with line and field."""
    found: T = _parsed(path, path.stat().st_mtime_ns, kind)
    return found


@lru_cache(maxsize=128)
def _parsed(path: Path, _changed: int, kind: type[Any]) -> Any:
    if path.stat().st_size > LARGEST:
        raise InvalidInput(f"{path.name}: larger than {LARGEST} bytes")
    return parse(path.read_text(encoding="utf-8-sig"), kind, path.name)


def parse(text: str, kind: type[T], name: str = "rules") -> T:
    """TOML text as `kind`; raises InvalidInput whose details begin with `name:line: field`."""
    try:
        return msgspec.convert(tomllib.loads(text), kind)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        place = int(line[1]) if line else text.count("\n") + 1
        raise InvalidInput.at(f"{name}:{place}", str(error)) from None
    except RecursionError:
        raise InvalidInput(f"{name}: nested too deep") from None
    except msgspec.ValidationError as error:
        told = str(error)
        path = _PATH.search(told)
        member = _MEMBER.search(told)
        keys = [*_keys(path["path"] if path else ""), *([member["name"]] if member else [])]
        raise fault(text, name, keys, _PATH.sub("", told)) from None


def fault(text: str, name: str, keys: list[str], detail: str) -> InvalidInput:
    """The error of one field, `keys` being the way to it: `["rules", "2", "when", "op"]`."""
    return InvalidInput(f"{name} is no valid file of rules", [field_error(text, name, keys, detail)])


def field_error(text: str, name: str, keys: list[str], detail: str) -> FieldError:
    """Where in the file it stands, and what is wrong with it."""
    return FieldError(f"{name}:{line_of(text, keys)}", f"{'.'.join(keys)}: {detail}" if keys else detail)


def _keys(path: str) -> list[str]:
    return [each.strip("'\"") for each in re.findall(r"[^.\[\]]+", path)]


def line_of(text: str, keys: list[str]) -> int:
    """The line (from 1) of the innermost part of the way that can be found; tables, lists of tables, plain keys."""
    best, path = 1, list[str]()
    counts: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*(\[\[?)\s*([\w.\-]+)\s*\]", line)
        if header:
            path = header[2].split(".")
            if header[1] == "[[":
                counts[header[2]] = counts.get(header[2], -1) + 1
                path.append(str(counts[header[2]]))
            if keys[: len(path)] == path or (best == 1 and path[: len(keys)] == keys):
                best = number
            continue
        key = re.match(r"\s*([\w\-]+)\s*=", line)
        if key and keys[: len(path) + 1] == [*path, key[1]]:
            return number
    return best
