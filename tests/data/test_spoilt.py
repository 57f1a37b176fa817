"""More than 300 malformed files: what is accepted is what another reader finds, what is refused is located."""

from collections import Counter
from pathlib import Path

import pytest

from tests.data.malformed_run import run
from tests.data.spoilt import Case, cases, read_apart

CASES = list(cases())


def test_there_are_three_hundred_and_they_are_the_same_every_time() -> None:
    assert len(CASES) >= 300
    assert [case.files for case in CASES] == [case.files for case in cases()]
    assert Counter(case.must for case in CASES)[None] >= 100


def test_the_other_readers_read_what_is_good() -> None:
    for case in CASES:
        if case.must == 0:
            items, log = read_apart(case)
            assert len(items) == 12 and len(log) >= 30


@pytest.mark.long
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_malformed_file(case: Case, tmp_path: Path) -> None:
    assert run(case, tmp_path).wrong == ""
