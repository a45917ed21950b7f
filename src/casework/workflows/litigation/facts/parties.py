"""Who the case is about: names, roles, aliases, identity numbers and whether their check digits hold (pure)."""

import itertools
import re

import msgspec
from rapidfuzz.distance import Hamming

from casework.workflows.litigation.facts import identity, naming, notes
from casework.workflows.litigation.facts.names import (
    ADDRESSED,
    ALIAS,
    CALLINGS,
    COMPANY,
    INLINE,
    INLINE_PERSON,
    LABELLED,
    NAMED,
    NOTE_OF_HAND,
    OTHER_ORG,
    PERSON,
    ROLES,
    SIGNED,
    SPEAKS,
    TITLED,
    WORDS,
)
from casework.workflows.litigation.facts.naming import NO_PARTY
from casework.workflows.litigation.text import tables
from casework.workflows.litigation.text.script import simplified
from casework.workflows.litigation.text.span import Span, Text

_REPRESENTATIVE = re.compile(rf"(?:法定代表人|负责人|经营者)(?:[（(][^）)]*[）)])?\s*[:：]?\s*(?P<name>{PERSON})")
_DOMICILE = re.compile(
    r"(?:住所地?|住址|地址|注册地址|户籍地|住)\s*[:：]?\s*(?P<place>[\u4e00-\u9fff]{2,}?[省市区县][^，,。；;\n]{2,40})"
)
_CHAT = re.compile(  # `2024-01-05 21:03 货主郝建平：`
    rf"(?:^|\n)(?:[^\n:：]|\d[:：](?=\d)){{0,24}}?[ \t\u3000]"
    rf"[\u4e00-\u9fff]{{0,3}}?(?!{WORDS}|{CALLINGS})(?P<name>{PERSON})\s*[:：]"
)
_HEADED = re.compile(  # `李明 2023年3月1日 10:00`, and below it what he says
    rf"(?m)^\W{{0,3}}(?:(?=[\d年月日号/.:： -]*\d[:：]\d\d\s+)[\d年月日号/.:： -]+\s)?(?!{WORDS}|{CALLINGS})"
    rf"(?P<name>{PERSON})(?:[（(][^）)\n]{{1,12}}[）)])?(?=(?<!\d)\s+(?:\d{{2,4}}\s?[年/.-])?\s?\d{{1,2}}\s?[月/.-]\s?"
    r"\d{1,2}[日号]?\s*\d{1,2}[:：]\d\d|(?<=\d\d\s\S\S)\s*$|(?<=\d\d\s\S\S\S)\s*$)"
)
_NO_ALIAS = re.compile(r"^.?公司$|^.司$|单位|合同|协议|本函|设备|产品|货物|房屋|双方")
_PLAIN_COMPANY = re.compile(COMPANY.replace("（）()", ""))
_ALSO = re.compile(
    r"\s*[（(](?:以下简称|简称|下称|即|系)?\s*[“\"「]?(?P<role>[\u4e00-\u9fff]{2,6})[”\"」]?[）)]"
)  # `甲方：某公司（卖方）`
WITH_NOTES = {"iou", "loan_contract", "reconciliation", "repayment_plan", "statement"}
SIGNING = {"收货人", "发货人", "送货人", "提货人"}  # a person there signs for a party
_AND_TOO = re.compile(r"\s{0,2}[、和及与]\s{0,2}|[ \t\u3000]{1,4}(?=[\u4e00-\u9fff]{2,4}\s*(?:\n|$))")
_WIDE = str.maketrans("()", "（）")  # as names are registered
SCOPE = 220
SHORT = 5  # characters: a name of so few may end another by chance
MOST = 200  # parties of a case; what goes beyond is no case but a directory


class Party(msgspec.Struct):
    """A person or an organisation; `number` is its identity number, `number_valid` whether the check digit holds,
    `other_number` where a paper gives another."""

    name: str
    kind: str
    roles: list[str]
    aliases: list[str]
    spans: list[Span]
    number: str | None = None
    number_valid: bool | None = None
    number_span: Span | None = None
    other_number: Span | None = None
    representative: str | None = None
    domicile: str | None = None
    our_side: bool | None = None


def find(texts: list[Text]) -> list[Party]:
    """The parties of all documents, each once, those with a role first."""
    found: list[Party] = []
    whole = "\n".join(text.text for text in texts)
    for text in texts:
        _labelled(text, found, whole)
    for text in texts:
        _running(text, found)
        _addressed(text, found, whole)
    for party, text in itertools.product(found, [each for each in texts if each.says(identity.NUMBER)]):
        for place in identity.places(text.text, party.name):
            _numbers(party, text, place, place + identity.LENGTH)
    for party in found:
        written = {re.sub(r"\s", "", span.quote) for span in party.spans}
        unlike = sorted(each for each in written if simplified(each) == party.name)
        plain = not unlike or any(party.name in text.raw for text in texts)
        party.name = (party.name if plain else unlike[0]).translate(_WIDE)
    return sorted(found, key=lambda party: not party.roles)


def _labelled(text: Text, found: list[Party], whole: str) -> None:
    """Parties that a label introduces: `甲方（需方）：…`, `原告：…`, or the head of a column."""
    marks = list(LABELLED.finditer(text.text))
    for number, match in enumerate(marks):
        named = naming.plain(match["name"]) or naming.foreign(match["name"], whole)
        signs = (
            match["first"] in SIGNING
            and named is not None
            and all(each.name != named[0] for each in found)
            and ((re.fullmatch(PERSON, named[0]) and len(named[0]) <= 4) or "·" in named[0])
        )
        if named is None or signs or named[0] in ROLES.split("|"):  # the heads of a table
            continue
        start = match.start("name") + named[1]
        until = marks[number + 1].start() if number + 1 < len(marks) else len(text.text)
        party = _party(found, named[0], text.span(start, start + named[2]))
        after = _ALSO.match(text.text, start + named[2])
        also = match["also"] or ""
        written = [
            match["first"],
            *re.split(r"[、/，,\s]", also),
            re.sub(r"\s", "", also),
            after["role"] if after else "",
        ]
        roles = [role for each in written if (role := re.sub(r"\s", "", each)) in ROLES.split("|")]
        for one in (party, *_fellows(text, start + named[2], found)):
            for role in roles:
                _add(one.roles, role)
        _details(party, text, start + named[2], min(until, start + SCOPE))
    for cell in tables.cells(text):
        named = naming.plain(cell.content) if cell.head in ROLES.split("|") else None
        named = named or (naming.foreign(cell.content, whole) if cell.head in ROLES.split("|") else None)
        short = any(cell.content in party.name != cell.content for party in found)  # of a name that is known
        if named and named[2] == len(cell.content) and named[0] not in ROLES.split("|") and not short:
            _add(_party(found, named[0], text.span(cell.start, cell.end)).roles, cell.head)


def _fellows(text: Text, start: int, found: list[Party]) -> list[Party]:
    """Who else the same label names: `保证人：闾丘鹤、湛蓝`."""
    fellows = []
    while mark := _AND_TOO.match(text.text, start):
        words = text.text[mark.end() : mark.end() + 40].split("\n")[0]
        named = naming.plain(words) or naming.bare(words)
        if named is None:
            break
        start = mark.end() + named[1] + named[2]
        fellows.append(_party(found, named[0], text.span(start - named[2], start)))
    return fellows


def _lenders(text: Text, found: list[Party]) -> None:
    """Whom a note of hand names."""
    known = [name for party in found for name in (party.name, *party.aliases)]
    for match in notes.lenders(text.text, known) if text.kind in WITH_NOTES else ():
        party = _named(text, match, found)
        _details(party, text, match.end(), min(len(text.text), match.end() + 40))
        _add(party.roles, "出借人")
        if match["other"]:
            other = _party(found, re.sub(r"\s", "", match["other"]), text.span(*match.span("other")))
            _add(other.roles, "出借人")


def _running(text: Text, found: list[Party]) -> None:
    """Parties that a sentence names."""
    for pattern in (INLINE, INLINE_PERSON):
        for match in pattern.finditer(text.text):
            _add(_named(text, match, found).roles, match["role"])
    _lenders(text, found)
    for pattern, role in NOTE_OF_HAND:
        for match in pattern.finditer(text.text) if not role or text.kind in WITH_NOTES else ():
            party = _named(text, match, found)
            _details(party, text, match.end(), min(len(text.text), match.end() + 40))
            _add(party.roles, role)
    signed = [SIGNED] if SPEAKS.search(text.text) else []
    for pattern in (*NAMED, *signed, *([_CHAT, _HEADED] if text.kind == "correspondence" else [])):
        for match in pattern.finditer(text.text):
            before = match[0][: match.start("name") - match.start()].split()
            speaks_for = pattern is _CHAT and any(
                word in party.name for party in found for word in (*before[-1:], match["name"]) if party.name != word
            )
            is_role = match["name"] in ROLES.split("|")
            if (
                not is_role
                and not TITLED.search(match["name"])
                and not NO_PARTY.search(match["name"])
                and not speaks_for
            ):
                _named(text, match, found)
    if text.is_statement or not found:
        for match in _PLAIN_COMPANY.finditer(text.text):
            told = [each.name for each in found if match[0].endswith(each.name)]
            name = max(told, key=len, default=None) or naming.unled(match[0])
            if not NO_PARTY.search(name) and len(name) >= 6:
                _party(found, name, text.span(match.end() - len(name), match.end()))
    _aliases(text, found)


def _named(text: Text, match: re.Match[str], found: list[Party]) -> Party:
    """The party of that name; words before a name that is known are none of it: `供货方某公司`, `化验员某人`."""
    name = re.sub(r"\s", "", match["name"])
    known = [each.name for each in found if len(each.name) > SHORT and name.endswith(each.name)]
    return _party(found, max(known, key=len, default=name), text.span(match.start("name"), match.end("name")))


def _addressed(text: Text, found: list[Party], whole: str) -> None:
    """Whom a letter addresses, whatever the surname, where the case tells of that name again."""
    for match in ADDRESSED.finditer(text.text):
        if match["name"] in ROLES.split("|"):
            continue
        if whole.count(match["name"]) > naming.TWICE and not re.search(
            r"单位|公司|领导|法院|员工|各位|委员会", match["name"]
        ):
            _named(text, match, found)


def _aliases(text: Text, found: list[Party]) -> None:
    """What the parties are called for short; a role in the place of a name is a role."""
    for match in ALIAS.finditer(text.text):
        before = text.text[max(0, match.start() - 60) : match.start()].split("\n")[-1]
        owner = max((p for p in found if p.name in before), key=lambda p: before.rfind(p.name), default=None)
        alias = match["alias"].strip('“”"「」 ')
        if owner is None:
            continue
        if alias in ROLES.split("|"):
            _add(owner.roles, alias)
        elif alias != owner.name and not _NO_ALIAS.search(alias):
            _add(owner.aliases, alias)


def _party(found: list[Party], name: str, span: Span) -> Party:
    """The party of that name, its alias, or all but one character of its name: scanned pages have such slips."""
    for party in found:
        slip = len(name) == len(party.name) >= 8 and Hamming.distance(name, party.name) <= 1
        if name == party.name or name in party.aliases or slip:
            party.spans.append(span)
            return party
    short = len(name) <= 4 and (re.fullmatch(PERSON, name) or not OTHER_ORG.fullmatch(name))
    kind = "person" if short or "·" in name else "org"
    party = Party(name, kind, [], [], [span])
    if len(found) < MOST:
        found.append(party)
    return party


def _add(to: list[str], word: str) -> None:
    if word and word not in to:
        to.append(word)


def _details(party: Party, text: Text, start: int, end: int) -> None:
    _numbers(party, text, start, end)
    representative = _REPRESENTATIVE.search(text.text, start, end)
    if representative and party.kind == "org":
        party.representative = party.representative or re.sub(r"\s", "", representative["name"])
    domicile = _DOMICILE.search(text.text, start, end)
    if domicile:
        party.domicile = party.domicile or domicile["place"]


def _numbers(party: Party, text: Text, start: int, end: int) -> None:
    for match, valid in identity.numbers(text.text, start, end, party.kind):
        if party.number is None:
            party.number, party.number_valid = match[0], valid
            party.number_span = text.span(*match.span())
        elif match[0].upper() != party.number.upper() and party.kind == "person":
            party.other_number = text.span(*match.span())


def take_sides(parties: list[Party], texts: list[Text], ours: list[str], theirs: list[str]) -> list[Party]:
    """The same parties, each with whether it is ours: by the user's words, else by the roles of the two sides."""
    words = " ".join(text.text for text in texts if text.is_statement)
    us = next((p for p in parties if _is_us(p, words)), None)
    if us is None:
        us = next((p for p in parties if set(p.roles) & set(ours)), None)
    for party in parties:
        if party is us:
            party.our_side = True
        elif (us is not None and party.roles and not set(party.roles) & (set(us.roles) | {"第三人"})) or (
            us is None and set(party.roles) & set(theirs)
        ):
            party.our_side = False
    return parties


def _is_us(party: Party, words: str) -> bool:
    names = [re.escape(simplified(name)) for name in [party.name, *party.aliases, *party.roles]]
    return bool(
        re.search(
            rf"(?:我(?:公司|方|司|厂|店|单位)?|本(?:公司|人))[（(，,是为系叫即]?[^。；\n]{{0,8}}?(?:{'|'.join(names)})",
            words,
        )
    )
