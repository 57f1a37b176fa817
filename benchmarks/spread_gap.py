"""How much welfare lists at crowding prices lack, beside the best of all choices of lists, in 500 small random shops.

    python -m benchmarks.spread_gap     writes benchmarks/results/spread_gap.json

1 to 4 shoppers, 2 to 6 products, lists of 1 or 2: every choice is tried. λ = 0: the bound by duality, the best, and
ours. λ = 0.4 with msd: the best and ours. All differences are shares of what the best lists are worth without prices,
because welfare itself may be 0. Small shops are the hardest: a single list moves a price by much, and lists that are
chosen by prices alone cannot share out one product between two shoppers who differ by more than the offsets.
"""

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from engine.rerank import welfare, welfare_bound
from tests.rerank.crowding_cases import best_possible, by_item, crowded, dispersion, relevance_of, small_shop

CASES, SPREADS, DIVERSITY = 500, (0.2, 0.4, 0.8), 0.4
RESULT = Path(__file__).parent / "results" / "spread_gap.json"


def case(seed: int, spread: float) -> tuple[float, float, float, float]:
    """Bound, best and ours at λ = 0, and the relevance of the most relevant lists."""
    relevance, candidates, vectors, k = small_shop(seed)
    lists, scale = crowded(relevance, candidates, vectors, k, spread)
    sets = list(combinations(range(len(vectors)), k))
    worth = [np.array([own[list(some)].sum() for some in sets]) for own in by_item(relevance, candidates)]
    best = best_possible(worth, sets, len(vectors), scale.potential)
    ours = welfare(relevance_of(relevance, candidates, lists.items), lists.slots, scale)
    most = sum(float(own.max()) for own in worth)
    return welfare_bound(relevance, candidates, lists.prices, k, scale), best, ours, most


def dispersed(seed: int, spread: float) -> tuple[float, float, float]:
    """Best and ours of msd at λ = 0.4, and what the best lists are worth without prices."""
    relevance, candidates, vectors, k = small_shop(seed)
    lists, scale = crowded(relevance, candidates, vectors, k, spread, "msd", DIVERSITY)
    sets, every = list(combinations(range(len(vectors)), k)), by_item(relevance, candidates)
    worth = [np.array([dispersion(own, vectors, some, DIVERSITY) for some in sets]) for own in every]
    kept = 1 - DIVERSITY
    best = best_possible(worth, sets, len(vectors), lambda slots: kept * scale.potential(slots))
    ours = sum(dispersion(own, vectors, tuple(row), DIVERSITY) for own, row in zip(every, lists.items, strict=True))
    return best, ours - kept * float(scale.potential(lists.slots).sum()), sum(float(own.max()) for own in worth)


def _spread_of(shares: np.ndarray) -> dict[str, float]:
    names = {"mean": shares.mean(), "median": np.median(shares), "p95": np.quantile(shares, 0.95), "most": shares.max()}
    return {name: round(float(value), 4) for name, value in names.items()}


def main() -> None:
    rows: list[dict[str, Any]] = []
    for spread in SPREADS:
        plain = np.array([case(seed, spread) for seed in range(CASES)])
        apart = np.array([dispersed(seed, spread) for seed in range(CASES)])
        broken = int(((plain[:, 0] < plain[:, 1] - 1e-6) | (plain[:, 1] < plain[:, 2] - 1e-6)).sum())
        rows.append({
            "spread": spread, "cases": CASES, "order_broken": broken,
            "lacking": _spread_of((plain[:, 1] - plain[:, 2]) / plain[:, 3]),
            "bound_above": _spread_of((plain[:, 0] - plain[:, 1]) / plain[:, 3]),
            "msd_lacking": _spread_of((apart[:, 0] - apart[:, 1]) / apart[:, 2]),
        })  # fmt: skip
        print(rows[-1], flush=True)
    RESULT.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
