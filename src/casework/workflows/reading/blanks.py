"""Blanks that typesetters put between Chinese characters and figures; no cell and no time of day is parted by them
(pure)."""

import re

_HAN = r"[\u4e00-\u9fff]"
_IN_DATE = re.compile(
    r"(?<=\d) (?=年)|(?<=年) (?=\d{1,2} ?月)|(?<=\d) (?=月)|(?<=月) (?=\d{1,2} ?[日号])|(?<=\d) (?=[日号])"
)
_NO_DAY = r"(?<![-/]\d)(?<![-/]\d\d)(?<!\.\d\.\d)(?<!\.\d\d\.\d)(?<!\.\d\.\d\d)(?<!\.\d\d\.\d\d)"
_BESIDE = re.compile(rf"(?<={_HAN}) (?=[\d¥￥])(?!\d{{1,2}}[:：]\d\d)|(?<=[\d%‰])(?<!\d[:：]\d\d){_NO_DAY} (?={_HAN})")
_CELLS = re.compile(rf"\S(?:[ \u3000]{{2,}}|\u3000|\t|\|)\S|{_HAN} {_HAN}")
_PROSE = re.compile("[，。；]")


def closed_up(text: str) -> str:
    """The text with days in one piece, and its sentences without blanks beside figures."""
    return "\n".join(_line(line) for line in text.split("\n"))


def _line(line: str) -> str:
    line = _IN_DATE.sub("", line)
    return _BESIDE.sub("", line) if _PROSE.search(line) and not _CELLS.search(line) else line
