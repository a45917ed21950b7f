"""Personal numbers out of what leaves the house: identity, telephone and bank account numbers (pure)."""

import re

_GAP = r"[ \t\u00a0-]?"
_PHONE = rf"(?:\+?86{_GAP})?1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}"
_PATTERNS = (
    (
        "证件号",
        re.compile(rf"(?<![\dA-Za-z])\d{{6}}{_GAP}(?:18|19|20)\d{{2}}{_GAP}\d{{4}}{_GAP}\d{{3}}[\dXx](?![\dA-Za-z])"),
    ),
    ("账号", re.compile(rf"(?<![\dA-Za-z.,])\d(?:{_GAP}\d){{13,29}}(?![\dA-Za-z])")),
    ("电话", re.compile(rf"(?<![\dA-Za-z.,]){_PHONE}(?!\d)")),
    ("电话", re.compile(r"(?<![\d.,])0\d{2,3}[- ]\d{7,8}(?!\d)")),
)


def mask(text: str) -> str:
    """The text with each such number replaced by what kind it is."""
    for name, pattern in _PATTERNS:
        text = pattern.sub(f"〔{name}〕", text)
    return text
