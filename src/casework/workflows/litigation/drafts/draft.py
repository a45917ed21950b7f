"""The text of the documents that are drafted: templates filled with facts, what is not known marked to be filled in.

A template's lines: `# ` title, `## ` heading, `> ` set right, `| a | b |` a row of a table, else a paragraph.
"""

from functools import cache
from importlib import resources
from typing import Any, Literal

import jinja2

from casework.workflows.litigation.case import CaseInput
from casework.workflows.litigation.drafts import Draft
from casework.workflows.litigation.result import Facts
from casework.workflows.litigation.sides import divide, is_labour
from casework.workflows.litigation.words import DOCUMENTS, DRAFTS, EVENTS, money, word

NOT_OURS_TO_CITE = {188, 192, 195, 525, 585}  # limitation and what the other side would plead
LINE_END: Literal["\r"] = "\r"  # of a template; a line end within a fact is another one, and makes no line
UNTOLD = {"other", "deadline", "delivery_due", "expiry"}


def write(case: CaseInput, facts: Facts) -> list[Draft]:
    """The drafts that the package has chosen."""
    return [_draft(kind, case, facts) for kind in facts.drafts]


def _draft(kind: str, case: CaseInput, facts: Facts) -> Draft:
    open_places: list[str] = []

    def todo(what: str) -> str:
        if what not in open_places:
            open_places.append(what)
        return f"【待填：{what}】"

    text = _templates().get_template(f"{kind}.txt").render(todo=todo, **_known(kind, case, facts))
    lines = [" ".join(line.split()) for line in text.split(LINE_END) if line.strip()]
    return Draft(kind, word(DRAFTS, kind, "zh"), f"draft-{kind}.docx", lines, open_places)


def _known(kind: str, case: CaseInput, facts: Facts) -> dict[str, Any]:
    """What a template may use."""
    sides = divide(case, facts.parties)
    a = facts.assessment
    told = [event for event in facts.events if event.type not in UNTOLD and event.day <= facts.today]
    articles = [each.article for each in a.statutes if each.law == "民法典" and each.article not in NOT_OURS_TO_CITE]
    labour = is_labour(case)
    return {
        "kind": kind,
        "ours": sides.ours,
        "others": sides.others,
        "arbitration": a.arbitration or case.case_type == "arbitration" or is_labour(case),
        "labour": labour,
        "claims": a.claims,
        "total": a.fees.get("claim_value"),
        "fees": a.fees,
        "ledger": facts.ledger,
        "events": told,
        "articles": articles,
        "items": facts.evidence.items,
        "gaps": facts.evidence.gaps,
        "pages": {each["name"]: each.get("pages") for each in facts.documents},
        "limitation": a.limitation,
        "terms": facts.terms,
        "today": facts.today,
    }


@cache
def _templates() -> jinja2.Environment:
    folder = resources.files("casework.workflows.litigation").joinpath("drafts", "templates")

    def load(name: str) -> str:
        return folder.joinpath(name).read_text(encoding="utf-8")

    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(load),
        autoescape=False,  # noqa: S701 - the text becomes a Word file, no markup
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        newline_sequence=LINE_END,
    )
    environment.filters.update(
        money=lambda value: money(value, "zh"),
        event=lambda name: word(EVENTS, name, "zh"),
        document=lambda name: word(DOCUMENTS, name, "zh"),
        day=lambda day: f"{day.year}年{day.month}月{day.day}日",
        cell=lambda text: text.replace("|", "｜"),
    )
    return environment
