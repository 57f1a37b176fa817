"""Do our figures agree with fairlearn's and LensKit's, where they mean the same?

    pip install --no-deps --target PEERS -r benchmarks/requirements.txt
    PYTHONPATH=PEERS python -m benchmarks.fairness_peers        writes benchmarks/results/fairness_peers.json

Invented lists, purchases and groups. LensKit divides recall by min(bought, k), we by bought: compared where they agree,
for shoppers who bought k items at most. Its ExposureGini sums in single precision.
"""

import json
from pathlib import Path

import numpy as np
from fairlearn.metrics import MetricFrame
from lenskit.data import ItemList
from lenskit.metrics import NDCG, ExposureGini, GeometricRankWeight, ListGini, LogRankWeight, Recall
from scipy.sparse import csr_array

from engine.fairness import Groups, Plan, Position, audit_shoppers, position_weights
from engine.fairness.attention import attention
from engine.metrics import gini, gini_of, ndcg, recall

SHOPPERS, ITEMS, K, SEED = 500, 80, 10, 0
RESULT = Path(__file__).parent / "results" / "fairness_peers.json"


def main() -> None:
    rng = np.random.default_rng(SEED)
    slates = np.stack([rng.choice(ITEMS, K, replace=False) for _ in range(SHOPPERS)])
    bought = rng.random((SHOPPERS, ITEMS)) < 0.08
    ours = {"ndcg": ndcg(slates, csr_array(bought)), "recall": recall(slates, csr_array(bought))}
    lists = [ItemList(item_ids=row, ordered=True) for row in slates]
    tests = [ItemList(item_ids=np.flatnonzero(row)) for row in bought]
    theirs = {
        "ndcg": per_list(NDCG(K, weight=LogRankWeight(offset=1)), lists, tests),
        "recall": per_list(Recall(K), lists, tests),
    }
    few = (bought.sum(axis=1) <= K) & bought.any(axis=1)
    gaps = {f"LensKit {key}": worst(ours[key][few], theirs[key][few]) for key in ours}
    gaps["LensKit ListGini"] = abs(gini(slates, ITEMS) - whole(ListGini(K, items=ITEMS), lists, tests))
    every = np.arange(ITEMS)
    for model, weight in (
        (Position.RBP, GeometricRankWeight(0.8)),
        (Position.LOG, LogRankWeight(offset=1)),
    ):
        given = attention(slates, every, ITEMS, position_weights(K, model)).sum(axis=0)
        found = whole(ExposureGini(K, items=ITEMS, weight=weight), lists, tests)
        gaps[f"LensKit ExposureGini {model}"] = abs(float(gini_of(given)) - found)
    groups = Groups("age", ("a", "b", "c"), rng.choice(3, SHOPPERS))
    rows = audit_shoppers(ours, [groups], plan=Plan(draws=1, permutations=1)).rows
    for key, values in ours.items():
        known = ~np.isnan(values)
        frame = MetricFrame(
            metrics=lambda y, _: float(np.mean(y)), y_true=values[known], y_pred=values[known],
            sensitive_features=np.array(groups.names)[groups.codes[known]],
        )  # fmt: skip
        mine = np.array([row.value for row in rows if row.metric == key])
        gaps[f"fairlearn {key} by_group"] = worst(mine, frame.by_group.to_numpy())
        gaps[f"fairlearn {key} difference"] = abs(mine.max() - mine.min() - frame.difference())
        gaps[f"fairlearn {key} ratio"] = abs(mine.min() / mine.max() - frame.ratio())
    finding = (
        f"Means, gaps and ratios of groups, nDCG, recall, Gini and Gini of exposure agree with fairlearn and LensKit"
        f" to {max(gaps.values()):.0e}."
    )
    print(finding)
    content = {
        "finding": finding,
        "setting": {"shoppers": SHOPPERS, "items": ITEMS, "k": K, "seed": SEED},
        "gaps": gaps,
    }
    RESULT.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def per_list(metric: NDCG | Recall, lists: list[ItemList], tests: list[ItemList]) -> np.ndarray:
    return np.array([metric.measure_list(one, two) for one, two in zip(lists, tests, strict=True)], dtype=float)


def whole(metric: ListGini, lists: list[ItemList], tests: list[ItemList]) -> float:
    parts = [metric.compute_list_data(one, two) for one, two in zip(lists, tests, strict=True)]
    return float(metric.global_aggregate(parts))


def worst(one: np.ndarray, two: np.ndarray) -> float:
    return float(np.abs(one - two).max())


if __name__ == "__main__":
    main()
