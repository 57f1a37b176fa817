"""The plane of λ × σ of the whole sample: how long it takes, and whether every step of σ spreads lists more.

    python -m benchmarks.spread_plane     writes benchmarks/results/spread_plane.json

blend, cut-off 2017-12-04, mmr, lists of 10 from 200 candidates, both surfaces. The plane of 6 × 6 pairs, then that of
11 × 11, each with no pair on disk (on a page the finer one begins with the pairs of the first). Figures are nDCG,
revenue, reach, products shared, Gini and variety within lists. Then, for each λ, the largest fall of reach and the
largest rise of products shared over any step of 0.1 of σ.
"""

import json
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from engine.bench.bench import Bench
from engine.data.shops import open_shop, shop_folder
from engine.evaluation.pairs.plane import COARSE, FINE, Plane, plane
from engine.rerank.warm import warm
from engine.strategy.strategy import Strategy
from engine.training.stored_models import load_model

RESULT = Path(__file__).parent / "results" / "spread_plane.json"
MODEL = "blend"


def timed(bench: Bench, strategy: Strategy, levels: tuple[float, ...]) -> tuple[Plane, float]:
    start = time.perf_counter()
    *_, whole = plane(bench, strategy, diversities=levels, spreads=levels)
    return whole, round(time.perf_counter() - start, 1)


def steps(whole: Plane) -> list[dict[str, float]]:
    """By λ, the largest fall of reach (points) and the largest rise of products shared over a step of σ."""
    falls = -100 * np.diff(whole.figures["coverage"], axis=0).min(axis=0)
    rises = np.diff(whole.figures["shared_products"], axis=0).max(axis=0)
    return [
        {
            "diversity": level,
            "most_reach_lost": round(max(float(fall), 0.0), 3),
            "most_shared_gained": round(max(float(rise), 0.0), 3),
        }
        for level, fall, rise in zip(whole.diversities, falls, rises, strict=True)
    ]


def main() -> None:
    shop = os.environ.get("EVENSHELF_HOME", str(Path.home() / ".evenshelf"))
    data = open_shop("sample")
    model, card = load_model(shop_folder("sample"), data, MODEL)
    warm(methods=["mmr"])
    rows: list[dict[str, Any]] = []
    for surface in ("for_you", "new"):
        strategy = Strategy(method="mmr", diversity=0.0, surface=surface)
        row: dict[str, Any] = {"surface": surface}
        for name, grid in {"coarse": COARSE, "fine": FINE}.items():
            with tempfile.TemporaryDirectory() as folder:
                os.environ["EVENSHELF_HOME"] = folder
                (Path(folder) / "cache").mkdir()
                for file in (Path(shop) / "cache").glob("text-*"):
                    shutil.copy(file, Path(folder) / "cache")
                bench = Bench(data, model, card)
                bench.candidates(surface, strategy.pool), bench.vectors("text"), bench.evidence("all")
                whole, row[f"{name}_seconds"] = timed(bench, strategy, grid)
                if name == "fine":
                    row["at_the_ends_of_spread"] = {
                        figure: [round(float(whole.figures[figure][at, 3]), 4) for at in (0, -1)]
                        for figure in ("coverage", "shared_products")
                    }
                    row["steps"] = steps(whole)
        os.environ["EVENSHELF_HOME"] = shop
        print(json.dumps({key: value for key, value in row.items() if key != "steps"}), flush=True)
        rows.append(row)
    most = {
        key: max(step[key] for row in rows for step in row["steps"])
        for key in ("most_reach_lost", "most_shared_gained")
    }
    finding = (
        f"6 × 6 pairs of the whole sample take {max(row['coarse_seconds'] for row in rows):g} s at most, 11 × 11 "
        f"{max(row['fine_seconds'] for row in rows):g} s; over no step of 0.1 of σ does reach fall by more than "
        f"{most['most_reach_lost']:g} points or do products shared rise by more than {most['most_shared_gained']:g}."
    )
    RESULT.write_text(
        json.dumps({"finding": finding, "model": MODEL, "cores": os.cpu_count(), "rows": rows}, indent=1) + "\n"
    )
    print(finding)


if __name__ == "__main__":
    main()
