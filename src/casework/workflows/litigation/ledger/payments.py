"""What was paid: from records first, then from any text that says so; the same told twice counts once (pure)."""

import re
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate

from casework.workflows.litigation.facts import messages
from casework.workflows.litigation.facts.entry import (
    AGREEMENTS,
    RECORDS,
    SUM,
    Days,
    Entry,
    Texts,
    clause,
    day_of,
    lead,
    row,
)
from casework.workflows.litigation.facts.receipts import REPAID, is_receipt, is_record
from casework.workflows.litigation.ledger import account, repeated
from casework.workflows.litigation.ledger.flows import Flows
from casework.workflows.litigation.ledger.instalments import SECURITY
from casework.workflows.litigation.text import money
from casework.workflows.litigation.text.dates import DAY_END
from casework.workflows.litigation.text.money import Amount
from casework.workflows.litigation.text.span import Text

_DONE = re.compile(
    r"已|[转汇打划]来|划[付转]|支付了|付了|转了|打了|汇了|收到|到账|转账|汇款|汇入|转入|打款|归还|偿还|还了|还款"
)
_MADE = re.compile(r"已(?:经)?(?:先后|陆续)?(?:归还|偿还|还|支付|付)|(?:归还|偿还|还|支付|付)了")
_INTEREST = re.compile(r"(?:付|收到|转|结|汇)[^，。；\n]{0,16}利息")
_ON_A_DAY = re.compile(rf"{DAY_END}(?!\s*(?:之|以)?前)[^。；\n]{{0,24}}$")
_ON_A_DAY_PAID = re.compile(rf"{DAY_END}[，,][^，,。；;\n应须]{{0,20}}付")
_BY_THEN = re.compile(rf"(?:[月底年]|{DAY_END})\s*(?:之|以)?前(?!后)")
_OF_ARREARS = r"补发|欠|第[一二三四五六七八九十\d]+[期笔次]|分期|部分|剩余|余款|尾款|结清"
_PLANNED = re.compile(
    r"应(?!付|收)|须|前(?:[^，,。；;]{0,8})(?:付|归还|还清|交|缴)|约定|要求|(?<!申)请|扣除|预扣|每期|计划|承诺|同意|未|拒|至今|尚欠|仍欠"
)
_JUST_PAID = re.compile(
    r"(?<![欠未应拖])(?:支付|补发|发放|付|转|打|给)(?:了|其中的?)?(?:部分|拖欠的?)?(?:工资|欠薪|薪资)?款?(?:人民币)?\s*$"
)
_BY_EMPLOYER = re.compile(  # `11月15日被申请人只付了5,000元`, where a suit has told what is owed
    rf"{DAY_END}[^，。；\n]{{0,4}}(?:被申请人|被告|公司|单位|厂里|厂方|老板)[^，。；\n]{{0,12}}[付转打发]了?\s*$|{DAY_END}(?:才|又|也|再)?[仅只](?:支付|付|转|打|发|给)了?\s*$"
)
_FOR_WAGES = re.compile(
    r"(?m)(?:用途|附言|摘要|备注)\s*[:：]\s*(?:支付|补发|补付|发放|付|部分|拖欠|欠付|的|剩余)*(?:工资|薪资|工钱|欠薪)\s*$"
)
_ONLY_A_DAY = re.compile(
    r"[（(]?\s*(?:(?:20\d\d年)?\d{1,2}月\d{1,2}日|20\d\d([./-])\d{1,2}\1\d{1,2})\s*[）)]?"
)  # `（4月10日10万元，6月9日5万元）`
_LISTED = re.compile(rf"{DAY_END}[，,]?\s*(?:又|再)?$")
_OF_A_NOTE = re.compile(r"\s*(?:的)?(?:那|这|该)一?[张笔份]|\s*的?(?:借条|欠条|条子|借据)")  # `还8万元那张条子的`
_FOR_ARREARS = re.compile(r"[元\s|]*(?:支付|归还|还|付|补交?)?欠[租款费账]")  # the memo of a payment
_NOT_PAID = re.compile(r"余额|结余|手续费|单价|数量|应[付收]|未付|欠|累计")


def paid(texts: Texts, amounts: list[Amount], days: Days, kind: str, flows: Flows) -> tuple[list[Entry], list[Entry]]:
    """Payments: from records first, then from any text that says they were made; the same told twice counts once.
    Beside them what a record of the same day tells otherwise."""
    found: list[Entry] = []
    disputed: list[Entry] = []
    values: dict[str, set[Decimal]] = {}
    for each in amounts:
        values.setdefault(each.span.document, set()).add(each.value)
    spoiled = [each.figures.span for each in money.conflicts(amounts)]  # of one sum told twice the capitals count
    for records in (True, False):
        for amount in (each for each in amounts if each.span not in spoiled):
            text = texts[amount.span.document]
            shown = text.kind in RECORDS if kind == "labor" else is_record(text)
            words = row(texts, amount) or clause(texts, amount)
            told = is_receipt(text) or (kind == "loan" and _MADE.search(words))
            if shown is not records or (text.kind in AGREEMENTS - ({"iou"} if kind == "labor" else set()) and not told):
                continue
            several: list[date | None] = [] if kind == "labor" else list(repeated.days(text, amount, days))
            if SUM.search(lead(texts, amount)):
                continue
            if not several and not (
                _is_repayment(text, amount, words, flows)
                if kind == "loan"
                else _is_payment(text, amount, words, kind, records, flows, alone=len(values[text.id]) == 1)
            ):
                continue
            summed_up = kind == "contract" and text.kind in account.SETTLING and not _has_day(text, amount, days)
            day = None if summed_up else day_of(texts, amount, days) or _confirmed(text, days)
            for each_day in several or [day]:
                entry = Entry(each_day, "paid", amount.value, amount.span)
                if any(_same(each, entry, records) for each in found) or _recapitulates(texts, entry, found, days):
                    continue
                same_day = [e for e in found if e.day is not None and e.day == entry.day]
                rival = any(is_record(texts[e.span.document]) for e in same_day)
                (disputed if rival and not records else found).append(entry)
    return found, disputed


def _has_day(text: Text, amount: Amount, days: Days) -> bool:
    """Whether an account tells when this very sum was paid: `2023年11月8日付了10万元`."""
    begin, _ = text.clause(amount.span.start, amount.span.end)
    own = [place for place, _, _ in days.get(text.id, []) if begin <= place < amount.span.start]
    return bool(own) and not re.search(r"截[至止]|至今|前|底", text.text[begin : amount.span.start])


def _is_payment(text: Text, amount: Amount, words: str, kind: str, records: bool, flows: Flows, *, alone: bool) -> bool:
    """`alone`: it is the only sum of its document."""
    sentence = text.text[slice(*text.sentence(amount.span.start, amount.span.end))]
    if _is_called_other(text, amount, words, kind, records):
        return False
    before = words[: words.find(amount.raw) + 1]
    if SECURITY.search(words):
        return False
    if re.search(r"没(?:有)?(?:到|收|付|给|还)|还没|一直没|未到", words) or _NOT_PAID.search(flows.head(amount)):
        return False
    if account.is_decided(text, amount.span.start) or account.is_asked(text, amount.span.start):
        return False
    if kind == "labor" and records:
        said = text.text if alone else sentence
        if re.search(r"奖金|报销|补偿|赔偿|余额|货款|借款", said):
            return False
        return (
            not re.search(r"代发|工资|薪", said)
            or re.search(_OF_ARREARS, said) is not None
            or bool(_FOR_WAGES.search(said))
        )
    if kind == "labor":
        owed = (
            re.search(r"工资|薪|报酬", sentence)
            or re.search(r"收到[^，。；]*$", before)
            or (text.kind in ("arbitration_application", "complaint") and _BY_EMPLOYER.search(before[:-1]))
        )
        made = re.search(r"转|付|打|汇|补发|收到|发放", before) and not _PLANNED.search(before)
        other = re.search(r"补偿|赔偿|奖金|报销|每月|月工资", sentence)
        return bool(owed and made and not other)
    if records:
        if flows.is_others(amount):
            return False
        in_table = "|" in words or "\t" in words
        return not re.search(r"余额|手续费", words) and (
            amount.label in ("paid", "deposit", "other") or in_table or text.kind == "bank"
        )
    told = text.kind == "correspondence" and not re.search(
        rf"(?:月|{DAY_END})[^，。；\n]{{0,12}}[转付打汇给交]了", words
    )
    if told and messages.told(text.line(amount.span.start)) in ("demand", "acknowledgement"):
        return False
    done = (
        _DONE.search(sentence)
        or re.search(rf"(?:[月底初]|{DAY_END}).{{0,20}}(?:支付|付)", words)
        or _ON_A_DAY_PAID.search(sentence)
    )
    listed = amount.label == "other" and _ONLY_A_DAY.fullmatch(words.replace(amount.raw, ""))
    return (amount.label in ("paid", "deposit") or bool(listed)) and bool(done) and not _PLANNED.search(before)


def _is_called_other(text: Text, amount: Amount, words: str, kind: str, records: bool) -> bool:
    """Whether its words make it something that is no payment; owed wages may be what a side says was paid."""
    if amount.label == "owed" and kind == "labor" and not records:
        return not (is_receipt(text) or _JUST_PAID.search(words[: words.find(amount.raw)]))
    if amount.label == "owed" and records and _FOR_ARREARS.match(text.text, amount.span.end):
        return False
    return amount.label in ("owed", "penalty", "fee", "unit_price", "total", "compensation") or (
        amount.label == "wage" and kind != "labor"
    )


def _is_repayment(text: Text, amount: Amount, words: str, flows: Flows) -> bool:
    if amount.label in ("owed", "penalty", "fee", "unit_price", "wage", "compensation") or (
        _OF_A_NOTE.match(text.text, amount.span.end) or account.is_asked(text, amount.span.start)
    ):
        return False
    sentence = text.text[slice(*text.sentence(amount.span.start, amount.span.end))]
    before = words[: words.find(amount.raw) + 1]
    if re.search(r"为基数|判令|请求|余额|手续费", sentence + flows.head(amount)):
        return False
    if _PLANNED.search(before) or (
        not _MADE.search(words)
        and (_BY_THEN.search(before) or (not is_record(text) and re.search("请(?!求)|要求", words)))
    ):
        return False
    if text.kind in ("judgment", "award") and re.search("判决|裁决|如下|生效", sentence):
        return False
    if re.search("余下|剩|尚欠|还欠|还差|仍欠", words):
        return False
    way = flows.way(amount)
    if is_record(text) or text.kind == "correspondence":
        return way == "back"
    if "欠" in before or (
        text.kind == "demand"
        and not _MADE.search(words)
        and not _ON_A_DAY.search(sentence[: sentence.find(amount.raw)])
    ):
        return False
    if _LISTED.search(before[:-1]) and not _PLANNED.search(sentence[: sentence.find(amount.raw)]):
        words = sentence  # `先后还款两次：6月1日1万元、8月1日2万元`
    return REPAID.search(words.replace("利息", "")) is not None or _INTEREST.search(words) is not None


def _confirmed(text: Text, days: Days) -> date | None:
    """The day of a paper that owns to payments without their days: by then they were made."""
    told = days.get(text.id, []) if text.kind in ("reconciliation", "repayment_plan") else []
    return told[-1][2] if told else None


def _recapitulates(texts: Texts, entry: Entry, found: list[Entry], days: Days) -> bool:
    """Whether a sum without a day of its own is only that of the payments before it."""
    dated = any(
        begin <= start < end
        for begin, end in [texts[entry.span.document].sentence(entry.span.start, entry.span.end)]
        for start, _, _ in days.get(entry.span.document, [])
    )
    told = sorted((each for each in found if each.day is not None), key=lambda each: each.day or date.min)
    sums = list(accumulate(each.amount for each in told))  # of the payments until then, where some came later
    return not dated and len(found) > 1 and (entry.amount in sums[1:] or entry.amount == sum(e.amount for e in found))


def _same(one: Entry, other: Entry, records: bool) -> bool:
    """Whether two entries are one payment: the same sum on the same day, or with a day that only one of them tells;
    who only tells of what a record shows may be some days out, or know the month alone."""
    if one.amount != other.amount:
        return False
    apart = not records and one.span.document != other.span.document
    if one.day is None or other.day is None:
        return one.day == other.day or apart or not records
    near = abs(one.day - other.day) <= timedelta(days=3) or (
        other.day.day == 1 and (one.day.year, one.day.month) == (other.day.year, other.day.month)
    )
    return one.day == other.day or (apart and near)
