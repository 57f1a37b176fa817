"""Relevance beside the peers: three rolling cut-offs of the sample shop, two scopes, lists of ten.

    pip install --no-deps --target .evenshelf/peers -r benchmarks/requirements.txt
    PYTHONPATH=.evenshelf/peers python -m benchmarks.relevance       writes benchmarks/results/relevance.json
    python -m benchmarks.relevance --peers up-cf ease --ours blend   a quick look, writes nothing

Each cut-off is judged on the four weeks after it, the last one to the end of the log, for every shopper known before
it. Scope "all": everything a shopper buys counts. "new": only what they never had, and nothing else can be recommended.
By the first convention, "eligible", a purchase counts if its item had 20 lines before the cut-off, so that it could be
shown; by "everything" all count. Every model chooses its settings anew before each cut-off, on the four weeks before
it: the peers' grids are in `benchmarks/peers/__init__.py`, ours are trained as `python -m engine train` does it.
`--reuse` takes the peers' settings from the committed result, so that only the judging is done again.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.peers import PEERS, missing
from benchmarks.peers.choosing import Chosen, build, choose
from benchmarks.peers.report import Judged, differences, equal_ndcg, finding, machine, rows, versions, write
from benchmarks.peers.windows import SCOPES, Window, windows
from engine.commands.shared import ProgressLine
from engine.data import Dataset, open_shop
from engine.encoders import item_vectors
from engine.recommend import RECOMMENDERS
from engine.training.training import fit

CUTOFFS = ["2017-10-09", "2017-11-06", "2017-12-04"]
BEFORE = {"2017-10-09": "2017-09-11", "2017-11-06": "2017-10-09", "2017-12-04": "2017-11-06"}
OURS = [name for name in ("blend", "hybrid") if name in RECOMMENDERS]
POOL = 200  # candidates that re-ranking may choose from
RESULT = Path(__file__).parent / "results" / "relevance.json"
Lists = dict[str, Judged]


def show(line: str) -> None:
    print(line, flush=True)


def judged_peer(name: str, window: Window, chosen: Chosen) -> Judged:
    """Fitted once for each scope, or once for both where they chose alike."""
    judged, models = Judged(name), {}
    for scope in SCOPES:
        settings = chosen.settings[scope]
        began = time.monotonic()
        if str(settings) not in models:
            models[str(settings)] = build(PEERS[name], settings).fit(window.history)
        judged.add(window, scope, window.candidates(models[str(settings)], scope))
        judged.seconds[scope] = round(time.monotonic() - began, 2)
    return judged


def judged_ours(name: str, data: Dataset, window: Window) -> Judged:
    """Trained as the command line does it, with all that it chooses; the store is thrown away."""
    judged, progress = Judged(name), ProgressLine()
    with tempfile.TemporaryDirectory() as folder:
        model, card = fit(name, Path(folder), data, window.cutoff, progress)
    progress.close()
    judged.card = {key: card[key] for key in ("config", "validation", "seconds")}
    for scope in SCOPES:
        began = time.monotonic()
        judged.add(window, scope, window.candidates(model, scope, POOL))
        judged.seconds[scope] = round(time.monotonic() - began, 2)
    judged.seconds["training"] = card["seconds"]
    return judged


def chosen_for(data: Dataset, cutoff: str, options: argparse.Namespace) -> dict[str, Chosen]:
    """The peers' settings, by the four weeks before a cut-off; or, with --reuse, those of the committed result."""
    if options.reuse:
        known = json.loads(RESULT.read_text("utf-8"))["chosen"][cutoff]
        return {name: Chosen(**known[name]) for name in options.peers}
    before = Window.of(data, BEFORE[cutoff], cutoff)
    return {name: choose(name, before, show) for name in options.peers}


def run(options: argparse.Namespace) -> dict[str, Any]:
    data = open_shop("sample")
    chosen = {cutoff: chosen_for(data, cutoff, options) for cutoff in CUTOFFS}
    vectors = item_vectors(data.before(CUTOFFS[-1]), "text")
    result: dict[str, Any] = {"figures": [], "differences": [], "equal_ndcg": [], "seconds": {}, "trained": {}}
    for window in windows(data, CUTOFFS):
        ours = [judged_ours(name, data, window) for name in options.ours]
        peers = [judged_peer(name, window, chosen[window.cutoff][name]) for name in options.peers]
        for judged in (*ours, *peers):
            result["figures"] += rows(judged, window)
            result["seconds"].setdefault(judged.name, {})[window.cutoff] = judged.seconds
            show(f"{window.cutoff} {judged.line()}")
        for mine in ours:
            result["differences"] += differences(mine, peers, window)
            result["equal_ndcg"] += equal_ndcg(mine, peers, window, vectors)
            result["trained"].setdefault(mine.name, {})[window.cutoff] = mine.card
    told = {cutoff: {name: vars(choice) for name, choice in each.items()} for cutoff, each in chosen.items()}
    return {"finding": finding(result, CUTOFFS), "chosen": told, **result}


def main() -> None:
    parser = argparse.ArgumentParser(description="Relevance beside the peers, three rolling cut-offs.")
    parser.add_argument("--peers", nargs="*", choices=list(PEERS), default=list(PEERS))
    parser.add_argument("--ours", nargs="*", choices=list(RECOMMENDERS), default=OURS)
    parser.add_argument("--reuse", action="store_true", help="peers' settings from the committed result")
    options = parser.parse_args()
    if lacking := missing(options.peers):
        raise SystemExit(f"Not installed: {', '.join(lacking)}. How to: the top of benchmarks/relevance.py.")
    began = time.monotonic()
    result = run(options)
    setting = {
        "shop": "sample",
        "k": 10,
        "cutoffs": CUTOFFS,
        "validation": "each: the four weeks before it",
        "primary": "ndcg, eligible",
        "intervals": "95 %: bootstrap over shoppers; coverage: delete-half jackknife",
        "settings": "of an earlier run" if options.reuse else "chosen in this run",
        "minutes": round((time.monotonic() - began) / 60, 1),
    }
    result = {"finding": result.pop("finding"), "setting": setting, "machine": machine(), **versions(), **result}
    show(result["finding"])
    whole = options.peers == list(PEERS) and options.ours == OURS
    if whole:
        write(RESULT, result)


if __name__ == "__main__":
    main()
