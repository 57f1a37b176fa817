"""What `benchmarks.relevance` writes down: figures, paired differences, diversity at equal nDCG, the finding."""

import json
import os
import platform
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers.windows import CONVENTIONS, SCOPES, K, Window, means
from engine.metrics import ild
from engine.recommend import Scope
from engine.rerank import sweep
from engine.retrieval import Candidates
from engine.statistics.intervals import mean_interval

Line = dict[str, Any]
LEVELS = [round(step / 50, 2) for step in range(51)]  # λ = 0, 0.02 … 1
PRIMARY = CONVENTIONS[0]


@dataclass
class Judged:
    """One model at one cut-off: its candidates by scope, and per-shopper figures by scope and convention."""

    name: str
    pools: dict[Scope, Candidates] = field(default_factory=dict)
    values: dict[tuple[str, str], dict[str, np.ndarray]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    card: Line = field(default_factory=dict)

    def add(self, window: Window, scope: Scope, found: Candidates) -> None:
        self.pools[scope] = found
        for convention in CONVENTIONS:
            self.values[scope, convention] = window.judge(self.lists(scope), scope, convention)

    def lists(self, scope: Scope) -> np.ndarray:
        return self.pools[scope].items[:, :K]

    def ndcg(self, scope: Scope) -> float:
        return float(np.nanmean(self.values[scope, PRIMARY]["ndcg"]))

    def line(self) -> str:
        figures = (f"{scope} {self.ndcg(scope):.4f}" for scope in SCOPES)
        return f"{self.name:<12} nDCG@10 {', '.join(figures)}  seconds {self.seconds}"


def rows(judged: Judged, window: Window) -> list[Line]:
    """Every figure of a model at a cut-off with its interval and the number of shoppers it is of."""
    found = []
    for scope in SCOPES:
        head = {"cutoff": window.cutoff, "scope": scope, "model": judged.name}
        for convention in CONVENTIONS:
            for metric, figure in means(judged.values[scope, convention]).items():
                found.append({**head, "convention": convention, "metric": metric, **rounded(figure)})
        found.append(
            {**head, "convention": "both", "metric": "coverage", **rounded(window.coverage(judged.lists(scope)))}
        )
    return found


def differences(mine: Judged, peers: list[Judged], window: Window) -> list[Line]:
    """Ours minus each peer's, paired by shopper, 95 % bootstrap interval."""
    found = []
    for (scope, convention), values in mine.values.items():
        for peer in peers:
            gaps = {name: array - peer.values[scope, convention][name] for name, array in values.items()}
            lows, highs = mean_interval(np.stack(list(gaps.values()), axis=1))
            for (metric, gap), low, high in zip(gaps.items(), lows, highs, strict=True):
                head = {"cutoff": window.cutoff, "scope": scope, "convention": convention, "metric": metric}
                figure = {"value": float(np.nanmean(gap)), "low": float(low), "high": float(high)}
                found.append({**head, "ours": mine.name, "peer": peer.name, **rounded(figure)})
    return found


def equal_ndcg(mine: Judged, peers: list[Judged], window: Window, vectors: np.ndarray) -> list[Line]:
    """mmr from λ = 0 up, as far as nDCG is still at least the best peer's on the same window: coverage and text ILD
    there, beside that peer's. λ is read off the judging window: this describes a trade, it chooses nothing."""
    found = []
    for scope in SCOPES if peers else ():
        best, pool = max(peers, key=lambda peer: peer.ndcg(scope)), mine.pools[scope]
        made = sweep(pool.scores, pool.items, vectors, K, "mmr", LEVELS, normalize="minmax", device="cpu").items
        reached = [window.ndcg(lists, scope) >= best.ndcg(scope) for lists in made]
        line: Line = {"cutoff": window.cutoff, "scope": scope, "ours": mine.name, "peer": best.name}
        line |= {"peer_figures": spread(best.lists(scope), scope, window, vectors)}
        line |= {"at_0": spread(made[0], scope, window, vectors), "diversity": None}
        if reached[0]:
            last = (reached.index(False) if False in reached else len(reached)) - 1
            line |= {"diversity": LEVELS[last], "ours_figures": spread(made[last], scope, window, vectors)}
        found.append(line)
    return found


def spread(lists: np.ndarray, scope: Scope, window: Window, vectors: np.ndarray) -> Line:
    per_user = {"ndcg": window.judge(lists, scope, PRIMARY)["ndcg"], "ild": ild(lists, vectors)}
    figures = means(per_user) | {"coverage": window.coverage(lists)}
    return {name: rounded(figure) for name, figure in figures.items()}


def finding(result: Line, cutoffs: list[str]) -> str:
    """One line: the last cut-off beside its best peer (by the judging window itself), and how often we lead."""
    ours = sorted(result["trained"])
    table = {(r["cutoff"], r["scope"], r["model"]): r["value"] for r in result["figures"] if is_primary(r)}
    parts = []
    for name in ours:
        for scope in SCOPES:
            gaps = [r for r in result["differences"] if is_primary(r) and r["ours"] == name and r["scope"] == scope]
            worst = [
                min((r for r in gaps if r["cutoff"] == c), key=lambda r: r["value"], default=None) for c in cutoffs
            ]
            value = table[cutoffs[-1], scope, name]
            parts.append(f"{name}, {scope}: {value:.4f}")
            if worst[-1]:
                told = "{peer}, difference {value:+.4f} [{low:+.4f}, {high:+.4f}]".format(**worst[-1])
                clear = sum(r["low"] > 0 for r in worst if r)
                ahead = sum(r["value"] > 0 for r in worst if r)
                parts[-1] += f" (best peer {told}; ahead on {ahead} of {len(cutoffs)} cut-offs, clearly on {clear})"
    return f"nDCG@10 of eligible purchases after {cutoffs[-1]}. " + "; ".join(parts) + "."


def is_primary(row: Line) -> bool:
    return row["metric"] == "ndcg" and row["convention"] == PRIMARY


def rounded(figure: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 5) for name, value in figure.items()}


def machine() -> Line:
    cpu = Path("/proc/cpuinfo")
    names = [line for line in cpu.read_text().splitlines() if "model name" in line] if cpu.exists() else []
    return {"cores": os.cpu_count(), "cpu": names[0].partition(":")[2].strip() if names else platform.machine()}


def versions() -> Line:
    found = {"python": platform.python_version()}
    for name in ("numpy", "scipy", "torch", "pandas", "implicit", "lenskit"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return {"versions": found}


def write(file: Path, result: Line) -> None:
    """JSON, with each row of a table on a line of its own."""
    parts = []
    for name, value in result.items():
        if isinstance(value, list):
            rows = ",\n  ".join(json.dumps(row, ensure_ascii=False) for row in value)
            parts.append(f'"{name}": [\n  {rows}\n ]')
        else:
            parts.append(f'"{name}": {json.dumps(value, ensure_ascii=False)}')
    file.write_text("{\n " + ",\n ".join(parts) + "\n}\n", encoding="utf-8")
