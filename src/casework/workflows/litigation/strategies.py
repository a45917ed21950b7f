"""What to do next: strategies by what the facts allow, and actions with their deadlines (pure).

A deadline that runs from an event we do not know is told in words (`when`), never guessed as a date.
"""

import tomllib
from datetime import date, timedelta
from functools import cache
from importlib import resources

import msgspec

from casework.workflows.litigation.assessment import Assessment
from casework.workflows.litigation.case import CaseInput
from casework.workflows.litigation.evidence import Evidence
from casework.workflows.litigation.ledger import Ledger
from casework.workflows.litigation.limitation import Period
from casework.workflows.litigation.sides import DEFENDING, is_labour
from casework.workflows.litigation.words import Language, Say, say_in

EVIDENCE_DAYS = 14
DEMAND_DAYS = 7
PRESERVED_DAYS = 30  # after a preservation before suit, within which one must sue: 民事诉讼法 art. 104


class Action(msgspec.Struct, frozen=True):
    """A thing to do, until when (`due`, or `when` in words), why, and who does it."""

    what: str
    due: date | None
    why: str
    executor: str = ""
    when: str = ""


class Stage(msgspec.Struct, frozen=True):
    """One step of a strategy."""

    step_name: str
    description: str
    executor: str
    deadline: str


class Strategy(msgspec.Struct, frozen=True):
    """A way to go on; `recommendation_score` 1–5."""

    strategy_id: str
    title: str
    type: str
    description: str
    steps: list[Stage]
    recommendation_score: int
    expected_outcome: str = ""
    risk_mitigation: str = ""


class _Words(msgspec.Struct, frozen=True):
    zh: str
    en: str


class _Stage(msgspec.Struct, frozen=True):
    executor: str
    step_name: _Words
    description: _Words
    deadline: _Words


class _Kind(msgspec.Struct, frozen=True):
    id: str
    type: str
    title: _Words
    description: _Words
    expected_outcome: _Words
    risk_mitigation: _Words
    steps: list[_Stage]


class Strategies(msgspec.Struct):
    """The strategies, best first, and the actions, soonest first."""

    strategies: list[Strategy]
    actions: list[Action]


def choose(
    case: CaseInput,
    assessment: Assessment,
    evidence: Evidence,
    ledger: Ledger,
    today: date,
    language: Language = "zh",
) -> Strategies:
    """Strategies and actions for our side."""
    say = say_in(language)
    chosen = [_written(name, score, case, assessment, say) for name, score in _fitting(case, assessment, ledger)]
    actions = [*_dates(case, assessment, today, say), *_evidence(assessment, evidence, today, say)]
    ordered = sorted(actions, key=lambda action: action.due or date.max)
    return Strategies(sorted(chosen, key=lambda each: -each.recommendation_score), ordered)


def _lawyer(say: Say) -> str:
    return say("律师", "Lawyer")


def _client(say: Say) -> str:
    return say("当事人", "Client")


def _dates(case: CaseInput, assessment: Assessment, today: date, say: Say) -> list[Action]:
    """What has a date by law."""
    lawyer = _lawyer(say)
    found = []
    scenario, defending = case.analysis_scenario, case.case_position in DEFENDING
    if scenario == "appeal":
        what = say("提起上诉", "File the appeal")
        when = say("判决送达之日起十五日内，裁定十日内", "15 days from service of a judgment, 10 of a ruling")
        found.append(Action(what, None, say("民事诉讼法第一百七十一条", "Civil Procedure Law art. 171"), lawyer, when))
    elif scenario == "execution":
        what = say("申请强制执行", "Apply for enforcement")
        when = say("自履行期间最后一日起二年内", "within 2 years from the last day for performance")
        found.append(Action(what, None, say("民事诉讼法第二百五十条", "Civil Procedure Law art. 250"), lawyer, when))
    elif defending:
        when = say("收到起诉状副本之日起十五日内", "within 15 days from receipt of the complaint")
        why = say("民事诉讼法第一百二十八条", "Civil Procedure Law art. 128")
        found.append(Action(say("提交答辩状", "File the defence"), None, why, lawyer, when))
        why = say("民事诉讼法第一百三十条：逾期视为接受管辖", "Civil Procedure Law art. 130: later means consent")
        what = say("核对管辖，有异议的在答辩期内提出", "Check jurisdiction; object within the time for the defence")
        found.append(Action(what, None, why, lawyer, when))
    reading = assessment.limitation.proven or assessment.limitation.with_statement
    if reading is not None and not defending and scenario not in ("appeal", "execution"):
        found += _limitation(reading, case, today, say)
    if scenario == "preservation":
        what = say("诉前保全后起诉或申请仲裁", "Sue or apply for arbitration after a preservation before suit")
        when = say(f"采取保全措施后{PRESERVED_DAYS}日内", f"within {PRESERVED_DAYS} days of the measure")
        why = say("民事诉讼法第一百零四条：逾期解除保全", "Civil Procedure Law art. 104: lifted otherwise")
        found.append(Action(what, None, why, lawyer, when))
    return found


def _limitation(reading: Period, case: CaseInput, today: date, say: Say) -> list[Action]:
    lawyer = _lawyer(say)
    consent = demand = ""
    if not is_labour(case):
        consent = say("（民法典第一百九十二条）", " (Civil Code 192)")
        demand = say("（民法典第一百九十五条）", " (Civil Code 195)")
    if reading.days_left < 0:
        what = say("取得对方同意履行的书面确认", "Get a written consent to perform from the other side")
        why = say(
            f"按现有材料时效已于 {reading.expires} 届满；对方同意履行的不得再以时效抗辩{consent}",
            f"by the documents it ended on {reading.expires}; consent to perform bars the plea{consent}",
        )
        return [Action(what, today + timedelta(days=DEMAND_DAYS), why, lawyer)]
    last = say(f"诉讼时效最后一日为 {reading.expires}", f"the last day of the limitation period is {reading.expires}")
    return [
        Action(
            say("发出书面催告并保留送达凭证", "Send a written demand and keep proof of delivery"),
            min(today + timedelta(days=DEMAND_DAYS), reading.expires),
            say("催告使时效重新计算", "a demand starts the period anew") + demand,
            lawyer,
        ),
        Action(
            say("起诉或申请仲裁（最迟）", "Sue or apply for arbitration (at the latest)"), reading.expires, last, lawyer
        ),
    ]


def _evidence(assessment: Assessment, evidence: Evidence, today: date, say: Say) -> list[Action]:
    soon, client = today + timedelta(days=EVIDENCE_DAYS), _client(say)
    burden = say("证明责任由主张的一方承担", "who asserts must prove")
    found = [Action(say("补充证据：", "Add evidence: ") + gap, soon, burden, client) for gap in evidence.gaps]
    check = say("核对原件：", "Check the original: ")
    doubt = say("材料之间不一致，质证时会被追问", "the documents disagree, which will be raised in cross-examination")
    found += [Action(check + each.message, soon, doubt, client) for each in evidence.contradictions]
    if assessment.limitation.with_statement not in (None, assessment.limitation.proven):
        what = say("为只有我方陈述的事由取得书面证据", "Get written proof of what only our side says")
        why = say("该事由影响诉讼时效的计算", "the limitation period depends on it")
        found.append(Action(what, soon, why, client))
    return found


def _fitting(case: CaseInput, assessment: Assessment, ledger: Ledger) -> list[tuple[str, int]]:
    """Which strategies fit, and how well (1–5)."""
    if case.analysis_scenario == "appeal":
        return [("appeal", 4), ("settle", 3)]
    if case.analysis_scenario == "execution":
        return [("enforce", 5), ("settle", 3)]
    if case.case_position in DEFENDING:
        reading = assessment.limitation.proven
        expired = reading is not None and reading.days_left < 0
        return [("limitation", 5 if expired else 2), ("reduce", 3), ("answer", 4)]
    if not ledger.arrears:
        return [("settle", 4)]
    strong = assessment.strength_level == "strong"
    return [("suit", 5 if strong else 3), ("settle", 3 if strong else 4), ("preserve", 3)]


@cache
def _kinds() -> dict[str, _Kind]:
    text = resources.files("casework.workflows.litigation").joinpath("strategies.toml").read_text(encoding="utf-8")
    return {kind.id: kind for kind in msgspec.convert(tomllib.loads(text)["strategy"], list[_Kind])}


def _written(name: str, score: int, case: CaseInput, assessment: Assessment, say: Say) -> Strategy:
    kind = _kinds()[name]
    title = say(kind.title.zh, kind.title.en)
    steps = [
        Stage(
            say(each.step_name.zh, each.step_name.en),
            say(each.description.zh, each.description.en),
            _lawyer(say) if each.executor == "lawyer" else _client(say),
            say(each.deadline.zh, each.deadline.en),
        )
        for each in kind.steps
    ]
    if name == "suit":
        if assessment.arbitration or is_labour(case) or case.case_type == "arbitration":
            title = say("申请仲裁", "Arbitrate")
        reading = assessment.limitation.proven or assessment.limitation.with_statement
        if reading is not None and reading.days_left >= 0:
            latest = say(f"不迟于 {reading.expires}", f"not after {reading.expires}")
            steps[-1] = msgspec.structs.replace(steps[-1], deadline=latest)
    return Strategy(
        name,
        title,
        kind.type,
        say(kind.description.zh, kind.description.en),
        steps,
        score,
        say(kind.expected_outcome.zh, kind.expected_outcome.en),
        say(kind.risk_mitigation.zh, kind.risk_mitigation.en),
    )
