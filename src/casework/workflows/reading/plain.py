"""Text files in any encoding that Chinese is written in (pure)."""

import codecs

import charset_normalizer

from casework.workflows.reading import notice
from casework.workflows.reading.notice import Notice, Unreadable

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SIMPLIFIED, TRADITIONAL = ("gb2312", 0xB0, 0xD7), ("big5", 0xA4, 0xC6)  # lead bytes of the first level: what is in use
LEVELS = {
    "gb18030": [SIMPLIFIED],
    "big5hkscs": [TRADITIONAL],
    "utf-16-le": [SIMPLIFIED, TRADITIONAL],
    "utf-16-be": [SIMPLIFIED, TRADITIONAL],
}
MARKS = frozenset("，。、；：？！“”‘’（）《》〈〉【】「」『』〔〕—…·￥¥％　①②③④⑤⑥⑦⑧⑨⑩－～／．〇°×")
SAMPLE = 64 * 1024
COMMON = 0.85  # of the characters of a real text are well-known ones of its character set
FAULTS = 0.01  # of a text may be damaged
WORST = 0.1  # of a text that is read all the same
LAST_CHARACTER = 3  # bytes that a cut may have left of a character


def encoding(content: bytes) -> str:
    """The name of the encoding; raises Unreadable where none fits."""
    for mark, name in BOMS:
        if content.startswith(mark):
            return name
    wide = b"\x00" in content[:SAMPLE]
    if not wide and _fits(content, "utf-8"):
        return "utf-8"
    names = [name for name in LEVELS if name.startswith("utf-16") or not wide]
    share, name = max((_common(content[:SAMPLE], name), name) for name in names)
    if share > COMMON:
        return name
    best = charset_normalizer.from_bytes(content[:SAMPLE]).best()
    for name in ("utf-8", "gb18030", best.encoding if best else "ascii"):
        if not wide and _sound(content, name):
            return name
    raise Unreadable(notice.NO_ENCODING)


def decode(content: bytes) -> tuple[str, str, list[Notice]]:
    """(text, its encoding, what to tell): damaged characters are replaced; raises Unreadable where no encoding fits."""
    name = encoding(content)
    try:
        return content.decode(name), name, []
    except UnicodeDecodeError:
        text = content.decode(name, "replace")
    count = text.count("\ufffd")
    if count > WORST * len(text):
        raise Unreadable(notice.NO_ENCODING)
    told = Notice("damaged_text", f"{count} 处文字无法辨认", f"{count} characters could not be told")
    return text, name, [told]


def _fits(content: bytes, name: str) -> bool:
    """Whether all of it is in that encoding, but for a last character that was cut."""
    try:
        content.decode(name)
    except UnicodeDecodeError as error:
        return error.start >= max(1, len(content) - LAST_CHARACTER)
    return True


def _sound(content: bytes, name: str) -> bool:
    """Whether hardly any of it is damaged in that encoding."""
    try:
        text = content.decode(name, "replace")
    except (UnicodeError, LookupError):
        return False
    return text.count("\ufffd") <= max(1, FAULTS * len(text))


def _common(content: bytes, name: str) -> float:
    """The share of well-known characters in the text: a wrong guess shows rare ones, and marks of all the world."""
    if not _sound(content, name):
        return 0.0
    text = content.decode(name, "ignore")
    known = sum(_mark(each) or any(_first_level(each, *level) for level in LEVELS[name]) for each in text)
    return known / max(1, len(text))


def _first_level(character: str, charset: str, first: int, last: int) -> bool:
    code = character.encode(charset, "replace")
    return len(code) > 1 and first <= code[0] <= last


def _mark(character: str) -> bool:
    return (character.isascii() and (character.isprintable() or character in "\t\n\r\f")) or character in MARKS
