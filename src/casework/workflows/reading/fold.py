"""One spelling for what looks alike, a character for a character: offsets stay what they were (pure)."""

import re
import unicodedata

from casework.workflows.reading import lines

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
_GAP = re.compile(rf"(?<=[{lines.CJK}]) +(?=\S)|(?<=\S) +(?=[{lines.CJK}])|(?<=\S) +(?=[:;,)])|(?<=[:;(]) +(?=\d)")
_PARTED = re.compile(rf"(?<=\S) (?=[{lines.CJK}])|(?<=[{lines.CJK}]) (?=\S)|(?<=[\d.,¥￥]) (?=[\d.,])")
_BETWEEN = re.compile(rf"(?<=[{lines.CJK}]) (?=[{lines.CJK}])")
_TOUCHING = re.compile(r"[\u4e00-\u9fff](?=[\u4e00-\u9fff])")
FEW = 3
_BRACKETS = str.maketrans("〈〉", "()")  # as tesseract takes round ones
_YUAN = re.compile(r"(?:半|羊|Y|¥) ?(?=\d{1,3}(?:,\d{3})+(?:\.\d\d)?|\d+\.\d\d)")


class _Folding(dict[int, int]):
    def __missing__(self, code: int) -> int:
        self[code] = folded = _folded(code)
        return folded


def _folded(code: int) -> int:
    if 0xD800 <= code <= 0xDFFF:
        return 0xFFFD
    character = chr(code)
    if unicodedata.category(character) == "Cc":
        return code if character in "\n\t" else 0x20
    if unicodedata.category(character) == "No":  # `①100,000元` is not 1,100,000
        return code
    compatible = unicodedata.normalize("NFKC", character)
    return ord(compatible) if len(compatible) == 1 else code


_FOLDING = _Folding()
_SOUND = {code: 0x20 for code in range(0xA0) if unicodedata.category(chr(code)) == "Cc" and chr(code) not in "\n\t"}
_SOUND |= dict.fromkeys(range(0xD800, 0xE000), 0xFFFD)


def fold(text: str) -> str:
    """NFKC where it gives one character for one; what is no character at all becomes a blank."""
    return text.translate(_FOLDING)


def closed(text: str) -> str:
    """Lines in which OCR has parted each character from the next, without those blanks."""
    return "\n".join(_PARTED.sub("", line) if _is_parted(line) else line for line in text.split("\n"))


def _is_parted(line: str) -> bool:
    parted = len(_BETWEEN.findall(line))
    return parted >= FEW and parted > 4 * len(_TOUCHING.findall(line))


def as_written(text: str) -> str:
    """The text as its writer spelled it, but for what is no character."""
    return text.translate(_SOUND)


def tidy(text: str) -> str:
    """Lines end with a newline, and what nobody sees is gone."""
    return _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def tidy_recognised(text: str) -> str:
    """A recognised page without the blanks that tesseract puts between Chinese characters and round marks, and with
    the marks that it confuses put right."""
    text = lines.unwrapped(tidy(text).replace("\f", "").translate(_BRACKETS))
    spelled = [_YUAN.sub("¥", _GAP.sub("", line.strip())) for line in fold(text).split("\n")]
    return "\n".join(line for line in spelled if line)
