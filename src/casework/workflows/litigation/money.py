"""Amounts of money as written, and whether the two ways of writing one agree (pure)."""

import re
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

import msgspec

from casework.workflows.litigation.numerals import CHARACTERS, decimal, integer
from casework.workflows.litigation.span import Span, Text

FEN = Decimal("0.01")
_ARABIC = re.compile(
    r"(?P<sign>[￥¥]|人民币|RMB)?\s*(?P<n>\d{1,3}(?:[,，]\d{3})+(?:\.\d{1,2})?|\d+(?:\.\d+)?)\s*(?P<u>[万亿]?)\s*(?P<yuan>元)?"
)
_CAPITAL = re.compile(
    r"(?:人民币)?(?P<n>[零壹贰叁肆伍陆柒捌玖拾佰仟万亿萬億]{2,})[元圆](?P<rest>[整正]|[零壹贰叁肆伍陆柒捌玖]角(?:[零壹贰叁肆伍陆柒捌玖]分)?)?"
)
_CHINESE = re.compile(rf"(?P<n>[{CHARACTERS}点]{{1,20}}[十百千万亿])\s*元")
LABELS = (
    ("penalty", r"违约金|滞纳金"),
    ("deposit", r"定金|保证金|质保金|押金"),
    ("paid", r"已支付|已付|付款|支付了|转账|汇款|收到|到账|预付款"),
    ("owed", r"尚欠|欠款|未付|拖欠|余款|剩余"),
    ("total", r"总价|总金额|合同价|合计|价款"),
)


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
    """All sums of a text in their order, each place once."""
    found: dict[int, Amount] = {}
    for match in _CAPITAL.finditer(text.text):
        whole = integer(match["n"])
        if whole is not None:
            found[match.start()] = _amount(text, match, Decimal(whole) + _small(match["rest"] or ""))
    for match in _ARABIC.finditer(text.text):
        if not (match["yuan"] or (match["sign"] and match["sign"] != "RMB")) or _inside(match.start("n"), found):
            continue
        value = decimal(match["n"] + match["u"])
        if value is not None and value > 0:
            found[match.start()] = _amount(text, match, value)
    for match in _CHINESE.finditer(text.text):
        value = decimal(match["n"])
        if value is not None and value > 0 and not _inside(match.start(), found):
            found[match.start()] = _amount(text, match, value)
    return [found[start] for start in sorted(found)]


def conflicts(amounts: list[Amount]) -> list[AmountConflict]:
    """Sums in capitals with figures right beside them that say something else."""
    found = []
    for first, second in pairwise(amounts):
        near = first.span.document == second.span.document and 0 <= second.span.start - first.span.end <= 8
        pair = [first, second] if _is_capital(first) else [second, first]
        if near and _is_capital(pair[0]) and not _is_capital(pair[1]) and first.value != second.value:
            found.append(AmountConflict(*pair))
    return found


def _is_capital(amount: Amount) -> bool:
    return _CAPITAL.search(amount.raw) is not None


def _inside(start: int, found: dict[int, Amount]) -> bool:
    return any(amount.span.start <= start < amount.span.end for amount in found.values())


def _small(rest: str) -> Decimal:
    """`伍角` → 0.5, `伍角叁分` → 0.53."""
    jiao, fen = re.search("(.)角", rest), re.search("(.)分", rest)
    return Decimal((integer(jiao[1]) or 0) if jiao else 0) / 10 + Decimal((integer(fen[1]) or 0) if fen else 0) / 100


def _amount(text: Text, match: re.Match[str], value: Decimal) -> Amount:
    begin, end = text.clause(*match.span())
    before = text.text[begin : match.end()]
    label = next((name for name, words in LABELS if re.search(words, before)), "")
    if not label:
        around = text.text[begin:end]
        label = next((name for name, words in LABELS if re.search(words, around)), "other")
    return Amount(value, match[0].strip(), label, text.span(*match.span()))
