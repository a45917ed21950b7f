"""Word's automatic numbers, which stand in no text: 第一条, 1.2, (三), as its definitions spell them (pure)."""

import re
from typing import Any

import msgspec

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LEVELS = 9
DIGITS = "〇一二三四五六七八九"
LEGAL = "零壹贰叁肆伍陆柒捌玖"
CHINESE = {
    "chineseCounting", "chineseCountingThousand", "taiwaneseCounting", "taiwaneseCountingThousand",
    "japaneseCounting", "ideographDigital",
}  # fmt: skip
ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
         (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
Element = Any


class _Level(msgspec.Struct):
    start: int = 1
    form: str = "decimal"
    text: str = ""


class Numbering:
    """The numbers of one document, counted as its paragraphs come by."""

    def __init__(self, definitions: Element | None, styles: Element | None) -> None:
        self._lists: dict[str, dict[int, _Level]] = {}
        self._abstract: dict[str, str] = {}
        self._styles: dict[str, tuple[str | None, Element | None]] = {}
        self._counts: dict[str, list[int]] = {}
        self._headings: dict[str, int] = {}
        if definitions is not None:
            self._define(definitions)
        for style in () if styles is None else styles.findall(f"{W}style"):
            self._know(style)

    def label(self, properties: Element | None) -> str:
        """The number of the paragraph that comes now, "" where it has none."""
        place = self._place(properties)
        if place is None:
            return ""
        number, depth = place
        levels = self._lists.get(self._abstract.get(number, ""), {})
        level = levels.get(depth)
        if level is None or level.form in ("bullet", "none"):
            return ""
        counts = self._counts.setdefault(self._abstract[number], [0] * LEVELS)
        counts[depth] = counts[depth] + 1 if counts[depth] else level.start
        counts[depth + 1 :] = [0] * (LEVELS - depth - 1)

        def shown(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            of = levels.get(at, _Level())
            return spelled(counts[at] or of.start, of.form)

        return re.sub(r"%([1-9])", shown, level.text)

    def level(self, properties: Element | None) -> int:
        """1–9 for a heading, 0 for other text."""
        if properties is None:
            return 0
        outline = properties.find(f"{W}outlineLvl")
        if outline is not None:
            return _number(outline, 9, 9) % 9 + 1 if _number(outline, 9, 9) < 9 else 0
        style = properties.find(f"{W}pStyle")
        return 0 if style is None else self._headings.get(style.get(f"{W}val", ""), 0)

    def _define(self, definitions: Element) -> None:
        for abstract in definitions.findall(f"{W}abstractNum"):
            levels = self._lists[abstract.get(f"{W}abstractNumId", "")] = {}
            for each in abstract.findall(f"{W}lvl"):
                depth = each.get(f"{W}ilvl", "")
                if depth.isdecimal() and int(depth) < LEVELS:
                    form, text = each.find(f"{W}numFmt"), each.find(f"{W}lvlText")
                    levels[int(depth)] = _Level(
                        _number(each.find(f"{W}start"), 1, 30_000),
                        "decimal" if form is None else form.get(f"{W}val", "decimal"),
                        "" if text is None else text.get(f"{W}val", "")[:40],
                    )
        for number in definitions.findall(f"{W}num"):
            abstract = number.find(f"{W}abstractNumId")
            if abstract is not None:
                self._abstract[number.get(f"{W}numId", "")] = abstract.get(f"{W}val", "")

    def _know(self, style: Element) -> None:
        name, based, properties = style.find(f"{W}name"), style.find(f"{W}basedOn"), style.find(f"{W}pPr")
        identity = style.get(f"{W}styleId", "")
        parent = None if based is None else based.get(f"{W}val")
        self._styles[identity] = (parent, None if properties is None else properties.find(f"{W}numPr"))
        heading = re.fullmatch(r"(?:heading|标题) ?([1-9])", "" if name is None else name.get(f"{W}val", "").lower())
        if heading:
            self._headings[identity] = int(heading[1])
        elif name is not None and name.get(f"{W}val", "").lower() == "title":
            self._headings[identity] = 1

    def _place(self, properties: Element | None) -> tuple[str, int] | None:
        if properties is None:
            return None
        found = properties.find(f"{W}numPr")
        style = properties.find(f"{W}pStyle")
        name = None if style is None else style.get(f"{W}val")
        for _ in range(LEVELS):  # styles may be based on each other in a ring
            if found is not None or name is None:
                break
            name, found = self._styles.get(name, (None, None))
        number = None if found is None else found.find(f"{W}numId")
        if found is None or number is None:
            return None
        return number.get(f"{W}val", ""), _number(found.find(f"{W}ilvl"), 0, LEVELS - 1)


def _number(element: Element | None, default: int, most: int) -> int:
    value = None if element is None else element.get(f"{W}val")
    return min(int(value), most) if value and value.isdecimal() else default


def spelled(number: int, form: str) -> str:
    """A number in one of Word's forms: 3 as 三, 叁, c, iii or 3."""
    if form in CHINESE:
        return chinese(number, DIGITS)
    if form == "chineseLegalSimplified":
        return chinese(number, LEGAL)
    if form in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, 10)
        return letter if form == "lowerLetter" else letter.upper()
    if form in ("lowerRoman", "upperRoman"):
        roman = ""
        for value, sign in ROMAN:
            roman, number = roman + sign * (number // value), number % value
        return roman if form == "lowerRoman" else roman.upper()
    if form == "decimalEnclosedCircle" and 1 <= number <= 20:
        return chr(ord("①") + number - 1)
    return f"{number:02d}" if form == "decimalZero" else str(number)


def chinese(number: int, digits: str) -> str:
    """A number of up to five figures in Chinese ones."""
    units = ("", "十", "百", "千", "万") if digits == DIGITS else ("", "拾", "佰", "仟", "万")
    zero = "零"
    spelled_out, gap = "", False
    for place in range(len(str(number)) - 1, -1, -1):
        figure = number // 10**place % 10
        if not figure:
            gap = True
            continue
        spelled_out += (zero if gap and spelled_out else "") + digits[figure] + units[min(place, 4)]
        gap = False
    return spelled_out.removeprefix("一") if spelled_out.startswith("一十") else spelled_out or zero
