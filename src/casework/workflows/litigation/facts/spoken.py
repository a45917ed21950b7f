"""Whether a message tells of a sum that has moved, and whether who speaks has sent it or has got it (pure)."""

import re

from casework.workflows.litigation.facts import messages
from casework.workflows.litigation.text import money
from casework.workflows.litigation.text.span import Span, Text

_MARK = re.compile(r"[，,](?!\d{3})|[。；;！!？?\n]|(?<!\d)[：:]|\s{2,}")
_OPEN = re.compile(  # asked, promised, or long ago
    r"[?？]|能不能|能否|可否|可以|行吗|好吗|明天|后天|明年|下周|下个?月|[月年]底|年[前后]|过几天|争取|打算|准备|保证|先借|想借|要是|如果|等我|等[^，。]{0,8}(?:再|就)|尽量|会(?!计)|最多|凑|什么时候|"
    r"上次|上个?月|去年|前年|之前|以前|当时|那时|一共|总共|累计|(?:给|还|转|打|汇)(?:到|给)?我(?!的|收)|没|未|不"
)
_REST = re.compile(r"借|剩|欠|余|差|另外|其余|其他|还有|本金|利息是")
_GOT = re.compile(
    r"收到|收款|到账|到帐|收了|收讫|(?<![给转还打汇到向跟借])[你您](?:刚才|刚|已经|昨天|今天|[早昨]上|[上下中]午|只|才|先)?(?:还|转|付|给|打|汇|存|送|交|拿)(?:来|给我|了|过来|的)|"
    r"#(?:元|块)?钱?(?:已经?|都)?到了(?!吗|没)"
)
_SENT = re.compile(
    r"[\[【［]?(?:微信|支付宝)?转账[\]】］]?\s*[\d¥￥]|(?:已经?|刚刚?|先|再|又)[^，。]{0,6}?(?:转|打|汇|存|付|给|还|划)|(?:转|打|汇|存|付|给|还|划)(?:账)?(?:了|过去|到|去|给|进|[你您])|刚(?:才|刚)?(?:打|转|汇|还|付|存)的|"
    r"(?:放|交|送|拿|捎|带)(?:到|在|给|去)?了?[你您]"
)
_SURE = re.compile(r"^(?:元|块)?(?:已经?|刚|都)?(?:转|打|汇|还|存|付)(?:了|过去|给[你您]|到[你您]|[你您])")
_CHECK = re.compile(
    r"^[^，。]{0,4}(?:查收|查一?下|[点数]一?下|收一?下|看一?下|转账记录|转过去|打过去|汇过去|已转|到账)"
)
_RIGHT = re.compile(r"没(?:错|问题|少|差)|不(?:错|少|差)")  # it says yes
_TAKEN = re.compile(r"^(?:我|都|已经?|钱)*(?:收到|收下|收好|收了|收讫|点过)(?!后|请|回|没|吗|了吗|告|说|麻烦|再|，?请)")


def tells(line: str) -> bool:
    """Whether a message tells of any sum that has moved."""
    said = Text("", "", line, [0])
    return any(moved(said, a.span.start, a.span.end) is not None for a in money.find(said))


def moved(text: Text, start: int, end: int) -> bool | None:
    """True for a sum that who speaks has sent, False for one that he has got; None where it has not moved."""
    line = text.text.rfind("\n", 0, start) + 1
    stop = text.text.find("\n", end)
    marks = [line, *(m.end() for m in _MARK.finditer(text.text, line, start))]
    begin = marks[-1]
    closing = _MARK.search(text.text, end, stop if stop >= 0 else len(text.text))
    finish = closing.end() if closing else stop if stop >= 0 else len(text.text)
    before, after = text.text[begin:start], text.text[end:finish]
    said = f"{before}#{after}"
    following = text.text[finish : stop if stop >= 0 else len(text.text)]
    earlier = text.text[marks[-2] if len(marks) > 1 else line : begin]
    if _REST.search(before) or _OPEN.search(_RIGHT.sub("", _GOT.sub("", said))):
        return None
    if _GOT.search(said):
        return False
    alone = not re.sub(r"[\s#，,。：:]", "", said)  # `转过去了，1万，查一下`
    if _SENT.search(before + text.text[start]) or _SURE.match(after) or _SENT.search(after):
        return True
    if (alone and _SENT.search(earlier) and not _OPEN.search(earlier)) or _CHECK.match(following):
        return True
    told = _TAKEN.match(following) or (_TAKEN.search(earlier) and re.fullmatch(r"(?:一?共|总共)?是?", before))
    return False if told else None


def facts(text: Text, day: Span, kinds: list[str]) -> list[str]:
    """The kinds of a message in the case of a loan, with what it tells to have been paid back beside them."""
    place = day.start
    if not messages.is_dated(text, place):
        return kinds
    lines = messages.lines(text.text[day.end : messages.until(text, day.end)])
    telling = [line for line in lines if tells(line)]
    if "repayment" in kinds:
        return [kind for kind in kinds if kind != "payment"]
    if not telling:
        return kinds
    if not any(messages.told(line) == "acknowledgement" for line in lines if line not in telling):
        kinds = [kind for kind in kinds if kind != "acknowledgement"]
    asked = list(messages.BORROWS.finditer(text.text, max(0, place - 1000), place + 200))
    lately = bool(asked) and text.text.count("\n", asked[-1].start(), place) < 6  # it is what was asked for
    if lately or "loan" in kinds:
        return kinds
    return ["repayment", *(kind for kind in kinds if kind not in ("payment", "other"))]
