"""Chinese and Arabic numerals as numbers (pure).

Source of the units and the capital forms: GB/T 15835-2011 and 票据法 practice (壹贰叁肆伍陆柒捌玖);
the traditional forms beside them.
"""

from decimal import Decimal, InvalidOperation

DIGITS = {
    c: n
    for n, pair in enumerate(
        ["〇零○", "一壹", "二贰两貳兩", "三叁參叄", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖"]
    )
    for c in pair
}
UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
CAPITALS = "零壹贰貳叁參叄肆伍陆陸柒捌玖拾佰仟万萬亿億"
GROUPS = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
CHARACTERS = "".join([*DIGITS, *UNITS, *GROUPS, "廿"])


def integer(text: str) -> int | None:
    """`一百二十六万` → 1260000, `二〇二一` → 2021, `12` → 12; None for what is no number."""
    text = text.replace("廿", "二十").strip()
    if not text:
        return None
    if text.isascii():
        return int(text) if text.isdigit() else None
    if all(character in DIGITS for character in text):
        return int("".join(str(DIGITS[character]) for character in text))
    if len(text) >= 3 and text[-1] in "一二三四五六七八九" and text[-2] in "百千万亿":  # 九万六: 96,000
        text += {"百": "十", "千": "百", "万": "千", "亿": "千万"}[text[-2]]
    total = group = digit = 0
    for character in text:
        if character in DIGITS:
            digit = DIGITS[character]
        elif character in UNITS:
            group += (digit or 1) * UNITS[character]
            digit = 0
        elif character in GROUPS:
            unit = GROUPS[character]
            group += digit
            total = (total + group) * unit if unit > 10_000 and total else total + (group or 1) * unit
            group = digit = 0
        else:
            return None
    return total + group + digit


def decimal(text: str) -> Decimal | None:
    """`1,260,000.50`, `37.8万`, `三十七点八万` → the number; None for what is none."""
    text = text.replace(",", "").replace("，", "").replace(" ", "")
    factor = Decimal(1)
    while text and text[-1] in GROUPS and any(c.isdigit() or c in "点." for c in text[:-1]):
        factor *= GROUPS[text[-1]]
        text = text[:-1]
    if "点" in text:
        whole, _, part = text.partition("点")
        left = integer(whole)
        right = "".join(str(DIGITS.get(character, "x")) for character in part)
        return None if left is None or not right.isdigit() else Decimal(f"{left}.{right}") * factor
    try:
        return Decimal(text) * factor
    except InvalidOperation:
        found = integer(text)
        return None if found is None else Decimal(found) * factor
