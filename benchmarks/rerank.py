"""Re-ranking speed, ours beside pyversity's, in one process on the same data.

    python -m benchmarks.rerank             writes benchmarks/results/rerank.json
    python -m benchmarks.rerank --users 100 --rounds 1      a quick look, writes nothing

Rounds alternate between the two; a pause before each timing lets idle BLAS threads fall asleep, for both.
Sequences are compared as well: a speed-up that changes the lists would be none. xquad, calibrated and richness
have no peer there and are timed alone, with a facet of 60 values; all on the processor.
"""

import argparse
import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pyversity

from engine.rerank import METHODS, rerank, sweep, warm
from engine.rerank.inputs import FACET_METHODS

POOL, DIM, K = 200, 384, 20
ITEMS = 20_000
LEVELS = [step / 20 for step in range(21)]
PEERED = [method for method in METHODS if method not in FACET_METHODS]
SWEPT = ("mmr", "dpp", "cover")
VALUES = 60
SWEEP_USERS = 200
PAUSE = 0.1
Work = Callable[[], object]
RESULT = Path(__file__).parent / "results" / "rerank.json"


def shop(users: int, clusters: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores falling from 1 to 0, candidates, unit embeddings; clusters = 0: directions at random."""
    rng = np.random.default_rng(seed)
    vectors = rng.standard_normal((ITEMS, DIM))
    if clusters:
        centres = rng.standard_normal((clusters, DIM))
        vectors = centres[rng.integers(clusters, size=ITEMS)] + 0.7 * vectors + rng.standard_normal(DIM) / 2
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    candidates = np.stack([rng.choice(ITEMS, POOL, replace=False) for _ in range(users)])
    scores = -np.sort(-rng.random((users, POOL)), axis=1)
    return scores.astype(np.float32), candidates, vectors.astype(np.float32)


def peer(method: str, data: tuple[np.ndarray, ...], diversity: float) -> np.ndarray:
    """pyversity's slates, one call a shopper: it has no batch."""
    scores, candidates, vectors = data
    one = getattr(pyversity, method)
    pairs = zip(scores, candidates, strict=True)
    return np.stack([pool[one(vectors[pool], row, K, diversity).indices] for row, pool in pairs])


def seconds(work: Work) -> float:
    time.sleep(PAUSE)
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def side_by_side(ours: Work, theirs: Work, rounds: int) -> tuple[float, float]:
    """Median seconds of each, rounds alternating, after one round that does not count."""
    times = [(seconds(ours), seconds(theirs)) for _ in range(rounds + 1)][1:]
    mine, other = zip(*times, strict=True)
    return statistics.median(mine), statistics.median(other)


def row(name: dict[str, object], users: int, ours: float, theirs: float) -> dict[str, object]:
    return name | {
        "ours_users_per_s": round(users / ours),
        "pyversity_users_per_s": round(users / theirs, 1),
        "ratio": round(theirs / ours, 1),
    }


def one_level(data: tuple[np.ndarray, ...], kind: str, rounds: int) -> list[dict[str, object]]:
    rows = []
    for method in PEERED:
        for diversity in (0.1, 0.3, 0.5, 0.7, 0.9):

            def ours(method: str = method, diversity: float = diversity) -> np.ndarray:
                return rerank(*data, k=K, method=method, diversity=diversity, device="cpu").items

            def theirs(method: str = method, diversity: float = diversity) -> np.ndarray:
                return peer(method, data, diversity)

            same = float((ours() == theirs()).all(axis=1).mean())
            name = {"work": "rerank", "method": method, "diversity": diversity, "embeddings": kind}
            rows.append(row(name, len(data[0]), *side_by_side(ours, theirs, rounds)) | {"same_slates": same})
            show(rows[-1])
    return rows


def all_levels(data: tuple[np.ndarray, ...], kind: str, rounds: int) -> list[dict[str, object]]:
    few = (data[0][:SWEEP_USERS], data[1][:SWEEP_USERS], data[2])
    rows = []
    for method in SWEPT:

        def ours(method: str = method) -> object:
            return sweep(*few, k=K, method=method, diversities=LEVELS, device="cpu")

        def theirs(method: str = method) -> object:
            return [peer(method, few, diversity) for diversity in LEVELS]

        mine, other = side_by_side(ours, theirs, rounds)
        name = {"work": f"sweep of {len(LEVELS)} λ", "method": method, "embeddings": kind}
        rows.append(row(name, len(few[0]), mine, other) | {"ours_s": round(mine, 4), "pyversity_s": round(other, 3)})
        show(rows[-1])
    return rows


def by_values(data: tuple[np.ndarray, ...], kind: str, rounds: int) -> list[dict[str, object]]:
    """The methods that choose by facet values, alone: one λ for all users, then 21 λ for few."""
    rng = np.random.default_rng(1)
    facets, shares = {"facet": rng.integers(-1, VALUES, ITEMS)}, rng.random((len(data[0]), VALUES))
    rows: list[dict[str, object]] = []
    for method in FACET_METHODS:

        def run(users: int, levels: list[float], method: str = method) -> object:
            some, profiles = (data[0][:users], data[1][:users], data[2]), {"facet": shares[:users]}
            extra = {"facets": facets, "profiles": profiles, "device": "cpu"}
            return sweep(*some, k=K, method=method, diversities=levels, **extra)  # type: ignore[arg-type]

        for users, levels in ((len(data[0]), [0.3]), (SWEEP_USERS, LEVELS)):
            times = [seconds(partial(run, users, levels)) for _ in range(rounds + 1)][1:]
            work = "rerank" if len(levels) == 1 else f"sweep of {len(LEVELS)} λ"
            rate = round(min(users, len(data[0])) / statistics.median(times))
            rows.append({"work": work, "method": method, "embeddings": kind, "ours_users_per_s": rate})
            show(rows[-1])
    return rows


def whole_shop(rounds: int) -> dict[str, object]:
    """The trade-off curve of the bundled shop's size: 2,459 shoppers, 21 λ, k = 10, ours alone."""
    data = shop(2459, 200)
    times = [seconds(lambda: sweep(*data, k=10, diversities=LEVELS, device="cpu")) for _ in range(rounds + 1)][1:]
    return {"work": "2,459 shoppers x 21 λ, mmr, k = 10", "ours_s": round(statistics.median(times), 3)}


def machine() -> dict[str, object]:
    cpu = Path("/proc/cpuinfo")
    models = [line for line in cpu.read_text().splitlines() if "model name" in line] if cpu.exists() else []
    return {
        "cores": os.cpu_count(),
        "cpu": models[0].partition(":")[2].strip() if models else platform.machine(),
    }


def show(line: dict[str, object]) -> None:
    print("  ".join(f"{value!s:>8}" for value in line.values()), flush=True)


def finding(rows: list[dict[str, object]]) -> str:
    """One line: the default λ, the slowest and the fastest λ of each method, and the sweeps."""

    def ratios(**wanted: object) -> list[float]:
        return [
            float(str(r["ratio"]))
            for r in rows
            if "ratio" in r and all(r.get(key) == value for key, value in wanted.items())
        ]

    single = "; ".join(
        f"{m} {ratios(method=m, diversity=0.3, embeddings='random')[0]}"
        f" ({min(ratios(method=m, work='rerank'))} to {max(ratios(method=m, work='rerank'))})"
        for m in PEERED
    )
    swept = "; ".join(f"{m} {min(ratios(method=m, work='sweep of 21 λ'))}" for m in SWEPT)
    return (
        f"Times pyversity's users/s at λ 0.3 (lowest to highest over λ and embeddings): {single}. "
        f"Sweep of 21 λ (the lower of both embeddings): {swept}."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Re-ranking speed beside pyversity's.")
    parser.add_argument("--users", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    warm()
    rows = []
    for kind, clusters in (("random", 0), ("clustered", 200)):
        data = shop(options.users, clusters)
        rows += one_level(data, kind, options.rounds) + all_levels(data, kind, options.rounds)
        rows += by_values(data, kind, options.rounds)
    curve = whole_shop(options.rounds)
    result = {
        "finding": finding(rows),
        "setting": {
            "N": POOL,
            "d": DIM,
            "k": K,
            "users": options.users,
            "rounds": options.rounds,
            "median": True,
        },
        "machine": machine(),
        "versions": {name: version(name) for name in ("numpy", "numba", "pyversity")},
        "rows": [*rows, curve],
    }
    show(curve)
    print(result["finding"])
    if options.users >= 400 and options.rounds >= 5:
        RESULT.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
