"""The kernel, and the face that workflows import.

A workflow needs nothing but the names below: it never sees Redis, SQL, arq or the web framework.
"""

from casework.context import Context, Document
from casework.errors import InvalidInput, PermanentError, RetryLater
from casework.workflow import Plan, Step, Title, Workflow

__all__ = ["Context", "Document", "InvalidInput", "PermanentError", "Plan", "RetryLater", "Step", "Title", "Workflow"]
