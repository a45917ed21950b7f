"""What happened when: each date typed by the clause it stands in, the same event told twice kept once (pure)."""

import re
from datetime import date

import msgspec

from casework.workflows.litigation.dates import Dated, Precision, find
from casework.workflows.litigation.span import Span, Text

TYPES = (
    ("judgment", r"判决|裁定"),
    ("filing", r"起诉|立案|申请仲裁"),
    ("termination", r"解除|终止合同"),
    ("acknowledgement", r"确认欠|承认|还款计划|同意支付|对账单?确认|认可.{0,6}欠"),
    ("deadline", r"要求.{0,24}前(?:支付|付清|付款|履行)"),
    ("demand", r"催款|催告|催收|发函|律师函|函告|函.{0,20}(?:签收|送达)|要求.{0,12}(?:支付|付款|付清)"),
    ("delivery_due", r"(?:应|须|最迟).{0,20}前(?:交付|交货)"),
    ("due", r"(?:应|须|最迟).{0,24}(?:支付|付清|付款)|(?:支付|付清|付款).{0,8}(?:期限|届满|到期)|前(?:支付|付清)"),
    ("acceptance", r"验收|检验合格"),
    ("payment", r"已?支付|付款|转账|汇款|收到.{0,10}款|到账"),
    ("delivery", r"交付|交货|送达|发货|签收|送货"),
    ("installation", r"安装|调试"),
    ("contract_signing", r"签订|签署|订立|签约"),
    ("breach", r"违约|拒绝|逾期|拖欠|至今未"),
)
TITLES = {
    "judgment": "裁判", "filing": "起诉或仲裁", "termination": "解除", "acknowledgement": "承认债务", "demand": "催告",
    "deadline": "催告期限", "delivery_due": "交货期限", "due": "履行期限", "acceptance": "验收", "payment": "付款",
    "delivery": "交付", "installation": "安装", "contract_signing": "签约", "breach": "违约", "other": "其他",
}  # fmt: skip
IMPORTANT = {"contract_signing", "due", "demand", "acknowledgement", "filing", "judgment", "breach"}


class Event(msgspec.Struct):
    """Something that happened (or was due); `sources` are the documents that tell of it."""

    day: date
    precision: Precision
    type: str
    description: str
    importance: str
    spans: list[Span]
    stated_only: bool


def build(texts: list[Text]) -> tuple[list[Dated], list[Event]]:
    """(all dates, the events they make in order of time)."""
    dates: list[Dated] = []
    merged: dict[tuple[date, str], Event] = {}
    for text in texts:
        for dated in find(text):
            dates.append(dated)
            kind, description = _type(text, dated)
            event = merged.get((dated.day, kind))
            if event is None:
                weight = "important" if kind in IMPORTANT else "normal"
                event = Event(dated.day, dated.precision, kind, description, weight, [], stated_only=True)
                merged[dated.day, kind] = event
            event.spans.append(dated.span)
            event.stated_only = event.stated_only and text.is_statement
    return dates, sorted(merged.values(), key=lambda event: (event.day, event.type))


def _type(text: Text, dated: Dated) -> tuple[str, str]:
    begin, end = text.clause(dated.span.start, dated.span.end)
    sentence = text.sentence(dated.span.start, dated.span.end)
    sentence_text = " ".join(text.text[slice(*sentence)].split())[:200]
    following = text.clause(end + 1, end + 1)[1] if end + 1 < sentence[1] else end
    for scope in (text.text[begin:end], text.text[begin:following], text.text[slice(*sentence)]):
        for name, words in TYPES:
            if re.search(words, scope):
                return name, sentence_text
    heading = {"contract": "contract_signing", "delivery": "delivery", "demand": "demand", "payment": "payment"}
    return heading.get(text.kind, "other"), sentence_text
