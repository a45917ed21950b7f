"""What to do next: the strategies that the package has chosen, and actions with their deadlines (pure).

A deadline that runs from an event we do not know is told in words (`when`), never guessed as a date.
"""

from datetime import date, timedelta

import msgspec

from casework.workflows.litigation.assessment import Assessment
from casework.workflows.litigation.case import CaseInput
from casework.workflows.litigation.choices import Strategy as Chosen
from casework.workflows.litigation.choices import Words
from casework.workflows.litigation.claims.limitation import Period
from casework.workflows.litigation.evidence import Evidence
from casework.workflows.litigation.sides import DEFENDING, is_labour
from casework.workflows.litigation.words import Language, Say, say_in

EVIDENCE_DAYS = 14
DEMAND_DAYS = 7
IN_COURT = ("complaint_defense", "judgment_appeal", "enforcement")
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


class Strategies(msgspec.Struct):
    """The strategies, best first, and the actions, soonest first."""

    strategies: list[Strategy]
    actions: list[Action]


def write(
    case: CaseInput,
    chosen: list[Chosen],
    assessment: Assessment,
    evidence: Evidence,
    today: date,
    language: Language = "zh",
) -> Strategies:
    """The chosen strategies, and actions for our side."""
    say = say_in(language)
    actions = [*_dates(case, assessment, today, say), *_evidence(assessment, evidence, today, say)]
    ordered = sorted(actions, key=lambda action: action.due or date.max)
    return Strategies([_written(each, assessment, say) for each in chosen], ordered)


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
    elif defending and is_labour(case) and case.case_type not in IN_COURT:
        when = say("收到仲裁申请书副本之日起十日内", "within 10 days from receipt of the application")
        why = say("劳动争议调解仲裁法第三十条", "Labour Dispute Mediation and Arbitration Law art. 30")
        found.append(Action(say("提交答辩书", "File the defence"), None, why, lawyer, when))
        why = say("劳动争议调解仲裁法第二十一条", "Labour Dispute Mediation and Arbitration Law art. 21")
        what = say(
            "核对仲裁管辖，有异议的在答辩期内书面提出", "Check which commission has jurisdiction; object in time"
        )
        found.append(Action(what, None, why, lawyer, when))
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


def _written(chosen: Chosen, assessment: Assessment, say: Say) -> Strategy:
    def told(words: Words) -> str:
        return say(words.zh, words.en)

    course, reading = chosen.course, assessment.limitation.proven or assessment.limitation.with_statement
    latest = say(f"不迟于 {reading.expires}", f"not after {reading.expires}") if reading else ""
    steps = [
        Stage(
            told(each.step_name),
            told(each.description),
            _lawyer(say) if each.executor == "lawyer" else _client(say),
            latest if each.until and reading and reading.days_left >= 0 else told(each.deadline),
        )
        for each in course.steps
    ]
    return Strategy(
        chosen.id,
        told(course.title),
        course.type,
        told(course.description),
        steps,
        chosen.score,
        told(course.expected_outcome),
        told(course.risk_mitigation),
    )
