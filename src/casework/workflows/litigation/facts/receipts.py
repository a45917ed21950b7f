"""What slips and receipts say that a sum was for: lent, or paid back (pure)."""

import re
from typing import Literal

from casework.workflows.litigation.text.dates import DAY_END
from casework.workflows.litigation.text.span import REACH, Text

Way = Literal["out", "back"]
LENT = re.compile(
    r"出借|向.{1,8}借|借(?:人民币|现金|了)|借出|借到|借给|借款(?!人(?!民)|合同|期限|利率)|借得|今借|放款|提供借款|拆借(?!期限|合同|协议|利率|市场|中心)|拆出|本金|贷款(?!人|合同|期限|利率|市场|银行|公司)"
)
REPAID = re.compile(
    r"归还|偿还|还款|还了|(?<![未不应须])还(?:过|现金|人民币)*\s*(?:[\d￥¥]|[一二三四五六七八九十两壹贰叁肆伍陆柒捌玖拾]+[万千百仟佰])|还本|还息|已还|返还|付息|利息|还给|还来|还清|还借款|还(?:你|您|他|她|我)(?!的|不|吗|没)|还(?!款)(?:(?:19|20)\d\d年[\d年月日]*)?[^，。；\n]{0,4}(?:拆借|借|的?钱|款|债)|结息"
)
_MONEY = {"payment", "bank"}
_TITLE = re.compile(
    r"(?:[一二三四五六七八九十\d]{1,2}[、.．]|[（(][^）)]{1,4}[）)])?(?:收到?条|(?:收款|借款|现金|还款)?收据|收款(?:确认|证明))"
)
_MEMO = re.compile(r"(?:附言|摘要|用途|备注|留言|说明)\s*[:：|\t ]\s*(?P<said>[^\n|\t]{1,30})")
_RENEWS = re.compile(
    r"(?:原|旧|之前的?|此前的?|[从以先]前的?|老的?|前述|上述|前一张|上一张|原来的?)[^，。；\n]{0,16}(?:借条|借据|欠条|条据|条)[^，。；\n]{0,6}(?:作废|收回|销毁|撕毁|撕掉|撕了|失效)|"
    r"换据|换条(?:而来)?|换借条|重新(?:出具|书写|写|打)[^，。；\n]{0,4}(?:借条|借据|欠条|本条)"
)
_TERMS = re.compile(
    rf"借到|利率|月息|年息|借期|借款期限|(?:[月底]|{DAY_END})\s*(?:之|以)?前[^，。；\n]{{0,10}}(?:还|付)"
)  # it is a note
_KEPT_BACK = re.compile(r"[^，,。；\n]*(?:扣(?!款)|头息)[^，,。；\n]*")  # it was never lent, nor paid
_GOT = re.compile(r"收到(?!条)[^。；\n]{0,60}")


def said(words: str) -> Way | None:
    """By the words alone: paid back before lent, since `归还借款` has both."""
    words = _KEPT_BACK.sub("", words)
    return "back" if REPAID.search(words) else "out" if LENT.search(words) else None


def is_record(text: Text) -> bool:
    """Whether it shows that money moved: a slip, a statement of an account, a receipt."""
    return text.kind in _MONEY or is_receipt(text)


def is_receipt(text: Text) -> bool:
    """Whether it confirms that a sum was received, beside the note that agrees on it."""
    head = re.sub(r"\s", "", text.text[:60])
    return text.kind in ("iou", "payment", "other") and bool(_TITLE.match(head)) and not text.says(_TERMS)


def is_renewal(text: Text) -> bool:
    """Whether it is a note that takes the place of those before it."""
    return text.kind in ("iou", "loan_contract") and _RENEWS.search(text.text) is not None


def memo(text: Text, place: int) -> Way | None:
    """What the nearest memo of a slip calls the sum: `附言：归还借款`."""
    line = text.text.rfind("\n", 0, place) + 1
    own = list(_MEMO.finditer(text.text, line, line + len(text.line(place))))
    notes = [(abs(match.start() - place), match["said"]) for match in own or _MEMO.finditer(text.text)]
    return said(min(notes)[1]) if notes else None


def moved(text: Text, kind: str) -> str:
    """The type of an event that a bank's record tells: what it was lent by is another paper."""
    return "payment" if kind == "loan" and text.kind in _MONEY and not is_receipt(text) else kind


def event(text: Text, place: int) -> str | None:
    """The type of the day of a slip or a receipt, where it tells more than that money moved."""
    if not is_record(text) or re.search(r"[|\t]", text.line(place)):
        return None
    got = _GOT.search(text.text) if is_receipt(text) else None
    way = said(got[0]) if got else memo(text, place) or (said(text.text[:REACH]) if is_receipt(text) else None)
    if got and way is None and "借" not in text.text:
        return "payment"
    return "repayment" if way == "back" else "loan" if way == "out" and got else None
