"""Report how alike lists are: at λ = 0, under a strategy, and compared with what shoppers bought."""

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from engine.bench.bench import Bench
from engine.commands.shared import ProgressLine, add_model, open_bench, read_users, write_json
from engine.data.problems import refuse
from engine.diagnosis.baselines import BASELINES
from engine.diagnosis.history_comparison import personalization
from engine.diagnosis.homogenization import Homogenization, homogenization
from engine.diagnosis.lookalike_groups import page_groups
from engine.diagnosis.verdicts import verdicts
from engine.evaluation.relevance_floor import capped
from engine.metrics import Estimate
from engine.strategy.strategy import Strategy, read_strategy
from engine.surfaces import SURFACES

SAME = (0.5, 0.7, 0.9)  # shares of a page


def arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    parser.add_argument("--strategy", type=Path, help="strategy JSON")
    parser.add_argument("--method", help="re-ranker (default mmr); not beside --strategy")
    parser.add_argument("--diversity", type=float, help="λ (default 0.3); not beside --strategy")
    parser.add_argument("--k", type=int, help="products in a list (default 10); not beside --strategy")
    parser.add_argument("--surface", choices=list(SURFACES), help="which lists (default: the strategy's, else for_you)")
    parser.add_argument(
        "--baseline", choices=list(BASELINES), default="plain",
        help="what `before` is: plain, λ 0 without rules (default), or ruled, λ 0 with the strategy's rules",
    )  # fmt: skip
    parser.add_argument("--users", help="a file with one shopper id a line (default: everyone known)")
    parser.add_argument("--json", required=True, help="write the figures (or the problems) here")


def run(options: argparse.Namespace) -> None:
    progress = ProgressLine()
    strategy = _strategy(options)
    bench = open_bench(options, progress)
    strategy = capped(bench, strategy)
    rows = np.arange(len(bench.users))
    if options.users:
        rows = np.flatnonzero(np.isin(bench.users, read_users(options.users, bench.data)))
    if len(rows) < 2:
        raise refuse("command line", "too_few_shoppers", "what shoppers share needs two of them", "name more shoppers")
    result = homogenization(bench, strategy, rows, options.baseline)
    content = _content(bench, strategy, BASELINES[options.baseline](strategy), result, rows)
    write_json(options.json, content)
    progress.close()
    print(f"{'like for like':<24} {result.n_compared:,} of {result.n_shoppers:,} shoppers")
    for key in result.moves:
        print(f"{key:<24}", *(f"{column} {side.figures[key].value:.4f}  " for column, side in result.compared.items()))


def _strategy(options: argparse.Namespace) -> Strategy:
    if options.strategy:
        if options.method or options.k is not None or options.diversity is not None:
            raise refuse(
                "command line", "usage", "--method, --diversity and --k stand in the strategy", "leave them out"
            )
        strategy = read_strategy(options.strategy)
        return strategy.at(surface=options.surface) if options.surface else strategy
    fields: dict[str, Any] = {"method": options.method or "mmr", "surface": options.surface or "for_you"}
    fields["diversity"] = 0.3 if options.diversity is None else options.diversity
    if options.k is not None:
        fields["k"] = options.k
    return Strategy.checked(fields, "command line")


def _content(
    bench: Bench, strategy: Strategy, before: Strategy, result: Homogenization, rows: np.ndarray
) -> dict[str, Any]:
    against = personalization(bench, strategy, rows, np.stack([result.lists["before"], result.lists["now"]]))
    yardstick = result.purchased
    return {
        "model": bench.card["name"],
        "strategy": strategy.model_dump(),
        "baseline": before.model_dump(),
        "n_shoppers": result.n_shoppers,
        "n_compared": result.n_compared,
        "eligible": result.n_eligible,
        "reason": result.reason,
        "yardstick": yardstick
        and {
            "period": yardstick.period,
            "since": str(yardstick.since),
            "until": str(yardstick.until),
            "pairs": yardstick.pairs,
            "left_out": yardstick.left_out,
        },
        "whole": [
            {"list": column, "metric": key, "value": measured.value(key)[0], "n_users": measured.value(key)[1]}
            for column, measured in result.whole.items()
            for key in measured.keys
        ],
        "compared": [
            _row(name, key, estimate, result.n_compared)
            for name, figures in _sets(result).items()
            for key, estimate in figures.items()
        ],
        "shared_distribution": {column: side.shared.tolist() for column, side in result.compared.items()},
        "verdicts": [{"metric": v.key, "alike": v.alike, "than": v.than} for v in verdicts(result)],
        "page_groups": [
            _groups(bench, variant, column, rows, same)
            for column, variant in (("before", before), ("now", strategy))
            for same in SAME
        ],
        "personalization": [
            {"list": column, "metric": key, "value": measured.value(key)[0], "n_users": measured.value(key)[1]}
            for column, measured in (("before", against.before), ("now", against.now))
            for key in measured.keys
        ],
        "narrower_than_history": dict(zip(("before", "now"), against.narrower() or (), strict=False)),
    }


def _sets(result: Homogenization) -> dict[str, dict[str, Estimate]]:
    columns = {str(column): side.figures for column, side in result.compared.items()}
    return columns | {"now - before": result.moves} | ({"now - bought": result.gaps} if result.gaps else {})


def _row(name: str, key: str, estimate: Estimate, n_users: int) -> dict[str, Any]:
    return {"list": name, "metric": key, **estimate._asdict(), "n_users": n_users}


def _groups(bench: Bench, strategy: Strategy, column: str, rows: np.ndarray, same: float) -> dict[str, Any]:
    groups = page_groups(bench, strategy, rows, same)
    return {"list": column, "same": same, "shoppers_in_groups": groups.n_alike, "sizes": groups.sizes.tolist()}
