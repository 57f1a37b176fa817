"""What knowing the promotion plan is worth to `hybrid`: nDCG@10 with `--use-promotions` less without.

    python -m benchmarks.promotions   writes results/promotions.json, 40 minutes on two cores

Both are trained before each cut-off as the command line does it, and judged on the same weeks after it; the difference
is paired by shopper, and so is its bootstrap interval. Products count that could be shown.
"""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers.report import machine, versions, write
from benchmarks.peers.windows import CONVENTIONS, SCOPES, Window, windows
from benchmarks.relevance import CUTOFFS, show
from engine.commands.shared import ProgressLine
from engine.data import Dataset, open_shop
from engine.statistics.intervals import mean_interval
from engine.training.training import fit

HERE = Path(__file__).parent / "results" / "promotions.json"


def ndcg(data: Dataset, window: Window, promotions: bool) -> dict[str, np.ndarray]:
    """nDCG@10 float64 [users of the window] of each scope."""
    progress = ProgressLine()
    with tempfile.TemporaryDirectory() as folder:
        model, _ = fit("hybrid", Path(folder), data, window.cutoff, progress, wishes={"promotions": promotions})
    progress.close()
    return {
        scope: window.judge(window.candidates(model, scope).items, scope, CONVENTIONS[0])["ndcg"] for scope in SCOPES
    }


def compared(data: Dataset, window: Window) -> list[dict[str, Any]]:
    plain, planned = (ndcg(data, window, promotions) for promotions in (False, True))
    rows = []
    for scope in SCOPES:
        change = planned[scope] - plain[scope]
        low, high = mean_interval(change[:, None])
        told = (np.nanmean(plain[scope]), np.nanmean(change), low[0], high[0])
        figures = dict(zip(("without", "change", "low", "high"), (round(float(v), 5) for v in told), strict=True))
        rows.append({"cutoff": window.cutoff, "scope": scope} | figures)
        show(str(rows[-1]))
    return rows


def main() -> None:
    data = open_shop("sample")
    rows = [row for window in windows(data, CUTOFFS) for row in compared(data, window)]
    told = "; ".join(f"{r['cutoff']} {r['scope']} {r['change']:+.4f} [{r['low']:+.4f}, {r['high']:+.4f}]" for r in rows)
    finding = f"nDCG@10 of hybrid with the promotion plan less without: {told}."
    show(finding)
    write(HERE, {"finding": finding, "machine": machine(), **versions(), "rows": rows})


if __name__ == "__main__":
    main()
