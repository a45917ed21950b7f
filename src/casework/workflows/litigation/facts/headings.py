"""What a date alone in its line is: the day of its document, or of a part of it with a title of its own (pure)."""

import re

from casework.workflows.litigation.facts.event_types import HEADINGS, LETTERS
from casework.workflows.litigation.text.span import Text

_NOTHING = re.compile(r"[\s\d年月日号:：.\-/〇一二三四五六七八九十]|日期|签订|签署|落款|时间|签字|盖章|[（(]|[)）]")
ADMITS = re.compile(r"(?:承认|认可|认账)[^，。；\n]{0,12}|属实[，。,]|同意(?:继续)?(?:归还|偿还|还款|支付)")
_SIGNED = re.compile(r"甲方[^，。；\n]{0,40}乙方[^，。；\n]*$|用人单位[^，。；\n]{0,40}劳动者[^，。；\n]*$")
_RECORD = re.compile(r"笔录|会议记录|调解记录|谈话记录|协调记录")
_OWNED = re.compile(
    r"(?:都|也|们|个|司|厂|店|方)认(?=[，。；]|的|账)|[还仍尚现](?:还|仍|尚)?(?:欠|差)(?:你|他|她|您)|同意[^，。；\n]{0,8}(?:支付|补发|给付|发放|补偿)"
)
_CLAIMED = re.compile(r"(?:要求|请求|讨要|主张|索要)[^，。；\n]{0,20}(?:支付|给付|补发|工资|补偿|赔偿)")
LONG = 200  # characters of a line: no date is alone in a longer one
_SLIP = 40  # characters of a line on the way of a letter
_TITLE = re.compile(
    r"(?m)^[ \t\u3000]*(?:[一二三四五六七八九十\d]{1,2}\s*[、.．]\s*)?"
    r"(?P<title>[\u4e00-\u9fff ]{2,16}(?:函|单|书|条|据|记录|通知|证明|[诉申]状|合同|协议|凭证|回单|回执))"
    r"(?:[（(][^）)\n]*[）)])?[ \t\u3000]*$"
)
_PARTS = (
    ("breach", re.compile(r"异议|质量(?:问题)?(?:反馈|通知|告知)|拒收|退货")),
    ("termination", re.compile(r"解除(?!劳动)")),
    ("demand", re.compile(r"催|律师函|付款通知")),
    ("acknowledgement", re.compile(r"对账|欠[条据款]|还款|付款(?:计划|承诺)|承诺|确认函|复函|回函")),
    ("acceptance", re.compile(r"验收")),
    ("delivery", re.compile(r"送货|交货|收货|发货|到货|签收单|入库|出库|提货")),
    ("payment", re.compile(r"收据|收条|付款|回单|转账|汇款|收款")),
    ("contract_signing", re.compile(r"合同|协议")),
)


def _part(text: Text, start: int) -> str | None:
    """The type of the part that a date ends, where a file holds several papers one below the other."""
    titles = list(_TITLE.finditer(text.text, 0, start))
    below = titles and text.text[: titles[-1].start("title")].strip().count("\n") >= 1
    if not below or text.kind in (
        "correspondence",
        "wage",
        "dismissal",
        "labor_contract",
        "iou",
        "loan_contract",
    ):
        return None
    title = re.sub(r"\s", "", titles[-1]["title"])
    return next((kind for kind, words in _PARTS if words.search(title)), None)


def _is_alone(text: Text, start: int) -> bool:
    """Whether hardly anything but the date stands in its line."""
    line = text.line(start)
    return len(line) <= LONG and len(_NOTHING.sub("", line)) <= 4


def told(text: Text, start: int, own: str, *, last: bool) -> str | None:
    """A date alone in its line is the day of its document; in a letter so is the day of its way. Below a list of
    payments it is but the day of the list."""
    listed = last and any(
        re.search(r"(?<!\d)(?:19|20)\d\d\s?[年./-]\s?\d", each) and len(_NOTHING.sub("", each)) > 4
        for each in text.text[:start].splitlines()
    )
    if listed and text.kind in ("payment", "bank") and not _NOTHING.sub("", text.text[start:]).strip("（）()盖章公"):
        return "other"
    line = text.line(start)
    carried = len(line) <= _SLIP and re.search(r"签收|妥投|(?:收件|受送达)人签", line)  # `（顺丰签收：2025年4月30日）`
    if text.kind in LETTERS and (carried or re.search(r"签收|妥投|送达|(?:收到|发出|寄送|寄出|邮寄)", own)):
        return HEADINGS[text.kind]
    after = text.text[start : text.sentence(start, start)[1]][:60]
    if text.kind in LETTERS and (
        re.search(r"签收|妥投", after)
        or re.search(r"(?:今|兹|已)收到[^，。；\n]{0,12}(?:通知|函)", text.line(start))
        or re.match(r"\s*签收", text.line(start))
    ):
        return HEADINGS[text.kind]
    if text.kind == "other" and not text.is_statement and ADMITS.search(text.text) and re.search("借|欠", text.text):
        return "acknowledgement" if _is_alone(text, start) else None
    if text.kind == "other" and _RECORD.search(text.text[:60]) and _OWNED.search(text.text):
        return "acknowledgement" if _is_alone(text, start) else None
    if text.kind == "other" and _RECORD.search(text.text[:60]) and _CLAIMED.search(text.text):
        return "demand" if _is_alone(text, start) else None
    if last and text.kind == "labor_contract" and _SIGNED.match(text.line(start).strip()):
        return HEADINGS[text.kind]
    alone = _is_alone(text, start)
    titled = text.kind != "loan_contract" or re.search(r"合同|协议", re.sub(r"\s", "", text.text[:60]))
    return (_part(text, start) or (HEADINGS.get(text.kind) if titled else None)) if alone else None
