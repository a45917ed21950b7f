"""The same case written otherwise: days, sums, blanks, marks, lines, kinds and names of files (pure)."""

import re
from collections.abc import Callable
from typing import Any

Case = dict[str, Any]
_DAY = re.compile(r"(?<!\d)(\d{4})年(\d{1,2})月(\d{1,2})日(?!\d)")
_COLUMNS = re.compile(r"\S(?: {2,}|\u3000|[\t|])")
_UNBROKEN = re.compile(r"[\d.,年月日号元%‰A-Za-z，。；：、）)]")
LINE, RAGGED = 36, 4  # characters


def _days(form: str) -> Callable[[str], str]:
    return lambda text: _DAY.sub(lambda day: form.format(day[1], int(day[2]), int(day[3])), text)


def _with_commas(text: str) -> str:
    return re.sub(r"(?<![\d.:：\-年月第A-Za-z])([1-9]\d{3,6})(?=(?:\.\d\d)?元)", lambda sum_: f"{int(sum_[1]):,}", text)


def _spaced(text: str) -> str:
    return re.sub(r"(?<=[\u4e00-\u9fff])(?=\d)|(?<=\d)(?=[\u4e00-\u9fff])", " ", text)


def _indented(text: str) -> str:
    return re.sub(r"(?m)(?<=[。；：]\n)(?=[^\t|\n]+$)", "\u3000\u3000", text)


def _wrapped(text: str) -> str:
    """Long lines broken by hand, nowhere before a figure or a mark."""
    lines: list[str] = []
    for line in text.split("\n"):
        rest = line
        while len(rest) > LINE and not _COLUMNS.search(line):
            place = LINE - len(rest) % RAGGED
            while place > LINE // 2 and _UNBROKEN.match(rest[place]):
                place -= 1
            lines.append(rest[:place])
            rest = rest[place:]
        lines.append(rest)
    return "\n".join(lines)


def _texts(spell: Callable[[str], str]) -> Callable[[Case], Case]:
    def change(case: Case) -> Case:
        documents = [{**each, "text": spell(each["text"])} for each in case["documents"]]
        statement = {"statement": spell(case["statement"])} if case.get("statement") else {}
        return {**case, **statement, "documents": documents}

    return change


def _names(rename: Callable[[int, str], str]) -> Callable[[Case], Case]:
    def change(case: Case) -> Case:
        names = {each["name"]: rename(number, each["name"]) for number, each in enumerate(case["documents"], 1)}
        told = {
            kind: {names.get(name, name): facts for name, facts in case["expected"][kind].items()}
            for kind in ("dates", "amounts")
        }
        documents = [{**each, "name": names[each["name"]]} for each in case["documents"]]
        return {**case, "documents": documents, "expected": {**case["expected"], **told}}

    return change


def _ending(ending: str) -> Callable[[int, str], str]:
    return lambda number, name: f"{number}-{name.rsplit('.', 1)[0]}.{ending}"


SPELLINGS: dict[str, Callable[[Case], Case]] = {
    "2024-03-05": _texts(_days("{}-{:02d}-{:02d}")),
    "2024/3/5": _texts(_days("{}/{}/{}")),
    "2024.3.5": _texts(_days("{}.{}.{}")),
    "2024 年 3 月 5 日": _texts(_days("{} 年 {} 月 {} 日")),
    "no commas in sums": _texts(lambda text: re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)),
    "commas in sums": _texts(_with_commas),
    "blanks beside figures": _texts(_spaced),
    "narrow marks": _texts(lambda text: text.translate(str.maketrans("，；：（）", ",;:()"))),
    "indented": _texts(_indented),
    "lines broken by hand": _texts(_wrapped),
    "PDF": _names(_ending("pdf")),
    "Word": _names(_ending("docx")),
    "scans without names": _names(lambda number, name: f"扫描件{number}.{name.rsplit('.', 1)[1]}"),
}
