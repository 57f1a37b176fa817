"""Judge a model's lists on what shoppers went on to buy, at one or many λ."""

import argparse
from pathlib import Path

from engine.commands.shared import Progress, add_model, open_bench, write_json
from engine.data import InputError, Problem
from engine.experiments.evaluation import evaluate
from engine.experiments.strategy import Strategy, read_strategy


def arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    parser.add_argument("--strategy", type=Path, help="strategy JSON; its λ unless --diversity is given")
    parser.add_argument("--method", default="mmr")
    parser.add_argument("--diversity", help="λ: 0.3, or 0,0.3,1, or from:to:step as 0:1:0.05")
    parser.add_argument("--k", type=int, default=10)
    parser.add_argument("--json", required=True, help="write the rows (or the problems) here")


def run(options: argparse.Namespace) -> None:
    progress = Progress()
    if options.strategy:
        strategy = read_strategy(options.strategy)
        diversities = read_diversities(options.diversity) if options.diversity else [strategy.diversity]
    else:
        diversities = read_diversities(options.diversity or "0")
        strategy = from_options(options.method, diversities[0], options.k)
    rows = evaluate(open_bench(options, progress), strategy, diversities, progress)
    write_json(options.json, rows)
    progress.close()
    for row in rows:
        if row["metric"] in ("ndcg", "ild", "coverage"):
            print("{scope:>4}  λ {diversity:<5} {metric:<9} {value:.4f}  [{low:.4f}, {high:.4f}]".format(**row))


def from_options(method: str, diversity: float, k: int) -> Strategy:
    """A strategy from loose options. Raises InputError as `read_strategy` does."""
    return Strategy.checked({"method": method, "diversity": diversity, "k": k}, "command line")


def read_diversities(text: str) -> list[float]:
    """λ values of `0.3`, `0,0.3,1` or `from:to:step`. Raises InputError for anything else or outside [0, 1]."""
    try:
        if ":" in text:
            first, last, step = (float(part) for part in text.split(":"))
            count = round((last - first) / step)
            found = [round(first + i * step, 10) for i in range(count + 1)]
        else:
            found = [float(part) for part in text.split(",")]
        if not found or len(found) > 1001 or not all(0 <= value <= 1 for value in found):
            raise ValueError
    except (ValueError, ZeroDivisionError):
        fix = "write 0.3, or 0,0.3,1, or 0:1:0.05, all between 0 and 1"
        raise InputError(
            [Problem("command line", None, "diversity", text, "not a list of λ", fix, "diversity")]
        ) from None
    return found
