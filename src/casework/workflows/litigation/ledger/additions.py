"""What later papers add to the price or take off it, where they give no new one: `增项费用共14,500元` (pure)."""

import re
from decimal import Decimal

from casework.workflows.litigation.facts.entry import clause, sentence
from casework.workflows.litigation.text.money import Amount
from casework.workflows.litigation.text.span import Text

_KINDS = {"contract", "other", "reconciliation", "acceptance", "delivery"}
_MORE = re.compile(r"增项|加项|增补|追加|新增|签证|增加(?!到|至|为)")
_LESS = re.compile(r"退货(?=[^。\n]{0,12}(?:确认|单|金额|款|扣))|减项|甩项|核减|减少(?!到|至|为)")
_WHOLE = re.compile(r"(?:变更|调整|修改|更改|增加|追加|减少)(?:到|至|为)|[后共]总|总价|总造价|合同[总价]")
_HEAD = 60  # characters of a paper in which its title stands
_LABELS = ("total", "other", "paid")


def come_to(texts: dict[str, Text], amounts: list[Amount], price: Amount) -> Decimal:
    """What all of them come to."""
    return sum((_of(text, texts, amounts, price) for text in texts.values() if text.kind in _KINDS), Decimal(0))


def _of(text: Text, texts: dict[str, Text], amounts: list[Amount], price: Amount) -> Decimal:
    if text.id == price.span.document:
        return Decimal(0)
    own = [a for a in amounts if a.span.document == text.id and a.label in _LABELS]
    title = text.text[:_HEAD]
    for words, sign in ((_MORE, 1), (_LESS, -1)):
        named = own if words.search(title) else [a for a in own if words.search(clause(texts, a))]
        named = [a for a in named if not _WHOLE.search(sentence(texts, a))]
        if named:
            summed = [a.value for a in named if a.label == "total"]
            return sign * (max(summed) if summed else sum({a.value for a in named}, Decimal(0)))
    return Decimal(0)
