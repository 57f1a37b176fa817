"""What each option of `trilinear` is worth: one change at a time, on two validation cut-offs of the sample shop.

    python -m benchmarks.trilinear_options            the options of `head` mode, writes results/trilinear_options.json
    python -m benchmarks.trilinear_options --encoder  the modes that tune the encoder, one cut-off, adds theirs

nDCG@10 on the four weeks after each cut-off, everything counted, for shoppers known before it. A shopper's figure is
their mean over seeds; differences to the plain model are paired by shopper, and so are their bootstrap intervals.
"""

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers.report import machine, versions
from engine import metrics
from engine.data import Dataset, open_shop
from engine.recommend import Trilinear, TrilinearConfig
from engine.statistics.intervals import mean_interval

PERIODS = (("2017-10-09", "2017-11-06"), ("2017-11-06", "2017-12-04"))  # nothing of the last cut-off is looked at
HEAD: dict[str, dict[str, Any]] = {
    "groups": {"groups": True},
    "promotions": {"promotions": True},
    "adversarial": {"adversarial": 0.5},
    "average": {"average": 3},
    "softmax": {"loss": "softmax"},
}
ENCODER: dict[str, dict[str, Any]] = {
    "last-layer": {"tuning": "last-layer"},
    "last-layer, word dropout": {"tuning": "last-layer", "word_dropout": 0.1},
    "lora": {"tuning": "lora"},
    "full": {"tuning": "full"},
}
K = 10
RESULT = Path(__file__).parent / "results" / "trilinear_options.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", action="store_true")
    parser.add_argument("--seeds", type=int, default=2)
    options = parser.parse_args()
    data = open_shop("sample")
    periods, changes = (PERIODS[1:], ENCODER) if options.encoder else (PERIODS, HEAD)
    seeds = 1 if options.encoder else options.seeds
    old = json.loads(RESULT.read_text("utf-8"))["options"] if RESULT.exists() else []
    rows = [row for row in old if row["option"] not in changes]
    for period in periods:
        for row in compared(data, period, changes, seeds):
            rows.append(row)
            report = {"finding": finding(rows), "options": rows, "k": K, "machine": machine(), "versions": versions()}
            RESULT.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")  # each row takes minutes
    print(finding(rows))


def compared(
    data: Dataset, period: tuple[str, str], changes: dict[str, dict[str, Any]], seeds: int
) -> Iterator[dict[str, Any]]:
    """One row for each option: nDCG of both scopes, and how far from the plain model."""
    plain, _ = judged(data, period, {}, seeds)
    for name, change in changes.items():
        found, seconds = judged(data, period, change, seeds)
        row: dict[str, Any] = {"option": name, "cutoff": period[0], "seeds": seeds, "seconds": seconds}
        for scope, values in found.items():
            difference = values - plain[scope]
            low, high = mean_interval(difference[:, None])
            told = (np.nanmean(values), np.nanmean(difference), low[0], high[0])
            row[scope] = dict(zip(("ndcg", "change", "low", "high"), (round(float(v), 5) for v in told), strict=True))
        print(row, flush=True)
        yield row


def judged(
    data: Dataset, period: tuple[str, str], change: dict[str, Any], seeds: int
) -> tuple[dict[str, np.ndarray], float]:
    """nDCG float64 [n_users] by scope, mean over seeds, and the seconds of one training."""
    history, wanted = data.before(period[0]), data.before(period[1]).since(period[0]).relevant()
    discovery = (wanted - wanted.multiply(history.relevant())).tocsr()
    discovery.eliminate_zeros()
    found: dict[str, list[np.ndarray]] = {"all": [], "new": []}
    began = time.monotonic()
    for seed in range(seeds):
        model = Trilinear(TrilinearConfig(seed=seed, **change)).fit(history)
        users = np.flatnonzero(model.known()).astype(np.int64)
        for scope, relevant in (("all", wanted), ("new", discovery)):
            values = np.full(data.n_users, np.nan)
            lists, _ = model.recommend(users, K, scope)  # type: ignore[arg-type]
            values[users] = metrics.ndcg(lists, relevant[users])
            found[scope].append(values)
    seconds = round((time.monotonic() - began) / seeds, 1)
    return {scope: np.mean(values, axis=0) for scope, values in found.items()}, seconds


def finding(rows: list[dict[str, Any]]) -> str:
    """For each option the change of nDCG@10 at each cut-off, all / new; * = the interval excludes 0."""
    said: dict[str, list[str]] = {}
    for row in rows:
        told = [f"{v['change']:+.4f}" + "*" * (v["low"] > 0 or v["high"] < 0) for v in (row["all"], row["new"])]
        said.setdefault(row["option"], []).append(" / ".join(told))
    return "; ".join(f"{name} {', '.join(each)}" for name, each in said.items())


if __name__ == "__main__":
    main()
