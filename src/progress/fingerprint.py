"""What makes two failures the same one: workflow, step, type, and the message without what differs each time (pure)."""

import hashlib
import re

LONGEST = 300
# In this order: what an earlier pattern has folded, a later one finds no more.
_FOLDS = (
    (re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"), "<id>"),
    (re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?", re.ASCII), "<time>"),
    (re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s'\"，。；）)>]+", re.ASCII), "<url>"),
    (re.compile(r"(?<![\w<>/\\])(?:[A-Za-z]:\\|~?/|\.{1,2}/)[^\s'\"，。；：:,;()（）<>]+"), "<path>"),
    (
        re.compile(r"0x[0-9a-f]+|(?<![0-9a-z])(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{8,}(?![0-9a-z])", re.IGNORECASE),
        "<id>",
    ),
    (re.compile(r"[0-9]+(?:[.,][0-9]+)*"), "<n>"),
    (re.compile(r"\s+"), " "),
)


def normalised(message: str) -> str:
    """The message with ids, times, paths and numbers folded; the same again when it is normalised again."""
    folded = message[: 4 * LONGEST]
    for pattern, mark in _FOLDS:
        folded = pattern.sub(mark, folded)
    return folded.strip()[:LONGEST].rstrip()


def fingerprint(workflow: str, step: str | None, kind: str, message: str) -> str:
    """16 hex digits that failures which are alike share; `message` as it came or normalised."""
    told = "\0".join((workflow, step or "", kind, normalised(message)))
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:16]
