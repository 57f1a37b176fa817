"""The knee: known curves, scale, and the distance to the chord by brute force."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.bench.bench import Bench
from engine.evaluation.curve import trade_off
from engine.evaluation.knee import bend, knee
from engine.strategy.strategy import Strategy

LINE = np.linspace(0, 1, 21)
falls = st.lists(st.floats(0.01, 1), min_size=3, max_size=20).map(np.array)


def test_known_curves() -> None:
    assert bend(LINE, 1 - LINE**2) == 10  # x − x² is largest at 0.5
    assert bend(LINE, np.where(LINE <= 0.7, 1.0, 1 - (LINE - 0.7) / 0.3)) == 14  # a corner
    assert bend(LINE, 1 - LINE) is None  # straight
    assert bend(LINE, 1 - np.sqrt(LINE)) is None  # bends the other way
    assert bend(LINE, np.ones(21)) is None and bend(LINE, LINE) is None  # nothing is lost
    assert bend(LINE[:2], 1 - LINE[:2]) is None and bend(LINE[:0], LINE[:0]) is None
    assert bend(LINE, np.full(21, np.nan)) is None


@given(falls, falls, st.floats(0.1, 9), st.floats(-5, 5))
def test_it_is_the_point_farthest_above_the_chord_at_any_scale(
    steps: np.ndarray, drops: np.ndarray, scale: float, shift: float
) -> None:
    n = min(len(steps), len(drops))
    gain, kept = np.cumsum(steps[:n]), -np.cumsum(np.sort(drops[:n]))
    at = bend(gain, kept)
    x, y = (gain - gain[0]) / np.ptp(gain), (kept - kept[-1]) / np.ptp(kept)
    distances = [(a + b - 1) / np.sqrt(2) for a, b in zip(x, y, strict=True)]  # to the chord from (0, 1) to (1, 0)
    if at is None:
        assert max(distances) * np.sqrt(2) <= 1 / (n - 1) + 1e-9
    else:
        assert distances[at] == pytest.approx(max(distances))
        again = bend(scale * gain + shift, scale * kept - shift)
        assert again is not None and distances[again] == pytest.approx(distances[at])


def test_points_that_gain_nothing_do_not_count() -> None:
    gain = np.concatenate([LINE, [0.9, 0.95]])
    kept = np.concatenate([1 - LINE**2, [-1.0, -2.0]])
    assert bend(gain, kept) == 10


def test_a_curve_of_lists_has_its_knee_on_its_grid(bench: Bench) -> None:
    strategy = Strategy(method="mmr", diversity=0.3, pool=80)
    found = knee(trade_off(bench, strategy))
    assert found is None or 0 < found < 1
    blind = Bench(bench.data, bench.model, bench.card | {"until": None})
    assert knee(trade_off(blind, strategy, (0.0, 0.5, 1.0))) is None
    one = trade_off(bench, strategy, rows=np.array([3]))
    assert knee(one) == (None if (at := bend(one.values("ild"), one.values("score_kept"))) is None else at / 20)
