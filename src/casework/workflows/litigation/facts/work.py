"""Days of work and pay: the months something was paid for, and how work ends without a word for it (pure)."""

import re

from casework.workflows.litigation.facts import grounds
from casework.workflows.litigation.text.dates import Dated
from casework.workflows.litigation.text.span import Text

_RAN_OUT = re.compile(
    r"[^。；;\n]{0,16}?(?:到期|期满|届满)(?:(?!照常|继续|照旧|仍)[^。；;\n]){0,24}?(?:不(?:再|同意|愿意?)?|未|没有?|拒绝)(?:与[^，。；]{1,10})?续[签订](?![^。；\n]{0,24}(?:继续|仍|(?:工作|上班|干|做)(?:至|到)))"
)
_WORK, _PAID_WORK = re.compile("劳动|入职|月薪|上班|用工"), re.compile("劳动|工资|薪")
_ERRAND = re.compile(r"\s*(?:之?前|以前|内)[^，。；\n]{0,8}(?:办理|办结|办妥|交接|腾空|搬离)")
_TERM = re.compile(r"合同(?:期限)?(?:将|已|应)?[于在至到]?\s*$")
_UP = re.compile(r"\s*(?:到期|期满|届满|止)(?!日)")
_EXPIRED = re.compile(r"\s*[，,]?(?:双方)?的?(?:劳动)?合同期?(?:限)?(?:到期|期满|届满)")
_MOVED = re.compile(r"调(?:整)?[你您其我]?(?:至|到|往|岗|任)(?![^，。]{0,6}元)|调动|晋升|升任|提拔")
_ATTENDED = re.compile(r"出勤|打卡|旷工|迟到|早退|请假|签到|缺勤|休息|上班")
_ERRANDS = re.compile(r"签收|收到|收悉|送达|妥投|邮寄|寄[出送达给]|领取|交接|手续|开具|出具|签订|签署|签字|证明")
_ENDS = re.compile(
    r"解除|终止|离职|辞[退职去]|开除|解雇|解聘|除名|遣散|裁|最后|[到期]满?[^，。]{0,10}不再|上班|离开|走人|来了"
)
_BECAUSE = re.compile(  # `2024年11月30日因被申请人拖欠工资，申请人解除劳动合同`
    r"[\s，,]*(?:被?申请人|原告|被告|本人|我|公司|单位)?(?:因|由于|鉴于|以)[^。；\n]{0,50}?(?<!未)(?:解除|终止)(?:[^。；\n]{0,8}劳动|(?:了|的)?\s*[。；，,])|"
    r"[，,][^。；\n日]{0,50}?(?:拖欠|欠|未|克扣)[^。；\n日]{0,40}?(?:申请人|原告|本人|我)[^。；，\n日]{0,10}(?:提出|通知|宣布)[^。；，\n日]{0,8}(?<!未)(?:解除|离职|辞职)"
)
_RELATION_FROM = re.compile(
    r"\s*起?(?:至|到|—|-|~|～|－)[\d年月日./\-]{7,12}(?:止|期间|间)*[，,]?(?:之?间)?(?:存在|有|的|系|为)(?:事实)?劳动关系"
)
_RELATION_TO = re.compile(r"\s*(?:止|期间|间)*[，,]?(?:之?间)?(?:存在|有|的|系|为)(?:事实)?劳动关系")
_IN_FORCE = re.compile(r"合同(?:期限)?[^，。；\n\d]{0,4}(?:于|自|从)\s*$")
_IN_SERVICE = r"(?:在职|任职|在岗|工作|劳动关系(?:存续|存在)?|用工)(?:期间|时间|期限|起止)(?:为|是|系|自|从|[:：])+\s*"
_SERVED_FROM = re.compile(rf"{_IN_SERVICE}$")
_SERVED_TO = re.compile(rf"{_IN_SERVICE}[\d年月日./\-]{{7,12}}\s*起?(?:至|到|—|-|~|～|－)+\s*$")
_TO = re.compile(r"(?:至|到|—|-|~|～|－)\s*$")
_ENDED = re.compile(r"(?:提出|决定|宣布|口头|书面|协商一致)[^，。]{0,6}(?:解除|终止)(?!合同)")
_OWED = r"拖欠|欠|未(?!签|订|休|提前)|没有?(?!签|订|休)|停发|停止|不再|克扣|少发|[仅只]支?[发付]"
_STOPPED = re.compile(  # `2024年9月起没有向本人发放工资`
    rf"\s*份?(?:起|开始|以来|之?后)[，,]?[^，。；\n]{{0,16}}?(?:(?:{_OWED})[^，。；\n]{{0,16}}(?:工资|薪|报酬)|(?:工资|薪|报酬)[^，。；\n]{{0,8}}(?:{_OWED}))"
)
_PAY_OF = re.compile(
    r"\s*份?(?:[（(][^）)\n]{0,14}[）)])?\s*的?(?:全部|部分|剩余|应发|基本|税前)?的?(?:工资|薪|劳动报酬|[^\n\d，。；]{0,6}[￥¥]?\d[\d,.]*\s*元)"
)
_NOT_PAID = re.compile(r"未发(?!现)|未付|未支付|拖欠|欠发")
_PAY_UNTIL = re.compile(
    r"\s*起?[至到—-]\s*(?:(?:\d{4}年)?\d{1,2}月\d{1,2}日|\d{4}([./-])\d{1,2}\1\d{1,2})(?:止|期间)?的?(?:工资|薪)"
)
_UNPAID, _ARREARS = re.compile(_OWED), re.compile("欠|未付|未发|未发放|尚未")
_NO_WAGES = re.compile(r"[二双两]倍|加班|社保|社会保险|平均|调整|高温|年休假|补偿金")
_AT_WORK = re.compile(r"任|工作|上班|在岗|入职")
_TO_PAY = re.compile("支付|补发|给付|结清")
_SUITS = ("arbitration_application", "complaint", "award", "judgment")
_ACCOUNTS = ("reconciliation", "iou", "repayment_plan")


def month(text: Text, dated: Dated, head: str | None) -> str | None:
    """What a month is whose wages are owed, and what it is on a pay slip and in a column of an account."""
    if _owes(text, dated):
        return "wage_arrears"
    of_pay = text.kind == "wage" or (head and text.kind == "reconciliation")
    return "other" if of_pay and dated.precision == "month" else None


def _owes(text: Text, dated: Dated) -> bool:
    """Whether it is a month whose wages are said to be owed, or the day from which they were."""
    if not text.says(_PAID_WORK):
        return False
    start, end = dated.span.start, dated.span.end
    if stopped := _STOPPED.match(text.text, end, end + 60):
        return not _NO_WAGES.search(stopped[0]) and not _AT_WORK.search(stopped[0])
    if text.kind == "wage" and dated.precision == "month" and _NOT_PAID.search(text.line(start)):
        return True
    begin, stop = text.sentence(start, end)
    if dated.precision == "day" and _PAY_UNTIL.match(text.text, end, stop):
        place = grounds.requests(text)
        asked = place is not None and place[0] <= start < place[1]
        owned = text.kind in _ACCOUNTS and text.says(_ARREARS)
        return (asked or owned) and not _NO_WAGES.search(text.text, begin, stop)
    alone = text.kind in _ACCOUNTS and dated.precision == "month" and not text.text[begin:start].strip()
    if alone and _UNPAID.search(text.text, end, stop):
        return True
    if (
        dated.precision != "month"
        or not _PAY_OF.match(text.text, end)
        or _TO.search(text.text, max(0, start - 4), start)
    ):
        return False
    sentence = text.text[slice(*text.sentence(start, end))]
    said = (
        _UNPAID.search(sentence)
        or (text.kind in _ACCOUNTS and text.says(_ARREARS))
        or (text.kind in _SUITS and _TO_PAY.search(sentence))
    )
    return bool(said) and not _NO_WAGES.search(sentence)


def has_run_out(text: Text, start: int) -> bool:
    """Whether the contract ended on this day because nobody renewed it."""
    told = text.kind != "labor_contract" and (text.says(_WORK) or text.says(_PAID_WORK))
    return told and _RAN_OUT.match(text.text, start) is not None


def says_end(text: Text, start: int, end: int) -> bool:
    """Whether the sentence of a day says that work ended then, and not only that a paper was signed or arrived."""
    clause = text.text[slice(*text.clause(start, end))]
    sentence = text.text[slice(*text.sentence(start, end))]
    return not _ERRANDS.search(clause) and (_ENDS.search(sentence) is not None or is_last_day(text.text[:start], ""))


def ends_on_arrival(text: Text) -> bool:
    """Whether a letter ends work on the day it arrives."""
    return (
        re.search(r"(?:送达|到达|收到|签收)[^，。；]{0,8}之?日起?[^，。；]{0,6}(?:解除|生效|终止)", text.text)
        is not None
    )


def is_ended(text: Text, clause: str) -> bool:
    """Whether a clause on work says that it was ended, without saying what."""
    return text.says(_WORK) and _ENDED.search(clause) is not None


def is_last_day(before: str, after: str) -> bool:
    """Whether the words round a day say that somebody worked until then."""
    return re.search(r"(?:工作|上班(?:上)?|任职|干|做)(?:至|到)\s*$", before) is not None or (
        re.search(r"(?:至|到|-|—)\s*$", before) is not None
        and re.match(r"\s*(?:期间)?[，,]?(?:[^，。]{0,4}一直)?在[^，。]{1,16}(?:工作|任职|上班|担任)", after)
        is not None
    )


def of_term(label: str) -> str | None:
    """What a labelled day of a labour contract is of its term."""
    if re.search(r"(?:起始|开始|起算|生效)(?:日期|时间|日)$", label):
        return "employment"
    return "expiry" if re.search(r"(?:终止|到期|届满|截止|结束)(?:日期|时间|日)$", label) else None


def told(text: Text, dated: Dated) -> str | None:
    """What such a day is, where the form of its sentence says it."""
    start, end = dated.span.start, dated.span.end
    if has_run_out(text, start):
        return "dismissal"
    ahead = text.text[max(0, start - 36) : start]
    if text.kind != "labor_contract" and (_SERVED_FROM.search(ahead) or _SERVED_TO.search(ahead)):
        return "employment" if _SERVED_FROM.search(ahead) else "dismissal"
    if (
        text.kind == "labor_contract"
        and _IN_FORCE.search(ahead)
        and re.match(r"\s*起?(?:生效|开始|起)", text.text[end:])
    ):
        return "employment"
    if text.kind == "labor_contract" and re.search("于$", ahead) and re.match("终止|届满|期满|到期", text.text[end:]):
        return "expiry"
    if dated.precision == "day" and text.kind != "labor_contract":
        if _RELATION_FROM.match(text.text, end, end + 40):
            return "employment"
        if _TO.search(ahead) and _RELATION_TO.match(text.text, end, end + 20):
            return "dismissal"
    if dated.precision == "day" and text.says(_WORK) and _BECAUSE.match(text.text, end, end + 80):
        return "dismissal"
    of_work = text.kind != "labor_contract" and text.says(_PAID_WORK)
    named = _TERM.search(text.text, max(0, start - 16), start) and _UP.match(text.text, end)
    if of_work and (named or _EXPIRED.match(text.text, end)):
        return "expiry"
    clause = text.text[slice(*text.clause(start, end))]
    if of_work and _MOVED.search(clause) and not re.search(r"入职|解除|终止|辞", clause):
        return "other"
    line = text.line(start)
    if text.kind == "wage" and _ATTENDED.search(line) and not re.search(r"工资|薪|入职|离职|元", line):
        return "other"
    return "other" if is_pay_month(text, dated) else None


def is_pay_month(text: Text, dated: Dated) -> bool:
    """Whether it is a month or a stretch that something was paid or insured for, and no day on which it was."""
    after = text.text[dated.span.end : dated.span.end + 8]
    before = text.text[max(0, dated.span.start - 12) : dated.span.start]
    if re.search(r"(?:支付|给付|补发|补缴|主张)(?:自|从)?$", before) and re.match(r"\s*(?:起|以来|期间)", after):
        return True
    clause = text.text[slice(*text.clause(dated.span.start, dated.span.end))]
    if text.says(_WORK) and _ERRAND.match(text.text, dated.span.end) and not re.search(r"解除|终止|辞退", clause):
        return True
    if re.match(
        r"\s*(?:份)?(?:起|开始)?[，,]?(?:月?工资|月薪)?(?:调整|上调|上涨|涨|提高|增加|变更)[至到为]",
        after + text.text[dated.span.end + 8 : dated.span.end + 16],
    ):
        return True  # on which the wage was changed
    if re.search(r"(?:支付|给付|自|从)$", before) and re.search(r"[二双两]倍|加班|高温|年休假", clause):
        return True
    owed = re.search(r"欠|未|停发|克扣", clause)
    return text.kind == "wage" and dated.precision == "month" and not owed
