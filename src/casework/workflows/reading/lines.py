"""Lines that a page's width or a narrow column has broken, joined again where a sentence goes on (pure)."""

import re

FULL_LINE = 0.9  # of the longest line: what is shorter has ended where its writer wanted
SHORTEST_FULL_LINE = 40  # columns
ENDS = "。！？；：!?;:"
COMMAS = ("，", "、")  # no line that its writer wanted ends with one
FULL, RAGGED = 24, 6  # columns: a shorter line was ended on purpose; by what lines of one width differ
CJK = r"\u2e80-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef“”‘’"
_WIDE = re.compile(rf"[{CJK}]")
_ANEW = re.compile(
    r"\s*(?:第[一二三四五六七八九十百\d]{1,4}[条章]|[（(]?[一二三四五六七八九十]{1,3}[）)、]|\d{1,2}[.、．)）](?!\d)|[①-⑳]|"
    r"[甲乙丙丁]\s?方\s?(?:[（(][^）)\n]{1,12}[）)])?\s?[:：]|[\u4e00-\u9fff]{2,8}\s?(?:[（(][^）)\n]{1,12}[）)])?\s?[:：])"
)
_CLOCK = re.compile(r"\d{1,2}[:：]\d{2}(?:[:：]\d{2})?$")
_CENTS = re.compile(r"\.\d\d$")
_RULED = re.compile(r"\s*([-=—_*~·#])\s?\1")  # `--------` parts papers, `—— 2024年9月11日 ——` messages
_NUMBERED = re.compile(
    r"\s*(?:第[一二三四五六七八九十百\d]{1,4}[条章款]|[（(]?[一二三四五六七八九十]{1,3}[）)、.]|"
    r"\d{1,2}[.、．)）])[ \u3000]*"
)
_COLUMNS = re.compile(r"\S(?:[ \u3000]{2,}|\t|[ ]?\|[ ]?)\S")
_ROW = re.compile(
    r"\s*(?:\d{1,3}[ \u3000]{1,8})?(?:(?:19|20)\d\d\s?[年./-]\s?\d{1,2}|20\d{6}(?!\d))|\s*\d{1,3}[ \u3000]{2,}"
)
_DAY = re.compile(
    r"\s*[\d〇零○一二三四五六七八九十]{4}\s?[年.\-/]\s?[\d一二三四五六七八九十]{1,3}\s?[月.\-/]\s?[\d一二三四五六七八九十]{1,3}\s?日?\s*"
)

_ITEM = re.compile(r"\s*[\u4e00-\u9fff]{2,8}\s?[:：][^，。；]+")  # a label with a list behind it
_ORGANISATION = "公司|厂|店|社|中心|经营部|院|局|行"
_GOES_ON = re.compile(
    rf"(?:[\u4e00-\u9fff，、][\u4e00-\u9fff](?<![元日号])(?<!{')(?<!'.join(_ORGANISATION.split('|'))})|[，,、])$"
)
_PROSE = re.compile(r"[，。；;]|,(?!\d)")
_CELLS = re.compile(r"\S\s?[\t|\u3000]|\S  ")
_BEGINS = re.compile(  # what begins a line on purpose: a label, a number of a list, a day, a few words
    r"\s|[^，,。；;\n]{0,14}[:：]|[\u4e00-\u9fff]{2,6}\s|[（(]?[\d一二三四五六七八九十]{1,3}\s?[、.．)）]|第[\d一二三四五六七八九十]{1,3}[条章]|"
    r"\s{0,4}(?:19|20|１９|２０)[\d０-９]{2}\s?[年.\-/]|[^。；;，,\n]{0,24}$"
)
_PARTICLE = re.compile(
    r"[\u4e00-\u9fff，。、；][的于向至与和及按将在被把]$|[日月](?:之|以)?[前内]$|[-/.]\d{1,2}(?:之|以)?前$"
)
_OPEN = re.compile(r"[\u4e00-\u9fff\d）)%％”》，、]$")
_CONTINUES = re.compile(  # what no line begins with that its writer wanted
    r"[，。；、：）)》」”%％‰]|的|并(?!行)|且|或者|和(?!解|谐|平)|与(?!会)|及(?!时)|而|于(?=\s?\d)|(?:之|以)?前(?=[，。；支付清还归交])|内(?=[，。；支付])|"
    r"(?:万|亿)?元(?![\u4e00-\u9fff]{0,3}[:：])|[年月日](?=[\d，。；前起止至内后])|"
    r"(?![第共附注约])[\u4e00-\u9fff]\s?(?=[\d¥￥])"
)
_NAME_BEGUN = re.compile(rf"[:：]\s*(?![^\n]*(?:{_ORGANISATION})$)[\u4e00-\u9fff（）()]{{3,}}$")
_NAME_ENDED = re.compile(
    r"(?:[\u4e00-\u9fff]{0,6}(?:股份)?有限(?:责任)?)?公司(?:\s*$|[，,（(])|司\s*$|[\u4e00-\u9fff]{0,4}(?:合作社|联合社|经营部|商行)\s*$"
)


def unwrapped(text: str) -> str:
    """Lines that the page's width has broken, joined again: those about as long as the longest of the page, in
    columns as a printer breaks them or in characters as a program may, that do not end with a sentence; and what ends
    with a comma."""
    lines = [line.rstrip() for line in text.splitlines()]
    columns = max(SHORTEST_FULL_LINE, FULL_LINE * max(map(width, lines), default=0))
    characters = max(SHORTEST_FULL_LINE / 2, FULL_LINE * max(map(len, lines), default=0))

    def goes_on(line: str) -> bool:
        if _RULED.match(line):
            return False
        full = width(line) >= columns or len(line) >= characters
        return line[-1:] in COMMAS if not full else line[-1] not in ENDS

    following = [*lines[1:], ""]
    return "".join(
        line if _ends(line, after) or (goes_on(line) and not _begins(line, after)) else line + "\n"
        for line, after in zip(lines, following, strict=True)
    )


def mended(text: str) -> str:
    """A text of any layout in which lines of one width are joined, and those that break a number, a name or a clause
    behind a particle."""
    lines = text.split("\n")
    widths = [width(line.rstrip()) for line in lines]
    pieces: list[str] = []
    for number, line in enumerate(lines):
        last, after = line.rstrip(), lines[number + 1] if number + 1 < len(lines) else ""
        around = max(widths[max(0, number - 2) : number + 4])
        characters = max(map(len, lines[max(0, number - 2) : number + 4]))
        full = widths[number] >= around - RAGGED or len(last) >= characters - RAGGED / 2
        full = full or ("，" in last and _PROSE.search(after) is not None)  # in the midst of a sentence
        goes_on = number + 1 < len(lines) and (_is_split(last, after) or (full and _is_one(last, after)))
        pieces += [last] if goes_on else [line, "\n"]
    return "".join(pieces[:-1])


def _is_one(line: str, after: str) -> bool:
    """Whether a full line goes on in the next."""
    return (
        width(line) >= FULL
        and _GOES_ON.search(line) is not None
        and _PROSE.search(line + after) is not None
        and not _CELLS.search(line + "\n" + after)
        and not _BEGINS.match(after)
    )


def _is_split(line: str, after: str) -> bool:
    """Whether the end of the line cuts a sum, a name or a clause in two, whatever its width."""
    if re.search(r"\d[,，]$", line):
        return re.match(r"\d{3}(?!\d)", after) is not None
    if re.search(r"[（(《“「]$", line) or (width(line) >= FULL and _CONTINUES.match(after) and _OPEN.search(line)):
        return not _CELLS.search(line)
    if _PARTICLE.search(line):
        return re.match(r"[\u4e00-\u9fff\d￥¥]", after) is not None and not _ANEW.match(after)
    return _NAME_BEGUN.search(line) is not None and _NAME_ENDED.match(after) is not None


def _ends(line: str, after: str) -> bool:
    """Whether the next line is but the last word of this one's sentence."""
    return bool(line) and line[-1] not in ENDS and re.fullmatch(r"[\u4e00-\u9fff]{1,5}。", after) is not None


def _begins(line: str, after: str) -> bool:
    """Whether the next line is one of its own whatever the width of this one: an article, a label, a day below a
    signature."""
    split = line[-1] in "0123456789.," and after[:1].isdigit() and not _CENTS.search(line)  # a sum
    begun = _NUMBERED.match(line)
    if not split and (
        _COLUMNS.search(line, begun.end() if begun else 0) or len(_COLUMNS.findall(after)) > 1 or _CLOCK.search(line)
    ):
        return True  # rows of a table, signatures, who says something when
    if _ROW.match(after) and _ROW.match(line):
        return True
    if split:
        return False
    if _ANEW.match(after) or _RULED.match(after):
        return True
    dated = _DAY.match(after) if _ITEM.fullmatch(line) else _DAY.fullmatch(after)
    return dated is not None and line[-1] not in "于至到在自从即为和、，,"


def width(line: str) -> int:
    """In columns: a Chinese character takes two."""
    return len(line) + len(_WIDE.findall(line))
