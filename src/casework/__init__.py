"""The kernel, and the face that workflows import.

A workflow needs nothing but the names below: it never sees Redis, SQL, arq or the web framework.
"""

from casework.context import Context, Document, Process
from casework.errors import InvalidInput, PermanentError, RetryLater, StepCrashed
from casework.workflow import Plan, Step, Title, Workflow

__all__ = [
    "Context",
    "Document",
    "InvalidInput",
    "PermanentError",
    "Plan",
    "Process",
    "RetryLater",
    "Step",
    "StepCrashed",
    "Title",
    "Workflow",
]
