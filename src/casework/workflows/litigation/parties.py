"""Who the case is about: names, roles, aliases, identity numbers and whether their check digits hold (pure)."""

import re

import msgspec

from casework.workflows.litigation.span import Span, Text

ROLES = (
    "甲方|乙方|丙方|买方|卖方|供方|需方|出卖人|买受人|原告|被告|第三人|申请人|被申请人|上诉人|被上诉人|委托人|受托人|"
    "出借人|借款人|收款人|付款人|发货人|收货人|致"
)
_ROLE = re.compile(
    rf"(?P<role>{ROLES})(?:[（(](?P<also>{ROLES}|以下简称[^）)]*)[）)])?\s*[:：]\s*(?P<name>[^\s，,。；;：:（(）)\n]{{2,40}})"
)
_COMPANY = re.compile(
    r"[\u4e00-\u9fff（）()]{2,30}?(?:股份有限公司|有限责任公司|有限公司|合伙企业|事务所|集团|银行|厂)"
)
_ALIAS = re.compile(
    r"(?P<name>[\u4e00-\u9fff（）()]{2,40}?)\s*[（(]\s*(?:以下)?(?:简称|称)(?:为)?[“\"「]?(?P<alias>[^”\"」）)]{1,20})[”\"」]?\s*[）)]"
)
_USCC = re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Z])")
_ID = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_USCC_SET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


class Party(msgspec.Struct):
    """A person or an organisation; `number` is its identity number, `number_valid` whether the check digit holds."""

    name: str
    kind: str
    roles: list[str]
    aliases: list[str]
    spans: list[Span]
    number: str | None = None
    number_valid: bool | None = None


def find(texts: list[Text]) -> list[Party]:
    """The parties of all documents, each once, those with a role first."""
    parties: dict[str, Party] = {}
    for text in texts:
        for match in _ROLE.finditer(text.text):
            party = _party(parties, match["name"], text.span(match.start("name"), match.end("name")))
            for role in (match["role"], match["also"] or ""):
                if role and role != "致" and not role.startswith("以下") and role not in party.roles:
                    party.roles.append(role)
            _number(party, text.text[match.end() : match.end() + 120])
        for match in _ALIAS.finditer(text.text):
            company = _COMPANY.search(match["name"])
            alias = match["alias"].strip('“”"「」 ')
            name = company[0] if company else match["name"]
            if name in parties and alias not in parties[name].aliases and alias not in ROLES.split("|"):
                parties[name].aliases.append(alias)
    return sorted(parties.values(), key=lambda party: not party.roles)


def _party(parties: dict[str, Party], name: str, span: Span) -> Party:
    kind = "org" if _COMPANY.search(name) else "person"
    party = parties.setdefault(name, Party(name, kind, [], [], []))
    party.spans.append(span)
    return party


def _number(party: Party, after: str) -> None:
    following = re.search(rf"(?:{ROLES})\s*[:：]", after)
    scope = after[: following.start()] if following else after
    for pattern, check in ((_USCC, valid_uscc), (_ID, valid_id)):
        match = pattern.search(scope)
        if match and party.number is None:
            party.number, party.number_valid = match[0], check(match[0])


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
