"""The papers that one file holds one below the other, each a text of its own: receipts, slips, notes (pure)."""

# ruff: noqa: E501 - a pattern is read as one

import re

import msgspec

from casework.workflows.litigation.text import kinds
from casework.workflows.litigation.text.dates import Dated
from casework.workflows.litigation.text.span import Span, Text

_MARK = r"[一二三四五六七八九十\d]{1,2}"
_COUNT = rf"(?:[（(]\s*(?:第|之)?{_MARK}[张份笔页次]?\s*[）)]|(?:之|第)?{_MARK}[张份笔次]?)"
_TITLE = re.compile(
    rf"(?m)^[ \t\u3000【\[—\-=*#]*(?:附件?{_MARK}?[:：、]?|{_COUNT}[、.．:：]?)?[ \t\u3000]*(?:[\u4e00-\u9fffA-Za-z]{{2,12}}(?:[ \u3000][\u4e00-\u9fffA-Za-z]{{2,8}})?)??[ \u3000]?"
    rf"(?:收\s*据|收\s*条|借\s*条|借\s*据|欠\s*条|回\s*单|(?:转账|付款|汇款|支付|交易)凭证|汇款单|进账单|存款单|电子回单|(?:聊天|微信|短信|转账|通话)记录|解除(?:劳动)?(?:合同|关系)?通知书?|催\s*款\s*函|送\s*达\s*回\s*证|结算单|工资结算单|欠薪确认[书单])"
    rf"\s*{_COUNT}?(?:[（(][^（）()\n。]{{1,20}}[）)])?[ \t\u3000】\]—\-=*#:：]*$"
)
MOST = 60  # papers of a file; what has more titles is a list


class Paper(msgspec.Struct, frozen=True):
    """A paper of a file; it begins at `start` of the file's text."""

    text: Text
    start: int
    whole: Text

    def back(self, span: Span) -> Span:
        """Where its place stands in the file."""
        return self.whole.span(self.start + span.start, self.start + span.end)

    def holds(self, span: Span) -> bool:
        """Whether a place of the file stands in this paper."""
        return span.document == self.whole.id and self.start <= span.start < self.start + len(self.text.text)

    def of(self, found: list[Dated]) -> list[Dated]:
        """Of the dates of the file its own."""
        end = self.start + len(self.text.text)
        return [
            Dated(each.day, each.precision, self.text.span(each.span.start - self.start, each.span.end - self.start))
            for each in found
            if self.start <= each.span.start < end
        ]


def split(text: Text) -> list[Paper]:
    """The papers of a file, in their order; a file with one title is one."""
    titles = [match.start() for match in _TITLE.finditer(text.text)]
    if (
        text.is_statement
        or not titles
        or len(titles) > MOST
        or (len(titles) == 1 and not text.text[: titles[0]].strip())
    ):
        return [Paper(text, 0, text)]
    starts = titles if not text.text[: titles[0]].strip() else [0, *titles]
    papers: list[Paper] = []
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(text.text)], strict=True)):
        kind = kinds.kind_of("", text.text[start:end])
        pages = [max(0, page - start) for page in text.pages if page < end] or [0]
        part = Text(
            f"{text.id}\n{number}", text.name, text.text[start:end], pages,
            text.kind if kind == "other" else kind, raw=text.raw[start:end],
        )  # fmt: skip
        papers.append(Paper(part, start, text))
    return papers
