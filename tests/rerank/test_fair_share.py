"""FA*IR: the paper's table, the authors' program, every sequence of coins, and the algorithm itself slot by slot."""

import json
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.rerank import fair_limits, fair_share, rerank
from engine.rerank.constraints.fair_share import failure

AUTHORS = Path(__file__).parents[2] / "benchmarks" / "results" / "fair_authors.json"
PAPER = {  # minimums in the first 1 … 12 places at alpha 0.1, before adjustment (the paper's table 2)
    0.1: "000000000000", 0.2: "000000000011", 0.3: "000000111112", 0.4: "000011112223",
    0.5: "000111223334", 0.6: "001122334455", 0.7: "011223345566",
}  # fmt: skip


@pytest.mark.parametrize("p", PAPER)
def test_the_papers_table(p: float) -> None:
    assert "".join(map(str, fair_share(12, p, 0.1, adjust=False).least)) == PAPER[p]


def test_the_authors_program_gives_the_same_tables() -> None:
    tables = json.loads(AUTHORS.read_text(encoding="utf-8"))["fair_share"]
    assert len(tables) == 240 and sum(each["adjust"] for each in tables) == 120
    for each in tables:
        asked = {name: each[name] for name in ("k", "p", "alpha", "adjust")}
        assert fair_share(**asked).least.tolist() == each["least"], asked


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 1), min_size=1, max_size=9), st.floats(0.05, 0.95))
def test_failure_is_the_weight_of_all_coins_that_fail(steps: list[int], p: float) -> None:
    least = np.cumsum(steps)
    weight = 0.0
    for coins in product((0, 1), repeat=len(least)):
        if (np.cumsum(coins) < least).any():
            weight += p ** sum(coins) * (1 - p) ** (len(coins) - sum(coins))
    assert failure(least, p) == pytest.approx(weight, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 30), st.floats(0.05, 0.95), st.floats(0.01, 0.4))
def test_no_level_comes_nearer_to_alpha(k: int, p: float, alpha: float) -> None:
    found = fair_share(k, p, alpha)
    assert found.failure == pytest.approx(failure(found.least, p), abs=1e-12)
    assert (found.least <= fair_share(k, p, alpha, adjust=False).least).all()
    for level in np.linspace(1e-6, alpha, 200):
        other = fair_share(k, p, level, adjust=False)
        assert abs(other.failure - alpha) >= abs(found.failure - alpha) - 1e-9


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 20), st.sampled_from([0.2, 0.4, 0.5, 0.7]), st.integers(0, 10**6))
def test_lists_are_those_of_the_algorithm(k: int, p: float, seed: int) -> None:
    """FA*IR's algorithm 2 itself: the best protected item where the prefix asks for one, else the best of all."""
    rng = np.random.default_rng(seed)
    scores, protected = -np.sort(-rng.random(40).astype(np.float32)), rng.random(40) < 0.3
    protected[rng.permutation(40)[:20]] = True
    least, expected, rest = fair_share(k, p, 0.1).least, [], list(range(40))
    for place in range(k):
        lacking = protected[expected].sum() < least[place] if expected else least[place] > 0
        chosen = next(item for item in rest if protected[item] or not lacking)
        expected.append(chosen)
        rest.remove(chosen)
    limits = fair_limits("kind", 1, k, p, 0.1)
    facets = {"kind": protected.astype(np.int64)}
    made = rerank(scores[None], np.arange(40)[None], np.eye(40, dtype=np.float32), k, "mmr", 0.0,
                  facets=facets, facet_weights={"embedding": 1.0}, constraints=limits)  # fmt: skip
    assert made.items[0].tolist() == expected and not made.broken.any()


def test_several_values_are_protected_together_and_diversity_still_counts() -> None:
    rng = np.random.default_rng(0)
    vectors, codes = rng.normal(size=(60, 8)).astype(np.float32), np.arange(60) % 6
    scores = np.where(np.isin(codes, (4, 5)), 0.1, 0.9) * rng.random((25, 60)).astype(np.float32)
    limits = fair_limits("maker", [4, 5], 12, 0.5)
    for level in (0.0, 0.4):
        made = rerank(scores, np.tile(np.arange(60), (25, 1)), vectors, 12, "mmr", level, facets={"maker": codes},
                      facet_weights={"embedding": 1.0}, constraints=limits)  # fmt: skip
        so_far = np.cumsum(np.isin(codes[made.items], (4, 5)), axis=1)
        assert (so_far >= fair_share(12, 0.5).least).all()


@pytest.mark.parametrize("asked", [(0, 0.5, 0.1), (10, 0.0, 0.1), (10, 1.0, 0.1), (10, 0.5, 0.0), (10, np.nan, 0.1)])
def test_what_makes_no_sense_is_refused(asked: tuple[int, float, float]) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        fair_share(*asked)
