"""Whether a sentence rests on the facts: its numbers, dates and articles are theirs, or it is dropped (pure)."""

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

import msgspec

from casework.workflows.litigation.text.numerals import integer

_DIGITS = "〇零一二三四五六七八九"
_CAPITALS = "两壹贰叁肆伍陆柒捌玖"
_NUMERAL = "〇零一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟"
_DATES = (
    re.compile(r"(?<!\d)(?P<y>\d{4})\s*[年./-]\s*(?P<m>\d{1,2})\s*[月./-]\s*(?P<d>\d{1,2})(?!\d)\s*日?"),
    re.compile(r"(?<!\d)(?P<y>\d{4})\s*年\s*(?P<m>\d{1,2})\s*月"),
    re.compile(r"(?<!\d)(?P<y>\d{4})\s*年"),
    re.compile(r"(?<!\d)(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*日"),
)
_CHINESE_DAY = re.compile(
    rf"([{_DIGITS}]{{4}})年(?:([一二三四五六七八九十]{{1,2}})月)?(?:([一二三四五六七八九十]{{1,3}})日)?"
)
_ARTICLE = re.compile(rf"(?:《([^》]{{2,40}})》\s*)?第\s*([{_NUMERAL}\d]{{1,6}})\s*条")
_NUMBER = re.compile(r"(?<![\dA-Za-z])(\d[\d,，]*(?:\.\d+)?)\s*([万亿]?)\s*(元|%|％|‰)?")
_SPELT = re.compile(rf"(百分之|千分之|万分之)?([{_NUMERAL}]{{1,20}})(元|圆|成|倍)?")
Day = tuple[int, int, int]  # year, month, day; 0 where it is not said
SMALL = 31  # a count, a day or a month rather than a sum


class Ground(msgspec.Struct):
    """What may be said: the numbers and dates of the facts, and the articles of the table."""

    numbers: set[Decimal] = msgspec.field(default_factory=set)
    dates: set[Day] = msgspec.field(default_factory=set)
    articles: set[tuple[str, int]] = msgspec.field(default_factory=set)
    clauses: set[int] = msgspec.field(default_factory=set)

    def learn(self, texts: Iterable[str]) -> None:
        """Take in what these texts say."""
        for text in texts:
            days, rest = _dates(text)
            self.dates |= set(days)
            self.numbers |= {number for number, _ in _numbers(rest)}

    def faults(self, text: str) -> list[str]:
        """What a text says that the facts do not."""
        found = []
        for law, number in _articles(text):
            known = number in self.clauses or any(number == article for _, article in self.articles)
            if (law and (law, number) not in self.articles) or not known:
                found.append(f"《{law}》第{number}条" if law else f"第{number}条")
        days, rest = _dates(_ARTICLE.sub(" ", text))
        found += [_said(day) for day in days if not any(_fits(day, known) for known in self.dates)]
        found += [said for number, said in _numbers(rest, small=False) if number not in self.numbers]
        return found


def _fits(said: Day, known: Day) -> bool:
    """Whether all that is said of a date is known of one."""
    return all(part in (0, other) for part, other in zip(said, known, strict=True))


def _said(day: Day) -> str:
    return "".join(f"{part}{unit}" for part, unit in zip(day, "年月日", strict=True) if part)


def _articles(text: str) -> list[tuple[str, int]]:
    found = []
    for law, number in _ARTICLE.findall(text):
        value = int(number) if number.isdigit() else integer(number)
        found.append((law.removeprefix("中华人民共和国"), -1 if value is None else int(value)))
    return found


def _dates(text: str) -> tuple[list[Day], str]:
    """(the dates of a text, and the text without them)."""
    text = _CHINESE_DAY.sub(_arabic, text)
    found: list[Day] = []

    def take(match: re.Match[str]) -> str:
        parts = match.groupdict()
        found.append((int(parts.get("y") or 0), int(parts.get("m") or 0), int(parts.get("d") or 0)))
        return " "

    for pattern in _DATES:
        text = pattern.sub(take, text)
    return found, text


def _arabic(match: re.Match[str]) -> str:
    """`二〇二三年三月十二日` → `2023年3月12日`."""
    year = "".join(str(max(0, _DIGITS.index(character) - 1)) for character in match[1])
    return year + "年" + (f"{integer(match[2])}月" if match[2] else "") + (f"{integer(match[3])}日" if match[3] else "")


def _numbers(text: str, *, small: bool = True) -> list[tuple[Decimal, str]]:
    """(value, as said) of the numbers of a text; without the `small` ones that count things."""
    found = []
    for match in _NUMBER.finditer(text):
        try:
            value = Decimal(re.sub("[,，]", "", match[1])) * {"万": 10_000, "亿": 100_000_000}.get(match[2], 1)
        except InvalidOperation:
            continue
        plain = not match[2] and not match[3] and "." not in match[1]
        if small or not (plain and value <= SMALL):
            found.append((value.normalize(), match[0].strip()))
    for match in _SPELT.finditer(_NUMBER.sub(" ", text)):
        spelt = integer(match[2])
        if spelt is None:
            continue
        value = Decimal(spelt)
        share = match[1] is not None
        figure = value > SMALL and match[2][0] in _DIGITS + _CAPITALS  # not 万一, not 千万
        if small or share or match[3] or figure:
            scale = {"百分之": 1, "千分之": 10, "万分之": 100}.get(match[1] or "", 1)
            found.append(((value / scale).normalize(), match[0]))
    return found
