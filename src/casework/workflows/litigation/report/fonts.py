"""A face with Chinese characters for the PDF: one of this machine's, embedded, else the one every reader knows.

reportlab embeds TrueType outlines alone, so Noto CJK (OpenType/CFF) does not serve.
"""

import os
from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont

FOLDERS = (
    "~/.fonts",
    "~/.local/share/fonts",
    "/usr/local/share/fonts",
    "/usr/share/fonts",
    "/Library/Fonts",
    "/System/Library/Fonts",
    "C:/Windows/Fonts",
)
FILES = (
    "wqy-microhei.ttc",
    "NotoSansSC-Regular.ttf",
    "SourceHanSansSC-Regular.ttf",
    "wqy-zenhei.ttc",
    "DroidSansFallbackFull.ttf",
    "msyh.ttc",
    "simsun.ttc",
    "Songti.ttc",
    "uming.ttc",
)
NAME = "Chinese"
FALLBACK = "STSong-Light"


@cache
def chinese() -> str:
    """The name of a registered face."""
    found = _files()
    for file in FILES:
        if file in found and _embeds(found[file]):
            return NAME
    pdfmetrics.registerFont(UnicodeCIDFont(FALLBACK))
    return FALLBACK


def _files() -> dict[str, Path]:
    """The fonts of this machine by file name."""
    wanted = set(FILES)
    return {
        name: Path(folder, name)
        for root in FOLDERS
        for folder, _, names in os.walk(Path(root).expanduser())
        for name in wanted & set(names)
    }


def _embeds(path: Path) -> bool:
    try:
        pdfmetrics.registerFont(TTFont(NAME, str(path)))
    except (TTFError, OSError):
        return False
    return True
