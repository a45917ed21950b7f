"""What happened when: each date typed by the words nearest to it, the same event told twice kept once (pure)."""

import re
from datetime import date

import msgspec

from casework.workflows.litigation.dates import Dated, Precision, Term, find, terms
from casework.workflows.litigation.span import Span, Text

_PAY = r"(?:支付|付清|付款|付讫|归还|偿还|还清|还款|还本|付息|还给|还我|还上|结清|清偿|给付|交纳|发放|付至|退还|返还|兑付)"
TYPES = tuple(
    (name, re.compile(words))
    for name, words in (
        ("judgment", r"判决如下|(?:作出|收到|送达|下达|宣判).{0,24}(?:判决|裁定|裁决|调解书)|(?:判决书?|裁决书?|调解书)(?:已|于|发生|生效|送达)"),
        ("arbitration_filing", r"(?:申请|提起|提交|递交|请求).{0,10}仲裁|仲裁(?:委员会|委|院).{0,10}(?:受理|立案|收到)|仲裁申请"),
        ("service", r"(?:收到|送达|领取|签收).{0,24}(?:起诉状|应诉通知|传票|开庭通知)"),
        ("filing", r"起诉(?!状副本)|立案|提起诉讼|诉至|(?:递交|提交).{0,6}诉状|申请强制执行"),
        (
            "dismissal",
            r"辞退|开除|解雇|(?:解除|终止)(?:与[^，。]{1,14}的?)?(?:双方)?(?:之?间的)?劳动(?:合同|关系)|劳动(?:合同|关系).{0,6}(?:解除|终止)|离职|裁员|"
            r"不用(?:再)?(?:来)?上班|不必(?:再)?(?:来)?上班|被迫解除|辞职",
        ),
        ("termination", r"解除.{0,12}(?:合同|协议)|(?:合同|协议).{0,6}解除|解除(?:通知|函)|终止.{0,8}(?:合同|协议|合作)|解约"),
        (
            "acknowledgement",
            r"确认.{0,14}(?:欠|余额|未付|债务|应付)|承认|还款(?:计划|承诺|协议)|同意.{0,10}(?:支付|归还|还款|付款|分期|偿还)|对账|"
            r"(?:会(?:尽快|尽量|想办法|按时)?|尽量|想办法)(?:想办法)?(?:还|付|给|处理|安排)|宽限|(?:肯定|一定)(?:会)?.{0,4}(?:付|还|给|结)|认可.{0,10}(?:欠|债务|金额)|欠条|(?:书面|口头|微信|电话|短信).{0,8}(?:承诺|答应|表示)|回函|复函",
        ),
        ("contract_signing", r"(?<!未)(?<!没有)(?<!未曾)(?:签订|签署|订立|签了|签定|补签|续签)(?!之日|后|解除)|向.{1,16}(?:采购|订购|购买)"),
        ("deadline", rf"(?:要求|请[你您贵]?|限[你您贵期]?|敦促|务必|催促|函告).{{0,40}}?(?:前|内).{{0,12}}{_PAY}"),
        (
            "demand",
            r"催.{0,3}(?:款|账|债)|催过|再次催|催一下|催了|(?:尾款|货款|余款|工资|钱).{0,10}(?:尽快|什么时候)|催款|催告|催收|催要|催讨|催促|追讨|追索|发函|致函|律师函|函告|(?:函|通知书?|快递|邮件).{0,20}(?:签收|妥投|送达)|"
            rf"(?:要求|请求|请).{{0,16}}{_PAY}|(?:当面|口头|上门|电话|多次|书面|再次)?(?:要求|催)[^，。,]{{0,12}}(?:在|于)$|"
            r"什么时候.{0,4}(?:还|付|给)|何时.{0,4}(?:还|付|给)|还钱|(?:赶紧|尽快|抓紧).{0,6}(?:还|付|归还|结清)|索要|讨要|讨薪|主张权利",
        ),
        ("delivery_due", r"(?:应|须|最迟|约定|承诺|保证).{0,30}(?:前|内).{0,12}(?:交付|交货|发货|供货|送达|送至|完工|交工|竣工)|(?:日|月|底)(?:之|以)?前.{0,16}(?:交付|交货|送至|运至|送达|发货|供货|完工|交工)|(?:交货|交付|交房)(?:日期|期限|时间)"),
        (
            "due",
            rf"(?:应(?![付收])|须|最迟|约定|承诺|保证|定于|答应|双方同意).{{0,40}}{_PAY}|{_PAY}.{{0,6}}(?:期限|届满|到期|日期|时间)|"
            rf"(?:前|之前|以前).{{0,8}}{_PAY}|到期(?!后|未)|还款日|期限届满|分期.{{0,10}}{_PAY}",
        ),
        ("wage_arrears", r"(?:拖欠|未(?:足额|按时|再|能)?(?:支付|发放|发)|停发|停止发放|欠发|欠付|克扣|不发|少发).{0,12}(?:工资|薪|报酬)|(?:工资|薪资|报酬).{0,12}(?:拖欠|未发|停发|未支付|至今未|没有发)"),
        ("employment", r"入职|入司|到岗|上班|用工之日|建立劳动关系|聘用|录用|担任|在.{1,16}(?:工作|任职)|进入.{0,20}(?:工作|公司)|开始工作"),
        ("repayment", r"(?:归还|偿还|还款|还了|还本|已还|还清|付息|支付(?:了)?.{0,6}利息)"),
        ("loan", r"出借|借出|借到|借给|借款|放款|借得|借走|今借|交付.{0,6}借款"),
        ("breach", r"退货|换货|质量(?:问题|异议|不合格|缺陷)|提出.{0,6}异议|拒收|拒绝"),
        ("acceptance", r"验收|检验合格|试运行合格"),
        ("installation", r"安装|调试"),
        ("payment", r"支付|付款|转账|汇款|汇入|转入|打款|转了|汇了|打了|转给|收到.{0,14}[款元]|到账|付了|付给|交付.{0,6}(?:定金|押金|保证金)|预付"),
        ("delivery", r"交付|交货|送达|发货|货.{0,4}(?:发出|收到|到了)|发出货|收到货|签收|送货|供货|供应|收货|送到|运抵|到货|提货"),
        ("breach", r"违约|拒绝|逾期|拖欠|至今未|未(?:按约|依约|按时|再)|停止供货|质量问题"),
        ("signed", r"签字|盖章|签约"),
    )
)
TITLES = {
    "judgment": "裁判", "filing": "起诉", "arbitration_filing": "申请仲裁", "termination": "解除合同", "dismissal": "解除劳动关系",
    "acknowledgement": "承认债务", "demand": "催告", "deadline": "催告期限", "delivery_due": "交货期限", "due": "履行期限",
    "acceptance": "验收", "payment": "付款", "repayment": "还款", "loan": "出借", "delivery": "交付", "installation": "安装",
    "contract_signing": "签约", "breach": "违约", "employment": "入职", "wage_arrears": "欠薪", "expiry": "期限届满", "service": "送达起诉状", "other": "其他",
}  # fmt: skip
IMPORTANT = {
    "contract_signing", "due", "demand", "acknowledgement", "filing", "arbitration_filing", "judgment", "breach", "loan",
    "dismissal", "termination",
}  # fmt: skip
SIGNIFICANCE = {
    "contract_signing": "合同关系成立",
    "due": "履行期限届满，时效由此起算",
    "demand": "请求履行，时效中断",
    "acknowledgement": "同意履行，时效中断",
    "payment": "履行债务；部分履行使时效中断",
    "repayment": "履行债务；部分履行使时效中断",
    "filing": "起诉，时效中断",
    "arbitration_filing": "申请仲裁，时效中断",
    "loan": "款项交付，借款合同成立",
    "dismissal": "劳动关系终止，仲裁时效由此起算",
    "termination": "合同权利义务终止",
    "acceptance": "标的物符合约定",
}
HEADINGS = {
    "contract": "contract_signing", "labor_contract": "contract_signing", "guarantee": "contract_signing", "delivery": "delivery",
    "demand": "demand", "payment": "payment", "bank": "payment", "iou": "loan", "reconciliation": "acknowledgement",
    "acceptance": "acceptance", "complaint": "filing", "arbitration_application": "arbitration_filing", "judgment": "judgment",
    "award": "judgment", "wage": "payment", "dismissal": "dismissal", "termination": "termination", "repayment_plan": "acknowledgement",
}  # fmt: skip
LETTERS = {"demand", "termination", "dismissal"}
_ARRIVED = re.compile(
    r"签收|妥投|(?:已|经|予以|邮寄|直接)送达|送达(?:回证|成功)|(?:已|于[^。]{0,16})(?:收到|收悉)(?!本函|该函|此函|之日|后)|回执|当面|拒收|特快专递|EMS|快递单号|已读|查收"
)


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
    dates: list[Dated] = []
    merged: dict[tuple[date, str], Event] = {}
    for text in texts:
        found = find(text)
        dates += found
        for number, dated in enumerate(found):
            before = found[number - 1].span.end if number else 0
            following = next((n for n in range(number + 1, len(found)) if not _listed(text, found[n - 1], found[n])), None)
            after = found[following].span.start if following is not None else len(text.text)
            kind, sentence = _type(text, dated, before, after)
            _merge(merged, dated.day, dated.precision, kind, sentence, dated.span, text)
    for text in texts:
        for term in terms(text):
            _relative(merged, text, term)
    return dates, sorted(merged.values(), key=lambda event: (event.day, event.type))


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
        event.arrival = bool(event.arrival) or bool(_ARRIVED.search(text.text)) or text.kind != "demand"


def _type(text: Text, dated: Dated, before: int, after: int) -> tuple[str, str]:
    start, end = dated.span.start, dated.span.end
    begin, finish = text.clause(start, end)
    sentence = text.sentence(start, end)
    words = text.text
    shown = " ".join(words[slice(*sentence)].split())[:200]
    own = words[max(begin, before) : min(finish, after)]
    around = words[slice(*sentence)] + ("劳动合同期限" if text.kind == "labor_contract" else "")
    stretch = _stretch(words[max(sentence[0], start - 12) : start], own, words[end : end + 6], around)
    if stretch:
        return stretch, shown
    line = words[words.rfind("\n", 0, start) + 1 : (words.find("\n", end) + 1 or len(words) + 1) - 1]
    alone = len(re.sub(r"[\s\d年月日号:：.\-/〇一二三四五六七八九十]|日期|签订|签署|落款|时间|签字|盖章|[（(]|[)）]", "", line)) <= 4
    if alone and text.kind in HEADINGS:
        return HEADINGS[text.kind], shown
    if text.kind in LETTERS and re.search(r"签收|妥投|送达|(?:收到|发出|寄送|寄出|邮寄)", own):
        return HEADINGS[text.kind], shown
    message = text.kind == "correspondence" and not words[words.rfind("\n", 0, start) + 1 : start].strip()
    ahead = re.match(r"\s*(?:之|以)?前", words[end : end + 4]) is not None
    for scope in (own, words[start : min(sentence[1], after)], words[max(sentence[0], before) : min(sentence[1], after)]):
        for name, pattern in TYPES:
            if pattern.search(scope):
                if name == "deadline" and not ahead:
                    return "demand", shown  # the day it was asked for, not the day set
                if message and name in ("due", "delivery_due"):
                    continue
                return (HEADINGS.get(text.kind, "contract_signing") if name == "signed" else name), shown
    return (HEADINGS[text.kind] if text.kind in ("payment", "bank", "delivery", "wage") else "other"), shown


def _listed(text: Text, one: Dated, other: Dated) -> bool:
    """Whether two dates stand in a list, so that what follows the second is said of both: `3月5日、9月10日`."""
    return re.fullmatch(r"\s*[、和及与至到\-—]\s*", text.text[one.span.end : other.span.start]) is not None


def _stretch(before: str, own: str, after: str, sentence: str) -> str | None:
    """A day that begins or ends a stretch of time: `自…起至…止`."""
    ends = re.search(r"(?:至|到|截至|截止)\s*$", before) and re.match(r"\s*(?:止|期满|届满|到期|[,，。；;（(]|$)", after)
    begins = re.search(r"(?:自|从)\s*$", before)
    wages = re.search(r"工资|薪|报酬", sentence)
    if wages and re.match(r"\s*(?:至|到|—|-|、)", after) and re.search(r"欠|未|支付|补发|停发", sentence):
        return "wage_arrears"
    if wages and ends is None and re.search(r"(?:至|到|—)\s*$", before):
        return "other"
    if begins and re.search(r"利率|利息|LPR|报价利率|计算|计付", sentence) and not re.search(r"借款期限|借期|合同期限", sentence):
        return "other"
    scope = sentence if ends else own + sentence
    if not (ends or begins):
        return None
    if ends and re.search(r"截至|截止", before):
        return "other"  # the day to which an account is drawn up; it is confirmed on the day of its signature
    if re.search(r"解除|终止|拖欠|欠付|停发", scope):
        return None
    if re.search(r"劳动合同期限|聘用期|合同期限|固定期限|租赁期|租期|质保期|试用期|服务期", scope):
        employs = re.search(r"劳动|聘用|固定期限", scope)
        return "expiry" if ends else "employment" if employs else "other"
    if re.search(r"借款期限|借期|还款期限|使用期限|借款[^。；]{0,60}期限", scope):
        return "due" if ends else "loan"
    return None


def _relative(merged: dict[tuple[date, str], Event], text: Text, term: Term) -> None:
    """A term that runs from an event whose day is known becomes a due day of its own."""
    start = _anchor(merged, term.anchor, text.id)
    if start is None or text.is_statement:
        return
    sentence = text.sentence(term.span.start, term.span.end)
    clause = text.text[term.span.end : text.clause(term.span.start, term.span.end)[1]]
    wider = text.text[term.span.end : sentence[1]]
    scope = clause if re.search(rf"{_PAY}|交付|交货|供货|发货", clause) else wider
    if re.search(r"交付|交货|供货|发货", scope.split("支付")[0]) and not re.search(_PAY, scope[:12]):
        kind = "delivery_due"
    elif re.search(_PAY, scope) and not re.search(r"视为|异议|质保期为|上诉", scope):
        kind = "deadline" if term.anchor == "demand" else "due"
    else:
        return
    shown = " ".join(text.text[slice(*sentence)].split())[:200]
    _merge(merged, term.end(start), "day", kind, f"{shown}（自 {start} 起算）", term.span, text, derived=True)


def _anchor(merged: dict[tuple[date, str], Event], kind: str, document: str) -> date | None:
    """The day that such terms run from: the first signing, the last of anything else; of a letter, its own arrival."""
    found = [event for event in merged.values() if event.type == kind and event.precision == "day"]
    days = [event.day for event in found if not event.derived and event.arrival is not False]
    if kind == "demand":
        days = [e.day for e in found if e.arrival and any(span.document == document for span in e.spans)]
    if not days:
        return None
    return min(days) if kind == "contract_signing" else max(days)
