"""For how long a note or an agreement lends, where it names no last day: `借期三个月` (pure)."""

import re

from casework.workflows.litigation.text.dates import Term, Unit
from casework.workflows.litigation.text.numerals import CHARACTERS, integer
from casework.workflows.litigation.text.span import Text

_FOR = re.compile(
    rf"(?:借款(?:使用)?期限?|借期|使用期限?|使用时间|用期|期限|为期|借用|使用|周转|借|用款|(?:到账|放款|转账|打款|交付|出借|收到款项?)(?:之日|次日|当日|日)?起(?:计算?|算)?)\s*[:：]?\s*(?:为|共|是|约定为)?\s*"
    rf"(?P<n>\d{{1,3}}|[{CHARACTERS}]{{1,3}}|半)\s*(?P<unit>个?月|年|[天日](?!利|息)|周年)(?P<half>半)?"
)
_BACK_AFTER = re.compile(  # `一年后归还`
    rf"(?P<n>\d{{1,3}}|[{CHARACTERS}]{{1,3}}|半)\s*(?P<unit>个?月|年|[天日]|周年)(?P<half>半)?(?:之后|以后|后|之内|以内|内)"
    r"(?:一次性?|一并|全部|连本带[利息]|本息|还本付息|本利|如数)*(?:归还|还清|偿还|付清|还)"
)
_OTHER = re.compile(r"保证|担保|质保|租|试用|诉讼|管辖")
_UNITS: dict[str, Unit] = {"个月": "month", "月": "month", "年": "month", "周年": "month"}


def term(text: Text) -> Term | None:
    """The term that begins with the loan."""
    if text.kind not in ("iou", "loan_contract"):
        return None
    for match in [*_FOR.finditer(text.text), *_BACK_AFTER.finditer(text.text)]:
        count = 0 if match["n"] == "半" else integer(match["n"])
        before = text.text[text.clause(*match.span())[0] : match.start()]
        if count is None or _OTHER.search(before[-12:]):
            continue
        unit = _UNITS.get(match["unit"], "day")
        months = count * 12 if "年" in match["unit"] else count
        if match["half"] or match["n"] == "半":
            months += 6 if "年" in match["unit"] else 0
        if months or unit == "day":
            paid = re.search(
                r"放款|到账|交付|转账|打款|出借|实际|收到", match[0] + text.text[match.end() : match.end() + 20]
            )
            return Term("payment" if paid else "loan", months, unit, text.span(*match.span()))
    return None
