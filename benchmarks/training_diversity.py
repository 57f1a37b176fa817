"""Diversity trained in, by re-ranking, and both: nDCG against ILD on the sample shop, cut at 2017-12-04.

    python -m benchmarks.training_diversity            writes results/training_diversity.json and .svg (about 15 min)
    python -m benchmarks.training_diversity --seeds 1  a quick look, writes nothing

`trilinear` is trained with L + λ·D at each λ of TRAINED, once a seed; its lists are re-ranked by mmr at each λ of
RERANKED. A shopper's figure is their mean over the seeds. Two intervals of the step from one λ in training to the next:
over shoppers (bootstrap, paired), and over seeds (Student's t, paired by seed), since another seed is another model.
"""

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
from scipy import stats

from benchmarks.peers.report import machine, versions
from engine.bench.bench import Bench, scope_of
from engine.data import open_shop
from engine.evaluation.curve import trade_off
from engine.recommend import Trilinear, TrilinearConfig
from engine.statistics.intervals import mean_interval
from engine.strategy.strategy import DEFAULT

CUTOFF = "2017-12-04"
TRAINED = (0.0, 0.3, 0.6, 0.9)
RERANKED = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
RESULT = Path(__file__).parent / "results" / "training_diversity.json"
Figures = dict[str, dict[str, np.ndarray]]  # surface -> metric -> [seeds, TRAINED, RERANKED, U]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args()
    began = time.monotonic()
    figures = measured(options.seeds)
    rows = [row for surface, of in figures.items() for row in points(surface, of)]
    steps = [row for surface, of in figures.items() for row in changes(surface, of["ild"])]
    report = {
        "finding": finding(rows, steps),
        "cutoff": CUTOFF,
        "seeds": options.seeds,
        "points": rows,
        "ild_steps": steps,
        "seconds": round(time.monotonic() - began),
        "machine": machine(),
        "versions": versions(),
    }
    print(json.dumps(report, indent=1))
    if options.seeds >= 3:
        RESULT.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
        RESULT.with_suffix(".svg").write_text(drawn(rows), encoding="utf-8")


def measured(seeds: int) -> Figures:
    data = open_shop("sample")
    found: dict[str, dict[str, list[list[np.ndarray]]]] = {s: {"ndcg": [], "ild": []} for s in Bench.surfaces}
    for seed in range(seeds):
        for of in found.values():
            for per_seed in of.values():
                per_seed.append([])
        for trained in TRAINED:
            model = Trilinear(TrilinearConfig(diversity=trained, seed=seed)).fit(data.before(CUTOFF))
            bench = Bench(data, model, {"name": "trilinear", "until": CUTOFF})
            for surface, of in found.items():
                curve = trade_off(bench, DEFAULT.at(surface=surface), RERANKED, keys=list(of))
                for metric, per_seed in of.items():
                    per_seed[-1].append(np.stack([part.per_user[metric] for part in curve.measured]))
                told = {m: round(float(np.nanmean(v[-1][-1][0])), 4) for m, v in of.items()}
                print(f"seed {seed}  λ {trained}  {scope_of(surface)}  {told}", flush=True)
    return {surface: {metric: np.stack(v) for metric, v in of.items()} for surface, of in found.items()}


def points(surface: str, of: dict[str, np.ndarray]) -> list[dict[str, Any]]:
    """Every λ in training with every λ in re-ranking: means over shoppers of their means over seeds."""
    rows = []
    means = {metric: values.mean(axis=0) for metric, values in of.items()}  # [TRAINED, RERANKED, U]
    for a, trained in enumerate(TRAINED):
        for b, reranked in enumerate(RERANKED):
            row: dict[str, Any] = {"surface": surface, "trained": trained, "reranked": reranked}
            for metric, values in means.items():
                low, high = mean_interval(values[a, b][:, None])
                value = float(np.nanmean(values[a, b]))
                row[metric] = {
                    "value": round(value, 4),
                    "low": round(float(low[0]), 4),
                    "high": round(float(high[0]), 4),
                }
            rows.append(row)
    return rows


def changes(surface: str, ild: np.ndarray) -> list[dict[str, Any]]:
    """ILD at each λ in training minus ILD at the one before, without re-ranking."""
    rows = []
    for a in range(1, len(TRAINED)):
        change = ild[:, a, 0] - ild[:, a - 1, 0]  # [seeds, U]
        low, high = mean_interval(change.mean(axis=0)[:, None])
        seeds = np.nanmean(change, axis=1)
        half = float(stats.t.ppf(0.975, len(seeds) - 1) * stats.sem(seeds)) if len(seeds) > 1 else np.inf
        rows.append(
            {
                "surface": surface,
                "from": TRAINED[a - 1],
                "to": TRAINED[a],
                "change": round(float(seeds.mean()), 5),
                "over_shoppers": [round(float(low[0]), 5), round(float(high[0]), 5)],
                "over_seeds": [round(float(seeds.mean()) - half, 5), round(float(seeds.mean()) + half, 5)],
                "each_seed": [round(float(value), 5) for value in seeds],
            }
        )
    return rows


def finding(rows: list[dict[str, Any]], steps: list[dict[str, Any]]) -> str:
    """What the figures say, in a few sentences."""
    rises = sum(step["over_shoppers"][0] > 0 for step in steps)
    sure = sum(step["over_seeds"][0] > 0 for step in steps)
    said = [
        f"ILD rises in {rises} of {len(steps)} steps of λ in training beyond chance over shoppers, in {sure} beyond "
        "chance over seeds too."
    ]
    for surface in Bench.surfaces:
        here = [row for row in rows if row["surface"] == surface]
        trained = next(row for row in here if (row["trained"], row["reranked"]) == (TRAINED[-1], 0.0))
        rerank = sorted((r for r in here if r["trained"] == 0.0), key=lambda r: r["ild"]["value"])
        varied, kept = ([row[metric]["value"] for row in rerank] for metric in ("ild", "ndcg"))
        same = float(np.interp(trained["ild"]["value"], varied, kept))
        said.append(
            f"{surface}: λ {TRAINED[-1]} in training has ILD {trained['ild']['value']:.3f} at nDCG "
            f"{trained['ndcg']['value']:.4f}; re-ranking alone keeps {same:.4f} at the same ILD."
        )
    return " ".join(said)


def drawn(rows: list[dict[str, Any]]) -> str:
    """The picture as SVG, by the Chromium that the browser tests use too."""
    import shutil

    from playwright.sync_api import sync_playwright
    from plotly.subplots import make_subplots

    chart = make_subplots(rows=1, cols=2, subplot_titles=["For you", "New to you"], horizontal_spacing=0.1)
    colours = ["#0072B2", "#009E73", "#E69F00", "#CC79A7"]
    for column, surface in enumerate(Bench.surfaces, 1):
        for trained, colour in zip(TRAINED, colours, strict=True):
            line = [row for row in rows if row["surface"] == surface and row["trained"] == trained]
            x, y = ([row[metric]["value"] for row in line] for metric in ("ild", "ndcg"))
            chart.add_scatter(
                x=x, y=y, mode="lines+markers", line={"color": colour}, name=f"λ {trained} in training",
                marker={"size": [12, *[6] * (len(x) - 1)]}, row=1, col=column, showlegend=column == 1,
            )  # fmt: skip
        chart.update_xaxes(title="variety in a list: ILD of texts", row=1, col=column)
    chart.update_yaxes(title="relevance: nDCG@10", row=1, col=1)
    chart.update_layout(
        width=1100, height=440, template="plotly_white", legend={"orientation": "h", "y": -0.22},
        title={"text": "Large points: no re-ranking. Along a line: mmr at λ 0.1, 0.2 … 0.8", "font": {"size": 14}},
    )  # fmt: skip
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.set_content(chart.to_html(include_plotlyjs=True))
        url = page.evaluate(
            "() => Plotly.toImage(document.querySelector('.js-plotly-plot'), {format: 'svg', width: 1100, height: 440})"
        )
        browser.close()
    from urllib.parse import unquote

    return unquote(str(url).partition(",")[2])


if __name__ == "__main__":
    main()
