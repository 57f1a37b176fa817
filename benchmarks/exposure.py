"""What a floor for the worst-off makers costs in relevance, on the sample shop.

    python -m benchmarks.exposure      writes benchmarks/results/exposure.json

The worst-off quarter of manufacturers (least exposure for what they sell) is to get a quarter, half, or all of its due;
then every manufacturer by itself gets the same part of its due, the largest that is possible. nDCG kept: beside the
same strategy without the floor, 95 % bootstrap interval over shoppers, paired. At λ = 0 the lists' score is set against
the bound that no lists with such a floor can exceed. P-MMF makes its lists one shopper after another, from the same
candidates. Pareto: mmr and msd, three λ, three strengths, five aims; worst off are those of λ = 0.
"""

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.peers.report import machine, versions
from engine.bench.bench import Bench, scope_of
from engine.bench.measures import measure
from engine.bench.scores import min_max, shares_of
from engine.bench.segments import segments
from engine.data import open_shop, shop_folder
from engine.evaluation.objectives import equality, group_similarity, mean_of, share_of_due
from engine.evaluation.pareto import grid, pareto
from engine.evaluation.relevance_floor import capped
from engine.rerank import group_exposure, p_mmf, relevance_bound
from engine.slates.exposure_floor import exposure_outcome
from engine.slates.make import make_slates
from engine.statistics.intervals import ratio_interval
from engine.strategy.strategy import Exposure, Floor, Strategy
from engine.training.training import load_or_train

UNTIL, FACET, K = "2017-12-04", "provider", 10
FLOORS, STRENGTHS, LEVELS = (0.25, 0.5, 1.0), (0.5, 1.0), (0.0, 0.3)
WEIGHT, RATE = 0.1, 1e-3  # of P-MMF, the authors' own
RESULT = Path(__file__).parent / "results" / "exposure.json"
Row = dict[str, Any]


def kept(bench: Bench, after: np.ndarray, before: np.ndarray, surface: str) -> list[float]:
    """Mean nDCG of some lists as a share of others', and its interval."""
    evidence = bench.evidence(scope_of(surface))
    new, old = (measure(items, evidence, ["ndcg"]).per_user["ndcg"] for items in (after, before))
    return [round(float(x), 4) for x in (np.nanmean(new) / np.nanmean(old), *ratio_interval(new, old))]


def floored(bench: Bench, base: Strategy, asked: Exposure) -> Row:
    strategy, began = base.at(exposure=asked), time.monotonic()
    found = exposure_outcome(bench, strategy)
    assert found is not None and not found.lists.short.any()
    parts = found.lists.exposure / found.due
    row: Row = {
        "surface": base.surface, "diversity": base.diversity, "floor": asked.floor, "strength": asked.strength,
        "groups": len(found.due), "seconds": round(time.monotonic() - began, 1), "made": found.lists.rounds,
        "least_part_of_due": {"asked": round(float((found.floors / found.due).min()), 4),
                              "before": round(float((found.before / found.due).min()), 4),
                              "now": round(float(parts.min()), 4)},
        "ndcg_kept": kept(bench, found.lists.items, make_slates(bench, base).items, base.surface),
    }  # fmt: skip
    if len(found.due) == 1:
        row |= {"makers": len(found.names[0]), "due": round(float(found.due[0]), 4)}
        row |= {"before": round(float(found.before[0]), 4), "now": round(float(found.lists.exposure[0]), 4)}
    if base.diversity == 0:
        row["score_below_bound"] = gap(bench, base, found.codes, found.floors, found.lists.prices, found.lists.items)
    return row


def gap(bench: Bench, base: Strategy, codes: Any, floors: Any, prices: Any, items: np.ndarray) -> float:
    """How far the lists' discounted score (min-max) can be below the best with these floors, as a share: at most."""
    pool = bench.pool(base)
    scores = np.where(pool.items >= 0, min_max(pool.scores, pool), 0).astype(np.float64)
    bound = relevance_bound(scores, pool.items, codes, floors, prices, K)
    worth = np.nan_to_num(shares_of(bench, base, items)) @ (1 / np.log2(np.arange(2, K + 2)))
    return round(float(1 - worth.sum() / bound), 6)


def online(bench: Bench, surface: str) -> Row:
    """P-MMF over the makers that the pools hold, in the order of the shoppers' ids."""
    base = Strategy(method="mmr", diversity=0.0, surface=surface)
    found = exposure_outcome(bench, base.at(diversity=LEVELS[-1], exposure=Exposure(facet=FACET, floor="max-min")))
    pool = bench.pool(base)
    number = np.where(found.codes >= 0, found.codes, len(found.due))  # all others are one provider more
    due = np.append(found.due, max(1 - found.due.sum(), 1e-4))
    scores = np.where(pool.items >= 0, min_max(pool.scores, pool), 0)
    began = time.monotonic()
    made = p_mmf(scores, pool.items, number, (1 + 1 / len(due)) * due, K, WEIGHT, RATE)
    got = group_exposure(made.items, found.codes, len(found.due)) / found.due
    had = group_exposure(make_slates(bench, base).items, found.codes, len(found.due))
    return {
        "surface": surface, "seconds": round(time.monotonic() - began, 1),
        "makers_with_none": {"before": int((had == 0).sum()), "now": int((got == 0).sum())},
        "ndcg_kept": kept(bench, made.items, make_slates(bench, base).items, surface),
    }  # fmt: skip


def front(bench: Bench) -> Row:
    evidence = bench.evidence("all")
    codes = evidence.facets[FACET][0]
    base, asked = Strategy(method="mmr", diversity=0.0), Exposure(facet=FACET, floor=1.0)
    found = exposure_outcome(bench, base.at(exposure=asked))
    assert found is not None
    aims = {
        "ndcg": mean_of("ndcg", evidence), "ild": mean_of("ild", evidence), "equality": equality(codes),
        "worst_off": share_of_due(found.codes == 0, float(found.due[0])),
        "age_gap": group_similarity("ndcg", evidence, segments(bench, "age")),
    }  # fmt: skip
    began = time.monotonic()
    points = pareto(bench, grid(base, ("mmr", "msd"), (0.0, 0.1, 0.3), asked, (0.0, 0.5, 1.0)), aims)
    rows = [
        {"method": p.strategy.method, "diversity": p.strategy.diversity,
         "strength": p.strategy.exposure.strength if p.strategy.exposure else 0.0,
         **{name: round(value, 4) for name, value in p.figures.items()},
         "front": p.front, "stays": round(p.stays, 3), "sure": round(p.sure, 3)}
        for p in points
    ]  # fmt: skip
    return {"seconds": round(time.monotonic() - began, 1), "on_front": sum(p.front for p in points), "points": rows}


def told_of(rows: list[Row]) -> str:
    told = next(row for row in rows if row["surface"] == "for_you" and row["diversity"] == 0.3 and row["floor"] == 0.5)
    new = next(row for row in rows if row["surface"] == "new" and row["diversity"] == 0.3 and row["floor"] == 0.5)
    worst = max(row["score_below_bound"] for row in rows if "score_below_bound" in row and row["groups"] == 1)
    share, low, high = told["ndcg_kept"]
    of_new, new_low, new_high = new["ndcg_kept"]
    return (
        f"The {told['makers']} worst-off of the manufacturers sell {told['due']:.1%} and have {told['before']:.1%} of "
        f"exposure; half their due, {told['now']:.1%}, keeps {share:.1%} of nDCG ({low:.1%} to {high:.1%}), and among "
        f"new products {new['now']:.1%} keeps {of_new:.1%} ({new_low:.1%} to {new_high:.1%}); at λ = 0 such a floor "
        f"costs at most {worst:.3%} more score than it must."
    )


def main() -> None:
    data = open_shop("sample")
    model, card = load_or_train("blend", shop_folder("sample"), data, pd.Timestamp(UNTIL))
    bench = Bench(data, model, card)
    rows, under, arriving = [], [], []
    for surface in bench.surfaces:
        for level in LEVELS:
            base = Strategy(method="mmr", diversity=level, k=K, surface=surface)
            asked = [Exposure(facet=FACET, floor=floor) for floor in FLOORS]
            if level:
                asked += [Exposure(facet=FACET, floor="max-min", strength=strength) for strength in STRENGTHS]
            rows += [floored(bench, base, each) for each in asked]
            print(rows[-len(asked) :])
        strict = Strategy(method="mmr", diversity=0.3, surface=surface, floor=Floor(metric="ndcg", keep=0.98),
                          exposure=Exposure(facet=FACET, floor=1.0))  # fmt: skip
        lower = capped(bench, strict)
        plain = make_slates(bench, strict.at(diversity=0.0, exposure=None)).items
        under.append({"surface": surface, "diversity": lower.diversity, "strength": round(lower.exposure.strength, 2),
                      "ndcg_kept": kept(bench, make_slates(bench, lower).items, plain, surface)})  # fmt: skip
        arriving.append(online(bench, surface))
    finding = told_of(rows)
    print(finding)
    result = {"finding": finding, "machine": machine(), **versions(), "floors": rows,
              "under_a_floor_of_98_percent": under, "p_mmf": arriving, "pareto": front(bench)}  # fmt: skip
    RESULT.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
