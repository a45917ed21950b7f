"""What a message of a chat says: a debt is owned to, asked for, promised (pure). Who asks says please and when; who
owes says yes and soon."""

# ruff: noqa: E501 - a pattern is read as one

import re

from casework.workflows.litigation.text.span import Text

_HEAD = re.compile(  # what may stand before the date of a message
    r"[\[【(（\s—\-=*~·]*(?:[\u4e00-\u9fffA-Za-z·]{1,16}\s+|[\u4e00-\u9fff]{0,4}(?:时间|日期)\s?[:：]\s?)?$"
)
TELLING = ("acknowledgement", "demand", "payment", "repayment", "loan", "delivery")
_NEXT = re.compile(
    r"\n(?=(?:[^\u4e00-\u9fff\d\n]{0,8}|[\u4e00-\u9fff]{0,4}(?:时间|日期)\s?[:：]\s?)(?:\d{2,4}\s?[年/.-]\s?)?\d{1,2}\s?[月/.-]\s?\d{1,2})"
)
_DEBT = r"(?:款|钱|账|帐|租|费|欠|尾款|余款|元|块|万|利息|本金|工资|付|还|结清|结账)"
BORROWS = re.compile(
    r"(?<!欠)(?<!还)(?:借我(?!的)|借给我|[跟向问找和]你借|先借|再借|借点|借一下|借[\d一二两三四五六七八九十]+[万千百块])(?![^。\n]{0,12}(?:什么时候|啥时候|到期|还了吗|还没))"
)
_SENT = r"(?:转|打|汇|付|给|还)(?:给|到|过)?(?:去|你|您|了)"
_REPAYS = re.compile(
    rf"(?:先|再|今天|刚|又|已)?[^。？?\n]{{0,6}}还(?:你|您|了|上|款)[^。？?\n]{{0,16}}(?:{_SENT}[^。？?\n]{{0,4}}了|查收|收一下|收到|已(?:经)?(?:转|打|汇)(?:到|给|至|过)?(?:你|您))|"
    rf"{_SENT}[^。？?\n]{{0,14}}(?:元|块|万|千)[^。？?\n]{{0,10}}(?:还款|还你)"
)
_PAYS = re.compile(r"(?:转|打|汇)(?:给|到)?(?:你|您)[^。？?\n]{0,8}了")
_OWNED = re.compile(
    r"(?:^|[\s，,。；：:元块万我们都也就司方账帐数])认(?:的|账|帐|了|这)?(?=[\s，,。；！!]|[账帐笔个]|$)|承认|确认[^。\n]{0,12}(?:欠|余额|金额|无误)|"
    r"(?:欠|差)(?:你|您|贵)(?:们|公司|司|方|厂|店)?(?!多)|没(?:有)?异议|无异议|属实|数(?:目|字|额)?(?:对|没错|没问题)|(?:宽限|缓缓|缓几|缓一|缓到|再等|等几天|体谅|理解|抱歉|对不起|不好意思)|"
    r"(?<!借)(?:给|还|打|转|付)(?:给)?(?:你|您)(?:们)?(?!说|[打转付汇还][了过去])|(?:一定|肯定|保证|绝对|不会)[^。？?\n]{0,10}(?:付|还|给|结|打|转|清|赖|少)"
)
_ASKED = re.compile(
    rf"(?:(?<!申)请|麻烦|烦请|望|希望|务必|什么时候|啥时候|几时|何时|哪天|多久|能不能|能否|可否|是不是|该|赶紧|赶快|抓紧|催|尽快|尽早|不要再拖|别再拖)[^。\n]{{0,24}}{_DEBT}|"
    rf"{_DEBT}[^。\n]{{0,20}}(?:什么时候|啥时候|几时|何时|哪天|多久|怎么还没|怎么还不|尽快|抓紧|赶紧|赶快|催|给我|打给我|转给我|一下[？?]|[？?])"
)
_PROMISED = re.compile(
    r"(?:会|将|再|先|这两天|这几天|近期|近日|明天|后天|下周|周[一二三四五六日]|马上|尽快|争取|准备|打算|计划|想办法|尽量|月底|下个?月|年底|年后|年前|过几天|回款|到账|周转)[^。？?\n不没未]{0,12}(?:付(?!款方)|还(?![是有没不要])|给(?!我)|结|打款|转账|安排|汇|清)|资金(?:紧张|困难)|手头紧|周转不|就(?:安排|付|打款|转账|汇款)"
)


_MOVED = re.compile(
    r"(?:已|刚|先)(?:经)?(?:转|打|汇|付)(?:给|过去)?(?:了)?(?:你|您)?[^，。；\n]{0,6}\d[^。\n]{0,14}(?:查|收)|(?:转|打|汇)(?:给)?(?:你|您)[^，。；\n]{0,6}\d[^。\n]{0,14}(?:查|收)"
)
_HANDED = re.compile(  # `转给你5,000元，先过年`
    r"(?<![会再])(?:转|打|汇|付)(?:给|去|过去)?(?:你|您)(?:了)?\s*(?:[\d,.]+|[一二三四五六七八九十两]+)\s*(?:元|块|万|千|百)|"
    r"(?<![会再])(?:转|打|汇|付)(?:了)?\s*(?:[\d,.]+|[一二三四五六七八九十两]+)\s*(?:元|块钱?|万|千|百)(?:钱)?(?:给|到)(?:你|您)"
)
_LATER = re.compile(
    r"明天|后天|下周|下个?月|月底|年底|年前|年后|之?前|以后|之后|每月|准备|打算|争取|尽量|想办法|[？?]|能|可以|一定|保证"
)
_MADE = re.compile(r"转账\s*[\d￥¥]|(?:转|付|打|汇|还)了|已(?:经)?(?:转|付|打|汇)|(?:转|打|汇)过[去来]")
_TAKEN = re.compile(r"[\[【［(（](?:已收款|已收钱|已被?领取|已接收)[\]】］)）]\s*$")
_MAIL = re.compile(r"\s*(?:主题|发件人|收件人|抄送|附件)\s*[:：]")

_CLOCK = r"(?:(?:\d{2,4}\s?[年/.-]\s?)?\d{1,2}\s?[月/.-]\s?\d{1,2}\s?[日号]?)?\s*(?:[上下]午|晚上|早上|中午)?\s*(?:\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?"
_WHO = r"[\u4e00-\u9fff·]{2,8}"
_HEADER = re.compile(  # of the messages below it: `李明 2023年3月1日 10:00`, `2023/3/1 10:00 李明`
    rf"\W{{0,3}}(?:(?P<first>{_WHO})(?:[（(][^）)\n]{{1,12}}[）)])?\s+)?(?=\d){_CLOCK}(?:\s+(?P<last>{_WHO})(?:[（(][^）)\n]{{1,12}}[）)])?)?\s*[:：]?\s*"
)


def header(line: str) -> str | None:
    """Who speaks below this line, where it is but a name and a time."""
    match = _HEADER.fullmatch(line)
    return (match["first"] or match["last"]) if match else None


def speaker_above(text: Text, place: int) -> str | None:
    """Who speaks, by the nearest such line above."""
    line = text.text.rfind("\n", 0, place) + 1
    above = text.text[max(0, line - 1500) : line].splitlines()
    return next((who for each in reversed(above[-30:]) if (who := header(each))), None)


def is_dated(text: Text, start: int) -> bool:
    """Whether the date at this place is that of a message, and not one that a message speaks of."""
    line = text.text.rfind("\n", 0, start) + 1
    return text.kind == "correspondence" and _HEAD.fullmatch(text.text, line, start) is not None


def until(text: Text, end: int) -> int:
    """Where the message whose date ends here ends: before the next line that begins with a date."""
    following = _NEXT.search(text.text, end)
    return following.start() if following else len(text.text)


def lines(said: str) -> list[str]:
    """The messages below one date, each of a line."""
    own = [line for line in said.split("\n") if len(line.strip("—-=*~· 0123456789:：[]")) > 1 and not _MAIL.match(line)]
    return own or [said]


def told(said: str) -> str | None:
    """What the words of a message are in law; None where that is nothing of its own."""
    if _TAKEN.search(said):
        return "other"
    if _REPAYS.search(said):
        return "repayment"
    if BORROWS.search(said):
        return "loan"
    if _PAYS.search(said) or (_MOVED.search(said) and not re.search("[借还]", said)):
        return "payment"
    if _HANDED.search(said) and not _LATER.search(said) and not re.search("[借还]", said):
        return "payment"
    if _OWNED.search(said):
        return "acknowledgement"
    if _ASKED.search(said):
        return "demand"
    return "acknowledgement" if _PROMISED.search(said) and not _MADE.search(said) else None
