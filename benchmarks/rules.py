"""Rules kept, refused and paid for: random rule sets on the sample shop, and greedy lists beside the exact optimum.

    python -m benchmarks.rules      writes benchmarks/results/rules.json

500 shoppers, 50 random rule sets of 2 to 6 entries (caps with windows, minimums, tail and new products, pins, boosts,
hidden products), drawn on for-you and new-to-you lists. A set is refused, with the clashing entries named, or kept:
then a checker of its own looks at every list. Small lists: pools of 16, lists of 5, max-sum dispersion under caps,
minimums and pins, against the optimum (HiGHS). The windows rule of the field is timed over all shoppers.
"""

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.peers.report import machine, versions
from engine.bench.bench import Bench
from engine.data import InputError, open_shop, shop_folder
from engine.rerank import Limit, Pin, optimum, pairwise_similarity, rerank
from engine.slates.make import make_slates
from engine.slates.rule_lookup import facet
from engine.strategy.rules import Constraint, PinRule
from engine.strategy.strategy import Strategy
from engine.training.training import load_or_train

USERS, SETS, K = 500, 50, 10
SMALL, SLOTS, LISTS, LEVELS = 16, 5, 150, (0.1, 0.3, 0.5)
RESULT = Path(__file__).parent / "results" / "rules.json"
UNTIL = "2017-12-04"
WINDOWS = [
    {"facet": "category", "max": 1, "window": 5, "first": 20},
    {"facet": "provider", "max": 1, "window": 4, "first": 20},
]


def drawn(bench: Bench, rng: np.random.Generator) -> dict[str, Any]:
    """A random rule set; some ask for the impossible."""
    facets = bench.evidence("all").facets
    popular = {name: np.bincount(codes[codes >= 0]).argsort()[::-1][:30] for name, (codes, _) in facets.items()}
    some = str(rng.choice(bench.history.items["item_id"].to_numpy()[bench.model.items]))

    def value(name: str) -> str:
        return facets[name][1][int(rng.choice(popular[name]))]

    def constraint() -> dict[str, Any]:
        name = str(rng.choice(["category", "provider", "department", "brand"]))
        kind = int(rng.integers(5))
        if kind == 0:
            return {"facet": name, "max": 1, "window": int(rng.integers(2, 6))}
        if kind == 1:
            return {"facet": name, "max": int(rng.integers(1, 4)), "first": int(rng.integers(5, K + 1))}
        if kind == 2:
            return {"facet": name, "value": value(name), "min": int(rng.integers(1, 4))}
        if kind == 3:
            return {"facet": name, "value": value(name), "max": int(rng.integers(0, 3))}
        both = [("popularity", "tail", 4), ("arrival", "new", 2)]
        name, wanted, most = both[int(rng.integers(2))]
        return {"facet": name, "value": wanted, "min": int(rng.integers(1, most + 1))}

    def rule() -> dict[str, Any]:
        kind = str(rng.choice(["pin", "range", "boost", "bury", "hide", "favour"]))
        if kind == "pin":
            return {"kind": "pin", "item_id": some, "position": int(rng.integers(1, K + 1))}
        if kind == "range":
            first = int(rng.integers(1, 5))
            return {"kind": "pin", "item_id": some, "positions": [first, first + int(rng.integers(1, 5))]}
        if kind == "favour":
            return {"kind": "favour", "column": "price", "strength": "weak"}
        return {"kind": kind, "facet": "category", "value": value("category")}

    constraints = [constraint() for _ in range(int(rng.integers(1, 5)))]
    return {"constraints": constraints, "rules": [rule() for _ in range(int(rng.integers(1, 3)))]}


def kept(bench: Bench, entry: Constraint | PinRule, lists: np.ndarray) -> np.ndarray:
    """bool [U]: whether each list keeps an entry, told plainly, list by list."""
    if isinstance(entry, PinRule):
        first, last = entry.span
        row = bench.history.items.index[bench.history.items["item_id"] == entry.item_id][0]
        return np.array([row in items[first - 1 : last] for items in lists])
    codes, names = facet(bench, entry.facet)
    found = []
    for items in lists:
        values = [names[codes[i]] if i >= 0 and codes[i] >= 0 else "" for i in items[: entry.first or len(items)]]
        if entry.value is not None:
            values = [v if v == entry.value else "" for v in values]
        width = entry.window or len(values)
        windows = [values[at : at + width] for at in range(len(values) - width + 1)] or [values]
        often = max((w.count(v) for w in windows for v in set(w) - {""}), default=0)
        enough = len(values) - values.count("") >= (entry.min or 0)
        found.append(enough and (entry.max is None or often <= entry.max))
    return np.array(found)


def random_sets(bench: Bench) -> dict[str, Any]:
    rng = np.random.default_rng(0)
    rows = np.sort(rng.permutation(len(bench.users))[:USERS])
    lines, refused, changed, wrong, impossible, seconds = [], [], [], 0, 0, []
    for number in range(SETS):
        surface = ("for_you", "new")[number % 2]
        base = Strategy(method=("mmr", "msd", "dpp", "ssd")[number % 4], diversity=0.3, k=K, surface=surface)
        began = time.monotonic()
        try:
            made = Strategy.checked(base.model_dump() | drawn(bench, rng), f"set {number}")
            slates = make_slates(bench, made, rows)
        except InputError as fault:
            refused.append({"set": number, "entries": [problem.column for problem in fault.problems]})
            continue
        seconds.append(time.monotonic() - began)
        entries = [*made.constraints, *made.rules]
        told = slates.broken
        for at, entry in enumerate(entries):
            if isinstance(entry, Constraint | PinRule):
                wrong += int((kept(bench, entry, slates.items) == told[:, at]).sum())
        impossible += int(told.any(axis=1).sum())
        share = float((np.sort(slates.items) != np.sort(make_slates(bench, base, rows).items)).any(axis=1).mean())
        changed.append(share)
        lines.append({"set": number, "surface": surface, "entries": len(entries), "changed": round(share, 3),
                      "broken": round(float(told.any(axis=1).mean()), 4)})  # fmt: skip
    return {
        "kept": len(lines), "refused": refused, "lists": len(lines) * USERS, "lists_that_lie_about_a_rule": wrong,
        "lists_with_a_broken_rule": impossible,
        "sets_that_change_over_20_percent": sum(share > 0.2 for share in changed),
        "seconds_a_set": {"median": round(float(np.median(seconds)), 2), "worst": round(max(seconds), 2)},
        "sets": lines,
    }  # fmt: skip


def gap(bench: Bench) -> dict[str, Any]:
    """Mean of 1 - greedy / optimum of the msd objective, rules kept by both; relevance min-maxed."""
    rng, vectors = np.random.default_rng(1), bench.vectors("text")
    pool = bench.candidates("for_you", 200)
    codes = {name: bench.evidence("all").facets[name][0] for name in ("category", "provider", "brand")}
    found: dict[float, list[float]] = {level: [] for level in LEVELS}
    for row in rng.permutation(len(bench.users))[:LISTS]:
        few = np.sort(rng.choice(60, SMALL, replace=False))
        items, scores = pool.items[row][few], pool.scores[row][few]
        scores = (scores - scores.min()) / np.ptp(scores)
        counts = np.bincount(codes["brand"][items])
        limits = [
            Limit("category", max=1, window=3),
            Limit("provider", max=2),
            Limit("brand", min=2, value=int(counts.argmin() if counts.min() else counts.argmax())),
        ]
        pins = [Pin(int(rng.choice(items)), 2)]
        alike = pairwise_similarity(items, vectors)
        for level in LEVELS:
            best = optimum(scores, alike, items, SLOTS, level, limits, pins, codes)
            made = rerank(
                scores[None], items[None], vectors, SLOTS, "msd", level, constraints=limits, rules=pins, facets=codes,
                facet_weights={"embedding": 1.0},
            )  # fmt: skip
            if best is None or made.broken.any():
                assert best is None and made.broken.any(), "one keeps the rules, the other does not"
                continue
            values = [value(scores, alike, items, each, level) for each in (made.items[0], best)]
            found[level].append(1 - values[0] / values[1])
    return {
        str(level): {"mean": round(float(np.mean(gaps)), 5), "worst": round(float(np.max(gaps)), 4), "lists": len(gaps)}
        for level, gaps in found.items()
    }


def value(scores: np.ndarray, alike: np.ndarray, items: np.ndarray, chosen: np.ndarray, level: float) -> float:
    places = np.array([int(np.flatnonzero(items == item)[0]) for item in chosen])
    apart = (1 - alike)[np.ix_(places, places)]
    return float((1 - level) * scores[places].sum() + level * (apart.sum() - np.trace(apart)) / 2)


def windows(bench: Bench) -> dict[str, Any]:
    made = Strategy.checked({"method": "mmr", "diversity": 0.3, "k": 20, "constraints": WINDOWS}, "windows")
    make_slates(bench, made)  # candidates and kernels are there
    began = time.monotonic()
    slates = make_slates(bench, made)
    seconds = time.monotonic() - began
    wrong = sum(int((~kept(bench, entry, slates.items)).sum()) for entry in made.constraints)
    return {"shoppers": len(bench.users), "seconds": round(seconds, 2), "lists_that_break_it": wrong}


def main() -> None:
    data = open_shop("sample")
    model, card = load_or_train("blend", shop_folder("sample"), data, pd.Timestamp(UNTIL))
    bench = Bench(data, model, card)
    parts = {"windows": windows(bench), "gap": gap(bench), "random": random_sets(bench)}
    sets, gaps = parts["random"], parts["gap"]
    mean = max(each["mean"] for each in gaps.values())
    finding = (
        f"{sets['kept']} of {SETS} random rule sets kept on {USERS} shoppers' lists, {len(sets['refused'])} refused by "
        f"name; {sets['lists_with_a_broken_rule']} of {sets['lists']} lists had to break a rule; greedy is within "
        f"{100 * mean:.1f} % of the optimum on average; windows over {parts['windows']['shoppers']} shoppers "
        f"{parts['windows']['seconds']} s."
    )
    print(finding)
    result = {"finding": finding, "machine": machine(), **versions(), **parts}
    RESULT.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
