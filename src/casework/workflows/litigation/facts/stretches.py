"""The first and the last day of a stretch of time: of work, of wages owed, of a contract, of a loan (pure)."""

import re
from datetime import date
from itertools import pairwise

from casework.workflows.litigation.facts import work
from casework.workflows.litigation.text import dates
from casework.workflows.litigation.text.span import Text

_PERIOD = re.compile(
    r"劳动合同期限|固定期限|(?:聘用|合同|租赁|租|承租|承包|经营|合作|托管|委托|许可|有效|质保|试用|服务)期"
)
_OTHER_PERIODS = re.compile("保证期|担保期|租|质保|试用|劳动合同|工资")
_PAID_OUT = re.compile(
    r"[^，。；\n还]{0,12}?(?:(?:汇|转|划|打|存|支付|交付)(?:入|至|到|给|进)?[^，。；\n还甲]{0,8}?(?:乙方|借款[人方]|拆入方|债务人|其指定)|发放|放款)"
)


def told(before: str, own: str, after: str, sentence: str) -> str | None:
    """A day that begins or ends a stretch of time: `自…起至…止`."""
    ends = re.search(r"(?:至|到|截至|截止|[日号\d]\s*(?:—|-|~|～|－){1,2})\s*$", before) and re.match(
        r"\s*(?:止|期满|届满|到期|结束|[,，。；;（(\n]|$)", after
    )
    begins = re.search(r"(?:自|从)\s*$", before) or (
        re.search(r"期限?\s*[:：为]?\s*$", before) and re.match(r"\s*(?:起?至|到|—|-|~|～|－)", after)
    )
    if re.search(r"(?:截至|截止)\s*$", before) and not re.match(r"\s*(?:之|以)?前", after):
        return "other"  # the day to which an account is drawn up; it is confirmed on the day of its signature
    wages = re.search(r"(?<!倍)工资|薪|报酬", sentence) and not re.search(r"[二双两]倍|未签|未订", own)
    if work.is_last_day(before, after):
        return "dismissal"
    if re.search(r"(?:欠付|欠薪|拖欠|欠发)(?:工资)?(?:期间|时间|时段|月份)\s*[:：]?\s*$", before):
        return "wage_arrears"
    if (
        wages
        and re.match(r"\s*(?:至|到|—|-|、)\s*(?![我本该申原他她被公单])", after)
        and re.search(r"欠|未|支付|补发|停发", sentence)
    ):
        return "wage_arrears"
    if wages and ends is None and re.search(r"(?:(?<!直)至|到|—)\s*$", before):
        return "other"
    if (
        begins
        and not re.search(r"解除|终止|辞退|开除|解聘", own)
        and re.search(r"利率|利息|LPR|报价利率|计算|计付|违约金|滞纳金|[万千百]分之|[%‰]", sentence)
        and not re.search(r"借款期限|借期|合同期限", sentence)
    ):
        return "other"
    if re.match(r"\s*(?:双方|各方|共同)?(?:签署|签订|签字|盖章)之日", after) and re.search(r"合同|协议", sentence):
        return "contract_signing"
    ends = ends or re.match(r"\s*(?:届满|期满|到期|终止)(?![前后]|未)", after)
    scope = sentence if ends else own + sentence
    if not (ends or begins):
        return None
    if re.search(r"解除|终止|拖欠|欠付|停发", scope):
        return None
    if _PERIOD.search(scope) or ("使用期" in scope and "借" not in scope):
        employs = re.search(r"劳动|聘用|固定期限", scope)
        return "expiry" if ends else "employment" if employs else "other"
    if re.search(r"[借贷]款期限|借期|还款期限|使用期限|[借贷]款[^。；]{0,60}期限", scope):
        return "due" if ends else "loan"
    return None


def lent(text: Text, start: int, end: int, own: str, sentence: str) -> str | None:
    """The first or last day of what a note or an agreement on a loan lends for: `自…起至…止`."""
    if text.kind not in ("iou", "loan_contract") or _OTHER_PERIODS.search(sentence) or re.search("计息|利息", own):
        return None
    if (paid_out := _PAID_OUT.match(text.text, end)) and re.search(r"出借|借给|借款|放款|发放|拆借", sentence):
        return "other" if "前" in paid_out[0][:3] else "loan"
    before, after = text.text[max(0, start - 8) : start], text.text[end : end + 8]
    if re.search(r"(?:起?至|到|—|-|~|～)\s*$", before) and re.match(r"\s*(?:止|期满|届满|[,，。；;（(\n]|$)", after):
        return "due"
    return "loan" if re.match(r"\s*起?\s*(?:至|到(?!期)|—|-|~|～)", after) else None


def last_day(text: Text) -> date | None:
    """The end of the first stretch that a contract tells: `发布期2024年1月1日至2024年6月30日`."""
    found = dates.find(text)
    for first, last in pairwise(found):
        between = text.text[first.span.end : last.span.start]
        if re.fullmatch(r"\s*(?:起|开始)?\s*(?:至|到|—|-|~|～)+\s*", between) and last.precision == "day":
            return last.day
    return None
