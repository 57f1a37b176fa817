"""Does a floor hold for shoppers it was not tuned on, and what does it buy?

    python -m benchmarks.floor        writes benchmarks/results/floor.json

Shoppers are split into halves, SPLITS times. On one half each method and mixture gets the largest λ that surely keeps
99 % of nDCG, and the one that buys most there is chosen; the other half only judges it. Beside it: plain mmr on text,
where nothing but λ is chosen. The list of methods and mixtures was settled on lists of an earlier cut-off, 2017-09-11.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from engine.bench.bench import Bench, scope_of
from engine.bench.measures import measure
from engine.data import default_cutoff, open_shop, shop_folder
from engine.evaluation.changes import change
from engine.evaluation.curve import Curve, trade_off
from engine.evaluation.relevance_floor import LEVELS
from engine.statistics.fixed_sequence import CHANCE, fixed_sequence
from engine.statistics.intervals import ratio_interval
from engine.strategy.strategy import Strategy
from engine.training.training import load_or_train

KEEP, SPLITS, DRAWS, SEED = 0.99, 20, 2000, 0
MODELS = ("blend", "hybrid")
ENTROPY = "facet_entropy:category"
BOUGHT = ("ild", ENTROPY, "coverage", "gini")
MIXED = {"embedding": 0.5, "category": 0.5}
WEIGHTS = ({"embedding": 1.0}, {"embedding": 0.7, "category": 0.3}, MIXED, {"category": 1.0})
RESULT = Path(__file__).parent / "results" / "floor.json"
Curves = dict[str, Curve]


def strategies(surface: str) -> Iterator[tuple[str, Strategy]]:
    """Every method and mixture tried, by a name; the first is plain mmr."""
    asked: list[tuple[str, str, dict[str, float]]] = [
        *((method, "text", weights) for method in ("mmr", "msd", "ssd") for weights in WEIGHTS),
        *((method, "behaviour", MIXED) for method in ("mmr", "msd")),
        *((method, "text", MIXED) for method in ("dpp", "cover")),
        *((method, "text", {"category": 1.0}) for method in ("xquad", "richness")),
    ]
    for method, similarity, weights in asked:
        mixture = " + ".join(
            f"{similarity if name == 'embedding' else name} {share:g}" for name, share in weights.items()
        )
        fields = {"similarity": similarity, "facet_weights": weights, "surface": surface}
        yield f"{method}: {mixture}", Strategy.checked({"method": method, "diversity": 0.0, **fields}, "benchmark")


def chosen(curves: Curves, tuning: np.ndarray, chance: float) -> tuple[str, int]:
    """The name and the place of λ that buy most on the tuning half: mean relative gain of ILD and category entropy."""
    best, found = -1.0, ("", 0)
    for name, curve in curves.items():
        at = fixed_sequence(curve.figures("ndcg")[:, tuning], LEVELS, KEEP, chance, DRAWS, SEED).at
        gains = [_mean(curve, key, at, tuning) / _mean(curve, key, 0, tuning) - 1 for key in ("ild", ENTROPY)]
        if np.mean(gains) > best:
            best, found = float(np.mean(gains)), (name, at)
    return found


def _mean(curve: Curve, key: str, at: int, rows: np.ndarray) -> float:
    return float(np.nanmean(curve.measured[at].per_user[key][rows]))


def judged(bench: Bench, curve: Curve, at: int, rows: np.ndarray, surface: str) -> dict[str, Any]:
    """What the lists at a λ keep and buy on the other half, as shares of λ = 0, each with its 95 % interval."""
    before, after = (curve.figures("ndcg")[place][rows] for place in (0, at))
    told: dict[str, Any] = {"kept": (np.nanmean(after) / np.nanmean(before), *ratio_interval(after, before))}
    lists = [curve.items[place][rows] for place in (0, at)]
    evidence = bench.evidence(scope_of(surface)).of(rows)
    old, new = (measure(items, evidence, BOUGHT) for items in lists)
    for key in BOUGHT:
        row = change(key, old, new, lists, evidence)
        told[key] = tuple(end / row.before for end in (row.difference, row.low, row.high))
    return told


def summary(splits: list[dict[str, Any]]) -> dict[str, Any]:
    """The mean over splits of each figure and of the ends of its interval, and how often the promise held."""
    kept = np.array([split["kept"] for split in splits])
    told = {key: np.mean([split[key] for split in splits], axis=0).round(4).tolist() for key in ("kept", *BOUGHT)}
    return {
        "held": float((kept[:, 0] >= KEEP).mean()),  # the other half's own figure is at least 99 %
        "not_contradicted": float((kept[:, 2] >= KEEP).mean()),  # its interval reaches 99 %
        "worst_kept": round(float(kept[:, 0].min()), 4),
        **told,
        "chosen": dict(Counter(split["name"] for split in splits).most_common()),
        "diversities": sorted({split["diversity"] for split in splits}),
    }


def validate(bench: Bench, surface: str) -> list[dict[str, Any]]:
    """One row for each way of choosing: plain mmr, the best of all, and the best of all with a shared error."""
    curves = {name: trade_off(bench, each, LEVELS, keys=("ndcg", "ild", ENTROPY)) for name, each in strategies(surface)}
    plain = dict([next(iter(curves.items()))])
    ways = {"plain mmr": (plain, CHANCE), "best": (curves, CHANCE), "best, shared": (curves, CHANCE / len(curves))}
    found: dict[str, list[dict[str, Any]]] = {way: [] for way in ways}
    rng = np.random.default_rng(SEED)
    for _ in range(SPLITS):
        order = rng.permutation(len(bench.users))
        tuning, rest = np.sort(order[: len(order) // 2]), np.sort(order[len(order) // 2 :])
        for way, (among, chance) in ways.items():
            name, at = chosen(among, tuning, chance)
            told = judged(bench, curves[name], at, rest, surface)
            found[way].append({"name": name, "diversity": LEVELS[at], **told})
    head = {"model": bench.card["name"], "surface": surface}
    return [{**head, "way": way, **summary(splits)} for way, splits in found.items()]


def main() -> None:
    data, rows = open_shop("sample"), []
    until = default_cutoff(data)
    for model in MODELS:
        bench = Bench(data, *load_or_train(model, shop_folder("sample"), data, until))
        for surface in bench.surfaces:
            rows += validate(bench, surface)
            for row in rows[-3:]:
                print({name: value for name, value in row.items() if name != "diversities"}, flush=True)
    result = {
        "finding": finding(rows),
        "setting": {
            "keep": KEEP, "splits": SPLITS, "cutoff": str(until), "shoppers": len(bench.users), "draws": DRAWS,
            "strategies": [name for name, _ in strategies("for_you")],
        },
        "rows": rows,
    }  # fmt: skip
    print(result["finding"])
    RESULT.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")


def finding(rows: list[dict[str, Any]]) -> str:
    told = []
    for model, surface in dict.fromkeys((row["model"], row["surface"]) for row in rows):
        plain, best, shared = (row for row in rows if (row["model"], row["surface"]) == (model, surface))
        held = f"at least {KEEP:.0%} there in {best['held']:.0%} ({shared['held']:.0%}) of splits"
        bought = [f"{name} {_range(best[key])}" for name, key in (("ILD", "ild"), ("category entropy", ENTROPY))]
        told.append(
            f"{model} {surface} keeps {best['kept'][0]:.1%}, {held}, buys {' and '.join(bought)}"
            f" (plain mmr {plain['ild'][0]:+.1%} and {plain[ENTROPY][0]:+.1%})"
        )
    return (
        f"A floor of {KEEP:.0%} of nDCG, judged on shoppers not used for tuning, best of all methods (in brackets: with"
        f" the 5 % shared among them): {'; '.join(told)}."
    )


def _range(figure: list[float]) -> str:
    return f"{figure[0]:+.1%} [{figure[1]:+.1%}, {figure[2]:+.1%}]"


if __name__ == "__main__":
    main()
