"""What slips of the post and of courts show: that a letter arrived, that a court's papers were served (pure)."""

import re

from casework.workflows.litigation.text.span import Text

_COURT = re.compile(
    r"传票|被传唤人|送达回证|受送达人|送达文书|法院.{0,4}专递|司法专递|应诉通知|收文登记|来文登记|收文簿"
)
_POST = re.compile(
    r"快递|快件|顺丰|速运|运单|揽收|圆通|中通|申通|韵达|邮件(?:跟踪|查询|详情|投递|轨迹)|物流(?:轨迹|信息|查询|跟踪)|EMS|特快专递|投递|寄递|挂号信|邮政|回执|妥投|面单|托寄物"
)
_PARCEL = re.compile(r"内件|寄托物|托寄物|寄件[人单方]|收件[人单方]|快递单号|邮件号码")
SIGNATURE = 24  # characters of a line that somebody has signed
_FAILED = re.compile(r"退回|退件|退信|查无|未妥投|投递失败|改退|无人签收|未能?送达|拒绝投递")
_HANDED = re.compile(r"(?<!未)(?<!无人)(?:签收|妥投|代收|收到|领取|已送达|投递成功|拒收|收讫)")
_RANGE = re.compile(
    r"(?:查询|统计|明细|账单|交易|打印|起止)(?:区间|期间|时段|时间段|范围|起止(?:日期|时间)?|周期)\s*[:：]"
)
_UNTIL = re.compile(r"(?:暂[计算]|计算)(?:至|到)?\s*$|息[^。；\n]{0,10}(?:付|给|结|清)了?(?:至|到)\s*$")
_ON_THE_WAY = re.compile(r"收寄|揽收|收件(?!人|地)|交寄|寄出|封发|到达|离开|运输|派送|派件|投递中|安排投递")
_SERVED = (
    ("judgment", re.compile(r"判决书|裁定书|裁决书|调解书")),
    ("service", re.compile(r"起诉状|应诉通知|传票|开庭|举证通知|申请书副本|仲裁通知")),
    ("termination", re.compile(r"解除(?!劳动)[^，。；\n]{0,12}(?:通知|函|告知)|(?:合同|协议)解除")),
    (
        "dismissal",
        re.compile(r"(?:解除|终止)劳动|劳动(?:合同|关系)[^，。；\n]{0,8}(?:解除|终止)|辞退|离职|不再?续[签订]"),
    ),
    ("demand", re.compile(r"律师函|函|催|通知")),
)

_HEARD = re.compile(r"(?:开庭|庭审|听证|应到|举证期限|答辩期限?)[^，,。；;\n\d]{0,10}$")
_TO_HEAR = re.compile(r"[^，,。；;\n收签送领]{0,18}(?:开庭(?!传票|通知)|到庭|出庭)")


def is_hearing(before: str, after: str) -> bool:
    """Whether the day between these words is one to come to court on."""
    return _HEARD.search(before) is not None or _TO_HEAR.match(after) is not None


def is_court(text: Text) -> bool:
    """Whether it is a court's record of service."""
    return _COURT.search(text.name + text.text[:200]) is not None and text.kind not in (
        "complaint",
        "judgment",
        "award",
    )


def is_post(text: Text) -> bool:
    """Whether it is a record of what the post has carried."""
    head = text.name + text.text[:60]
    return _POST.search(head) is not None and (
        text.kind in ("other", "delivery", "correspondence") or text.says(_PARCEL)
    )


def carried(text: Text, letters: set[str]) -> str | None:
    """The event that the arrival of what this slip tells of is; where the slip does not say what it was, the case's
    only letter. None for goods and for what is no slip."""
    if is_court(text):
        kinds: tuple[str, ...] = ("judgment", "service")
    elif is_post(text):
        kinds = ("service", "termination", "dismissal", "demand")
    else:
        return None
    named = next((kind for kind, words in _SERVED if kind in kinds and words.search(text.text)), None)
    if named or is_court(text):
        return named or "service"
    return next(iter(letters)) if len(letters) == 1 and not re.search(r"货|设备|件数", text.text) else None


def begins(text: Text) -> int:
    """Where the slip of a letter's file begins: above it stands the letter."""
    first = min((m.start() for words in (_PARCEL, _POST) if (m := words.search(text.text))), default=0)
    return text.text.rfind("\n", 0, first) + 1 if text.kind in ("demand", "termination", "dismissal") else 0


def is_issue(text: Text, place: int) -> bool:
    """Whether this line of a court's paper has but the day it was written, where another has that of its service."""
    line = text.line(place)
    above = text.text[: text.text.rfind("\n", 0, place) + 1].rstrip().rpartition("\n")[2]
    return (
        is_court(text)
        and _HANDED.search(line) is None
        and not (len(above) <= SIGNATURE and _HANDED.search(above) and "本" not in above)
        and re.search(r"签收|收到", text.text) is not None
        and (len(re.sub(r"[\s\d年月日〇一二三四五六七八九十.\-/]", "", line)) == 0)
    )


def is_range(text: Text, place: int) -> bool:
    """Whether this day only tells from when to when a statement was drawn up, or a claim was reckoned."""
    return (
        _RANGE.search(text.line(place)) is not None or _UNTIL.search(text.text, max(0, place - 16), place) is not None
    )


def is_way(text: Text, place: int) -> bool:
    """Whether this line tells of the way of a letter or of a court's papers, and not of their arrival."""
    line = text.line(place)
    carried = is_court(text) or is_post(text)
    return carried and _ON_THE_WAY.search(line) is not None and _HANDED.search(line) is None


def arrived(line: str) -> bool:
    """Whether this line of the slip tells of the arrival."""
    return _HANDED.search(line) is not None and _FAILED.search(line) is None
