"""The litigation analysis: from uploaded documents to a report in which every fact has its source."""

from casework.workflows.litigation.workflow import litigation_analysis

__all__ = ["litigation_analysis"]
