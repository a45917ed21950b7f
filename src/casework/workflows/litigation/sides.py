"""Which party is ours and who is on the other side (pure): by roles that say so, else by the user's own words."""

import re

import msgspec

from casework.workflows.litigation.case import CaseInput
from casework.workflows.litigation.facts.parties import Party

CLAIMING = {"plaintiff", "applicant", "appellant"}
DEFENDING = {"defendant", "respondent", "appellee"}
ASKS = {"原告", "申请人", "申请执行人", "出借人", "卖方", "供方", "出卖人"}
ANSWERS = {"被告", "被申请人", "被执行人", "借款人", "买方", "需方", "买受人"}
_OWN = re.compile(
    r"(?:我们|我方|我司|我公司|本公司|本人|我)(?:公司|单位)?\s*(?:是|为|系|[（(])\s*([^）)。；;\n]{1,40})"
)


def is_labour(case: CaseInput) -> bool:
    """Whether it is about work: arbitration comes before the court, and costs nothing."""
    return case.case_type == "labor_dispute" or case.package_id.startswith("labor_dispute")


class Sides(msgspec.Struct, frozen=True):
    """Ours where it is known, and the others."""

    ours: Party | None
    others: list[Party]


def divide(case: CaseInput, parties: list[Party]) -> Sides:
    """Our side: what the facts say of it, else our own words, else the roles that fit our position."""
    named = [party for party in parties if party.roles or len(parties) == 1]
    marked = [party for party in named if getattr(party, "our_side", None)]
    found = marked or _by_words(case.user_input, named) or _by_roles(case.case_position, named)
    if not found:
        return Sides(None, [])
    return Sides(found[0], [party for party in named if party is not found[0]])


def _by_words(words: str, parties: list[Party]) -> list[Party]:
    for match in _OWN.finditer(words):
        said = match[1]
        found = [p for p in parties if any(name in said for name in (p.name, *p.aliases, *p.roles))]
        if len(found) == 1:
            return found
    return []


def _by_roles(position: str, parties: list[Party]) -> list[Party]:
    wanted = {
        "appellant": {"上诉人"},
        "appellee": {"被上诉人"},
        "third_party": {"第三人"},
    }.get(position, ASKS if position in CLAIMING else ANSWERS)
    found = [party for party in parties if wanted & set(party.roles)]
    return found if len(found) == 1 else []
