"""Why work ended, and what it makes: compensation, twice that, or nothing (pure).

Sources: 劳动合同法 36-48, 87. What is claimed counts before what is only told.
"""

import re
from typing import Literal

from casework.workflows.litigation.text.span import Text

Due = Literal["damages", "compensation", "nothing"]
_UNLAWFUL = re.compile(
    r"违法(?:解除|终止|辞退|解雇|开除)|赔偿金|[双两二2]倍(?:的)?经济补偿|无故(?:将[^，。]{1,8})?(?:被)?(?:辞退|开除|解除|解雇)|"
    r"(?:无|没有|未说明|毫无)(?:任何)?(?:正当|合法|法定)?(?:理由|原因|依据).{0,8}(?:辞退|解除|开除|解雇)|[2二两]\s*[nN]|(?:辞退|解除|开除|解雇|别来|不用来|不要来|走人)[^。；]{0,10}(?:没有?|无|未|不)(?:说明|给出?|说)?(?:任何|正当|合法)*(?:理由|原因|依据)|(?:解除|辞退|开除)[^，。]{0,6}(?:违法|不合法|没有依据)"
)
_NO_CLAIM = re.compile(
    r"(?:不|无需|无须|不应|拒绝)[^，。；]{0,10}(?:赔偿|违法)|(?:不属于|不构成|并非|不是)[^，。；]{0,6}违法"
)
_FORCED = re.compile(
    r"被迫(?:提出)?(?:解除|离职|辞职)|第三十八条|第38条|"
    r"(?:拖欠|欠(?:付|发|薪)?|克扣|未(?:依法|及时|足额|按时|按期|再)*(?:支付|发放|缴纳|为[^，。；]{1,10}缴纳))[^。；\n]{0,50}(?:通知|提出|决定|要求|现|申请)[^。；\n]{0,20}(?:解除|辞职|离职)"
)
_OWN_WILL = re.compile(
    r"(?:个人|家庭|身体|自身|私人|家里|家中)[^，。；]{0,8}(?:原因|发展|问题|事务)?[^。；\n]{0,24}(?:辞职|离职|辞去|解除)|"
    r"另有(?:发展|打算|安排|工作|高就)|(?:自己|自行|主动)[^，。；]{0,4}(?:不干|不做|走的|离开)|(?:自愿|主动|自行)(?:申请|提出)?(?:辞职|离职|解除)|辞职(?:报告|信|书|申请)"
)
_REQUESTS = re.compile(
    r"(?:(?:仲裁请求|诉讼请求|请求事项|申请事项|仲裁事项)\s*\n|(?:仲裁请求|诉讼请求|请求事项|申请事项|仲裁事项|请求(?:贵?[^。；，\n：:]{0,14})?|事项)\s*[:：])(?P<body>.+?)(?=事实(?:与|和|及)?理由|事实|理由|此致|申请人\s*[:：]|具状人|$)",
    re.DOTALL,
)
_ORDERS = re.compile(r"(?:裁决|判决|协议)如下(?P<body>.+)", re.DOTALL)
_COMPENSATION = re.compile(r"经济补偿|补偿金")


def requests(text: Text) -> tuple[int, int] | None:
    """Where a side's requests stand in its application or complaint."""
    match = _REQUESTS.search(text.text) if text.kind in ("arbitration_application", "complaint") else None
    return match.span("body") if match else None


def _decisive(texts: list[Text]) -> str:
    """What is asked for in court, else what was ordered, else what was asked of the commission."""
    for kind in ("complaint", "award", "judgment", "arbitration_application"):
        found: list[str] = []
        for text in texts:
            if text.kind != kind:
                continue
            place = requests(text)
            ordered = _ORDERS.search(text.text) if place is None else None
            found += [text.text[slice(*place)]] if place else [ordered["body"]] if ordered else []
        words = "\n".join(found)
        if _UNLAWFUL.search(words) or _COMPENSATION.search(words):
            return words
    return ""


def due(texts: list[Text]) -> tuple[Due, bool]:
    """(what the end of the work makes, whether it is said to be unlawful)."""
    told = [text for text in texts if text.kind != "labor_contract"]
    words = "\n".join(_NO_CLAIM.sub("", text.text) for text in told)
    asked = _decisive(told)
    damages, compensation = bool(_UNLAWFUL.search(asked)), bool(_COMPENSATION.search(asked))
    unlawful = damages or (not compensation and bool(_UNLAWFUL.search(words)))
    if unlawful and not damages and _FORCED.search(words):
        unlawful = False
    if unlawful:
        return "damages", True
    left = _OWN_WILL.search(words) and not _FORCED.search(words)
    if left and not compensation and not _COMPENSATION.search(words):
        return "nothing", False
    return "compensation", False
