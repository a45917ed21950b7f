"""The numbers of headings (pure)."""

from casework.workflows.litigation.words import Language

CHINESE = "一二三四五六七八九十"


def numbered(number: int, language: Language) -> str:
    """`一、` or `1. `, before a section's title."""
    if language == "en" or number > len(CHINESE):
        return f"{number}. "
    return f"{CHINESE[number - 1]}、"
