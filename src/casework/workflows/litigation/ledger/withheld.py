"""Interest that the lender kept back from a loan in advance: it was not lent (pure). Source: 民法典 670."""

import re
from decimal import Decimal

from casework.workflows.litigation.facts.entry import Entry, Texts, clause, sentence
from casework.workflows.litigation.text import rates
from casework.workflows.litigation.text.money import Amount
from casework.workflows.litigation.text.rates import Interest
from casework.workflows.litigation.text.span import Text

_KEPT = re.compile(
    r"(?<!不得)(?<!不能)(?:预先|提前|事先|当场|直接|先行?|预)\s*(?:从[^，。；]{0,8})?(?:扣|收取|支付|付|交(?!付)|收(?!到|据|条))|砍头息|头息|"
    r"扣(?:除|下|掉|了|去|留)?[^，。；\n]{0,10}(?:利息|息钱)|(?:利息|息钱)[^，。；\n]{0,14}扣"
)
_HAD = re.compile(r"实(?:际|得|收|付|拿|转)|到手|到账|净[得额]|[只才](?:转|给|收|拿|得)|转账|转来|转给")


def is_told(text: Text) -> bool:
    """Whether the text says that interest was kept back."""
    return _KEPT.search(text.text) is not None


def is_interest(text: Text, note: Decimal, short: Decimal) -> bool:
    """Whether what a transfer fell short of its note by is the interest of some months: nobody need say so."""
    agreed = Interest()
    rates.read(text, agreed, agreed=True)
    monthly = note * (agreed.annual or Decimal(0)) / 12
    return any(short == monthly * months for months in (1, 2, 3, 4, 6, 12)) and short > 0


def is_kept(texts: Texts, amount: Amount | Entry) -> bool:
    """Whether its own words say that it was kept back: `扣除利息6,000元`, `18,000元系预先扣除的利息`."""
    words, raw = clause(texts, amount), amount.span.quote
    before, _, after = words.partition(raw)
    return bool(re.search(r"(?:扣|头息)[^，。\d]{0,14}$", before)) or bool(
        re.match(r"[^，。\d]{0,16}(?:扣|头息)|[^，。\d]{0,6}未(?:实际)?(?:交付|支付|给付|转)", after)
    )


def net(texts: Texts, amounts: list[Amount], note: Entry) -> Decimal | None:
    """What was had of a note's sum, where a paper tells what was kept back; None where nothing was."""
    papers = [a for a in amounts if not texts[a.span.document].is_statement and a.value < note.amount]
    kept = {a.value for a in papers if _KEPT.search(sentence(texts, a)) and a.value < note.amount / 2}
    had = [a.value for a in papers if _HAD.search(clause(texts, a)) and note.amount - a.value in kept]
    if had:
        return had[0]
    alone = {a.value for a in papers if a.value in kept and re.search("扣|头息", clause(texts, a))}
    return note.amount - alone.pop() if len(alone) == 1 else None
