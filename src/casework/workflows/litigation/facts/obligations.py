"""A day by which something must be paid or delivered: `…前付`, `最迟于…交货` (pure)."""

import re

from casework.workflows.litigation.facts.event_types import DELIVER, LETTERS, PAYING
from casework.workflows.litigation.facts.receipts import is_receipt
from casework.workflows.litigation.text.span import REACH, Text

_AFTER = re.compile(r"\s*(?:[（(][^）)\n]{1,8}[）)])?\s*(?:(?:之|以)?前|(?:之|以)内)(?!期|述|款|置|后)")
_BEFORE = re.compile(r"(?:最迟|最晚|至迟|不(?:晚|迟)于|截止|不超过)(?:应?于|到|在|至|应在)?\s*$")
_DONE = re.compile(r"(?<!应)已|业已|曾|了|完毕")
_ASKED = re.compile(r"(?<!申)请(?!求?人)|要求|限[你您贵其期令于]|催|敦促|务必|函告|通知|责令")
_YOU = re.compile(r"(?:^|[，,：:。])\s*你们?(?:最迟|必须|就)?(?:在|于)?\s*$")
_OWED = re.compile(
    r"约定(?:于|在)?\s*$|(?:借款|本金|本息)(?:本来?|原|依约|按约)?(?:应当?|须)(?:于|在)?\s*$|(?:本|原)应(?:于|在)?\s*$"
)
_AGREED = re.compile(r"约定(?!书)[^。；;\n]{0,24}$|(?:言明|议定|说好|讲好|商定)[^。；;\n]{0,24}$")
_NOTES = {"iou", "loan_contract", "repayment_plan"}
_PROMISE = re.compile(
    r"[ \t]*(?:一次性?|一并|一起|一同|全部|本息|本利|本金|连本带[利息]|如数|共同|内|到期|时|归?还本|利息|和|及|、|，)*"
    rf"[ \t]*(?:收回|{PAYING.pattern})"
)
_DAYS = r"[\d〇零一二三四五六七八九十年月日./\-、和及与,，\s]*"  # one or several, as a list
_DAYS_TO_PAY = re.compile(
    r"(?:付款|支付|还款|交租|交款|缴费)(?:日期?|期限|时间|节点)?(?:依次|分别)?(?:为|是|定为|约定为|[:：])"
    rf"{_DAYS}$"
)
_EACH_TO_PAY = re.compile(
    rf"{_DAYS}(?:每[期次笔]|各|分别|均|平均|等额|对半)(?:应|须)?(?:支付|付|还|归还|交)|{_DAYS}分[\d一二两三四五六七八九十]+[期次笔]{PAYING.pattern}"
)
_ITEM = re.compile(
    r"(?:[^。；;\n]{0,14}[:：])?\s*(?:第?[一二三四五六七八九\d]{1,2}[期笔次、.)）]|[①-⑳]|[（(]\d{1,2}[）)])?\s*[:：]?\s*20\d\d\s?[年.\-/]"
    r"\s?\d{1,2}\s?[月.\-/]\s?\d{1,2}(?!\d)\s?日?\s*(?:之前|以前|前)?[，,]?\s*(?:支付|付|付款)?\s*(?:人民币|￥|¥)?\s*[\d,.]+\s*万?元?整?\s*"
)
_PAID = re.compile(r"已(?:经)?支?付|付款(?:情况|明细|记录)|已收|收款(?:情况|明细|记录)")
_PUT_OFF = re.compile(
    r"(?:交货|交付|供货|完工|竣工|交工|工)期限?[^。；;\n]{0,30}(?:顺延|延长|延期|推迟|提前|变更|调整|改)[至到为]"
)
_PROLONGED = re.compile(
    r"(?:还款|付款|到期|归还|履行|借款|借期)(?:日期?|期限|时间)?[^。；;\n]{0,30}(?:延长|顺延|延期|推迟|展期|变更|改|延)[至到为]\s*$"
)
_WISHED = re.compile(r"申请[^，。]{0,6}(?:延|展|缓|宽)|恳请|请求|[希盼]?望(?:贵|予|能|给)|宽限(?:至|到)")
_PLANS = {"contract", "loan_contract", "repayment_plan", "reconciliation", "guarantee"}


def is_limit(text: Text, start: int, end: int) -> bool:
    """Whether the date says until when: `前` after it, `最迟` before it."""
    words = text.text
    return _AFTER.match(words, end, end + 14) is not None or (
        _BEFORE.search(words[max(0, start - 8) : start]) is not None
    )


def by_then(text: Text, start: int, end: int, clause: tuple[int, int], stop: int) -> str | None:
    """What must be done until the date of this clause, whose words end before `stop`; None where it is no limit."""
    words = text.text
    if text.kind == "repayment_plan" and _WISHED.search(words[slice(*text.sentence(start, end))]):
        return "other"  # a day that who owes only asks for
    if not is_limit(text, start, end):
        return _agreed(text, start, end, clause, stop)
    finish = min(stop, text.sentence(start, end)[1], end + REACH)
    following = _over_the_line(text, end, finish)
    for scope in (words[end : min(finish, clause[1])], words[end:finish], following, words[clause[0] : start]):
        if text.kind not in _PLANS and _DONE.search(scope.split("，")[0].split(",")[0][:12]):
            return None
        paid, delivered = PAYING.search(scope), DELIVER.search(scope)
        if paid and not (delivered and delivered.start() < paid.start()):
            before = words[clause[0] : start]
            asked = text.kind not in _PLANS and (_ASKED.search(before + scope[: paid.start()]) or _YOU.search(before))
            set_by_us = text.kind in LETTERS and "协议" not in text.text[:60] and not _OWED.search(before)
            return "deadline" if asked or set_by_us else "due"
        if delivered:
            return "delivery_due"
    return "due" if text.kind in _PLANS and _is_item(text, *text.sentence(start, end)) else None


def _agreed(text: Text, start: int, end: int, clause: tuple[int, int], stop: int) -> str | None:
    """What a day of an agreement is that no `前` makes a limit."""
    words, (begin, finish) = text.text, text.sentence(start, end)
    before, done = words[begin:start], _DONE.search(words[slice(*clause)]) is not None
    plan = text.kind in _PLANS
    if plan and _PUT_OFF.search(words[begin:finish]):
        return "delivery_due"
    if plan and (_PROLONGED.search(before) or _DAYS_TO_PAY.search(before)):
        return "due"
    if plan and _ITEM.fullmatch(words, begin, finish) and _PAID.search(_heading(text, begin)):
        return "payment"
    if plan and not done and (_EACH_TO_PAY.match(words, end) or _is_item(text, begin, finish)):
        return "due"
    told = _AGREED.search(before) or (text.kind in _NOTES and not is_receipt(text))
    return "due" if told and not done and _PROMISE.match(words, end, min(stop, end + 30)) else None


def _is_item(text: Text, begin: int, finish: int) -> bool:
    """Whether a sentence is but a day and a sum, in a paragraph on payments: `第二期2022年6月30日100,000元`."""
    return _ITEM.fullmatch(text.text, begin, finish) is not None and re.search(r"付|期", text.line(begin)) is not None


def _heading(text: Text, begin: int) -> str:
    """The line that heads a list of days and sums."""
    above = text.text[max(0, begin - REACH) : begin].rstrip("\n").split("\n")
    first = next((line for line in reversed(above) if not _ITEM.fullmatch(line.rstrip("；;，。"))), "")
    return first if first.rstrip().endswith(("：", ":")) else ""


def _over_the_line(text: Text, end: int, finish: int) -> str:
    """The words behind the date and those of the next line, where a line of an agreement breaks off in its sentence."""
    words = text.text
    if text.kind not in _PLANS | _NOTES or words[finish : finish + 1] != "\n" or finish - end > 12:
        return ""
    if not re.fullmatch(r"[\u4e00-\u9fff、]+", words[end:finish]):
        return ""
    return words[end:finish] + words[finish + 1 : text.clause(finish + 1, finish + 1)[1]][:REACH]


def in_column(text: Text, head: str, start: int, end: int) -> str | None:
    """What a day in a column of that name is."""
    if text.kind in ("payment", "bank") and re.match(r"(?:还款|归还|偿还)(?:日期?|时间)$", head):
        return "repayment"
    if re.search(r"(?:付款|支付|还款|交款|缴费|缴款|交租|到期|应付)(?:日期|时间|日|期限)?|期限|截止", head):
        if text.kind in _PLANS and not re.search(r"已付|实付|实际|到账", head):
            return "due"
        return "due" if is_limit(text, start, end) or "应" in head else None
    return None
