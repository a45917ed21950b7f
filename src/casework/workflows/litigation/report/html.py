"""The report as one HTML file: no script, no request, every fact a click from the words it comes from."""

from functools import cache
from importlib import resources

import jinja2

from casework.workflows.litigation.report.blocks import Report
from casework.workflows.litigation.report.numbers import headed, numbered


def write(report: Report) -> str:
    """The page."""
    sections = [
        (numbered(number, report.language) + each.title, list(headed(number, each)))
        for number, each in enumerate(report.sections, 1)
    ]
    last = numbered(len(report.sections) + 1, report.language) + report.words["sources"]
    return _template().render(report=report, sections=sections, last=last, used={})


@cache
def _template() -> jinja2.Template:
    folder = resources.files("casework.workflows.litigation").joinpath("report")
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["kind"] = lambda block: type(block).__name__
    return environment.from_string(folder.joinpath("report.html.jinja").read_text(encoding="utf-8"))
