"""How long the whole trade-off curve of the sample shop takes: every shopper, 21 λ, with its metrics; retrieval apart.

    python -m benchmarks.curve

Writes benchmarks/results/curve.json. Needs the sample's blend, which the first start of the dashboard trains.
"""

import json
import os
import platform
import statistics
import time
from pathlib import Path

from engine.bench.bench import Bench
from engine.data import default_cutoff, open_shop, shop_folder
from engine.evaluation.curve import CURVE, GRID, trade_off
from engine.slates.make import sweep_slates
from engine.strategy.strategy import DEFAULT
from engine.training.training import load_or_train

RUNS = 5
RESULT = Path(__file__).parent / "results" / "curve.json"


def main() -> None:
    data = open_shop("sample")
    bench = Bench(data, *load_or_train("blend", shop_folder("sample"), data, default_cutoff(data)))
    results = []
    for surface in ("for_you", "new"):
        strategy = DEFAULT.at(surface=surface)
        trade_off(bench, strategy)  # warms kernels, vectors, candidates and the held-out purchases
        for part, work in (
            ("lists", lambda s=strategy: sweep_slates(bench, s, GRID)),
            ("lists and metrics", lambda s=strategy: trade_off(bench, s)),
        ):
            seconds = [timed(work) for _ in range(RUNS)]
            results.append(
                {
                    "surface": surface,
                    "part": part,
                    "median_s": round(statistics.median(seconds), 3),
                    "runs_s": seconds,
                }
            )
            print(results[-1])
    whole = [row["median_s"] for row in results if row["part"] == "lists and metrics"]
    report = {
        "finding": f"The curve over {len(bench.users):,} shoppers and {len(GRID)} λ takes {max(whole):.2f} s at most.",
        "shoppers": len(bench.users),
        "diversities": len(GRID),
        "pool": DEFAULT.pool,
        "k": DEFAULT.k,
        "method": DEFAULT.method,
        "metrics": CURVE,
        "cores": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "results": results,
    }
    RESULT.write_text(json.dumps(report, indent=1) + "\n")
    print(report["finding"])


def timed(work) -> float:  # type: ignore[no-untyped-def]
    began = time.perf_counter()
    work()
    return round(time.perf_counter() - began, 3)


if __name__ == "__main__":
    main()
