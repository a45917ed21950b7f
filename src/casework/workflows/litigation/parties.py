"""Who the case is about: names, roles, aliases, identity numbers and whether their check digits hold (pure)."""

import re
from collections.abc import Iterator

import msgspec
from rapidfuzz.distance import Hamming

from casework.workflows.litigation.span import Span, Text

ROLES = (
    "甲方|乙方|丙方|丁方|买方|卖方|供方|需方|购货方|供货方|出卖人|买受人|采购方|供应商|销售方|购买方|原告|被告|第三人|申请人|被申请人|"
    "上诉人|被上诉人|申请执行人|被执行人|委托人|受托人|委托方|受托方|出借人|借款人|贷款人|债权人|债务人|保证人|担保人|连带保证人|"
    "抵押人|收款人|付款人|收款方|付款方|发货人|收货人|发货单位|收货单位|欠款人|出租人|承租人|出租方|承租方|定作人|承揽人|定作方|承揽方|"
    "发包人|承包人|发包方|承包方|用人单位|劳动者|职工|员工|仲裁申请人|转让方|受让方|送货单位|供货单位|购货单位|销货单位|送货人|提货人|提货单位|建设单位|施工单位|委托单位|订货方|加工方|承诺人|担保方|保证方"
)
_R = "|".join(r"\s?".join(role) for role in sorted(ROLES.split("|"), key=len, reverse=True))
SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳鲍史唐费廉"
    "岑薛雷贺倪汤滕殷罗毕郝邬安常乐于傅皮卞齐康伍余元卜顾孟黄穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴宋庞熊纪舒屈项祝董梁杜阮蓝闵席季麻"
    "强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫房裘缪解应宗丁宣邓单杭洪包诸左石崔吉龚程邢裴陆荣翁荀羊甄曲家封"
    "储靳段焦牧车侯宓蓬全班仰秋仲伊宫宁仇栾甘厉祖武符刘景詹束龙叶幸司黎薄印白蒲邰鄂索赖卓屠蒙池乔胥闻党翟谭贡劳姬申扶堵冉宰郦雍桑桂濮"
    "牛寿通边扈燕冀尚农温别庄晏柴瞿阎慕连习艾鱼容向古易廖居衡步都耿满匡国文寇广东欧沃利蔚越隆师巩聂晁勾敖融冷辛阚简饶曾沙鞠丰巢关查游竺权盖桓岳帅肖闫覃涂佟仝"
)
_DOUBLE = "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|夏侯|端木"
_PERSON = rf"(?:(?:{_DOUBLE})[\u4e00-\u9fff]{{1,2}}|[{SURNAMES}][\u4e00-\u9fff]{{1,2}}|[{SURNAMES}]\s{{1,2}}[\u4e00-\u9fff](?=\s*$|[,，（(\s])|[{SURNAMES}]某[\u4e00-\u9fff]?)"
# In running text only frequent surnames that are no frequent words, and no words that begin with one.
_COMMON = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严魏陶姜谢邹章苏潘葛范彭郎鲁韦马苗袁柳鲍唐薛雷贺倪汤滕殷罗毕郝傅卞齐康伍余顾孟黄穆萧尹姚"
    "邵汪祁毛臧戴宋庞熊纪舒屈祝董梁杜阮蓝季贾江颜郭梅林刁钟徐邱骆高夏蔡田樊胡凌霍虞柯莫裘缪邓洪崔龚程邢裴陆荣翁甄段焦侯刘景詹叶黎蒲邰赖卓屠蒙"
    "池乔谭姬冉桑桂牛边尚温庄晏柴瞿阎习艾鱼容廖耿寇欧沙查岳帅肖闫覃涂佟仝丁石吉曾丘万方史任金白龙"
)
_WORDS = (
    "陆续|于是|方式|方法|方可|方能|方便|万元|万余|任何|任意|任职|金额|金融|石材|石料|白条|高度|高额|余款|余额|余下|何时|何种|许可|钱款|江苏|江西|"
    "温州|曾经|曾于|曾多|曾向|边界|尚欠|尚未|尚有|习惯|容易|查询|查收|史无|康复|纪律|马上|顾客|程序|季度|景区|叶片|高于|宋体|汪洋|石油|金属|方面|龙头|"
    "温度|水电|田间|高新|江南|江北|卫生|孙子|王牌|杜绝|严重|严格|章程|贺卡|罗列|齐全|康养|毕竟|段落|夏季|黄金|洪水|林业|雷同|汤料|万一|许诺|包括"
)
_SHORTEST = (rf"(?!{_WORDS})" + _PERSON.replace(SURNAMES, _COMMON)).replace("{1,2}|", "{1,2}?|")
_ENDS = (
    "股份有限公司|有限责任公司|有限公[司可]|合伙企业（有限合伙）|合伙企业|事务所|集团公司|集团|分公司|支行|分行|银行|工厂|加工厂|厂|经营部|"
    "商行|商店|门市部|工作室|工程队|合作社|研究院|研究所|学校|医院|店|中心|行|部|场"
)
COMPANY = (
    r"[\u4e00-\u9fff（）()A-Za-z·]{2,30}?(?:股份有限公司|有限责任公司|有限公[司可]|合伙企业(?:[（(]有限合伙[）)])?|事务所|集团公司)"
    r"(?:[\u4e00-\u9fff]{2,6}分公司)?"
)
_COMPANY = re.compile(COMPANY)
_OTHER_ORG = re.compile(rf"[\u4e00-\u9fff（）()·]{{3,24}}(?:{_ENDS})")
_ROLE = re.compile(
    rf"(?:(?<![\u4e00-\u9fff])|(?<=证明)|(?<=兹有))(?P<first>{_R})\s*(?:[（(](?P<also>[^）)\n]{{1,24}})[）)])?\s*(?:[:：]|(?=\s))\s*(?=(?P<name>[^\n]{{2,60}}))"
)
_INLINE = re.compile(
    rf"(?P<role>原告|被告|第三人|上诉人|被上诉人|申请人|被申请人|申请执行人|被执行人)(?P<name>{COMPANY})"
)
_INLINE_PERSON = re.compile(
    rf"(?P<role>连带保证人|连带责任保证人|债权人|债务人|出借人|借款人|保证人|担保人|原告|被告|申请人|被申请人)(?P<name>{_SHORTEST})"
    r"(?=[，,。、；;（(]|借|自愿|签字|签名|承担|与|和|诉|于|向|的|系|之间|因|未|已|在|应|提供|名下|给|归还|支付|对|为|以|同意|愿|表示|签|收|借|欠|多次|曾)"
)
_TITLED = re.compile(r"经理|总监|主任|老板|会计|律师|厂长|师傅|老师|先生|女士|^.总$|^.工$|^.哥$|^.姐$")
_IOU = (
    (re.compile(rf"(?:今|现|兹)?(?:借到|向|收到)\s*(?P<name>{_SHORTEST})(?=先生|女士|[（(]|人民币|现金|出借|借款|借到|借|处|身份证|,|，|\d|¥|￥)"), "出借人"),
    (re.compile(rf"(?:今|现|兹)欠(?:到|付)?\s*(?P<name>{_SHORTEST})(?=先生|女士|[（(]|货款|人民币|工程款|现金|款|\d|¥|￥)"), "债权人"),
    (re.compile(rf"我(?:叫|是|系)(?:[^，。,\n]{{0,4}}的)?(?P<name>{_PERSON})(?=[，。,\s])"), ""),
)
_ALIAS = re.compile(
    r"[（(](?:[^（）()]{0,40}?[，,；;\s])?(?:以下|下)?(?:简称|统称|称)(?:为)?\s*[:：]?[“\"「'‘]?(?P<alias>[^”\"」’'）)，,]{1,20})[”\"」’']?[^）)]{0,30}[）)]"
)
_USCC = re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Z])")
_ID = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_USCC_SET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_REPRESENTATIVE = re.compile(rf"(?:法定代表人|负责人|经营者)(?:[（(][^）)]*[）)])?\s*[:：]?\s*(?P<name>{_PERSON})")
_DOMICILE = re.compile(r"(?:住所地?|住址|地址|注册地址|户籍地|住)\s*[:：]?\s*(?P<place>[\u4e00-\u9fff]{2,}?[省市区县][^，,。；;\n]{2,40})")
_NAMED = (
    re.compile(rf"(?:^|\n)\s*致\s*[:：]?\s*(?P<name>{COMPANY}|{_PERSON})(?=[\s，,。；;:：（(]|先生|女士|$)"),
    re.compile(rf"(?:^|[\n，,。；;：:（(\s])本人(?P<name>{_SHORTEST})(?=[\s，,。（(]|于|系|因|现|与|在|自|向|承诺|，|的|是)"),
    re.compile(rf"(?:户名|姓名|持卡人|开户名|受害人|委托人)\s*[:：]\s*(?P<name>{_PERSON}|{COMPANY})(?=[\s，,。；;（(|]|$)"),
    re.compile(rf"(?:^|\n|受)\s*(?P<name>{_PERSON})(?=先生|女士|同志)"),
)
_CHAT = re.compile(rf"(?:^|\n)[^\n:：]{{0,24}}?\s(?P<name>{_PERSON})\s*[:：]")
_NO_PARTY = re.compile(r"律师事务所|法院|仲裁委|仲裁院|检察院|公安|劳动局|人社局")
SCOPE = 220


class Party(msgspec.Struct):
    """A person or an organisation; `number` is its identity number, `number_valid` whether the check digit holds."""

    name: str
    kind: str
    roles: list[str]
    aliases: list[str]
    spans: list[Span]
    number: str | None = None
    number_valid: bool | None = None
    number_span: Span | None = None
    representative: str | None = None
    domicile: str | None = None
    our_side: bool | None = None


def find(texts: list[Text]) -> list[Party]:
    """The parties of all documents, each once, those with a role first."""
    found: list[Party] = []
    for text in texts:
        _labelled(text, found)
    for text in texts:
        _running(text, found)
    return sorted(found, key=lambda party: not party.roles)


def _labelled(text: Text, found: list[Party]) -> None:
    """Parties that a label introduces: `甲方（需方）：…`, `原告：…`."""
    marks = list(_ROLE.finditer(text.text))
    for number, match in enumerate(marks):
        named = _name(match["name"])
        if named is None:
            continue
        start = match.start("name") + named[1]
        until = marks[number + 1].start() if number + 1 < len(marks) else len(text.text)
        party = _party(found, named[0], text.span(start, start + named[2]))
        written = [match["first"], *re.split(r"[、/，,\s]", match["also"] or "")]
        for role in (re.sub(r"\s", "", each) for each in written):
            if role in ROLES.split("|"):
                _add(party.roles, role)
        _details(party, text, start + named[2], min(until, start + SCOPE))


def _running(text: Text, found: list[Party]) -> None:
    """Parties that a sentence names, and what they are called for short."""
    for match in _INLINE.finditer(text.text):
        party = _party(found, match["name"], text.span(match.start("name"), match.end("name")))
        _add(party.roles, match["role"])
    for match in _INLINE_PERSON.finditer(text.text):
        party = _party(found, match["name"], text.span(match.start("name"), match.end("name")))
        _add(party.roles, match["role"])
    for pattern, role in _IOU:
        for match in pattern.finditer(text.text):
            if role and text.kind not in ("iou", "loan_contract", "reconciliation", "repayment_plan", "statement"):
                continue
            party = _party(found, re.sub(r"\s", "", match["name"]), text.span(match.start("name"), match.end("name")))
            _details(party, text, match.end(), min(len(text.text), match.end() + 40))
            if role:
                _add(party.roles, role)
    for pattern in (*_NAMED, *([_CHAT] if text.kind == "correspondence" else [])):
        for match in pattern.finditer(text.text):
            if not _TITLED.search(match["name"]):
                _party(found, re.sub(r"\s", "", match["name"]), text.span(match.start("name"), match.end("name")))
    if text.is_statement or not found:
        for match in re.finditer(COMPANY.replace("（）()", ""), text.text):
            name = re.sub(r"^.*?(?:和|与|向|给|在|是|被|对|由|到|从|为|职|司|的|了|于|后|年|月|日)(?=[\u4e00-\u9fff]{4})", "", match[0])
            if not _NO_PARTY.search(name) and len(name) >= 6:
                _party(found, name, text.span(match.end() - len(name), match.end()))
    for match in _ALIAS.finditer(text.text):
        before = text.text[max(0, match.start() - 60) : match.start()].split("\n")[-1]
        owner = max((p for p in found if p.name in before), key=lambda p: before.rfind(p.name), default=None)
        alias = match["alias"].strip('“”"「」 ')
        if owner is None:
            continue
        if alias in ROLES.split("|"):
            _add(owner.roles, alias)
        elif alias != owner.name and not re.search(r"^.?公司$|^.司$|单位|合同|协议|本函|设备|产品|货物|房屋|双方", alias):
            _add(owner.aliases, alias)


def _name(words: str) -> tuple[str, int, int] | None:
    """(the name that these words begin with, where it begins, how long it is written)."""
    lead = len(words) - len(words.lstrip(" _\u3000"))
    body = words[lead:]
    spaced = re.match(r"(?:[\u4e00-\u9fff（）()] ){4,}[\u4e00-\u9fff]", body)
    if spaced and _COMPANY.fullmatch(spaced[0].replace(" ", "")):  # OCR parts the characters
        return spaced[0].replace(" ", ""), lead, len(spaced[0])
    company = _COMPANY.match(body) or re.match(rf"{_OTHER_ORG.pattern}(?=[，,。；;：:（(\s]|$)", body)
    if company and not _NO_PARTY.search(company[0]) and not re.search(r"应当|支付|承担|负责", company[0]):
        name = company[0].replace("有限公可", "有限公司")
        if name.count("(") + name.count("（") == name.count(")") + name.count("）"):
            return name, lead, len(company[0])
    person = re.match(rf"{_PERSON}(?=[，,。；;：:（(\s]|$|身份证|男|女|签|盖|公民)", body)
    return (re.sub(r"\s", "", person[0]), lead, len(person[0])) if person else None


def _party(found: list[Party], name: str, span: Span) -> Party:
    """The party of that name, its alias, or all but one character of its name: scanned pages have such slips."""
    for party in found:
        slip = len(name) == len(party.name) >= 8 and Hamming.distance(name, party.name) <= 1
        if name == party.name or name in party.aliases or slip:
            party.spans.append(span)
            return party
    kind = "person" if re.fullmatch(_PERSON, name) and len(name) <= 4 else "org"
    party = Party(name, kind, [], [], [span])
    found.append(party)
    return party


def _add(to: list[str], word: str) -> None:
    if word and word not in to:
        to.append(word)


def _details(party: Party, text: Text, start: int, end: int) -> None:
    for match, check in _numbers(text, start, end, party.kind):
        if party.number is None:
            party.number, party.number_valid = match[0], check
            party.number_span = text.span(*match.span())
    representative = _REPRESENTATIVE.search(text.text, start, end)
    if representative and party.kind == "org":
        party.representative = party.representative or re.sub(r"\s", "", representative["name"])
    domicile = _DOMICILE.search(text.text, start, end)
    if domicile:
        party.domicile = party.domicile or domicile["place"]


def _numbers(text: Text, start: int, end: int, kind: str) -> Iterator[tuple[re.Match[str], bool]]:
    pattern, check = (_ID, valid_id) if kind == "person" else (_USCC, valid_uscc)
    for match in pattern.finditer(text.text, start, end):
        yield match, check(match[0])


def take_sides(parties: list[Party], texts: list[Text], ours: list[str], theirs: list[str]) -> list[Party]:
    """The same parties, each with whether it is ours: by the user's words, else by the roles of the two sides."""
    words = " ".join(text.text for text in texts if text.is_statement)
    us = next((p for p in parties if _is_us(p, words)), None)
    if us is None:
        us = next((p for p in parties if set(p.roles) & set(ours)), None)
    for party in parties:
        if party is us:
            party.our_side = True
        elif us is not None and party.roles and not set(party.roles) & (set(us.roles) | {"第三人"}):
            party.our_side = False
        elif us is None and set(party.roles) & set(theirs):
            party.our_side = False
    return parties


def _is_us(party: Party, words: str) -> bool:
    names = [re.escape(name) for name in [party.name, *party.aliases, *party.roles]]
    return bool(re.search(rf"(?:我(?:公司|方|司|厂|店|单位)?|本(?:公司|人))[（(，,是为系叫即]?[^。；\n]{{0,8}}?(?:{'|'.join(names)})", words))


def valid_uscc(number: str) -> bool:
    """Check digit of a unified social credit code (GB 32100-2015): Σ value·3ⁱ mod 31."""
    if len(number) != 18 or any(character not in _USCC_SET for character in number):
        return False
    total = sum(_USCC_SET.index(character) * pow(3, place, 31) for place, character in enumerate(number[:17]))
    return _USCC_SET[(31 - total % 31) % 31] == number[17]


def valid_id(number: str) -> bool:
    """Check digit of a citizen identity number (GB 11643-1999, ISO 7064 MOD 11-2)."""
    if not re.fullmatch(r"\d{17}[\dXx]", number):
        return False
    total = sum(int(character) * pow(2, 17 - place, 11) for place, character in enumerate(number[:17]))
    return "10X98765432"[total % 11] == number[17].upper()
