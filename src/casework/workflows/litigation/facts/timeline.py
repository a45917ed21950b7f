"""What happened when: each date typed by the words nearest to it, the same event told twice kept once (pure)."""

import re
from datetime import date, timedelta

import msgspec

from casework.workflows.litigation.facts import doubles, headings, messages, receipts, slips, spoken, stretches, work
from casework.workflows.litigation.facts.entry import NAMES
from casework.workflows.litigation.facts.event_types import (
    ARRIVED,
    BEFORE_IT,
    HEADINGS,
    IMPORTANT,
    LABEL,
    LABELLED,
    LETTERS,
    PAY,
    PAYING,
    SIGNIFICANCE,
    TITLES,
    TYPES,
)
from casework.workflows.litigation.facts.obligations import by_then, in_column, is_limit
from casework.workflows.litigation.text import duration, papers, tables
from casework.workflows.litigation.text.dates import Dated, Precision, Term, find, terms
from casework.workflows.litigation.text.span import Span, Text

_MET = re.compile(r"双方|会谈|会议|核对|对账|协商|参会|出席")
_CLAUSES = re.compile(r"[，,：:](?!\d)")
_INVOICED = re.compile(
    r"(?:收到|收讫|签收|开具|开出|提供|交付|送达|寄送)[^，,。；;\n]{0,16}发票|发票[^，,。；;\n]{0,10}(?:收到|签收|开具|送达|交付)"
)
_LETTER = re.compile(
    r"(?:寄|发|送|致|交)[^，,。；;\n]{0,20}(?:催[^，,。；;\n]{0,4}|律师|告知|解除[^，,。；;\n]{0,8}|通知)(?:函|书|通知)"
)
_SENT = re.compile(r"寄|发出|发送|发函|致函|寄送")
_NOT_SIGNED = re.compile(r"(?:未|没有|没)[^，。,]{0,14}签订?[^，。,]*")
_NO_RECORD = ("dismissal", "termination", "employment", "wage_arrears")
_NO_ROW = ("acknowledgement", "demand")  # but the memo of a payment  # what a transfer is for
__all__ = ["TITLES", "Event", "build"]


class Event(msgspec.Struct):
    """Something that happened (or was due). `stated_only`: no document tells of it; `arrival`: of a demand, whether
    anything shows that it was received; `derived`: the day was counted from another event."""

    day: date
    precision: Precision
    type: str
    description: str
    importance: str
    spans: list[Span]
    stated_only: bool
    arrival: bool | None = None
    derived: bool = False
    legal_significance: str = ""


def build(texts: list[Text]) -> tuple[list[Dated], list[Event]]:
    """(all dates, the events they make in order of time)."""
    lends = any(text.kind in ("iou", "loan_contract") and "借" in text.text for text in texts)
    letters = {text.kind for text in texts} & LETTERS
    merged: dict[tuple[date, str], Event] = {}
    parts = {paper.text.id: paper for text in texts for paper in papers.split(text)}
    whole = {text.id: find(text) for text in texts}
    for paper in parts.values():
        text, found = paper.text, paper.of(whole[paper.whole.id])
        slip, below = slips.carried(text, letters), slips.begins(text)
        heads = {cell.start: cell.head for cell in tables.cells(text)}
        for number, dated in enumerate(found):
            before = found[number - 1].span.end if number else 0
            following = next(
                (n for n in range(number + 1, len(found)) if not _listed(text, found[n - 1], found[n])), None
            )
            after = found[following].span.start if following is not None else len(text.text)
            kinds, sentence = _types(
                text, dated, before, after, slip if dated.span.start >= below else None, heads.get(dated.span.start)
            )
            if lends:  # a note tells of the loan, the bank only of the money that moved
                kinds = [receipts.moved(text, kind) for kind in spoken.facts(text, dated.span, kinds)]
            for kind in kinds:
                _merge(merged, dated.day, dated.precision, kind, sentence, dated.span, text)
    for text, term in ((paper.text, term) for paper in parts.values() for term in terms(paper.text)):
        _relative(merged, text, term)
    for event in merged.values():
        if event.type == "invoice":  # terms run from it; in law it is nothing of its own
            event.type, event.importance = "other", "normal"
    for paper in parts.values():
        _lasting(merged, paper.text)
    if lends:
        told = {key: {parts[span.document].text.kind for span in each.spans} for key, each in merged.items()}
        merged = {key: event for key, event in merged.items() if key not in doubles.found(told)}
    for event in merged.values():
        event.spans = [parts[span.document].back(span) for span in event.spans]
    return [each for found in whole.values() for each in found], sorted(
        merged.values(), key=lambda event: (event.day, event.type)
    )


def _merge(
    merged: dict[tuple[date, str], Event],
    day: date,
    precision: Precision,
    kind: str,
    sentence: str,
    span: Span,
    text: Text,
    *,
    derived: bool = False,
) -> None:
    event = merged.get((day, kind))
    if event is None:
        weight = "important" if kind in IMPORTANT else "normal"
        event = Event(day, precision, kind, sentence, weight, [], stated_only=True, derived=derived)
        event.legal_significance = SIGNIFICANCE.get(kind, "")
        merged[day, kind] = event
    event.spans.append(span)
    event.stated_only = event.stated_only and text.is_statement
    if kind == "demand" and not text.is_statement:
        if slips.is_post(text):
            shown = slips.arrived(text.line(span.start))
        else:
            said = text.text[slice(*text.sentence(span.start, span.end))] if text.kind == "complaint" else text.text
            only_sent = text.kind == "demand" or (text.kind == "complaint" and _SENT.search(said) is not None)
            shown = bool(ARRIVED.search(said)) or not only_sent
        event.arrival = bool(event.arrival) or shown


def _types(
    text: Text, dated: Dated, before: int, after: int, slip: str | None, head: str | None
) -> tuple[list[str], str]:
    start, end = dated.span.start, dated.span.end
    (begin, finish), sentence = text.clause(start, end), text.sentence(start, end)
    words = text.text
    shown = " ".join(words[slice(*sentence)].split())[:200]
    clause = max(begin, before), min(finish, after)
    own = words[slice(*clause)]
    around = words[slice(*sentence)] + ("劳动合同期限" if text.kind == "labor_contract" else "")
    if receipts.is_record(text) and NAMES.match(words, end):
        return ["loan"], shown
    if slips.is_hearing(words[max(sentence[0], start - 20) : start], words[end : end + 24]) or (
        slips.is_way(text, start) or slips.is_range(text, start)
    ):
        return ["other"], shown
    named = (
        (
            slip
            if not re.search(r"受理|立案|申请仲裁|仲裁申请(?!书)|提起|签[订署]|订立|约定|借款|入职", own)
            and not is_limit(text, start, end)
            and not slips.is_issue(text, start)
            and not headings.ADMITS.search(words[slice(*sentence)])
            else None
        )
        or (in_column(text, head, start, end) if head else None)
        or work.month(text, dated, head)
        or _labelled(text, start)
        or work.told(text, dated)
        or stretches.lent(text, start, end, own, around)
        or ("invoice" if text.kind == "invoice" or _INVOICED.search(own) else None)
        or stretches.told(words[max(sentence[0], start - 12) : start], own, words[end : end + 30], around)
        or (by_then(text, start, end, clause, after) if not messages.is_dated(text, start) else None)
        or headings.told(text, start, own, last=after >= len(text.text) and before > 0)
    )
    if named:
        return [(receipts.event(text, start) if named in ("payment", "loan") else None) or named], shown
    if messages.is_dated(text, start):
        said = words[end : messages.until(text, end)]
        told = [messages.told(line) or _worded(text, start, end, (line,)) for line in messages.lines(said)]
        telling = [kind for kind in dict.fromkeys(told) if kind in messages.TELLING]
        return telling or sorted(told, key="other".__eq__)[:1], shown
    rest = words[clause[1] : min(sentence[1], after)]
    scopes = (
        BEFORE_IT.sub("", words[clause[0] : start]) + words[start : clause[1]],
        *(each for each in _CLAUSES.split(rest) if each),
        words[start : min(sentence[1], after)],
        words[_past(text, max(sentence[0], before), start) : min(sentence[1], after)],
    )
    kind = _worded(text, start, end, scopes)
    return [(receipts.event(text, start) if kind in ("payment", "loan") else None) or kind], shown


def _past(text: Text, begin: int, start: int) -> int:
    """Where the clause of the date before has ended: its words are not those of this one."""
    if not begin or text.text[begin - 1] in "。；;\n":
        return begin
    mark = re.search(r"[，,：:]", text.text[begin:start])
    return begin + mark.end() if mark else begin


def _labelled(text: Text, start: int) -> str | None:
    """What the label before a date says: `付款日期：`; a cell may say when work began and ended."""
    label = LABEL.search(text.text, max(0, start - 12), start)
    cells = [*([label[1]] if label else []), *filter(None, (tables.beside(text, start), tables.head(text, start)))]
    if text.kind == "labor_contract" and (term := next((t for cell in cells if (t := work.of_term(cell))), None)):
        return term
    named = next((kind for kind, pattern in LABELLED if label and pattern.search(label[1])), None)
    if named is None:
        told = (kind for cell in cells for kind, pattern in LABELLED if pattern.search(cell))
        found = next((kind for kind in told if kind in ("employment", "dismissal")), None)
        if found or not label:
            return found
    plain = label is not None and label[1] in ("时间", "日期", "会议时间", "对账时间", "对账日期")
    if text.kind in ("reconciliation", "repayment_plan") and (plain or named == "contract_signing"):
        return HEADINGS[text.kind]
    if text.kind in ("contract", "loan_contract", "repayment_plan", "reconciliation") and named == "payment":
        return named if label and re.search("交易|转账|到账|入账|汇款", label[1]) else "due"
    return "delivery_due" if named == "delivery" and text.kind == "contract" else named


def _worded(text: Text, start: int, end: int, scopes: tuple[str, ...]) -> str:
    """The type by the nearest words."""
    message = messages.is_dated(text, start)
    ahead = is_limit(text, start, end)
    for scope in scopes:
        said = _NOT_SIGNED.sub("", scope)
        for name, pattern in TYPES:
            if pattern.search(said):
                if name == "deadline" and not ahead:
                    return "demand"  # the day it was asked for, not the day set
                if message and name in ("due", "delivery_due"):
                    continue
                row = name in _NO_ROW and re.search(r"[|\t]", text.line(start))
                if text.kind in ("payment", "bank") and (name in _NO_RECORD or row):
                    continue
                if name == "delivery" and re.search(r"签收|收到|妥投|送达", scope) and "货" not in scope:
                    letter = _LETTER.search(text.text, text.sentence(start, end)[0], start)
                    return "delivery" if not letter else "termination" if "解除" in letter[0] else "demand"
                return HEADINGS.get(text.kind, "contract_signing") if name == "signed" else name
    if told := receipts.event(text, start):
        return told
    if work.is_ended(text, scopes[0]):
        return "dismissal"
    return (
        HEADINGS[text.kind]
        if text.kind in ("payment", "bank", "delivery", "wage")
        or (text.kind == "reconciliation" and _MET.search(scopes[-1]))
        else "other"
    )


def _listed(text: Text, one: Dated, other: Dated) -> bool:
    """Whether two dates stand in a list: what follows is said of both (`3月5日、9月10日`)."""
    return re.fullmatch(r"\s*[、和及与至到\-—]\s*", text.text[one.span.end : other.span.start]) is not None


def _relative(merged: dict[tuple[date, str], Event], text: Text, term: Term) -> None:
    """A term that runs from an event whose day is known becomes a due day of its own."""
    start = stretches.last_day(text) if term.anchor == "expiry" else _anchor(merged, term.anchor, text.id)
    if start is None and term.instead:
        start = _anchor(merged, term.instead, text.id)
    if start is None or text.is_statement:
        return
    sentence = text.sentence(term.span.start, term.span.end)
    clause = text.text[term.span.end : text.clause(term.span.start, term.span.end)[1]]
    wider = text.text[term.span.end : sentence[1]]
    scope = clause if re.search(r"交付|交货|供货|发货", clause) or PAYING.search(clause) else wider
    if re.search(r"交付|交货|供货|发货", scope.split("支付")[0]) and not re.search(PAY, scope[:12]):
        kind = "delivery_due"
    elif PAYING.search(scope) and not re.search(r"视为|异议|质保期为|上诉", scope):
        kind = "deadline" if term.anchor == "demand" else "due"
    else:
        return
    shown = " ".join(text.text[slice(*sentence)].split())[:200]
    _merge(merged, term.end(start), "day", kind, f"{shown}（自 {start} 起算）", term.span, text, derived=True)


def _lasting(merged: dict[tuple[date, str], Event], text: Text) -> None:
    """The due day of a loan that only says for how long: counted from when it was paid out or given."""
    term = duration.term(text)
    own = [e for e in merged.values() if any(span.document == text.id for span in e.spans)]
    if term is None or any(e.type in ("due", "deadline") for e in own):
        return
    given = [e.day for e in own if e.type == "loan"]
    paid = [e.day for e in merged.values() if e.type in ("payment", "loan") and not e.stated_only]
    signed = [e.day for e in own if e.type == "contract_signing"]
    days = (
        (paid if term.anchor == "payment" else [])
        or given
        or [d for d in paid if not signed or d >= min(signed)]
        or signed
    )
    if days:
        shown = " ".join(text.text[slice(*text.sentence(term.span.start, term.span.end))].split())[:200]
        first = min(days)
        if term.anchor == "payment":  # the last part of what was paid out
            first = max(day for day in days if day - first <= timedelta(days=14))
        _merge(merged, term.end(first), "day", "due", f"{shown}（自 {first} 起算）", term.span, text, derived=True)


def _anchor(merged: dict[tuple[date, str], Event], kind: str, document: str) -> date | None:
    """The day that such terms run from: the first signing, the last of anything else; of a letter, its own arrival."""
    found = [event for event in merged.values() if event.type == kind and event.precision == "day"]
    days = [event.day for event in found if not event.derived and event.arrival is not False]
    if kind == "demand":
        own = [e for e in found if any(span.document == document for span in e.spans)]
        days = [e.day for e in own if e.arrival] or [
            e.day for e in found if e.arrival and own and e.day >= min(each.day for each in own)
        ]
    return (min if kind == "contract_signing" else max)(days, default=None)
