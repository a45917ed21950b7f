"""The report: its content once for each language, written as Markdown, HTML, Word and PDF."""

from casework.workflows.litigation.report.render import render

__all__ = ["render"]
