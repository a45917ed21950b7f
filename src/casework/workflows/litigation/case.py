"""What is submitted, and whether the chosen package serves it."""

from typing import Annotated, Literal

import msgspec

from casework import InvalidInput
from casework.workflows.litigation.package import find

TEXT = 100_000
DOCUMENTS = 100


class CaseInput(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """A case: the package, its type, our position, the user's own words and the ids of the documents."""

    package_id: str
    case_type: str
    case_position: str
    analysis_scenario: str = "pre_litigation"
    user_input: Annotated[str, msgspec.Meta(max_length=TEXT)] = ""
    document_ids: Annotated[list[str], msgspec.Meta(max_length=DOCUMENTS)] = []
    analysis_mode: Literal["single", "multi"] = "multi"
    selected_model: str | None = None
    package_version: str | None = None


def check(case: CaseInput) -> CaseInput:
    """The input with the package's own id and version pinned; raises InvalidInput naming what it serves."""
    package = find(case.package_id)
    served = {
        "case_type": package.case_types,
        "case_position": package.positions,
        "analysis_scenario": package.scenarios,
    }
    for field, values in served.items():
        given = getattr(case, field)
        if given not in values:
            raise InvalidInput.at(f"/{field}", f"{package.id} serves {', '.join(values)}, not {given!r}")
    if case.package_version not in (None, package.version):
        raise InvalidInput.at("/package_version", f"this service has version {package.version} of {package.id}")
    if len(set(case.document_ids)) != len(case.document_ids):
        raise InvalidInput.at("/document_ids", "each document once")
    if not case.document_ids and not case.user_input.strip():
        raise InvalidInput.at("/user_input", "describe the case here, or name documents in document_ids")
    return msgspec.structs.replace(case, package_id=package.id, package_version=package.version)
