"""What policies, segments and guards in a strategy do to lists: the sample, blend, mmr, for you and new.

python -m benchmarks.overrides        writes benchmarks/results/overrides.json
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

from engine.bench.bench import Bench, scope_of
from engine.bench.measures import measure
from engine.data import default_cutoff, open_shop, shop_folder
from engine.diagnosis.suggested_policies import suggested_policies
from engine.evaluation.evaluate import compare
from engine.slates.effective_lambdas import effective_lambdas
from engine.slates.make import sweep_slates
from engine.statistics.intervals import ratio_interval
from engine.strategy.strategy import Strategy
from engine.training.training import load_or_train

KEYS = ("ild", "facet_entropy:category", "facet_entropy:provider")
RESULT = Path(__file__).parent / "results" / "overrides.json"


def told(bench: Bench, strategy: Strategy) -> dict[str, Any]:
    """nDCG kept of λ = 0 with its 95 % interval, mean figures, and what the overrides do."""
    evidence = bench.evidence(scope_of(strategy.surface))
    before, now = (
        measure(items, evidence, ("ndcg", *KEYS)) for items in sweep_slates(bench, strategy, [0.0, 0.2]).items
    )
    ndcg = [measured.per_user["ndcg"] for measured in (now, before)]
    row: dict[str, Any] = {"ndcg_kept": [np.nanmean(ndcg[0]) / np.nanmean(ndcg[1]), *ratio_interval(*ndcg)]}
    row |= {key: now.value(key)[0] for key in KEYS}
    if strategy.overrides:
        found = effective_lambdas(bench, strategy, [0.2])
        row["mean_diversity"] = found.diversities.mean()
        row["policies"] = [float((found.policies == n).mean()) for n in range(len(strategy.overrides.policies))]
        row |= {"lifted": float(found.lifted.mean()), "short": float(found.short.mean())}
    return {key: np.round(value, 4).tolist() for key, value in row.items()}


def wishes(bench: Bench) -> dict[str, dict[str, Any]]:
    """What is laid over mmr at λ 0.2: overrides, or another mixture for all."""
    policies = [policy.model_dump(mode="json") for policy in suggested_policies(bench).policies]
    found: dict[str, dict[str, Any]] = {"nothing": {}, "suggested policies": {"overrides": {"policies": policies}}}
    for policy in policies:
        found[f"mixture of {policy['name']} for all"] = {"facet_weights": policy["facet_weights"]}
    louder = [policy | {"diversity": level} for policy, level in zip(policies, (0.1, 0.3), strict=True)]
    found["policies with λ 0.1 and 0.3"] = {"overrides": {"policies": louder}}
    light = [{"segment": {"by": "history", "group": "light"}, "diversity": 0.05}]
    found["light shoppers λ 0.05"] = {"overrides": {"segments": light}}
    found["by history, strength 1"] = {"overrides": {"personal": {"strength": 1.0}}}
    for guard in ({"key": "narrowing", "least": 0.9}, {"key": "calibration_js", "most": 0.4}):
        found[f"guard {guard['key']}"] = {"overrides": {"guard": guard}}
    return found


def main() -> None:
    data = open_shop("sample")
    bench = Bench(data, *load_or_train("blend", shop_folder("sample"), data, default_cutoff(data)))
    rows, plain = [], Strategy(method="mmr", diversity=0.2)
    for surface in bench.surfaces:
        base = plain.at(surface=surface)
        for name, changes in wishes(bench).items():
            strategy = base.at(**changes)
            row = {"surface": surface, "lists": name, **told(bench, strategy)}
            if changes:
                moved = compare(bench, base, strategy, ("ndcg", *KEYS))
                row["against_plain"] = {
                    m.metric: [round(getattr(m, x), 5) for x in ("difference", "low", "high")] for m in moved
                }
            rows.append(row)
            print(row)
    result = {"strategy": "mmr, λ 0.2, blend", "shoppers": len(bench.users), "rows": rows}
    RESULT.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
