"""One spelling for what looks alike, a character for a character: offsets stay what they were (pure)."""

import re
import unicodedata

FULL_LINE = 0.9  # of the longest line: what is shorter has ended where its writer wanted
SHORTEST_FULL_LINE = 40  # columns
ENDS = "。！？；：!?;:"
COMMAS = ("，", "、")  # no line that its writer wanted ends with one
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
_CJK = r"\u2e80-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef“”‘’"
_GAP = re.compile(rf"(?<=[{_CJK}]) +(?=\S)|(?<=\S) +(?=[{_CJK}])|(?<=\S) +(?=[:;,)])|(?<=[:;(]) +(?=\d)")
_PARTED = re.compile(rf"(?<=\S) (?=[{_CJK}])|(?<=[{_CJK}]) (?=\S)|(?<=[\d.,¥￥]) (?=[\d.,])")
_BETWEEN = re.compile(rf"(?<=[{_CJK}]) (?=[{_CJK}])")
_TOUCHING = re.compile(r"[\u4e00-\u9fff](?=[\u4e00-\u9fff])")
FEW = 3
_WIDE = re.compile(rf"[{_CJK}]")
_BRACKETS = str.maketrans("〈〉", "()")  # as tesseract takes round ones
_YUAN = re.compile(r"(?:半|羊|Y|¥) ?(?=\d{1,3}(?:,\d{3})+(?:\.\d\d)?|\d+\.\d\d)")
_ANEW = re.compile(
    r"\s*(?:第[一二三四五六七八九十百\d]{1,4}[条章]|[（(]?[一二三四五六七八九十]{1,3}[）)、]|\d{1,2}[.、．)）](?!\d)|[①-⑳]|"
    r"[甲乙丙丁]\s?方\s?(?:[（(][^）)\n]{1,12}[）)])?\s?[:：]|[\u4e00-\u9fff]{2,8}\s?(?:[（(][^）)\n]{1,12}[）)])?\s?[:：])"
)
_COLUMNS = re.compile(r"\S(?:[ \u3000]{2,}|\t|[ ]?\|[ ]?)\S")
_DAY = re.compile(
    r"\s*[\d〇零○一二三四五六七八九十]{4}\s?[年.\-/]\s?[\d一二三四五六七八九十]{1,3}\s?[月.\-/]\s?[\d一二三四五六七八九十]{1,3}\s?日?\s*"
)


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
    text = unwrapped(tidy(text).replace("\f", "").translate(_BRACKETS))
    lines = [_YUAN.sub("¥", _GAP.sub("", line.strip())) for line in fold(text).split("\n")]
    return "\n".join(line for line in lines if line)


def unwrapped(text: str) -> str:
    """Lines that the page's width has broken, joined again: those about as long as the longest of the page, in
    columns as a printer breaks them or in characters as a program may, that do not end with a sentence; and what ends
    with a comma."""
    lines = [line.rstrip() for line in text.splitlines()]
    columns = max(SHORTEST_FULL_LINE, FULL_LINE * max(map(_width, lines), default=0))
    characters = max(SHORTEST_FULL_LINE / 2, FULL_LINE * max(map(len, lines), default=0))

    def goes_on(line: str) -> bool:
        full = _width(line) >= columns or len(line) >= characters
        return line[-1:] in COMMAS if not full else line[-1] not in ENDS

    following = [*lines[1:], ""]
    return "".join(
        line if (goes_on(line) and not _begins(line, after) and not _are_rows(line, after)) or _ends(line, after) else line + "\n"
        for line, after in zip(lines, following, strict=True)
    )


def _ends(line: str, after: str) -> bool:
    """Whether the next line is but the last word of this one's sentence."""
    return bool(line) and line[-1] not in ENDS and re.fullmatch(r"[\u4e00-\u9fff]{1,5}。", after) is not None


def _begins(line: str, after: str) -> bool:
    """Whether the next line is one of its own whatever the width of this one: an article, a label, a day below a
    signature."""
    if line[-1] in "0123456789.," and after[:1].isdigit():
        return False  # a number is broken
    return _ANEW.match(after) is not None or (
        _DAY.fullmatch(after) is not None and line[-1] not in "于至到在自从即为和、，,"
    )


def _are_rows(line: str, after: str) -> bool:
    """Whether both are rows of one table."""
    return _COLUMNS.search(line) is not None and _COLUMNS.search(after) is not None


def _width(line: str) -> int:
    """In columns: a Chinese character takes two."""
    return len(line) + len(_WIDE.findall(line))
