"""What `hybrid`'s weights of habits buy: nDCG and reach of for-you lists at several weights, beside the peers.

    python -m benchmarks.habit        needs benchmarks/results/relevance.json; writes results/habit.json, 15 minutes

Long and recent habits alike, `habit` = `lately`. The weights work after the trees, so each cut-off is trained once. The
peers' figures are those of `benchmarks.relevance`, on the same windows. The weight at which ours falls to a peer's nDCG
is read off the judging window: it describes a trade, it chooses nothing.
"""

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp

from benchmarks.peers.report import machine, rounded, versions, write
from benchmarks.peers.windows import CONVENTIONS, Window, means, windows
from benchmarks.relevance import CUTOFFS, RESULT, show
from engine.commands.shared import ProgressLine
from engine.data import Dataset, open_shop
from engine.recommend.hybrid import Hybrid
from engine.training.training import fit

WEIGHTS = (0, 0.5, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 32)
PEERS = ("tifu-knn", "ease", "frequency")  # who reach more of the catalogue than ours
HERE = Path(__file__).parent / "results" / "habit.json"


def ranked_with(model: Hybrid, ranked: sp.csr_array, weight: float) -> sp.csr_array:
    """The candidates' scores [n_users, n_eligible] as they were, with both habits at one weight; all above 0."""
    found = ranked.copy()
    users = np.repeat(np.arange(found.shape[0]), np.diff(found.indptr))
    for part in np.array_split(np.unique(users), 10):
        at = np.flatnonzero(np.isin(users, part))
        regular, recent = model._blend.habit(part, "regular"), model._blend.habit(part, "recent")
        added = (weight - model.config.habit) * regular + (weight - model.config.lately) * recent
        found.data[at] += added[np.searchsorted(part, users[at]), found.indices[at]]
    found.data += 1 - found.data.min(initial=0)
    return found


def judged(data: Dataset, window: Window) -> list[dict[str, Any]]:
    """One row for each weight: nDCG@10 of what could be shown, and the share of the catalogue shown."""
    progress, rows = ProgressLine(), []
    with tempfile.TemporaryDirectory() as folder:
        model, _ = fit("hybrid", Path(folder), data, window.cutoff, progress)
    progress.close()
    assert isinstance(model, Hybrid)
    ranked = model._ranked["all"]
    for weight in WEIGHTS:
        model._ranked["all"] = ranked_with(model, ranked, weight)
        lists = window.candidates(model, "all").items
        ndcg = window.judge(lists, "all", CONVENTIONS[0])["ndcg"]
        figures = means({"ndcg": ndcg}) | {"coverage": window.coverage(lists)}
        rows.append({"cutoff": window.cutoff, "habit": weight} | {name: rounded(f) for name, f in figures.items()})
        show(
            f"{window.cutoff} habit {weight:<4} nDCG {rows[-1]['ndcg']['value']} reach {rows[-1]['coverage']['value']}"
        )
    return rows


def at_equal_ndcg(rows: list[dict[str, Any]], peers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """For each cut-off and peer: the heaviest habit at which ours still has the peer's nDCG, and both reaches."""
    known = {(r["cutoff"], r["model"], r["metric"]): r for r in peers if r["scope"] == "all"}
    found = []
    for cutoff in CUTOFFS:
        for peer in PEERS:
            ndcg, reach = known[cutoff, peer, "ndcg"], known[cutoff, peer, "coverage"]
            enough = [r for r in rows if r["cutoff"] == cutoff and r["ndcg"]["value"] >= ndcg["value"]]
            ours = max(enough, key=lambda row: row["coverage"]["value"])
            theirs = {"ndcg": ndcg["value"], "coverage": {name: reach[name] for name in ("value", "low", "high")}}
            found.append({"cutoff": cutoff, "peer": peer, "peer_figures": theirs, "ours": ours})
    return found


def main() -> None:
    data = open_shop("sample")
    committed = json.loads(RESULT.read_text("utf-8"))["figures"]
    peers = [r for r in committed if r["convention"] in (CONVENTIONS[0], "both")]
    rows = [row for window in windows(data, CUTOFFS) for row in judged(data, window)]
    equal = at_equal_ndcg(rows, peers)
    told = "; ".join(
        f"{e['cutoff']} {e['peer']}: {e['ours']['coverage']['value']:.1%} at weight {e['ours']['habit']:g} and nDCG "
        f"{e['ours']['ndcg']['value']:.4f}, the peer {e['peer_figures']['coverage']['value']:.1%} at "
        f"{e['peer_figures']['ndcg']:.4f}"
        for e in equal
    )
    result = {"finding": f"Reach of hybrid at no less nDCG than each peer: {told}.", "machine": machine(), **versions()}
    show(result["finding"])
    write(HERE, {**result, "equal_ndcg": equal, "rows": rows})


if __name__ == "__main__":
    main()
