"""Identity numbers of persons and organisations: where they stand, and whether their check digits hold (pure)."""

import re
from collections.abc import Iterator

LENGTH = 18  # characters of either number
_USCC = re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Z])")
_ID = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
NUMBER = re.compile(rf"{_ID.pattern}|{_USCC.pattern}")
_USCC_SET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_NAMED = r"(?:公民身份证?|居民身份证?|身份证?|证件|统一社会信用代?)(?:号码?|代?码)?"
_TO_NUMBER = re.compile(rf"[^。；;\n\d]{{0,30}}?\s*{_NAMED}\s*[:：为是]?\s*(?={NUMBER.pattern})")


def numbers(text: str, start: int, end: int, kind: str) -> Iterator[tuple[re.Match[str], bool]]:
    """The numbers that a party of this kind (`person` or `org`) can have, each with whether its check digit holds."""
    pattern, check = (_ID, valid_id) if kind == "person" else (_USCC, valid_uscc)
    for match in pattern.finditer(text, start, end):
        yield match, check(match[0])


def places(text: str, name: str) -> Iterator[int]:
    """Where a number of that name begins: `本人某某（身份证号码：…）`, in whatever sentence."""
    for match in re.finditer(re.escape(name), text):
        if to := _TO_NUMBER.match(text, match.end()):
            yield to.end()


def valid_uscc(number: str) -> bool:
    """Check digit of a unified social credit code (GB 32100-2015): Σ value·3ⁱ mod 31."""
    if len(number) != LENGTH or any(character not in _USCC_SET for character in number):
        return False
    total = sum(_USCC_SET.index(character) * pow(3, place, 31) for place, character in enumerate(number[:17]))
    return _USCC_SET[(31 - total % 31) % 31] == number[17]


def valid_id(number: str) -> bool:
    """Check digit of a citizen identity number (GB 11643-1999, ISO 7064 MOD 11-2)."""
    if not re.fullmatch(r"\d{17}[\dXx]", number):
        return False
    total = sum(int(character) * pow(2, 17 - place, 11) for place, character in enumerate(number[:17]))
    return "10X98765432"[total % 11] == number[17].upper()
