"""Amounts of money as written, and whether the two ways of writing one agree (pure)."""

import re
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

import msgspec

from casework.workflows.litigation.text import tables
from casework.workflows.litigation.text.numerals import CAPITALS, CHARACTERS, decimal, integer
from casework.workflows.litigation.text.span import Span, Text

FEN = Decimal("0.01")
_F = r"[\dOolI]"  # a figure, or what OCR takes it for
_FIGURES = (
    rf"{_F}{{1,3}}(?:\s?[,，]\s?{_F}{{3}}(?!{_F}))+(?:\.\s?{_F}{{1,2}})?|\d{{4,}}(?:\.\d{{1,2}})?|"
    rf"(?<![A-Za-z\d])(?=[OolI]*\d){_F}+(?:\.{_F}+)?(?=\s*[万亿元])|\d+(?:\.\d+)?"
)
_ARABIC = re.compile(
    rf"(?P<sign>[￥¥]|人民币|RMB|CNY|金额\s*(?:[（(](?:小写|元)[）)])?\s*[:：]|[（(]元[）)]\s*[:：]|小写[）)]?\s*[:：])?\s{{0,6}}(?<![\d.])(?<!\d[,，])(?!20\d\d[.\-/]\d{{1,2}}[.\-/]\d)(?P<n>{_FIGURES})\s*"
    r"(?P<u>[十百千]?[万萬亿億]|(?<=\d)[wW](?![A-Za-z]))?\s*(?P<yuan>元|圆|圓|块钱|(?<=\d\d)块(?![砖板石瓦瓷])|(?<=[百千万])块(?![砖板石瓦瓷])|整)?(?P<small>\d角(?:\d分)?)?"
)
_KEYED = re.compile(  # `平均工资（元）：5,420`
    rf"[（(](?:单位\s*[:：]?\s*)?(?:人民币)?(?P<u>[万千亿])?元(?:[/／每][日天月年])?[）)]\s*[:：|\t]\s*[¥￥]?(?P<n>{_FIGURES})(?!\s*[\d年月日号%.,\-/]|\s*[台件套个名人])"
)
_CAPITAL = re.compile(
    rf"(?<![\d.])(?P<n>(?![万萬亿億仟佰])[{CAPITALS}融][{CAPITALS}融\s]{{0,30}}?)\s*(?:[元圆圓](?P<rest>[整正]|零?[{CAPITALS}]角(?:[{CAPITALS}]分)?[整正]?|[{CAPITALS}]分)?|[整正])"
)
_CHINESE = re.compile(
    rf"(?<![\d.])(?P<n>(?![百千万亿百佰仟萬億])[{CHARACTERS}][{CHARACTERS}点]{{0,20}})\s*(?:元|块钱|(?<=[百千万])块|(?<=[万亿])(?!元|[一二三四五六七八九]|美|港|欧|日元|[台件套吨人个次平米公份张股册字亩步户辆头只瓶箱条项名天年月余多分袋盒桶朵枝片枚颗粒羽尾盆斤筐筒卷捆扎串座层盏棵株升码副幅顶度]|支(?!付|出|取)|包(?!括|含|工|干)|双(?!方|倍)|根(?!据)|担(?!保)|块(?=砖|板|石|瓦|瓷)))"
)
_SPOKEN = re.compile(
    rf"(?<![\d.{CHARACTERS}])(?P<n>[一二两三四五六七八九十壹贰叁肆伍陆柒捌玖拾]+[万千百][一二三四五六七八九])(?!(?!一分)[{CHARACTERS}分成折])\s*(?:元|块钱?)?"
)
_MIXED = re.compile(  # `1万2`, `3万5千元`, `6千元`
    r"(?<![\d.,A-Za-z])(?:(?P<w>\d{1,4})万(?P<q>[1-9])(?:千|百|(?![\d.,]))|(?P<k>\d{1,2}(?:\.\d)?)千(?=[元块]))\s*(?P<yuan>元|块钱?)?"
)
_KILO = re.compile(r"(?<![\d.A-Za-z])(?P<n>\d{1,3}(?:\.\d{1,2})?)[kK](?![A-Za-z\d])")  # `月薪8k`
_BARE = re.compile(  # `基本工资4000+绩效2000`
    r"(?P<name>工资|(?:利息|本金|本息|尾款|余款|货款|房租|租金)(?!率)|[还尚仍共]欠|[欠差][我你您他她]|[月年底日]薪|绩效|奖金?|津贴|补贴|提成|补助|转正后?|到手|税前|税后|全勤|[餐房车话]补|保底|每个?月|一个月|[一每]天)(?:每个?月)?(?:标准|约|为|是)?[:：]?\s*"
    r"(?P<n>(?!(?:19|20)\d\d[年.\-/])\d{3,6}(?:\.\d{1,2})?)(?![\d年月日号%.\-/]|,\d|\s*[个天人名元圆块万千kK份件台套次斤吨米张箱里页篇字双亩辆只瓶头条多]|\s*(?:小时|公里|平方|立方))"
)
_SAID = re.compile(  # `一个月六千`
    r"(?P<name>工资|[月年日]薪|每个?月|一个月|[一每]天|[欠差][我你您他她])(?:是|有|大概|约|给|拿|开|发)?"
    r"(?P<n>[一二两三四五六七八九]?[十百千万]?[一二两三四五六七八九][百千万](?:[一二两三四五六七八九]百?)?)(?=[，。,；\s]|左右|上下|$)"
)
_PAID_FOR = re.compile(r"薪|工资|底薪|到手|税前|税后|收入|奖金|提成|每月|一个?月")
ROW = 120  # characters on either side of a sum in a row
_DATED = re.compile(
    r"[^\d\n]{0,4}(?:\d{1,3}[ \u3000.、|]{1,6})?20\d\d[年./-]\d[^|\t]*"
)  # `2021/06/30　+96000.00　房租`
_NO_MONEY = re.compile(
    r"\s*(?:[台件套吨人个次平米公份张股册字亩步户辆头只瓶箱条项名天年月日余多]|美元|美金|港元|港币|欧元|日元|立方|分之|[kKmM%])"
)
_COUNTED = re.compile(  # `26万袋`
    r"[袋盒桶朵枝片枚颗粒羽尾盆斤筐筒卷捆扎串座层盏棵株升码副幅顶度]|支(?!付|出|取)|包(?!括|含|工|干)|双(?!方|倍)|根(?!据)|担(?!保)|块(?=砖|板|石|瓦|瓷)"
)
MISREAD = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1", "，": ",", " ": ""})
PRICE = r"(?:货款|租金|工程款|加工费|服务费|设计费|开发费|承揽费|制作费|运费|装修款|报酬|费用|造价|价格|售价)"
_SUMMED = re.compile(r"(?:一共|总共|合计|共计|总计|总额)(?:人民币|为)?\s*[:：]?\s*$")  # the sum of what is named before
_OF_A_MONTH = re.compile(r"[（(，,](?:税前|约定|其)?(?:月(?:工资|薪)|工资)(?:标准)?(?:为|是)?[:：]?\s*(?:人民币)?$")
_PAID_SUM = re.compile(r"(?:已|实|累计)[^，,。；;]{0,10}(?:付|支付|收|还|汇)")
_MOVED = re.compile(r"[转付还欠打汇给借收差剩共]了?\s*$")
LABELS = (
    ("penalty", r"违约金|滞纳金|罚息"),
    (
        "claimed",
        r"(?:判令|裁令|请求|裁决|责令)(?:(?!赔偿|补偿|违约金|利息|(?:律师|保全|诉讼|受理|鉴定|公证|担保|保险|仲裁|医疗|交通|差旅)[^，,。；;]{0,4}费|双倍|二倍)[^，,。；;]){0,60}(?:支付|归还|偿还|返还|给付)(?:(?!赔偿|补偿|违约金|利息|(?:律师|保全|诉讼|受理|鉴定|公证|担保|保险|仲裁|医疗|交通|差旅)[^，,。；;]{0,4}费|双倍|二倍)[^，,。；;])*$",
    ),
    ("fee", r"受理费|保全费|律师(?:代理)?费|诉讼费|公证费|鉴定费|担保费|保险费|仲裁费"),
    ("deposit", r"定金|保证金|押金|订金"),
    ("compensation", r"经济补偿|赔偿金|补偿金|双倍工资|二倍工资"),
    ("interest", r"利息"),
    (
        "owed",
        r"(?:应付|账款|货款|往来|欠款|工程款)[^，,。；;]{0,8}余额|(?:尚|仍|共|还)?(?:未结|应补|拖欠|欠发|欠付|未发|未支付|欠)[^，,。；;]{0,40}(?:工资|薪资|报酬|合计|共计|总计|累计)|尚欠|尚有|欠款|未付|未发(?:放)?|未支付|未还|未归还|未偿还|还差|尚差|拖欠|欠付|余款|剩余|尚余|所欠|仍欠|还欠|共欠|欠",
    ),
    ("unit_price", r"单价|每[台套件吨个平]"),
    (
        "total",
        r"总价|一共|总共|总金额|合同价|结算价|结算金额|结算总价|合同金额|合计|共计|总额|总计|总造价|总费用|"
        rf"总{PRICE}|"
        r"审定(?:金额|价|造价|总价)?|(?<![欠付收还])(?<![欠付收还][\u4e00-\u9fff]{2})(?:价款|合同款|酬金)|价税|供货价值|货物价值|货值|"
        rf"{PRICE}[^，,。；;]{{0,4}}(?:共|计|总|为)(?:人民币)?[:：]?\s*$",
    ),
    ("wage", r"月工资|月薪|基本工资|底薪|工资|薪资|薪酬|劳动报酬"),
    (
        "paid",
        r"(?<!应)(?<!未)(?:已支付|已付|已还|转了|汇了|打了|转给|支付了|付了|给付|转账|汇款|汇入|转入|打款|电汇|[转汇打划]来|划[付转]|收到|到账|预付款|付清|归还|偿还|还款|还了|退还|付款|支付|(?:付|交|缴|汇|打|转)(?:了|款)?(?:人民币|[￥¥])?\s*$)",
    ),
    ("loan", r"借款|出借|本金|借到|借给|借得|借走|今借|借(?:人民币)?$"),
)
_LABELS = tuple((name, re.compile(words)) for name, words in LABELS)


class Amount(msgspec.Struct, frozen=True):
    """A sum in CNY; `label` is what the clause round it says it is."""

    value: Decimal
    raw: str
    label: str
    span: Span


class AmountConflict(msgspec.Struct, frozen=True):
    """The same sum in capital and in Arabic figures that do not agree."""

    capital: Amount
    figures: Amount


def rounded(value: Decimal) -> Decimal:
    """To the fen, half up."""
    return value.quantize(FEN, ROUND_HALF_UP)


def find(text: Text) -> list[Amount]:
    """All sums of a text in their order, each place once; a sum in a table may have its unit in the column's head."""
    found: dict[int, Amount] = {}
    taken = bytearray(len(text.text))
    for match in _CAPITAL.finditer(text.text):
        whole = integer(re.sub(r"\s", "", match["n"]).replace("融", "贰"))  # what OCR makes of 贰
        if whole and re.search(r"[拾佰仟万萬亿億]|[元圆圓]", match[0]):
            _keep(found, taken, text, match.span(), Decimal(whole) + _small(match["rest"] or ""))
    for pattern in (_MIXED, _KILO, _BARE, _SAID, _ARABIC):
        for match in pattern.finditer(text.text):
            value = _arabic(text, match) if pattern is _ARABIC else _colloquial(text, match)
            if value is not None and value > 0:
                _keep(found, taken, text, match.span("n" if pattern in (_BARE, _SAID) else 0), value)
    for match in _KEYED.finditer(text.text):
        value = decimal(match["n"].translate(MISREAD) + (match["u"] or ""))
        if value is not None and value > 0:
            _keep(found, taken, text, match.span("n"), value)
    for match in (*_SPOKEN.finditer(text.text), *_CHINESE.finditer(text.text)):
        value = decimal(match["n"])
        if value is not None and value > 0:
            _keep(found, taken, text, match.span(), value)
    for cell in tables.cells(text):
        value = decimal(cell.content)
        if value is not None and value > 0 and cell.unit is not None:
            _keep(found, taken, text, (cell.start, cell.end), value * cell.unit, cell.head)
    return [found[start] for start in sorted(found)]


def _arabic(text: Text, match: re.Match[str]) -> Decimal | None:
    """What the figures are worth; None where nothing says that they are money."""
    after = text.text[match.end() : match.end() + 4]
    pieces = match["yuan"] == "块" and re.search(
        r"[牌板砖瓦璃屏池表布毯木石件膜垫田地]$", text.text[: match.start()][-1:]
    )
    sure = (match["yuan"] in ("元", "圆", "圓", "块钱", "块") and not pieces) or (
        match["sign"] and match["sign"] not in ("RMB", "CNY")
    )
    beside = re.search(r"[整正元圆圓]\s*[（(]\s*$", text.text[max(0, match.start() - 6) : match.start()]) and re.match(
        r"\s*[）)]", after
    )
    named = re.search(
        r"(?:运费|货款|尾款|欠款|租金|工资|房租|[月年底日]薪|[转还打汇付存给](?:了|[你您]|给[你您]))$",
        text.text[max(0, match.start() - 3) : match.start()],
    )
    spoken = (
        named
        and match[0][:1].isdigit()
        and re.fullmatch(r"\d{3,}", match["n"])
        and not re.match(r"[\d年月日号%]", after)
    )
    dated = re.fullmatch(r"(?!20\d\d)\d{3,}\.\d\d", match["n"]) and _is_row(text, match.start("n"))
    fen = (dated or re.fullmatch(r"\d{1,3}(?:,\d{3})+\.\d\d", match["n"])) and not _NO_MONEY.match(after)
    sure = sure or bool(fen) or bool(beside) or bool(spoken)
    bare = (
        match["u"]
        and not _NO_MONEY.match(after)
        and not _COUNTED.match(after)
        and text.text[max(0, match.start() - 1) : match.start()] != "第"
    )
    if not (sure or match["sign"] or bare) or (not match["yuan"] and re.match(r"\s*(?:美|港|欧|日)元", after)):
        return None
    unit = (match["u"] or "").replace("w", "万").replace("W", "万")
    if unit != (match["u"] or "") and not _MOVED.search(text.text[max(0, match.start() - 3) : match.start()]):
        return None  # watts
    value = decimal(match["n"].translate(MISREAD) + unit[-1:])
    if value is not None and len(unit) == 2:
        value *= {"十": 10, "百": 100, "千": 1000}[unit[0]]
    return None if value is None else value + _small(match["small"] or "")


def _is_row(text: Text, place: int) -> bool:
    """Whether this place is in a row that begins with its day and is no row of a table with heads."""
    begin = text.text.rfind("\n", max(0, place - ROW), place) + 1
    end = text.text.find("\n", place, place + ROW)
    short = (begin > 0 or place <= ROW) and (end >= 0 or len(text.text) - place <= ROW)
    return short and _DATED.fullmatch(text.text, begin, end if end >= 0 else len(text.text)) is not None


def _colloquial(text: Text, match: re.Match[str]) -> Decimal | None:
    """What short figures are worth, where their words say that they are money."""
    if match.re is _MIXED:
        if not match["yuan"] and _NO_MONEY.match(text.text, match.end()):
            return None
        if match["k"]:
            return Decimal(match["k"]) * 1000
        step = 100 if match[0].rstrip("元块钱 ").endswith("百") else 1000
        return Decimal(match["w"]) * 10_000 + int(match["q"]) * step
    if match.re is _KILO:
        said = text.text[text.clause(match.start(), match.end())[0] : match.start()]
        return Decimal(match["n"]) * 1000 if _PAID_FOR.search(said) else None
    return decimal(match["n"])


def _keep(
    found: dict[int, Amount],
    taken: bytearray,
    text: Text,
    place: tuple[int, int],
    value: Decimal,
    head: str | None = None,
) -> None:
    start, end = place
    while start < end and text.text[start].isspace():
        start += 1
    while end > start and text.text[end - 1].isspace():
        end -= 1
    if any(taken[start:end]):
        return
    taken[start:end] = b"\1" * (end - start)
    label = _label(text, start, end) if head is None else _named(head) or "other"
    if label == "unit_price" and text.text.startswith("金额", start):  # `单价：168元/箱 金额：336,000元`
        label = "other"
    found[start] = Amount(value, text.text[start:end], label, text.span(start, end))


def conflicts(amounts: list[Amount]) -> list[AmountConflict]:
    """Sums in capitals with figures right beside them that say something else."""
    found = []
    settled = {
        id(each) for pair in pairwise(amounts) if _beside(*pair) and pair[0].value == pair[1].value for each in pair
    }
    for first, second in pairwise(amounts):
        money = all(is_capital(each) or re.search(r"[¥￥元圆万亿:：]|人民币", each.raw) for each in (first, second))
        alike = first.label == second.label or "other" in (first.label, second.label)
        if not (alike and money and _beside(first, second)) or first.value == second.value:
            continue
        pair = (first, second) if is_capital(first) else (second, first)
        if id(first) not in settled and id(second) not in settled:  # `每吨100元，合计肆拾壹万元（410,000元）`
            found.append(AmountConflict(*pair))
    return found


def _beside(first: Amount, second: Amount) -> bool:
    """Whether one is in capitals and the other is not, and hardly anything stands between them."""
    gap = second.span.start - first.span.end
    return first.span.document == second.span.document and 0 <= gap <= 12 and is_capital(first) != is_capital(second)


def is_capital(amount: Amount) -> bool:
    """Whether it is written in the forms that cannot be altered (壹贰叁)."""
    return _CAPITAL.search(amount.raw) is not None


def _small(rest: str) -> Decimal:
    """`伍角` → 0.5, `伍角叁分` → 0.53."""
    jiao, fen = re.search("(.)角", rest), re.search("(.)分", rest)
    return Decimal((integer(jiao[1]) or 0) if jiao else 0) / 10 + Decimal((integer(fen[1]) or 0) if fen else 0) / 100


def _named(words: str) -> str | None:
    """The label whose word stands last in these; of two at one place the longer."""
    best: tuple[int, int, str] | None = None
    for name, pattern in _LABELS:
        for match in pattern.finditer(words):
            if best is None or (match.end(), match.end() - match.start()) > best[:2]:
                best = (match.end(), match.end() - match.start(), name)
    if best and best[2] == "owed" and _OF_A_MONTH.search(words):
        return "wage"
    if best and best[2] == "total" and (summed := _SUMMED.search(words)):
        if _PAID_SUM.search(words, 0, summed.start()):
            return "paid"
        parts = _named(words[: summed.start()])
        return parts if parts in ("penalty", "fee", "deposit", "compensation", "interest") else "total"
    return best[2] if best else None


def _label(text: Text, start: int, end: int) -> str:
    begin, finish = text.clause(start, end)
    return _named(text.text[begin:start]) or _named(text.text[end:finish]) or _before(text, begin) or "other"


def _before(text: Text, begin: int) -> str | None:
    """The label of the clause before, where this one only gives the sum (`合同总价：人民币…`)."""
    if begin == 0 or text.text[begin - 1] not in "：:":
        return None
    return _named(text.text[slice(*text.clause(begin - 1, begin - 1))])
