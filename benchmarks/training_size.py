"""Time and memory of training on synthetic shops of several sizes, and what the large-shop solver costs in relevance.

    python -m benchmarks.training_size train [MODEL ...]   trains on synthetic shops (benchmarks/synthetic_shop.py)
    python -m benchmarks.training_size before              the exact inverse at growing sizes: cubic in the size
    python -m benchmarks.training_size sample              the exact and the large-shop solver on the sample, and iALS

Each part replaces its own entry in benchmarks/results/training_size.json. A training is `python -m engine train` in a
process of its own, whose processor time and peak memory the operating system counts; it is stopped after --limit
seconds. The forecast is what the command compares with free memory before it starts. Processor seconds are given beside
wall-clock seconds, because only they can be compared on a machine that others use as well.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers.report import machine, versions
from benchmarks.synthetic_shop import synthetic_shop
from engine import metrics
from engine.data import Dataset, open_shop
from engine.data.storage.files import write_atomically
from engine.recommend import Blend, Ease, EaseConfig, Model, ridge
from engine.recommend.forecast import Size, forecast
from engine.retrieval import retrieve
from engine.statistics.paired import paired

RESULT = Path(__file__).parent / "results" / "training_size.json"
SIZES = ((2_000, 3_000, 60_000), (8_000, 10_000, 240_000), (32_000, 24_000, 800_000))  # shoppers, products, lines
MODELS = ("popularity", "frequency", "ease", "blend")
SIDES = (1_000, 2_000, 4_000)
CUTOFF, K = "2017-12-04", 10


def trained(model: str, shop: Path, limit: float) -> dict[str, Any]:
    """One training in a process of its own: seconds, processor seconds, peak gigabytes, whether it was stopped."""
    began = time.monotonic()
    command = [sys.executable, "-m", "engine", "train", "--data", str(shop), "--model", model]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while True:
        number, status, used = os.wait4(child.pid, os.WNOHANG)
        if number:
            break
        if time.monotonic() - began > limit:
            child.kill()
        time.sleep(0.1)
    return {
        "model": model,
        "exit": os.waitstatus_to_exitcode(status),
        "seconds": round(time.monotonic() - began, 1),
        "processor_seconds": round(used.ru_utime + used.ru_stime, 1),
        "peak_gb": round(used.ru_maxrss * 1024 / 1e9, 2),
    }


def opened(shop: Path) -> float:
    """Peak gigabytes of a process that only opens the shop with what `train` imports."""
    code = f"import engine.commands.train, resource; from engine.data import open_shop; open_shop({str(shop)!r});"
    code += "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    return float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout) * 1024 / 1e9


def training(models: list[str], sizes: list[int], limit: float) -> list[dict[str, Any]]:
    rows = []
    for users, items, lines in (SIZES[at] for at in sizes):
        with tempfile.TemporaryDirectory() as folder:
            shop = synthetic_shop(users, items, lines)
            shop.save(Path(folder) / "synthetic")
            base = opened(Path(folder) / "synthetic")
            for model in models:
                told = base + forecast(model, Size.of(shop)) / 1e9
                row = {"shoppers": users, "products": items, "lines": lines, "forecast_gb": round(told, 2)}
                row |= trained(model, Path(folder) / "synthetic", limit)
                row["forecast_over_peak"] = round(told / row["peak_gb"], 2)
                print(row, flush=True)
                rows.append(row)
    return rows


def inverted(side: int) -> dict[str, Any]:
    """One exact solution with `side` shoppers and twice as many products, in this process."""
    shop = synthetic_shop(side, 2 * side, 25 * side)
    X = shop.relevant()
    wall, processor = time.monotonic(), time.process_time()
    ridge.solve(X, 300.0)
    return {
        "side": side,
        "seconds": round(time.monotonic() - wall, 1),
        "processor_seconds": round(time.process_time() - processor, 1),
        "peak_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9, 2),
        "forecast_gb": round(ridge.memory(X.shape) / 1e9, 2),
    }


def before() -> list[dict[str, Any]]:
    with get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        return list(pool.imap(inverted, SIDES, chunksize=1))


def judged(model: Model, data: Dataset) -> dict[str, np.ndarray]:
    """nDCG@10 [n_users] of each scope on what was bought after the cut-off."""
    had, wanted = data.before(CUTOFF).relevant(), data.since(CUTOFF).relevant()
    users = np.flatnonzero((np.diff(had.indptr) > 0) & (np.diff(wanted.indptr) > 0)).astype(np.int64)
    fresh = (wanted - wanted.multiply(had)).tocsr()
    fresh.eliminate_zeros()
    alls = metrics.ndcg(retrieve(model, users, K).items, wanted[users])
    return {"all": alls, "new": metrics.ndcg(retrieve(model, users, K, "new", had).items, fresh[users])}


def large(model: Model, history: Dataset) -> Model:
    """Fitted as if the shop were too large for the exact solution."""
    kept, ridge.BYTES = ridge.BYTES, 0
    try:
        return model.fit(history)
    finally:
        ridge.BYTES = kept


def sample() -> list[dict[str, Any]]:
    data = open_shop("sample")
    history, rows = data.before(CUTOFF), []
    figures = {}
    for name, make in (("ease", lambda: Ease(EaseConfig(ridge_all=30.0, ridge_new=300.0))), ("blend", Blend)):
        exact, approximate = judged(make().fit(history), data), judged(large(make(), history), data)
        figures[name] = approximate
        rows += [compared(f"{name}, large-shop solver", f"{name}, exact", approximate, exact, s) for s in exact]
    try:
        from benchmarks.peers import PEERS
        from benchmarks.peers.choosing import build

        chosen = json.loads((RESULT.parent / "relevance.json").read_text("utf-8"))["chosen"][CUTOFF]["als"]["settings"]
        for scope, settings in chosen.items():
            als = judged(build(PEERS["als"], settings).fit(history), data)
            rows += [compared(f"{name}, large-shop solver", "iALS", figures[name], als, scope) for name in figures]
    except ImportError:
        print("implicit is not installed: no comparison with iALS (benchmarks/requirements.txt)")
    return rows


def compared(
    new: str, old: str, mine: dict[str, np.ndarray], other: dict[str, np.ndarray], scope: str
) -> dict[str, Any]:
    found = paired(mine[scope], other[scope])
    row = {"scope": scope, "model": new, "against": old, "ndcg": round(float(np.nanmean(mine[scope])), 4)}
    row |= {"difference": round(found.difference, 5), "low": round(found.low, 5), "high": round(found.high, 5)}
    print(row, flush=True)
    return row | {"n_users": found.n_users}


def finding(result: dict[str, Any]) -> str:
    """One line."""
    said = []
    for row in result.get("training", []):
        if row["shoppers"] == SIZES[-1][0] and row["exit"] == 0:
            seconds = f"{row['seconds']:.0f} s ({row['processor_seconds']:.0f} of a processor core)"
            said.append(f"{row['model']} {seconds} and {row['peak_gb']} GB ({row['shoppers']:,} shoppers)")
    for row in result.get("sample", []):
        if row["against"].endswith("exact"):
            interval = f"[{row['low']:+.4f}, {row['high']:+.4f}]"
            said.append(f"{row['model']}, {row['scope']}: {row['difference']:+.4f} {interval} against exact")
    return "; ".join(said)


def main() -> None:
    parser = argparse.ArgumentParser(description="Time and memory of training by size.")
    parser.add_argument("part", choices=("train", "before", "sample"))
    parser.add_argument("models", nargs="*", default=list(MODELS))
    parser.add_argument("--sizes", nargs="*", type=int, choices=range(len(SIZES)), default=list(range(len(SIZES))))
    parser.add_argument("--limit", type=float, default=600.0, help="seconds after which a training is stopped")
    options = parser.parse_args()
    result = json.loads(RESULT.read_text("utf-8")) if RESULT.exists() else {}
    if options.part == "train":
        rows = training(options.models, options.sizes, options.limit)
        again = {(row["shoppers"], row["model"]) for row in rows}
        kept = [row for row in result.get("training", []) if (row["shoppers"], row["model"]) not in again]
        result["training"] = sorted(kept + rows, key=lambda row: (row["shoppers"], row["model"]))
    else:
        result[options.part] = before() if options.part == "before" else sample()
    result |= {"machine": machine(), **versions()}
    result = {"finding": finding(result)} | {name: value for name, value in result.items() if name != "finding"}
    text = json.dumps(result, indent=1, ensure_ascii=False)
    write_atomically(RESULT, lambda path: path.write_text(text + "\n", encoding="utf-8"))
    print(result["finding"])


if __name__ == "__main__":
    main()
