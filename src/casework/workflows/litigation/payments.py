"""What was paid: from records first, then from any text that says so; the same told twice counts once (pure)."""

import re

from casework.workflows.litigation.entry import AGREEMENTS, RECORDS, SUM, Days, Entry, clause, day_of, lead, row
from casework.workflows.litigation.lending import LENT
from casework.workflows.litigation.money import Amount
from casework.workflows.litigation.span import Text

_REPAID = re.compile(r"归还|偿还|还款|还了|还本|还息|已还|返还|付息|利息|还给|还清")
_DONE = re.compile(r"已|支付了|付了|转了|打了|汇了|收到|到账|转账|汇款|汇入|转入|打款|归还|偿还|还了|还款")
_PLANNED = re.compile(
    r"应(?!付|收)|须|前(?:支付|付清|归还|还清)|约定|要求|请|扣除|预扣|计划|承诺|同意|未|拒|至今|尚欠|仍欠"
)


def paid(texts: dict[str, Text], amounts: list[Amount], days: Days, kind: str) -> tuple[list[Entry], list[Entry]]:
    """Payments: from records first, then from any text that says they were made; the same told twice counts once.
    Beside them what a record of the same day tells otherwise."""
    found: list[Entry] = []
    disputed: list[Entry] = []
    for records in (True, False):
        for amount in amounts:
            text = texts[amount.span.document]
            if (text.kind in RECORDS) is not records or text.kind in AGREEMENTS:
                continue
            words = row(texts, amount) or clause(texts, amount)
            if SUM.search(lead(texts, amount)) or not _is_payment(text, amount, words, kind, records):
                continue
            entry = Entry(day_of(texts, amount, days), "paid", amount.value, amount.span)
            if any(_same(each, entry, records) for each in found):
                continue
            same_day = [e for e in found if e.day is not None and e.day == entry.day]
            rival = any(texts[e.span.document].kind in RECORDS for e in same_day)
            (disputed if rival and not records else found).append(entry)
    return found, disputed


def _is_payment(text: Text, amount: Amount, words: str, kind: str, records: bool) -> bool:
    sentence = text.text[slice(*text.sentence(amount.span.start, amount.span.end))]
    if amount.label in ("owed", "penalty", "fee", "unit_price", "wage", "total", "compensation"):
        return False
    before = words[: words.find(amount.raw) + 1]
    if kind == "loan":
        repaid = _REPAID.search(words) or (records and _REPAID.search(sentence) and not LENT.search(words))
        return bool(repaid) and not re.search(r"为基数|判令|请求", sentence) and not _PLANNED.search(before)
    if kind == "labor":
        return False
    if records:
        in_table = "|" in words or "\t" in words
        return not re.search(r"余额|手续费", words) and (
            amount.label in ("paid", "deposit") or in_table or text.kind == "bank"
        )
    done = _DONE.search(sentence) or re.search(r"[日月号底初].{0,20}(?:支付|付)", words)
    return amount.label in ("paid", "deposit") and bool(done) and not _PLANNED.search(before)


def _same(one: Entry, other: Entry, records: bool) -> bool:
    """Whether two entries are one payment: the same sum on the same day, or with a day that only one of them tells."""
    if one.amount != other.amount:
        return False
    return one.day == other.day or (
        None in (one.day, other.day) and (not records or one.span.document != other.span.document)
    )
