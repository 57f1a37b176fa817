"""Do audits keep their word? False alarms, intervals that hold, gaps that are found, secrets that stay.

    python -m benchmarks.fairness_null        writes benchmarks/results/fairness_null.json

Each audit draws SHOPPERS from the sample's real figures (blend, λ = 0, cut four weeks before the end) with replacement,
so that the true means are known, and deals them random labels: no gap is real. Then a gap of the size that the audit
calls detectable is added to one group in one metric, and the audit is made again. The differencing attack is in
`benchmarks/fairness_attack.py`.
"""

import json
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from engine.audit.values import shopper_values
from engine.bench.bench import Bench
from engine.data import default_cutoff, open_shop, shop_folder
from engine.fairness import Groups, Plan, audit_shoppers, with_q_values
from engine.fairness.bootstrap import weights
from engine.slates.make import make_slates
from engine.strategy.strategy import Strategy
from engine.training.training import load_or_train

AUDITS, SHOPPERS, SEED = 1_000, 1_000, 0
SHARES = (0.60, 0.20, 0.10, 0.06, 0.04)  # the groups; "0" is the largest
LEVEL = 0.05
RESULT = Path(__file__).parent / "results" / "fairness_null.json"
Row = dict[str, Any]
Figures = dict[str, np.ndarray]


def real_values() -> Figures:
    """The sample's figures, shopper by shopper."""
    data = open_shop("sample")
    bench = Bench(data, *load_or_train("blend", shop_folder("sample"), data, default_cutoff(data)))
    plain = Strategy.checked({"method": "mmr", "diversity": 0.0, "k": 10}, "benchmark")
    return shopper_values(make_slates(bench, plain).items, bench.evidence("all"))


def one(number: int, values: Figures) -> Row:
    """One audit of random labels, and one with a planted gap."""
    rng = np.random.default_rng([SEED, number])
    drawn = rng.integers(0, len(next(iter(values.values()))), SHOPPERS)
    mine = {key: found[drawn] for key, found in values.items()}
    groups = Groups("label", tuple("01234"), rng.choice(len(SHARES), SHOPPERS, p=SHARES))
    plan = Plan(seed=number)
    rows, family = with_q_values(audit_shoppers(mine, [groups], plan=plan).rows)
    truth = {key: float(np.nanmean(found)) for key, found in values.items()}
    target = rows[number % len(rows)]
    metric, members = target.metric, groups.members(int(target.group))
    planted = {metric: mine[metric] + target.detectable * members}
    moved = audit_shoppers(planted, [groups], plan=Plan(draws=1, seed=number)).rows  # p of the others stay as they are
    again, _ = with_q_values([row for row in rows if row.metric != metric] + moved)
    found = next(row for row in again if (row.group, row.metric) == (target.group, metric))
    return {
        "family": family,
        "alarm": any(row.q <= LEVEL for row in rows),
        "cells": [
            {
                "metric": row.metric, "group": row.group, "n": row.n, "alarm": row.p <= LEVEL,
                "mean": row.low <= truth[row.metric] <= row.high,
                "gap": row.difference_low <= 0 <= row.difference_high,
                "percentile": percentile(mine, groups, row, number, truth),
            }
            for row in rows
        ],
        "planted": {"metric": metric, "group": target.group, "found": found.q <= LEVEL},
    }  # fmt: skip


def percentile(mine: Figures, groups: Groups, row: Row, seed: int, truth: dict[str, float]) -> bool | None:
    """Whether the plain percentile bootstrap, the alternative not taken, holds the truth; small groups' recall only."""
    if row.metric != "recall" or row.group not in ("3", "4"):
        return None
    values = mine["recall"][groups.members(int(row.group))]
    known = values[~np.isnan(values)]
    low, high = np.percentile(weights(len(known), 2_000, seed) @ known / len(known), (2.5, 97.5))
    return bool(low <= truth["recall"] <= high)


def _rate(flags: list[bool]) -> float:
    return round(float(np.mean(flags)), 4)


def summary(audits: list[Row]) -> dict[str, Any]:
    cells = [cell for found in audits for cell in found["cells"]]
    kinds = ("mean", "gap", "alarm")
    small = [cell for cell in cells if cell["percentile"] is not None]

    def told(part: list[Row]) -> dict[str, float]:
        return {kind: _rate([cell[kind] for cell in part]) for kind in kinds} | {
            "n": round(float(np.mean([cell["n"] for cell in part])))
        }

    planted = [found["planted"] for found in audits]
    return {
        "audits": len(audits),
        "family": audits[0]["family"],
        "false_alarms_after_correction": _rate([found["alarm"] for found in audits]),
        "false_alarms_of_one_test": _rate([cell["alarm"] for cell in cells]),
        "coverage": told(cells),
        "small_groups_recall": {kind: _rate([cell[kind] for cell in small]) for kind in ("mean", "percentile")},
        "by_metric": {
            m: told([c for c in cells if c["metric"] == m]) for m in dict.fromkeys(c["metric"] for c in cells)
        },
        "by_group": {g: told([c for c in cells if c["group"] == g]) for g in "01234"},
        "planted_found": _rate([each["found"] for each in planted]),
        "planted_found_by_metric": {
            m: _rate([each["found"] for each in planted if each["metric"] == m])
            for m in dict.fromkeys(each["metric"] for each in planted)
        },
    }


def main(audits: int = AUDITS) -> None:
    values = real_values()
    with ProcessPoolExecutor(2) as pool:
        found = list(pool.map(one, range(audits), [values] * audits, chunksize=10))
    told = summary(found)
    cover, alarms = told["coverage"], told["false_alarms_after_correction"]
    finding = (
        f"Of {audits:,} audits of random labels ({told['family']} tests each), {alarms:.1%}"
        f" raise a false alarm after correction; 95 % intervals hold the truth in {cover['mean']:.1%} (means) and"
        f" {cover['gap']:.1%} (gaps); a gap of the detectable size is"
        f" found in {told['planted_found']:.1%}."
    )
    setting = {"shoppers": SHOPPERS, "shares": SHARES, "draws": 2_000, "permutations": 10_000, "seed": SEED}
    print(finding)
    RESULT.write_text(json.dumps({"finding": finding, "setting": setting, **told}, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
