"""A process that saves is killed at random moments: what it was told is kept, and nothing is torn."""

import random

import pytest

from benchmarks.store_kills import FAULTS, kill_often


@pytest.mark.parametrize("kills", [4, pytest.param(20, marks=pytest.mark.long)])
def test_what_was_reported_survives_kill_9(url: str, kills: int) -> None:
    total = kill_often(url, kills, random.Random(20))
    assert total["kills"] == kills and total["reported"] >= total["after_a_report"] >= kills // 2
    assert {fault: total[fault] for fault in FAULTS} == dict.fromkeys(FAULTS, 0)
