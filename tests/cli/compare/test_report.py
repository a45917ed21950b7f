"""What is written as Markdown can be read back, and a mark that turned is found."""

from hypothesis import given
from hypothesis import strategies as st

from cli.compare import report
from cli.compare.cell import BAD, GOOD, PARTLY, TABLES, Cell, cell, turned

LINES = [line for lines in TABLES.values() for line in lines]
FIGURES = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20)
CELLS = st.builds(Cell, st.sampled_from([GOOD, PARTLY, BAD]), FIGURES, st.just("seen"))
COLUMNS = st.fixed_dictionaries(
    {name: st.dictionaries(st.sampled_from(LINES), CELLS) for name in ("background", "arq")}
)


@given(COLUMNS)
def test_the_marks_of_a_document_are_those_that_were_measured(columns: dict[str, dict[str, Cell]]) -> None:
    text = report.markdown(columns, "# Heading")
    for name, cells in columns.items():
        expected = {line: cells[line].mark if line in cells else "–" for line in LINES}
        assert report.marks(text, name) == expected
    assert report.marks(text, "celery") == {}


@given(COLUMNS)
def test_only_what_was_good_can_turn(columns: dict[str, dict[str, Cell]]) -> None:
    before = {line: each.mark for line, each in columns["background"].items()}
    now = columns["arq"]
    worse = {line for line in now if before.get(line) == GOOD and now[line].mark != GOOD}
    assert set(turned(before, now)) == worse


def test_a_mark_follows_from_what_was_measured() -> None:
    assert cell("", "", good=True).mark == GOOD
    assert cell("", "", good=True, partly=True).mark == GOOD
    assert cell("", "", good=False, partly=True).mark == PARTLY
    assert cell("", "", good=False).mark == BAD


def test_every_line_has_a_name_of_its_own() -> None:
    assert len(set(LINES)) == len(LINES)
