"""Documents as text: read by page within limits that no document can talk its way out of.

`read` is the whole of it in one process; `intake.Reader` does it for a step, in processes that may be killed.
"""

from casework.workflows.reading.document import Page, Read, pages, read
from casework.workflows.reading.notice import Notice, Unreadable

__all__ = ["Notice", "Page", "Read", "Unreadable", "pages", "read"]
