"""How often does the 95 % interval of a figure of all lists hold the truth, and does limiting it change that?

    python -m benchmarks.whole_intervals        writes benchmarks/results/whole_intervals.json

Lists of invented shoppers are drawn from a population whose mean figure for so many shoppers is known (1,500 draws).
Beside the interval in use stand the same ends without the limit, and half-samples on a logit scale, which stays inside
the range by itself.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

from engine import metrics
from engine.statistics.intervals import LEVEL, around, half_samples

Array = np.ndarray
RESULT = Path(__file__).parent / "results" / "whole_intervals.json"
CASES = ((40, 60, 5, 0.8), (60, 30, 5, 0.3), (30, 68, 5, 0.3), (100, 40, 10, 1.2))  # shoppers, products, k, skew
POPULATION, TRUTHS, TRIALS, DRAWS, SEED = 20_000, 1_500, 300, 100, 0
NAMES = ("coverage", "gini", "shannon_entropy", "top_share", "jaccard_overlap", "shared_products")
WAYS = ("unlimited", "limited", "logit")


def figures(slates: Array, n: int) -> Array:
    functions = (metrics.coverage, metrics.gini, metrics.shannon_entropy, metrics.top_share)
    found = [function(slates, n) for function in functions]
    return np.array([*found, metrics.jaccard_overlap(slates), metrics.shared_products(slates)])


def population(rng: np.random.Generator, n: int, k: int, skew: float) -> Array:
    """Lists int64 [POPULATION, k]: products drawn without replacement, the first ones the likeliest."""
    popularity = -skew * np.log(np.arange(1, n + 1))
    return np.argsort(-(popularity + rng.gumbel(size=(POPULATION, n))), axis=1)[:, :k]


def logit(centre: Array, halves: Array, most: Array) -> tuple[Array, Array]:
    scale, back = (lambda x: np.log(x / (1 - x))), (lambda y: 1 / (1 + np.exp(-y)))
    c, h = (scale(np.clip(part / most, 1e-9, 1 - 1e-9)) for part in (centre, halves))
    low, high = np.percentile(h - h.mean(axis=0), LEVEL, axis=0)
    return back(c + low) * most, back(c + high) * most


def judged(rng: np.random.Generator, n_users: int, n: int, k: int, skew: float) -> dict[str, Any]:
    lists = population(rng, n, k, skew)
    most = np.array([1, 1 - 1 / n, np.log2(n), 1, 1, k])

    def drawn() -> Array:
        return lists[rng.choice(POPULATION, n_users, replace=False)]

    truth = np.mean([figures(drawn(), n) for _ in range(TRUTHS)], axis=0)
    held, above = np.zeros((len(WAYS), len(NAMES))), np.zeros(len(NAMES))
    for trial in range(TRIALS):
        slates = drawn()
        centre = figures(slates, n)
        halves = np.stack([figures(slates[rows], n) for rows in half_samples(n_users, DRAWS, trial)])
        within = np.stack([np.zeros_like(most), most], axis=1)
        ends = (around(centre, halves), around(centre, halves, within), logit(centre, halves, most))
        above += ends[0][1] > most
        held += [(low <= truth + 1e-9) & (truth - 1e-9 <= high) for low, high in ends]
    shares = {way: dict(zip(NAMES, (row / TRIALS).tolist(), strict=True)) for way, row in zip(WAYS, held, strict=True)}
    beyond = dict(zip(NAMES, (above / TRIALS).tolist(), strict=True))
    return {"shoppers": n_users, "products": n, "k": k, "skew": skew, "beyond_its_range": beyond, "holds": shares}


def finding(rows: list[dict[str, Any]]) -> str:
    """Coverage by way, then every figure whose interval in use holds the truth in fewer than 90 % of trials."""
    ends = {way: [row["holds"][way]["coverage"] for row in rows] for way in WAYS}
    told = "; ".join(f"{way} {min(part):.1%} to {max(part):.1%}" for way, part in ends.items())
    low = [
        f"{name} {row['holds']['limited'][name]:.1%} ({row['shoppers']} shoppers, {row['products']} products)"
        for row in rows for name in NAMES if row["holds"]["limited"][name] < 0.9
    ]  # fmt: skip
    return (
        f"The 95 % interval of coverage holds the truth, of {TRIALS} trials a case: {told}. Other figures lower than"
        f" 90 %: {', '.join(low) or 'none'}; there one product is in nearly every list, so the figure is at"
        " its ceiling 1/k."
    )


def main() -> None:
    rng = np.random.default_rng(SEED)
    rows = [judged(rng, *case) for case in CASES]
    result = {
        "finding": finding(rows),
        "setting": {"trials": TRIALS, "truth": TRUTHS, "draws": DRAWS, "seed": SEED},
        "rows": rows,
    }
    print(result["finding"])
    RESULT.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
