"""Which way a sum went between lender and borrower: by its words, its slip's names, its column, its writer (pure)."""

import re
from collections import Counter
from collections.abc import Sequence

from casework.workflows.litigation.facts import messages, spoken
from casework.workflows.litigation.facts.entry import Entry, Texts, row, sentence
from casework.workflows.litigation.facts.messages import BORROWS
from casework.workflows.litigation.facts.parties import Party
from casework.workflows.litigation.facts.receipts import Way, is_receipt, is_record, memo, said
from casework.workflows.litigation.text import tables
from casework.workflows.litigation.text.money import Amount
from casework.workflows.litigation.text.script import simplified
from casework.workflows.litigation.text.span import Text

_NARROW = str.maketrans("（）", "()")  # as texts are read
LENDING = {"贷出方", "贷出人", "拆出方", "资金提供方", "出借人", "出借方", "贷款人", "贷款方", "债权人", "债权方"}
BORROWING = {
    "借入方",
    "借入人",
    "拆入方",
    "资金使用方",
    "融资方",
    "借款人",
    "借款方",
    "债务人",
    "债务方",
    "欠款人",
    "保证人",
    "担保人",
    "连带保证人",
    "连带责任保证人",
    "保证方",
    "担保方",
}
_GIVES = r"(?:付\s*款|汇\s*款|转\s*出|付\s*方|汇\s*出|出\s*账|转\s*账\s*人|收到)[^\n，。;；]{0,14}?"
_TAKES = r"(?:收\s*款|转\s*入|收\s*方|对\s*方|对\s*手|入\s*账|交易对象)[^\n，。;；]{0,14}?"
_HOLDS = (
    r"(?<!对方)(?<!对手)(?:户\s*名|卡\s*主|持\s*卡\s*人|账\s*户\s*名|客\s*户\s*(?:姓\s*)?名|开\s*户\s*人|本\s*人)"
    r"[^\n，。;；]{0,10}?"
)
_GOT_FROM = r"收(?!款人|款方|条|据|方)到?[^\n，。;；]{0,8}?"
_PAYS = re.compile("买|购|需方|定作|发包|承租|托运|委托[人方单]|付款|被告|使用")
_OTHER = re.compile(r"对方|对手|交易对象|收款人|付款人")
_SPENT = re.compile(r"支出|转出|付出|汇出|借方|支取|付款金额")
_EARNED = re.compile(r"收入|转入|存入|汇入|贷方|入账|收款金额")
_SPEAKER = re.compile(
    r"(?:^|\s)(?P<who>(?!\d)[^\s:：，。\[（(]{1,12})\s*(?:[（(][^）)\n]{1,12}[）)])?\s*(?:\d{1,2}[:：]\d\d(?:[:：]\d\d)?)?\s*[:：](?!\d{1,2}(?!\d))"
)


class Flows:
    """Who lends and who borrows in this case, and so which way each sum went."""

    def __init__(self, texts: Texts, parties: Sequence[Party]) -> None:
        self.texts = texts
        self._two: dict[str, list[str]] = {}
        lenders = [p for p in parties if set(p.roles) & LENDING]
        borrowers = [p for p in parties if set(p.roles) & BORROWING and p not in lenders]
        if not lenders:
            lenders = [p for p in parties if set(p.roles) & {"原告", "申请人"} and p not in borrowers]
        if not borrowers:
            borrowers = [p for p in parties if set(p.roles) & {"被告", "被申请人"} and p not in lenders]
        self.lenders = [name for p in lenders for name in (simplified(p.name.translate(_NARROW)), *p.aliases)]
        self.borrowers = [name for p in borrowers for name in (simplified(p.name.translate(_NARROW)), *p.aliases)]
        if not self.lenders and not self.borrowers:
            self._speaking(parties)
        self.names = [simplified(name.translate(_NARROW)) for p in parties for name in (p.name, *p.aliases)]
        self.payers = [simplified(p.name.translate(_NARROW)) for p in parties if any(_PAYS.search(r) for r in p.roles)]

    def _speaking(self, parties: Sequence[Party]) -> None:
        """Who asks for a loan in a chat borrows; whom he talks to lends."""
        names = [simplified(p.name) for p in parties]
        for text in self.texts.values():
            place = 0
            for line in text.text.splitlines() if text.kind == "correspondence" else ():
                who = next((name for name in names if re.search(rf"{re.escape(name)}\s*[:：]", line)), None)
                who = who or next((name for name in names if name == messages.speaker_above(text, place)), None)
                place += len(line) + 1
                if who is not None and BORROWS.search(line) and not self.borrowers:
                    self.borrowers = [who]
                    self.lenders = [name for name in names if name != who]

    def way(self, amount: Amount | Entry) -> Way | None:
        """`out` from the lender to the borrower, `back` from the borrower; None where nothing tells."""
        text = self.texts[amount.span.document]
        near = row(self.texts, amount) or sentence(self.texts, amount)
        if is_receipt(text) and (giver := self._nearest(text, _GOT_FROM, amount)):
            return giver
        if is_record(text):
            return said(near) or self._memo(text, amount) or self._named(text, amount) or said(_title(text))
        return self._written(text, amount) if text.kind == "correspondence" else None

    def lends(self, amount: Amount | Entry) -> bool:
        """Whether its own words call it a loan."""
        text = self.texts[amount.span.document]
        return "out" in (said(row(self.texts, amount) or sentence(self.texts, amount)), self._memo(text, amount))

    def speaker(self, text: Text, place: int) -> Way | None:
        """Whose message it is: `out` the lender's, `back` the borrower's."""
        line = text.text[text.text.rfind("\n", 0, place) + 1 : place]
        match = _SPEAKER.search(line)
        who = match["who"] if match else messages.speaker_above(text, place)
        return self._side(who) or self._opposite(text, who) if who else None

    def _opposite(self, text: Text, who: str) -> Way | None:
        """The side of a nickname in a chat of two, by that of who answers."""
        if text.id not in self._two:
            lines = text.text.splitlines() if text.kind == "correspondence" else []
            spoken = [match["who"] if (match := _SPEAKER.search(line)) else messages.header(line) for line in lines]
            self._two[text.id] = [name for name, _ in Counter(filter(None, spoken)).most_common(2)]
        two = self._two[text.id]
        if who not in two or len(two) < 2:
            return None
        other = self._side(next(name for name in two if name != who))
        return None if other is None else "back" if other == "out" else "out"

    def _side(self, who: str) -> Way | None:
        if any(who in name or name in who for name in self.lenders):
            return "out"
        return "back" if any(who in name or name in who for name in self.borrowers) else None

    def _memo(self, text: Text, amount: Amount | Entry) -> Way | None:
        return None if row(self.texts, amount) else memo(text, amount.span.start)

    def _named(self, text: Text, amount: Amount | Entry) -> Way | None:
        giver, taker = self._nearest(text, _GIVES, amount), self._nearest(text, _TAKES, amount)
        holder = self._nearest(text, _HOLDS, amount) if self._between_both(text, amount) else None
        line = (row(self.texts, amount) or sentence(self.texts, amount)) + self.head(amount)
        if holder is not None and _EARNED.search(line):
            return "back" if holder == "out" else "out"
        if holder is not None and _SPENT.search(line):
            return holder
        if giver is None and taker is not None and not row(self.texts, amount):
            return "back" if taker == "out" else "out"
        return giver

    def _between_both(self, text: Text, amount: Amount | Entry) -> bool:
        """Whether the other side that a row of an account names is one of the two."""
        start = amount.span.start
        cells = next((each for each in tables.rows(text) if each and each[0].start <= start <= each[-1].end), [])
        other = next((cell.content for cell in cells if _OTHER.search(cell.head)), "")
        return not other or any(name in other or other in name for name in (*self.lenders, *self.borrowers))

    def is_others(self, amount: Amount | Entry) -> bool:
        """Whether the row of an account is of somebody outside of the case, or went back to who owes."""
        text = self.texts[amount.span.document]
        start = amount.span.start
        cells = next((each for each in tables.rows(text) if each and each[0].start <= start <= each[-1].end), [])
        other = next((cell.content for cell in cells if _OTHER.search(cell.head) and len(cell.content) > 1), "")
        if other and not any(name in other or other in name for name in self.names):
            return True
        holder = re.search(rf"{_HOLDS}(?P<who>{'|'.join(map(re.escape, self.names)) or '(?!)'})", text.text)
        head = self.head(amount)
        if holder is None or (not _SPENT.search(head) and not _EARNED.search(head)):
            return False
        return (_EARNED if holder["who"] in self.payers else _SPENT).search(head) is not None

    def head(self, amount: Amount | Entry) -> str:
        """What its column is called."""
        cell = tables.last(self.texts[amount.span.document], amount.span.start)
        return cell.head if cell is not None and amount.span.start < cell.start + 30 else ""

    def _nearest(self, text: Text, label: str, amount: Amount | Entry) -> Way | None:
        found: list[tuple[int, Way]] = []
        for names, way in ((self.lenders, "out"), (self.borrowers, "back")):
            for name in names:
                found += [(m.start(), way) for m in re.finditer(label + re.escape(name), text.text)]  # type: ignore[misc]
        before = [each for each in found if each[0] < amount.span.start]
        return max(before)[1] if before else min(found)[1] if found else None

    def _written(self, text: Text, amount: Amount | Entry) -> Way | None:
        """What a message says of a sum that has moved: `先转你1万`, `收到1万元`, `[转账] ¥5,000`."""
        speaker = self.speaker(text, amount.span.start)
        sent = None if speaker is None else spoken.moved(text, amount.span.start, amount.span.end)
        return speaker if sent else None if sent is None else "back" if speaker == "out" else "out"


def _title(text: Text) -> str:
    lines = [line for line in text.text.splitlines()[:3] if line.strip()]
    return f"{lines[0] if lines else ''} {text.name}"
