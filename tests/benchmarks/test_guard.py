"""The bubble guard: who is lifted, how far, and who cannot be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from benchmarks.guard import guard
from engine.bench.bench import Bench
from engine.bench.measures import key_of, measure
from engine.data import InputError
from engine.evaluation.curve import GRID
from engine.slates.effective_lambdas import guard_choice
from engine.slates.make import make_slates
from engine.strategy.strategy import Strategy

STRATEGY = Strategy(method="mmr", diversity=0.33, pool=60, k=8)


def test_by_hand() -> None:
    ratios = np.array([[1.0, 0.7, 0.7, 0.5, np.nan], [0.8, 0.9, 0.9, 0.6, 2.0], [0.7, 0.8, 1.2, 0.6, 2.0]])
    at, short = guard_choice(ratios, 0.9)
    assert at.tolist() == [0, 1, 1, 1, 0]
    assert short.tolist() == [False, False, False, True, False]


@given(hnp.arrays(float, hnp.array_shapes(min_dims=2, max_dims=2), elements=st.floats(0, 2) | st.just(np.nan)),
       st.floats(0.1, 2))  # fmt: skip
def test_it_is_what_a_loop_finds(ratios: np.ndarray, least: float) -> None:
    at, short = guard_choice(ratios, least)
    for user, mine in enumerate(ratios.T):
        if np.isnan(mine[0]):
            assert (at[user], short[user]) == (0, False)
            continue
        reaching = [place for place, ratio in enumerate(mine) if ratio >= least]
        assert short[user] == (not reaching)
        assert at[user] == (reaching[0] if reaching else int(np.nanargmax(mine)))


@pytest.mark.parametrize("key", ["narrowing", "facet_narrowing"])
def test_lists_are_as_wide_as_asked_and_others_stay(bench: Bench, key: str) -> None:
    found, evidence = guard(bench, STRATEGY, 1.0, key), bench.evidence("all")
    name = key_of(key, evidence) or ""
    base = make_slates(bench, STRATEGY)
    np.testing.assert_allclose(found.before, measure(base.items, evidence, [name]).per_user[name])
    np.testing.assert_allclose(found.after, measure(found.items, evidence, [name]).per_user[name])
    assert (found.lifted == (found.diversities > 0.33)).all() and found.lifted.any() and not found.lifted.all()
    assert (found.before[~found.lifted & ~found.short & np.isfinite(found.before)] >= 1.0).all()
    assert (found.after[~found.short & np.isfinite(found.before)] >= 1.0).all()
    np.testing.assert_array_equal(found.items[~found.lifted], base.items[~found.lifted])
    for row in np.flatnonzero(found.lifted)[:5]:
        assert found.diversities[row] in GRID
        own = make_slates(bench, STRATEGY.at(diversity=float(found.diversities[row])), np.array([row])).items[0]
        np.testing.assert_array_equal(found.items[row], own)


def test_some_shoppers_are_guarded_as_among_all(bench: Bench) -> None:
    rows = np.array([7, 1, 30])
    part, whole = guard(bench, STRATEGY, 0.9, rows=rows), guard(bench, STRATEGY, 0.9)
    np.testing.assert_array_equal(part.items, whole.items[rows])
    np.testing.assert_array_equal(part.diversities, whole.diversities[rows])


def test_out_of_reach_is_flagged(bench: Bench) -> None:
    found = guard(bench, STRATEGY, 50.0)
    assert (found.short == np.isfinite(found.before)).all()
    assert (found.after >= found.before)[found.short].all()


@pytest.mark.parametrize(("least", "key"), [(0.0, "narrowing"), (np.nan, "narrowing"), (1.0, "ild"), (1.0, "x")])
def test_other_wishes_are_refused(bench: Bench, least: float, key: str) -> None:
    with pytest.raises(InputError):
        guard(bench, STRATEGY, least, key)
