"""Whom spread helps and whom it costs: nDCG kept by group of shoppers, and attention by maker, on the sample shop.

    python -m benchmarks.spread_groups     writes benchmarks/results/spread_groups.json

Model blend, cut-off 2017-12-04, the default strategy (mmr, λ 0.3, lists of 10 from 200 candidates) at several σ, beside
the same at σ 0. nDCG kept is mean nDCG of later purchases ÷ that at σ 0, of the same shoppers, with its 95 % bootstrap
interval; groups in which fewer than SMALLEST_GROUP shoppers can be judged are left out.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers.report import machine, versions
from engine.bench.bench import Bench, scope_of
from engine.bench.measures import measure
from engine.bench.segments import columns, segments
from engine.data import open_shop, shop_folder
from engine.data.labels import SMALLEST_GROUP
from engine.metrics import exposure
from engine.metrics.concentration import gini_of
from engine.slates.shop_lists import lists_of
from engine.statistics.intervals import ratio_interval
from engine.strategy.strategy import DEFAULT
from engine.training.training import load_or_train

UNTIL, SURFACES, SPREADS = "2017-12-04", ("new", "for_you"), (0.2, 0.4)
RESULT = Path(__file__).parent / "results" / "spread_groups.json"
Array = np.ndarray
Row = dict[str, Any]


def shoppers(bench: Bench, surface: str, spread: float) -> list[Row]:
    """One row a group: what its lists keep of nDCG at σ 0."""
    evidence = bench.evidence(scope_of(surface))
    base = DEFAULT.at(surface=surface)
    now, before = (
        measure(lists_of(bench, strategy), evidence, ["ndcg"]).per_user["ndcg"]
        for strategy in (base.at(spread=spread), base)
    )
    groups = {("all", "all"): np.arange(len(bench.users))}
    groups |= {(by, name): rows for by in columns(bench) for name, rows in segments(bench, by).items()}
    rows = []
    for (by, name), members in groups.items():
        judged = members[~np.isnan(now[members]) & ~np.isnan(before[members])]
        if len(judged) < SMALLEST_GROUP:
            continue
        low, high = ratio_interval(now[judged], before[judged])
        kept = float(now[judged].mean() / before[judged].mean())
        rows.append({"by": by, "group": name, "n": len(judged), "ndcg_kept": kept, "low": low, "high": high})
    return rows


def makers(bench: Bench, surface: str, spread: float) -> Row:
    """How attention is shared out among the makers whose products lists may show."""
    codes = bench.history.codes("provider")[0]
    offered = np.unique(codes[bench.history.eligible()])
    items = lists_of(bench, DEFAULT.at(surface=surface, spread=spread))
    shares = exposure(items, codes - codes.min())[offered - codes.min()]  # makers that are not said count as one
    return {
        "makers": len(offered), "shown": int((shares > 0).sum()), "largest": float(shares.max()),
        "gini": float(gini_of(shares)),
    }  # fmt: skip


def main() -> None:
    data, folder = open_shop("sample"), shop_folder("sample")
    bench = Bench(data, *load_or_train("blend", folder, data, UNTIL))
    cases: list[Row] = []
    for surface in SURFACES:
        for spread in (0.0, *SPREADS):
            case = {"surface": surface, "spread": spread, "makers": makers(bench, surface, spread)}
            cases.append(case | ({"shoppers": shoppers(bench, surface, spread)} if spread else {}))
    content = {"machine": machine(), "versions": versions(), "until": UNTIL, "cases": cases}
    RESULT.write_text(json.dumps(content, indent=1) + "\n")
    for case in cases:
        print(case["surface"], case["spread"], case["makers"])
        for row in case.get("shoppers", []):
            ends = f"({100 * row['low']:.1f} to {100 * row['high']:.1f})"
            print(f"  {row['by']:10} {row['group']:14} n {row['n']:5} {100 * row['ndcg_kept']:.1f} % {ends}")


if __name__ == "__main__":
    main()
