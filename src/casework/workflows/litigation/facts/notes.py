"""Whom a note of hand names as its lender: the name in its place, whatever the surname (pure)."""

import re
from collections.abc import Iterator
from functools import lru_cache

from casework.workflows.litigation.facts.names import DOTTED, PERSON, SPACED, WORDS

_KIN = (
    r"(?:[堂表亲大二三四五小老姑姨舅]{0,2}(?:哥哥?|弟弟?|姐姐?|妹妹?|叔叔?|舅舅?|姨|姑|伯伯?|兄|嫂|爷爷?)|亲家公?|亲戚|同学|朋友|好友|邻居|同事|战友|老乡|"
    r"师傅|老板|[\u4e00-\u9fff]友|同村(?:村民)?|村民|(?:[\u4e00-\u9fff]{1,4}的)(?:老?同事|老?同学|朋友|亲戚)|出借[人方]|债权人|贷款人|[甲乙丙]方)"
)
_SUM = r"[¥￥\d壹贰貳叁參肆伍陆陸柒捌玖拾]|[一二三四五六七八九十两]+[万千百]|人民币|现金|现款|钱款|款"
_PERSON = PERSON.replace("{1,2}|", "{1,2}?|", 1).replace("{1,2}|", "{1,2}?|", 1)
_NO_NAME = (
    r"借|贷款|出借|方(?:账|归|应|须|按|逾|未|支|向|的|将|如)|处|那里|手|装|人民|现|款|钱|下列|以下|上述|本|该|我|你|您|他|她|[甲乙]方|银行|公司|法院|贵|各|双方|"
    r"亲|朋|同|老"
)
_ANY = rf"(?!{_NO_NAME})[\u4e00-\u9fff]{{2,4}}?"


@lru_cache(maxsize=64)  # compiled when a note is read: no process pays for it at its start
def _lenders(name: str) -> tuple[re.Pattern[str], ...]:
    called = rf"(?P<name>{name})(?:[、和与](?P<other>{name}))?\s*(?:夫妇|夫妻|[二两]人|先生|女士|同志)?\s*"
    return (
        re.compile(
            rf"(?:借到|借得|[今兹现]借(?!到|得|入)|借入(?![方人]))\s*(?:了)?(?:{_KIN})?\s*{called}(?=[（(，,]|{_SUM}|处|出借|借|的|身份证)"
        ),
        re.compile(
            rf"(?<![从跟问])(?:向|从|问|跟)\s*(?:{_KIN})?\s*{called}(?:[（(][^）)\n]{{1,30}}[）)])?\s*(?:处|那里|手[中里])?\s*(?=借|{_SUM}|身份证)"
        ),
        re.compile(rf"收到\s*(?:{_KIN})?\s*{called}(?:[（(][^）)\n]{{1,30}}[）)])?\s*(?=出借|借|交付的?借|转账?的?借)"),
    )


_ORG = r"(?![甲乙丙]方)[\u4e00-\u9fff]{3,14}(?:公司|[铺店厂行部社坊馆堂院站队场])"
_SURE = rf"{DOTTED.replace('{2,8}', '{2,8}?')}|{_ORG}|(?!{WORDS})(?:{SPACED}|{_PERSON})"
_LOOSE = rf"(?!{WORDS}){_ANY}"


def lenders(words: str, known: list[str]) -> Iterator[re.Match[str]]:
    """Where lenders are named: names that the case knows, such as have a surname, else what stands in their place."""
    named = "|".join(re.escape(name) for name in sorted(known, key=len, reverse=True))
    for name in (named, _SURE, _LOOSE):
        found = [match for pattern in _lenders(name) for match in pattern.finditer(words)] if name else []
        if found:
            yield from found
            return
