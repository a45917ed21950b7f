"""The name that some words begin with: a company, a person, or what the place of a label makes one (pure)."""

import re

from casework.workflows.litigation.facts.names import (
    ANY_ROLE,
    COMPANY_NAME,
    DOTTED,
    IDENTIFIED,
    OTHER_ORG,
    PERSON,
    SPACED,
    WORDS,
)
from casework.workflows.litigation.facts.surnames import SINGLE

NO_PARTY = re.compile(r"律师事务所|银行|法院|仲裁委|仲裁院|检察院|公安|劳动局|人社局")
_LEADING = re.compile(r"^.*?[和与向给在是被对由到从为职司的了于后年月日](?=[\u4e00-\u9fff]{4})")
_ROLE_BEFORE = re.compile(
    rf"^(?:[和与向跟同给被对由从是为系即叫]|[原一二再]审|本诉|反诉|(?:{ANY_ROLE})(?:人|方|单位)?|我(?:们|方|司|公司|单位|厂)?|[本贵对](?:方|司|公司|单位))(?=[\u4e00-\u9fff（()]{{6}})"
)
TWICE = 2


def plain(words: str) -> tuple[str, int, int] | None:
    """(the name that these words begin with, where it begins, how long it is written)."""
    lead = len(words) - len(words.lstrip(" _\u3000"))
    body = words[lead:]
    spaced = re.match(r"(?:[\u4e00-\u9fff（）()] ){4,}[\u4e00-\u9fff]", body)
    if spaced and COMPANY_NAME.fullmatch(spaced[0].replace(" ", "")):  # OCR parts the characters
        return spaced[0].replace(" ", ""), lead, len(spaced[0])
    company = COMPANY_NAME.match(body) or re.match(rf"{OTHER_ORG.pattern}(?=[，,。；;：:（(\s]|$)", body)
    if company and not NO_PARTY.search(company[0]) and not re.search(r"应当|支付|承担|负责", company[0]):
        name = company[0].replace("有限公可", "有限公司")
        if name.count("(") + name.count("（") == name.count(")") + name.count("）"):
            return name, lead, len(company[0])
    person = re.match(rf"(?!{WORDS}){SPACED}(?=\s?[，,（(\n]|\s*$)", body)
    person = person or re.match(rf"(?!{WORDS}){PERSON}(?=[、，,。；;：:（(\s]|$|身份证|男|女|签|盖|公民)", body)
    person = person or re.match(rf"{DOTTED}(?=[、，,。；;：:（(\s]|$)|{IDENTIFIED}", body)
    placed = re.match(
        r"(?!.{0,30}(?:应|须|负责|支付|承担|提供|将|收到))[\u4e00-\u9fff]{2,10}[省市县区州旗镇乡][\u4e00-\u9fff·]{2,24}(?:[（(](?![^）)]*[章签方人])[\u4e00-\u9fff]{2,6}[）)][\u4e00-\u9fff]{0,12})?(?=[，,。；;（(\s]|$)",
        body,
    )
    if placed and not person and not NO_PARTY.search(placed[0]):
        return placed[0], lead, len(placed[0])
    person = person or re.match(rf"(?!{WORDS}|.*(?:签|章|双方))[{SINGLE}][\u4e00-\u9fff]{{3}}(?=\s*$)", body)
    return (re.sub(r"\s", "", person[0]), lead, len(person[0])) if person else None


def bare(words: str) -> tuple[str, int, int] | None:
    match = re.match(r"[\u4e00-\u9fff]{2,4}(?=[\s，,。；;（(、]|$)", words)
    return (match[0], 0, len(match[0])) if match else None


def foreign(words: str, whole: str) -> tuple[str, int, int] | None:
    """A name without a surname: a short word that is all a label is followed by, and that the case tells again."""
    match = re.match(
        rf"\s*(?!{WORDS}|.*(?:签|章|双方|如下|公司|单位))(?P<name>[\u4e00-\u9fff]{{2,5}})(?=\s*$|\s{{2,}}|[（(]|[，,]身份证)",
        words,
    )
    if match is None or len(re.findall(rf"(?<![\u4e00-\u9fff]){match['name']}", whole)) < TWICE:
        return None
    return match["name"], match.start("name"), len(match["name"])


def unled(words: str) -> str:
    """A name without what a sentence says before it: `我方是原审被告某公司`."""
    name = _LEADING.sub("", words)
    while (bare := _ROLE_BEFORE.sub("", name)) != name:
        name = bare
    return name
