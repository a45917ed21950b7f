"""What to do next: strategies by what the facts allow, and actions with their deadlines (pure)."""

from datetime import date, timedelta

import msgspec

from casework.workflows.litigation.assessment import Assessment
from casework.workflows.litigation.evidence import Evidence
from casework.workflows.litigation.ledger import Ledger

DEFENDING = {"defendant", "respondent"}


class Action(msgspec.Struct, frozen=True):
    """A thing to do, until when, and why."""

    what: str
    due: date | None
    why: str


class Strategy(msgspec.Struct, frozen=True):
    """A way to go on; `recommendation_score` 1–5."""

    strategy_id: str
    title: str
    type: str
    description: str
    steps: list[str]
    recommendation_score: int


class Strategies(msgspec.Struct):
    """The strategies, best first, and the actions, soonest first."""

    strategies: list[Strategy]
    actions: list[Action]


def choose(position: str, assessment: Assessment, evidence: Evidence, ledger: Ledger, today: date) -> Strategies:
    """Strategies and actions for our side."""
    strategies = _defence(assessment) if position in DEFENDING else _claim(assessment, ledger)
    actions = [
        Action(f"补充证据：{gap}", today + timedelta(days=14), "证明责任由主张的一方承担") for gap in evidence.gaps
    ]
    reading = assessment.limitation.proven or assessment.limitation.with_statement
    if reading is not None and position not in DEFENDING:
        why = f"诉讼时效最后一日为 {reading.expires}"
        actions.append(Action("发出书面催告并保留送达凭证，或起诉", reading.expires, why))
    ordered = sorted(actions, key=lambda action: action.due or date.max)
    return Strategies(sorted(strategies, key=lambda each: -each.recommendation_score), ordered)


def _claim(assessment: Assessment, ledger: Ledger) -> list[Strategy]:
    forum = "申请仲裁" if assessment.arbitration else "起诉"
    strong = assessment.strength_level == "strong"
    suit = ["整理证据清单", "核对主体与管辖", f"准备{forum}材料", "评估财产保全"]
    sue = Strategy("suit", forum, "balanced", f"按现有证据{forum}，请求支付欠款及逾期损失。", suit, 5 if strong else 3)
    letter = ["发出催款函", "约定还款计划并书面确认"]
    settle = Strategy(
        "settle",
        "协商还款",
        "settlement",
        "先书面催告，争取确认债务和还款计划；确认可使时效重新计算。",
        letter,
        3 if strong else 4,
    )
    if not ledger.arrears:
        return [settle]
    keep = ["查找财产线索", "准备担保", "申请保全"]
    preserve = Strategy("preserve", "财产保全", "aggressive", "防止对方转移财产，保全费见费用一栏。", keep, 3)
    return [sue, settle, preserve]


def _defence(assessment: Assessment) -> list[Strategy]:
    reading = assessment.limitation.proven
    expired = reading is not None and reading.days_left < 0
    plead = Strategy(
        "limitation",
        "时效抗辩",
        "aggressive",
        "核对时效起算与中断，符合条件的提出时效抗辩。",
        ["核对日期与送达凭证"],
        5 if expired else 2,
    )
    reduce = Strategy(
        "reduce", "请求调减违约金", "balanced", "违约金过分高于损失的，请求适当减少。", ["计算实际损失"], 3
    )
    answer = Strategy(
        "answer", "实体答辩", "balanced", "就履行、质量和付款事实逐项答辩。", ["收到起诉状副本之日起十五日内答辩"], 4
    )
    return [plead, reduce, answer]
