"""All files of a report; runs in a process of the pool."""

import msgspec

from casework.workflows.litigation.case import CaseInput
from casework.workflows.litigation.drafts import Draft, draft
from casework.workflows.litigation.llm.advice import Advice
from casework.workflows.litigation.report import content, markdown
from casework.workflows.litigation.result import Facts
from casework.workflows.litigation.text.span import Text
from casework.workflows.litigation.words import Language

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LANGUAGES: tuple[Language, ...] = ("zh", "en")


class File(msgspec.Struct, frozen=True):
    """A file of the report."""

    name: str
    content: bytes
    media_type: str


class Rendered(msgspec.Struct, frozen=True):
    """The files, the drafts, and the Chinese report as Markdown."""

    files: list[File]
    drafts: list[Draft]
    text: str


def render(case: CaseInput, facts: Facts, advice: Advice, texts: list[Text]) -> Rendered:
    """The report in both languages, and the drafts, which are in Chinese as courts take them."""
    # Here, so that only the processes of the pool carry what writes Word and PDF.
    from casework.workflows.litigation.drafts import word as draft_file
    from casework.workflows.litigation.report import html, pdf, word

    drafts = draft.write(case, facts)
    files, written = [], {}
    for language in LANGUAGES:
        report = content.write(case, facts, drafts, advice, texts, language)
        written[language] = markdown.write(report)
        name = "report" if language == "zh" else f"report.{language}"
        files += [
            File(f"{name}.md", written[language].encode(), "text/markdown"),
            File(f"{name}.html", html.write(report).encode(), "text/html"),
            File(f"{name}.docx", word.write(report), DOCX),
            File(f"{name}.pdf", pdf.write(report), "application/pdf"),
        ]
    files += [File(each.name, draft_file.write(each, str(facts.today)), DOCX) for each in drafts]
    return Rendered(files, drafts, written["zh"])
