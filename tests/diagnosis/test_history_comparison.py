"""Lists against histories: the same figures as `evaluate`, for all, for a group and for one."""

import numpy as np
import pytest

from engine import metrics
from engine.bench.bench import Bench
from engine.bench.evidence import Evidence
from engine.diagnosis.history_comparison import AGAINST, personalization
from engine.evaluation.evaluate import evaluate
from engine.strategy.strategy import Strategy

STRATEGY = Strategy(method="mmr", diversity=0.5, k=8, pool=60)


def test_figures_are_those_of_evaluate(bench: Bench) -> None:
    found = personalization(bench, STRATEGY)
    told = {(r.diversity, r.metric): r for r in evaluate(bench, STRATEGY, [0.0, 0.5]) if r.scope == "all"}
    assert [key.partition(":")[0] for key in found.now.keys] == list(AGAINST)
    for level, measured in ((0.0, found.before), (0.5, found.now)):
        for key in measured.keys:
            row = told[level, key]
            assert measured.value(key) == (row.value, row.n_users), key


@pytest.mark.parametrize("rows", [np.array([3]), np.array([9, 2, 4])])
@pytest.mark.parametrize("read", [False, True])
def test_some_shoppers_are_cut_out_of_all(bench: Bench, rows: np.ndarray, read: bool) -> None:
    fresh = Bench(bench.data, bench.model, bench.card)
    if read:
        fresh.evidence("all").read_histories()
    everyone, some = personalization(bench, STRATEGY), personalization(fresh, STRATEGY, rows)
    for key in everyone.now.per_user:
        np.testing.assert_allclose(some.now.per_user[key], everyone.now.per_user[key][rows], rtol=1e-6, err_msg=key)


def test_a_scope_shares_histories_with_its_twin(bench: Bench) -> None:
    all_, new = bench.evidence("all"), bench.evidence("new")
    assert new.taste is all_.taste and new.profiles is all_.profiles
    alone = Evidence(bench.history, bench.users, bench.vectors("text"), bench.future, "new")
    np.testing.assert_array_equal(alone.taste, new.taste)
    assert (alone.relevant != new.relevant).nnz == 0
    assert (alone.expected != new.expected).nnz == 0


def test_taste_is_the_recency_weighted_mean_by_hand(bench: Bench) -> None:
    row = 7
    lines = bench.history.positives()
    mine = lines[lines["user"] == bench.users[row]]
    ages = (bench.history.cutoff - mine["timestamp"]).dt.total_seconds() / 86_400
    vectors = bench.vectors("text")[mine["item"]].astype(float)
    known = vectors.any(axis=1)
    weights = 0.5 ** (ages.to_numpy()[known] / 120)
    expected = (weights[:, None] * vectors[known]).sum(axis=0) / weights.sum()
    np.testing.assert_allclose(bench.evidence("all").taste[row], expected, atol=1e-6)


def test_narrower_counts_ratios_below_one(bench: Bench) -> None:
    found = personalization(bench, STRATEGY)
    shares = found.narrower()
    assert shares is not None
    for share, measured in zip(shares, (found.before, found.now), strict=True):
        ratios = measured.per_user["facet_narrowing:category"]
        assert share == pytest.approx(np.mean(ratios[np.isfinite(ratios)].round(6) < 1))
    assert personalization(bench, STRATEGY, names=["novelty"]).narrower() is None


def test_new_lists_repeat_nothing_and_for_you_lists_do(bench: Bench) -> None:
    new = personalization(bench, STRATEGY.at(surface="new"), names=["repeat_share"])
    assert new.now.value("repeat_share")[0] == 0
    assert personalization(bench, STRATEGY, names=["repeat_share"]).now.value("repeat_share")[0] > 0.2


def test_recency_halves_in_its_half_life_and_never_underflows() -> None:
    np.testing.assert_allclose(metrics.recency([0, 0, 0], [5, 125, 245], 1), [1, 0.5, 0.25])
    assert metrics.recency([1], [9e6], 2)[0] == 1
