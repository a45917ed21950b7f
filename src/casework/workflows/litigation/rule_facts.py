"""The facts that the conditions of a package may ask for (pure); `condition.FACTS` tells what each means."""

from datetime import date
from decimal import Decimal

from casework.workflows.litigation.claims.claims import Computed
from casework.workflows.litigation.claims.guarantee import GUARANTORS
from casework.workflows.litigation.claims.limitation import Limitation
from casework.workflows.litigation.condition import Value
from casework.workflows.litigation.evidence import Evidence
from casework.workflows.litigation.facts.clauses import Terms
from casework.workflows.litigation.facts.parties import Party
from casework.workflows.litigation.facts.timeline import Event
from casework.workflows.litigation.ledger.ledger import Ledger

CIVIL_CODE = date(2021, 1, 1)
AGREED = {"contract", "iou", "loan_contract", "labor_contract"}


def gather(
    parties: list[Party],
    events: list[Event],
    ledger: Ledger,
    terms: Terms,
    evidence: Evidence,
    period: Limitation,
    computed: Computed,
) -> dict[str, Value]:
    """Each fact's value; None where it is not known."""
    kinds = {item.evidence_type for item in evidence.items}
    shown = [event for event in events if not event.stated_only]
    reading = period.proven or period.with_statement
    first = min((event.day for event in events if event.type not in ("other", "employment")), default=None)
    return {
        "opponent_known": len(parties) >= 2,
        "has_contract": bool(kinds & AGREED),
        "has_delivery": bool(kinds & {"delivery", "acceptance"}),
        "has_demand": "demand" in kinds or any(event.type == "demand" for event in shown),
        "has_transfer": bool(kinds & {"bank", "payment"}),
        "demand_arrival_proven": any(event.type == "demand" and event.arrival for event in shown),
        "has_acknowledgement": bool(kinds & {"reconciliation", "repayment_plan"})
        or any(event.type == "acknowledgement" for event in shown),
        "guarantor": any(set(party.roles) & GUARANTORS for party in parties),
        "identity_invalid": any(party.number_valid is False for party in parties),
        "arbitration": terms.arbitration is not None,
        "forum_conflict": terms.forum_conflict is not None,
        "amount_conflicts": len(ledger.conflicts),
        "contradictions": len(evidence.contradictions),
        "arrears": ledger.arrears,
        "arrears_agree": ledger.agreed,
        "claim_value": sum((claim.amount for claim in computed.claims), Decimal(0)) or None,
        "limitation_days_left": None if reading is None else reading.days_left,
        "limitation_depends_on_statement": None if reading is None else period.proven != period.with_statement,
        "before_civil_code": None if first is None else first < CIVIL_CODE,
        **computed.facts,
    }
