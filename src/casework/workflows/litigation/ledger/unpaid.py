"""Which wages are owed: what was ordered, what the employer has put into writing, what the worker says (pure)."""

import re
from datetime import date
from decimal import Decimal

import msgspec

from casework.workflows.litigation.facts import grounds
from casework.workflows.litigation.facts.entry import AGREEMENTS, clause, sentence
from casework.workflows.litigation.facts.receipts import is_receipt
from casework.workflows.litigation.ledger import paytable
from casework.workflows.litigation.text import money, tables
from casework.workflows.litigation.text.dates import valid
from casework.workflows.litigation.text.money import Amount
from casework.workflows.litigation.text.numerals import CHARACTERS, integer
from casework.workflows.litigation.text.span import Text

_WAGES = re.compile(r"工资|薪|报酬|工钱")
_OTHER = re.compile(
    r"[二双两]倍|补偿|赔偿|加班|代通知|额外|提前[^，。；]{0,6}通知|替代通知|年休假|高温|奖金|押金|报销|平均|(?<![\d个一二三四五六七八九十])月(?:工资|薪)(?:标准)?[为是:：]?\s*(?:人民币)?\s*$"
)
_OWED_WAGES = re.compile(
    r"(?:工资|薪|工钱)[^。；\n]{0,30}(?:欠|[还尚仍]差|没有?发|未(?:能|及时|按时|按期|足额|再)*发)|"
    r"(?:欠|[还尚仍]差|没有?发|未(?:能|及时|按时|按期|足额|再)*发)[^。；\n]{0,30}(?:工资|薪|工钱)"
)
_ORDERED = re.compile(r"(?:被告|被申请人|公司|判决|裁决|应).{0,40}(?:支付|给付|返还|发放)")
_DECIDED = re.compile(r"(?:裁决|判决|调解|协议)如下|(?:达成|自愿)[^，。；\n]{0,8}协议")
_SUM = re.compile(r"合计|共计|总计|总额|累计|共")
_SUMMED = re.compile(rf"(?:{_SUM.pattern})[^\d，。；]{{0,8}}$")
_ONLY_SUM = re.compile(rf"\s*(?:以上|上述|三项|两项)?(?:{_SUM.pattern})[^\d，。；]{{0,6}}$")
_N = rf"\d{{1,2}}|[{CHARACTERS}]{{1,3}}"
_COUNT = (
    re.compile(rf"欠薪\s*(?:长达|达|已有?|了)?\s*(?P<n>{_N})\s*个(?:多)?月"),
    re.compile(
        rf"(?:拖欠|欠发|欠付|欠|未发|未支付|没发|没有发)[^。；;\n]{{0,24}}?(?P<n>{_N})\s*个月(?:份)?的?[^。；，\n]{{0,6}}?(?:工资|薪)"
    ),
    re.compile(
        rf"(?:工资|薪水?|薪资)[^。；，\n]{{0,6}}?(?:拖欠|欠|未发|没发|没有发|已经?|没给|未给|没付|没结|没有结|未结)(?:了|有|已)?\s*(?P<n>{_N})\s*个(?:多)?月"
    ),
    re.compile(
        rf"(?P<n>{_N})\s*个月(?:份)?的?(?:工资|薪水?|薪资)[^。；，\n]{{0,6}}?(?:未发|没发|没有发|未支付|拖欠|未付|没给|未给|没付|没结|没有结|未结)"
    ),
)
_HALF = re.compile(
    rf"(?:工资|薪)[^。；，\n]{{0,4}}(?:拖欠|欠|未发|没发)了?(?P<n2>{_N})\s*个半月|(?:欠|未发|未支付|没发)[^。；;\n]{{0,16}}?(?P<n>{_N})\s*个半月的?[^。；，\n]{{0,6}}?(?:工资|薪)"
)
_DAYS = re.compile(
    r"(?:欠|未发|未支付|未付|没发|停发|支付)[^。；\n]{0,16}?(?P<y>20\d\d)[年./-](?P<m>\d{1,2})[月./-](?P<d>\d{1,2})(?:日|(?!\d))(?:起)?(?:至|到|—|-)(?:(?P<y2>20\d\d)[年./-])?(?P<m2>\d{1,2})[月./-](?P<d2>\d{1,2})(?:日|(?!\d))(?:止)?(?:期间)?的?[^。；，\n]{0,8}?(?:工资|薪)(?!差额)"
)
_RANGE = re.compile(
    rf"(?P<y>20\d\d)\s*年\s*(?P<m>{_N})\s*(?:月(?:份)?)?\s*(?:至|到|—|-|~|～|–|－)\s*(?:(?P<y2>20\d\d)\s*年\s*)?(?P<m2>{_N})\s*月(?!\s*\d)(?:份)?(?:期间)?(?:的)?(?:应发)?[^。；，\n]{{0,6}}?(?:工资|薪)"
)
_LIST = re.compile(
    rf"(?P<list>(?:{_N})(?:\s*月(?:份)?)?(?:\s*[、和及]\s*(?:{_N})(?:\s*月(?:份)?)?)+)\s*(?:月份?|个?月)?(?:的)?(?:工资|薪)"
)
PAPERS = ("reconciliation", "repayment_plan", "contract", "iou")
_DEBT = re.compile("欠|未付|未发|应付|应补|补发")
_REST = re.compile(r"(?:^|剩|尚|还|仍|其)余(?:款|下)?[为是共计]?(?:人民币)?\s*$")
_PAYABLE = re.compile(r"(?:应付|应补发?|实际?应?发放?)[^\d，。；]{0,6}$")
_TO_PAY = re.compile(r"支付|给付|补发|发放|结清|付清|返还|补足|偿付")
_ELSE = re.compile(r"确认|认定|撤销|驳回|变更|核实|标准")  # what a request may be for, but to pay
_REFUSED = re.compile(r"(?:无需|无须|不|不应|拒绝)(?:再|向[^，。；]{1,12})?(?:支付|给付|补发|承担)")
_EXPLAINED = re.compile(r"[（(]|其中|即")
_NEXT = re.compile(r"(?<=[元块])(?:整)?[、和及与](?!其中)")
_LEFT = re.compile(r"(?:少发|短发|少付|克扣|扣发|(?:还|尚|仍)(?:有|差|剩))[^，。；\d]{0,14}$")
_RESIDUE = re.compile(r"差额(?:部分|共计|合计)?[为是共计约:：]*(?:人民币)?\s*$")
_UNPAID = re.compile(
    r"\s*[，,]?(?:至今|一直|仍|尚|还|均|全部|都|分文)*(?:未|没有?|拒不)(?:支付|发放?|付(?!清)|给|结清?)"
)
_DUE = re.compile(r"欠|未发|未支付|未付|没发|没有发|停发|支付")


def stated(texts: dict[str, Text], amounts: list[Amount]) -> Amount | None:
    """The sum that is said to be owed: a tribunal's before the employer's paper before anybody's own words."""
    wages = _of_wages(texts, amounts)
    judged = [a for a in wages if texts[a.span.document].kind in ("judgment", "award")]
    ordered = [
        a
        for a in judged
        if a.label in ("paid", "owed", "claimed", "wage")
        and _ORDERED.search(_said(texts, a))
        and a.span.start > _orders(texts[a.span.document])
    ]
    if ordered:
        return _added(texts, ordered)
    papers = [a for a in amounts if _is_account(texts[a.span.document])]
    owed = [
        a
        for a in papers
        if (a.label == "owed" and (a in wages or _WAGES.search(sentence(texts, a)))) or _is_rest(texts, a)
    ]
    named = [a for a in papers if a in wages and _SUM.search(_about(texts, a)) and "欠" in texts[a.span.document].text]
    settled = [a for a in papers if _PAYABLE.search(_lead(texts, a)) and a.label != "compensation"]
    for found in (owed, named, settled):
        if found:
            return _written(texts, amounts, found)
    if claim := _claim(texts, wages):
        return claim
    left = [
        a
        for a in amounts
        if (a.label == "owed" or (_is_left(texts, a) and not _OTHER.search(_lead(texts, a))))
        and (a in wages or _OWED_WAGES.search(_said(texts, a)))
        and texts[a.span.document].kind not in AGREEMENTS
    ]
    if left:
        return _written(texts, amounts, left)
    summed = [
        a
        for a in amounts
        if a.label in ("total", "other", "paid")
        and _SUM.search(_about(texts, a))
        and _OWED_WAGES.search(_said(texts, a))
        and texts[a.span.document].kind not in AGREEMENTS | {"award", "judgment"}
        and not _OTHER.search(_said(texts, a))
    ]
    if summed:
        return summed[-1]
    column = next((a for text in texts.values() if (a := _column(text))), None)
    return column or next((a for a in wages if a.label == "claimed"), None)


def asked(texts: dict[str, Text], amounts: list[Amount]) -> Decimal | None:
    """The wages that are asked for in court, else of the commission."""
    claim = _claim(texts, _of_wages(texts, amounts))
    return claim.value if claim else None


def _of_wages(texts: dict[str, Text], amounts: list[Amount]) -> list[Amount]:
    return [
        a
        for a in amounts
        if _WAGES.search(_about(texts, a)) and not _OTHER.search(_lead(texts, a)) and a.label != "compensation"
    ]


def _claim(texts: dict[str, Text], wages: list[Amount]) -> Amount | None:
    """What is asked for in court, else of the commission: the sums of all requests for wages."""
    for kind in ("complaint", "arbitration_application"):
        for text in texts.values():
            place = grounds.requests(text) if text.kind == kind else None
            asked = [a for a in wages if a.span.document == text.id and place and place[0] <= a.span.start < place[1]]
            if asked and (claim := _added(texts, asked)).value:
                return claim
    return None


def _added(texts: dict[str, Text], sums: list[Amount]) -> Amount:
    """The sums of all requests or orders of the first paper, as one."""
    text = texts[sums[0].span.document]
    items: dict[int, list[Amount]] = {}
    for a in sums:
        if a.span.document == text.id:
            items.setdefault(text.sentence(a.span.start, a.span.end)[0], []).append(a)
    return msgspec.structs.replace(sums[0], value=sum((_request(texts, each) for each in items.values()), Decimal(0)))


def _request(texts: dict[str, Text], sums: list[Amount]) -> Decimal:
    """The wages of one request or order: its sum, or its sums together; what a bracket adds only explains it."""
    said, words = _said(texts, sums[0]), texts[sums[0].span.document].text
    if (_ELSE.search(said) and not _TO_PAY.search(said)) or _REFUSED.search(said):
        return Decimal(0)
    own = [a for a in sums if not _EXPLAINED.search(words, sums[0].span.end, a.span.start)]
    whole = [a for a in own if _SUMMED.search(_lead(texts, a))]
    return whole[0].value if whole else sum((a.value for a in own), Decimal(0))


def _written(texts: dict[str, Text], amounts: list[Amount], found: list[Amount]) -> Amount:
    """What they come to; of a sum told twice the capitals count."""
    spoiled = next((each for each in money.conflicts(amounts) if each.figures == found[-1]), None)
    return spoiled.capital if spoiled else _together(texts, amounts, found)


def months(words: str) -> Decimal | None:
    """For how many months the words say that wages are owed."""
    half = _HALF.search(words)
    if half and (count := integer(half["n"] or half["n2"])):
        return count + Decimal("0.5")
    for pattern in _COUNT:
        match = pattern.search(words)
        count = integer(match["n"]) if match else None
        if count:
            return Decimal(count)
    for sentence_ in re.split(r"[。；;\n]", words):
        if not _DUE.search(sentence_) or re.search(r"[二双两]倍|加班|社会?保", sentence_):
            continue
        match = _RANGE.search(sentence_)
        first, last = (integer(match["m"]), integer(match["m2"])) if match else (None, None)
        if match and first and last:
            years = int(match["y2"] or match["y"]) - int(match["y"])
            return Decimal(years * 12 + last - first + 1)
        listed = _LIST.search(sentence_)
        if listed and re.search("欠|未发|未支付|未付|没发|停发|没给|没有发", sentence_):
            return Decimal(len(re.findall(rf"(?:{_N})(?=\s*月|\s*[、和及]|$)", listed["list"])))
    return None


def stretch(words: str) -> tuple[date, date] | None:
    """The days for which the words say that wages are owed."""
    for match in _DAYS.finditer(words):
        first = int(match["y"]), int(match["m"]), int(match["d"])
        last = int(match["y2"] or match["y"]), int(match["m2"]), int(match["d2"])
        told = re.search(r"[二双两]倍|加班", words[match.start() : match.end() + 8])
        if valid(*first) and valid(*last) and not told:
            return date(*first), date(*last)
    return None


def _together(texts: dict[str, Text], amounts: list[Amount], found: list[Amount]) -> Amount:
    """The last of them, or its list's sum; of a list without its sum, all: `7月工资5,000元、8月工资4,500元`."""
    last = found[-1]
    same = [a for a in amounts if a.span.document == last.span.document and sentence(texts, a) == sentence(texts, last)]
    if re.search(r"已(?:经)?(?:还|付|支付|发|给)", _said(texts, last)) and re.search(
        r"[还尚仍][欠剩有差]", _lead(texts, last)
    ):
        return last  # what is left of them
    if sums := [a for a in same if _SUMMED.search(_lead(texts, a))]:
        return sums[-1]
    same = [a for a in same if a in found]
    between = _lead(texts, same[0]) + texts[last.span.document].text[same[0].span.start : last.span.end]
    if len(same) > 1 and not _SUM.search(between) and re.search(r"月.*[、，].*月", between):
        return msgspec.structs.replace(last, value=sum((a.value for a in same), Decimal(0)))
    return last


def _is_account(text: Text) -> bool:
    """Whether it is a paper in which the employer owns to wages."""
    return text.kind in PAPERS and text.says(_WAGES) and text.says(_DEBT) and not is_receipt(text)


def _is_rest(texts: dict[str, Text], amount: Amount) -> bool:
    """Whether an account calls it what is left, of no month, outside of tables."""
    text, said = texts[amount.span.document], _lead(texts, amount)
    return (
        (amount.label == "owed" or _REST.search(said) is not None)
        and not re.search("月", said)
        and not _OTHER.search(said)
        and tables.head(text, amount.span.start) is None
    )


def _is_left(texts: dict[str, Text], amount: Amount) -> bool:
    """Whether the words before or behind it say that it was not paid, whatever else they call it."""
    text = texts[amount.span.document]
    before = _LEFT.search(_lead(texts, amount)) or (
        _RESIDUE.search(_lead(texts, amount)) and re.search("工资|薪", _said(texts, amount))
    )
    return amount.label != "claimed" and bool(before or _UNPAID.match(text.text, amount.span.end))


def _orders(text: Text) -> int:
    """Where a tribunal's orders, or what the sides settled on before it, begin."""
    return max((match.end() for match in _DECIDED.finditer(text.text)), default=len(text.text))


def _column(text: Text) -> Amount | None:
    value = paytable.owed(text)
    place = re.search(r"欠|未发|未付|差额", text.text)
    return Amount(value, place[0], "owed", text.span(*place.span())) if value and place else None


def _about(texts: dict[str, Text], amount: Amount) -> str:
    """Its clause, with the words that name it before a colon, or before a comma and its `合计`."""
    text = texts[amount.span.document]
    begin = text.clause(amount.span.start, amount.span.end)[0]
    named = text.text[begin - 1 : begin] in (":", "：") or _ONLY_SUM.match(text.text, begin, amount.span.start)
    return (text.text[slice(*text.clause(begin - 1, begin - 1))] if begin and named else "") + clause(texts, amount)


def _lead(texts: dict[str, Text], amount: Amount) -> str:
    """The words before it that may name it: behind the sum before, where both stand in a list."""
    begin = texts[amount.span.document].clause(amount.span.start, amount.span.end)[0]
    said = texts[amount.span.document].text[max(begin, amount.span.start - 24) : amount.span.start]
    return _NEXT.split(said)[-1]


def _said(texts: dict[str, Text], amount: Amount) -> str:
    text = texts[amount.span.document]
    return text.text[text.sentence(amount.span.start, amount.span.end)[0] : amount.span.start]
