"""A workflow run to its end on a context in memory, every output having gone through its checkpoint."""

from typing import Any

import msgspec

from casework import Workflow
from tests.casework.workflows.litigation.conftest import Desk


async def run(workflow: Workflow[Any], desk: Desk, **given: Any) -> Any:
    """The result, as JSON has it."""
    parsed = workflow.parse({"document_ids": list(desk.contents), **given})
    plan = workflow.plan(parsed)
    outputs: dict[str, Any] = {}
    for name in plan.order:
        step = plan.steps[name]
        known = {"ctx": desk, "input": parsed, **outputs}
        output = await step.run(*[known[parameter] for parameter in step.parameters])
        outputs[name] = step.restore(msgspec.json.encode(output))
    return msgspec.json.decode(msgspec.json.encode(workflow.result(desk, outputs)))
