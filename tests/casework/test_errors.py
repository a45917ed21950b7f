"""The tree of errors: each has words, a status and a problem of its own."""

from collections.abc import Iterator

import pytest

from api.problems import problem
from casework.errors import CaseworkError, InputError, InvalidInput


def tree(root: type[CaseworkError] = CaseworkError) -> Iterator[type[CaseworkError]]:
    yield root
    for child in root.__subclasses__():
        if child.__module__ == "casework.errors":
            yield from tree(child)


@pytest.mark.parametrize("kind", list(tree()), ids=lambda kind: kind.__name__)
def test_every_error_is_one_problem(kind: type[CaseworkError]) -> None:
    members = problem(kind(), "/here")
    assert members["status"] == kind.status
    assert 400 <= kind.status < 600
    assert members["detail"]
    assert members["type"] == f"urn:casework:problem:{kind.slug()}"
    assert members["instance"] == "/here"


def test_no_two_errors_share_a_type() -> None:
    slugs = [kind.slug() for kind in tree()]
    assert len(slugs) == len(set(slugs))


def test_a_field_error_keeps_its_pointer_below_a_prefix() -> None:
    moved = InvalidInput.at("/steps", "too many").below("/input")
    assert isinstance(moved, InvalidInput)
    assert isinstance(moved, InputError)
    assert [error.pointer for error in moved.errors] == ["/input/steps"]
