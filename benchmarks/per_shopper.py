"""Is a λ for each shopper worth more than one λ for all, and what does the bubble guard cost? Hybrid, mmr, for you.

python -m benchmarks.per_shopper        writes benchmarks/results/per_shopper.json
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.guard import guard
from benchmarks.personal import personal, slates_at
from engine.bench.bench import Bench
from engine.bench.measures import measure
from engine.data import default_cutoff, open_shop, shop_folder
from engine.slates.make import make_slates
from engine.statistics.intervals import mean_interval, ratio_interval
from engine.strategy.strategy import Strategy
from engine.training.training import load_or_train

KEYS = ("ndcg", "ild", "facet_entropy:category")
LEVELS, STRENGTHS, LEAST = (0.1, 0.2, 0.4), (0.5, 1.0), (0.9, 1.0)
RESULT = Path(__file__).parent / "results" / "per_shopper.json"
Figures = dict[str, np.ndarray]


def told(figures: Figures, top: Figures) -> dict[str, Any]:
    """nDCG kept and what was bought, as shares of λ = 0, each with its 95 % interval."""
    found: dict[str, Any] = {}
    for key in KEYS:
        ratio = float(np.nanmean(figures[key]) / np.nanmean(top[key]))
        found[key] = [round(value, 4) for value in (ratio, *ratio_interval(figures[key], top[key]))]
    return found


def against(figures: Figures, other: Figures) -> dict[str, Any]:
    """Mean paired difference of each figure, with its 95 % interval."""
    found = {}
    for key in KEYS:
        differences = figures[key] - other[key]
        low, high = mean_interval(differences[:, None])
        found[key] = [round(float(value), 5) for value in (np.nanmean(differences), low[0], high[0])]
    return found


def main() -> None:
    data = open_shop("sample")
    bench = Bench(data, *load_or_train("hybrid", shop_folder("sample"), data, default_cutoff(data)))
    evidence, strategy, rows = bench.evidence("all"), Strategy(method="mmr", diversity=0.0), []

    def measured(items: np.ndarray) -> Figures:
        return measure(items, evidence, KEYS).per_user

    top = measured(make_slates(bench, strategy).items)
    for level in LEVELS:
        same = measured(make_slates(bench, strategy.at(diversity=level)).items)
        rows.append({"lists": "one λ", "diversity": level, **told(same, top)})
        for strength in STRENGTHS:
            own = measured(slates_at(bench, strategy, personal(evidence.spread, level, strength), step=0.01))
            row = {"lists": "by history", "diversity": level, "strength": strength, **told(own, top)}
            rows.append(row | {"against_one": against(own, same)})
        for least in LEAST:
            kept = guard(bench, strategy.at(diversity=level), least)
            row = {"lists": "guard", "diversity": level, "least": least, "lifted": round(float(kept.lifted.mean()), 4)}
            rows.append({**row, "short": round(float(kept.short.mean()), 4), **told(measured(kept.items), top)})
    for row in rows:
        print(row)
    one, own, full = (row for row in rows if row["diversity"] == 0.2 and row["lists"] != "guard")
    result = {
        "finding": "At a mean λ of 0.2, lists keep and have of λ = 0 (nDCG, ILD, category entropy): "
        + "; ".join(
            f"{name} {', '.join(f'{row[key][0]:.1%}' for key in KEYS)}"
            for name, row in (("one λ", one), ("by history, strength 0.5", own), ("strength 1", full))
        )
        + ". A λ by history is no gain here.",
        "shoppers": len(bench.users),
        "rows": rows,
    }
    print(result["finding"])
    RESULT.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
