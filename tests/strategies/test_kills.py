"""A process that saves is killed at random moments: what it was told is kept, and nothing is torn."""

import random

from benchmarks.store_kills import FAULTS, kill_often


def test_what_was_reported_survives_kill_9(url: str) -> None:
    total = kill_often(url, 20, random.Random(20))
    assert total["kills"] == 20 and total["reported"] >= total["after_a_report"] >= 10
    assert {fault: total[fault] for fault in FAULTS} == dict.fromkeys(FAULTS, 0)
