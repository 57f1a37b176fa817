"""A shopper's part of the log is what a filter over the whole log would give."""

import pandas as pd

from engine.bench.bench import Bench
from engine.bench.histories import Histories
from tests.fixtures.shops import journey


def test_each_shoppers_lines_are_those_of_a_filter_over_the_log() -> None:
    log = journey()
    index, positives = Histories(log), log.positives()
    for user in range(log.n_users):
        pd.testing.assert_frame_equal(index.of(user).interactions, positives[positives["user"] == user])
        assert index.of(user).cutoff == log.end


def test_a_shopper_without_a_line_has_an_empty_history() -> None:
    log = journey()
    cut = log.before(log.start + pd.Timedelta(seconds=1))  # type: ignore[operator]
    silent = next(u for u in range(cut.n_users) if u not in set(cut.interactions["user"]))
    assert Histories(cut).of(silent).interactions.empty and Histories(cut).of(silent).cutoff == cut.cutoff


def test_a_bench_counts_rows_of_its_own_shoppers(bench: Bench) -> None:
    positives = bench.history.positives()
    for row in (0, len(bench.users) - 1):
        mine = positives["user"] == bench.users[row]
        assert bench.purchased_items(row).tolist() == positives["item"][mine].tolist()
