"""What a document is by its body alone, where neither its title nor its name says it: a scan, a picture (pure)."""

import re

_DAY = r"(?:(?:\d{2,4}\s?[年/.-]\s?)?\d{1,2}\s?[月/.-]\s?\d{1,2}\s?[日号]?)"
_TIME = r"(?:[上下]午|晚上|早上|中午)?\s?\d{1,2}[:：]\d{2}(?:[:：]\d{2})?"
_WHO = r"(?!\d)[^\s:：，。；|]{1,14}"
_SAYS = re.compile(  # `2024年6月2日 张三：…`, `[2024/2/2 20:11] 张三：…`, `20:11 张三：…`, `张三 20:11：…`
    rf"(?m)^[^\w\n]{{0,3}}(?:{_DAY}\s{{0,3}}(?:{_TIME})?|{_TIME})[^\w\n]{{0,3}}{_WHO}\s?[:：]|^[^\w\n]{{0,3}}{_WHO}\s{{0,3}}{_TIME}\s?[:：](?!\d)"
)
_HEADED = re.compile(rf"(?m)^[^\w\n]{{0,3}}{_WHO}\s+(?:{_DAY}\s+)?{_TIME}[ \t]*$")  # and the message in the next line
_BELOW = re.compile(
    rf"(?m)^[^\w\n]{{0,3}}{_DAY}\s+{_TIME}[^\w\n]*\n{_WHO}\s?[:：]"
)  # a time, and below it who says what
_ROW = re.compile(rf"(?m)^[^\w\n]{{0,3}}(?:\d{{1,3}}\s+)?{_DAY}[ \t|].*\d")
_LISTS = re.compile(r"户\s?名|账户名|付款(?:人|户名)|对方(?:户名|账户)|交易(?:日期|明细|清单)|入账日期")
_SIDES = re.compile(r"(?s)(?<!被)申请人[:：，].{0,400}被申请人|(?<!被)申请人[^\n]{1,30}与被申请人[^\n]{1,40}一案")


def by_body(text: str) -> str | None:
    """The kind, where the body leaves no doubt."""
    if len(_SAYS.findall(text)) > 1 or len(_HEADED.findall(text)) > 1 or _BELOW.search(text):
        return "correspondence"
    if re.search(r"【[^】\n]{2,20}(?:银行|农信|信用社|农商行?)】|您?尾号\*?\d{4}", text):
        return "bank"
    if _SIDES.search(text):
        if re.search(r"本委(?:认为|受理|查明|裁决)|裁决如下", text):
            return "award"
        return "arbitration_application" if re.search(r"请求(?:事项|裁决)|仲裁请求", text) else None
    if re.search(r"(?s)原告[:：，].{0,200}被告[:：，]", text) and re.search(r"诉讼请求|请求判令", text):
        return "complaint"
    if re.search(r"付款[人方]", text) and re.search(r"收款[人方]", text) and re.search(r"金额", text):
        return "bank"
    if _LISTS.search(text) and len(_ROW.findall(text)) > 1:
        return "bank"
    if re.search(r"(?s)甲方.{0,80}乙方", text) and re.search(r"月工资|工资标准|试用期|劳动报酬", text):
        return "labor_contract"
    return None
