"""Dates in Chinese and Arabic forms, with how precise they are, and terms counted from something that happens (pure).

Not dates: birth dates, case numbers, and the days inside identity numbers, names of files and contract numbers.
"""

import calendar
import re
from datetime import date, timedelta
from typing import Literal

import chinese_calendar
import msgspec

from casework.workflows.litigation.text.numerals import CHARACTERS, integer
from casework.workflows.litigation.text.span import Span, Text

Precision = Literal["day", "month", "year"]
Unit = Literal["day", "working_day", "month", "year"]
_C = "〇零○一二两三四五六七八九十廿壹贰貳叁參肆伍陆陸柒捌玖拾"
_A = r"[\dOoQlI|SZB]"  # a figure, or what OCR takes it for
_M, _D = rf"(?:{_A}\s?{_A}?|[{_C}]{{1,3}})", rf"(?:{_A}\s?{_A}?|[{_C}]{{1,4}})"
_PATTERN = re.compile(
    rf"(?P<y>(?:[1lI|]\s?9|[2Z]\s?[0OoQ])\s?{_A}\s?{_A}|(?<!\d)\d{{2}}(?=年\d{{1,2}}月\d{{1,2}}[日号曰])|[{_C}Oo0]{{4}})\s*年\s*"
    rf"(?P<m>{_M})\s*月(?P<part>份|底|末|初)?(?:\s*(?P<d>{_D})\s*[日号曰])?"
    r"|(?:(?<![\d.\-/A-Za-z])|(?<=[\s。；]\d\.))(?P<y2>(?:19|2[0Oo])[\dOo]{2})\s*(?P<s>[-/.])\s*(?P<m2>[\dOoIl]{1,2})\s*(?P=s)\s*(?P<d2>[\dOoIl]{1,2})(?![\d\-/A-Za-z])"
    rf"|(?P<same>(?:同|当|该)年|次年|翌年)\s*(?P<m3>{_M})\s*月(?P<part3>份|底|末|初)?(?:\s*(?P<d3>{_D})\s*[日号曰])?"
    rf"|(?P<y4>(?:19|20)\d{{2}}|[{_C}]{{4}})\s*年\s*(?P<part4>底|末|年底|年末)"
    rf"|(?<![\d年])(?P<m5>{_M})\s*月\s*(?P<d5>{_D})\s*[日号曰]"
    r"|(?<![\d.,\-/A-Za-z])(?P<y7>20\d\d)[-/.](?P<m7>0[1-9]|1[0-2])(?=[ ]*[|\t]|[ \u3000]{2,}\S)"
    r"|(?<![\d.,\-A-Za-z])(?P<y6>20\d{2})(?P<m6>0[1-9]|1[0-2])(?P<d6>0[1-9]|[12]\d|3[01])(?![\d.,\-A-Za-z元])"
)
DAY_END = (  # what stands at the end of a day: the word, or nothing behind figures (`2024-03-05前`)
    r"(?:[日号]|(?:(?<=\d[-/.]\d[-/.]\d)|(?<=\d[-/.]\d\d[-/.]\d)|(?<=\d[-/.]\d[-/.]\d\d)|(?<=\d[-/.]\d\d[-/.]\d\d))(?![\d.]))"
)
_MISREAD = str.maketrans(
    {"O": "0", "o": "0", "Q": "0", "l": "1", "I": "1", "|": "1", "Z": "2", "S": "5", "B": "8", " ": ""}
)
_BIRTH = re.compile(r"出生|(?<![\u4e00-\u9fff])生于|生日|出生日期")
_BORN = re.compile(r"(?:出生(?:日期|年月日?|时间)?|生日)\s*[:：|]?\s*$")  # the label of a form
_NUMBERED = re.compile(
    r"(?:合同|单据?|协议|案|文|凭证|流水|发票|回单)?(?:编号|单号|号码|字号|流水号|账号|卡号)\s*[:：]?\s*[A-Za-z\-]*\s*$"
)
_UNITS: dict[str, Unit] = {"工作日": "working_day", "月": "month", "年": "year"}
TERM = re.compile(
    rf"(?P<anchor>[\u4e00-\u9fff“”\"]{{1,18}}?)\s*(?:之日|之次日|当日)?(?:起|后|之后|以后)"
    rf"(?:的|第|满(?=(?:\d{{1,2}}|[{CHARACTERS}]{{1,3}})\s*(?:年|个月)(?:时|[，,]|之日(?!起)|后?(?:支付|付)(?!款?后))))?\s*"
    rf"(?P<n>\d{{1,3}}|[{CHARACTERS}]{{1,5}})\s*(?:[（(]\d{{1,3}}[）)])?\s*(?P<unit>个?工作日|个?月|[日天]|个?自然日|年)(?:之?内|以内|前)?"
)
_AT_ONCE = re.compile(
    r"(?P<anchor>[\u4e00-\u9fff]{0,8}(?:验收合格|验收|安装完[毕成]|交货|交付|货到|到货|收货))(?:(?:之日|当日|当天|时)(?!起|后|的)|后?立即|后?即(?!起)|(?<=到)(?=付))"
    r"(?=[^，,。；;\n]{0,8}(?:付|结清|交清))"
)
_FULL = re.compile(rf"满\s*(?P<n>\d{{1,2}}|[{CHARACTERS}]{{1,3}})\s*(?P<unit>年|个月)")
_WARRANTY = re.compile(
    rf"(?:质保期|保修期|质量保证期)[^。；;\n]{{0,16}}?(?P<n>\d{{1,2}}|[{CHARACTERS}]{{1,3}})\s*(?P<unit>年|个月)"
)
ANCHORS: tuple[tuple[str, str], ...] = (
    ("invoice", r"发票|开票"),
    ("expiry", r"(?:发布|租赁|服务|合同|协议|合作|委托|承包|使用|借用|租|代理|展出|供货)期限?(?:届)?满"),
    ("contract_signing", r"签订|签署|签约|签字|盖章|合同生效|协议生效|订立"),
    ("acceptance", r"验收|质保期|保修期|^期满"),
    ("installation", r"安装|调试|上线|试运行"),
    (
        "delivery",
        r"交货|到货|到场|进场|到位|到齐|运[到达抵]|送[到达]|卸货|提交|移交|交齐|送货|运抵|交付|收货|货到|货物送达|签收货",
    ),
    ("judgment", r"判决|裁定|裁决|调解书|本判决"),
    ("demand", r"收到本|本函|本通知|收到.{0,4}(?:函|通知)|催告|催款|函件"),
    ("loan", r"借款|出借|放款|款项到账|收到借款"),
    ("termination", r"解除|终止|离职"),
)


class Dated(msgspec.Struct, frozen=True):
    """A date as it is written somewhere; one of a month stands for its first day, `月底` and `年底` for the last."""

    day: date
    precision: Precision
    span: Span


class Term(msgspec.Struct, frozen=True):
    """A term that runs from an event: `签订后30日内`; `later` months after it: `验收满一年后7日内`. Where the event is
    not known, `instead` may stand for it."""

    anchor: str
    count: int
    unit: Unit
    span: Span
    later: int = 0
    instead: str | None = None

    def end(self, start: date) -> date:
        """Its last day: the first day is not counted, and what ends on a holiday ends on the next working day."""
        start = add_months(start, self.later)
        if self.count == 0:
            return start
        if self.unit == "working_day":
            day = start
            for _ in range(self.count):
                day = rolled(day + timedelta(days=1))
            return day
        if self.unit == "month":
            return rolled(add_months(start, self.count))
        return rolled(add_years(start, self.count) if self.unit == "year" else start + timedelta(days=self.count))


def find(text: Text) -> list[Dated]:
    """All dates of a text in their order; birth dates and what is no date of the calendar are left out."""
    found: list[Dated] = []
    for match in _PATTERN.finditer(text.text):
        year = _year(match, found)
        month = (
            12
            if match["part4"]
            else _number(match["m"] or match["m2"] or match["m3"] or match["m5"] or match["m6"] or match["m7"] or "")
        )
        written = match["d"] or match["d2"] or match["d3"] or match["d5"] or match["d6"]
        if year is None or month is None or not 1 <= month <= 12 or _is_no_date(text, match):
            continue
        last = (match["part"] or match["part3"] or match["part4"] or "") in ("底", "末", "年底", "年末")
        day = _number(written) if written else calendar.monthrange(year, month)[1] if last else 1
        if day is None or not valid(year, month, day):
            continue
        precision: Precision = "day" if written else "year" if match["part4"] else "month"
        found.append(Dated(date(year, month, day), precision, text.span(*match.span())))
    return found


def _number(text: str) -> int | None:
    return integer(_plain(text))


def _plain(text: str) -> str:
    """As it was before OCR: `2O23` → 2023, `二O二三` → 二〇二三."""
    return re.sub(r"[Oo0]", "〇", text) if re.search(f"[{_C}]", text) else text.translate(_MISREAD)


def _year(match: re.Match[str], found: list[Dated]) -> int | None:
    """The year, where the words themselves name none that of the date before them."""
    written = match["y"] or match["y2"] or match["y4"] or match["y6"] or match["y7"]
    if written:
        year = integer(_plain(written))
        return year + 2000 if year is not None and year < 100 else year
    if not found or match.start() - found[-1].span.end > 200:
        return None
    return found[-1].day.year + (1 if match["same"] in ("次年", "翌年") else 0)


def _is_no_date(text: Text, match: re.Match[str]) -> bool:
    begin, end = text.clause(*match.span())
    before = text.text[max(0, match.start() - 16) : match.start()]
    after = text.text[match.end() : match.end() + 4]
    return bool(
        _BIRTH.search(text.text[begin : match.start()][-12:])
        or _BORN.search(before)
        or re.match(r"\s*(?:出?生(?!效))", after)
        or _NUMBERED.search(before)
        or (match["m5"] and re.search(r"[每届\d]$|每年$", before))
        or end < begin
    )


def terms(text: Text) -> list[Term]:
    """All terms of a text that run from an event it names."""
    found = []
    for match in TERM.finditer(text.text):
        count = integer(match["n"])
        anchor = next((name for name, words in ANCHORS if re.search(words, match["anchor"])), None)
        open_ended = anchor == "judgment" and re.search(
            "生效|效力", match["anchor"]
        )  # the day it takes effect is not in the papers
        if anchor is None or not count or open_ended:
            continue
        unit: Unit = next((unit for word, unit in _UNITS.items() if word in match["unit"]), "day")
        later = _later(text, match["anchor"])
        instead = "delivery" if anchor == "acceptance" and re.search(r"货到|到货|收货", match["anchor"]) else None
        if later or not re.match("期满", match["anchor"]):
            found.append(Term(anchor, count, unit, text.span(*match.span()), later, instead))
    for match in _AT_ONCE.finditer(text.text):
        anchor = next((name for name, words in ANCHORS if re.search(words, match["anchor"])), None)
        if anchor:
            found.append(Term(anchor, 0, "day", text.span(*match.span())))
    return found


def _later(text: Text, anchor: str) -> int:
    """Months between the event and where the term begins: `验收满一年`, or the warranty that the text agrees."""
    match = _FULL.search(anchor) or (_WARRANTY.search(text.text) if re.search("质保期|保修期|^期满", anchor) else None)
    count = integer(match["n"]) if match else None
    return (count or 0) * (12 if match and match["unit"] == "年" else 1)


def valid(year: int, month: int, day: int) -> bool:
    """Whether the calendar has such a day, in the years that a case can be about."""
    return 1949 <= year <= 2100 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]


def add_months(day: date, months: int) -> date:
    """The corresponding day months later; where that month has none, its last day (民法典 art. 202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def in_month(month: date, day: int) -> date:
    """This day of the month; where the month has none, its last."""
    return month.replace(day=min(day, calendar.monthrange(month.year, month.month)[1]))


def add_years(day: date, years: int) -> date:
    """The corresponding day years later; where that month has none, its last day (民法典 art. 202)."""
    return add_months(day, 12 * years)


def rolled(day: date) -> date:
    """The next working day where the last day is a holiday (art. 203); beyond the published calendar, weekends only."""
    while not works(day):
        day += timedelta(days=1)
    return day


def works(day: date) -> bool:
    """Whether it is a working day."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5
