"""Judge a model's lists on what shoppers went on to buy, at one or many λ."""

import argparse
import math
from pathlib import Path

from engine.commands.shared import Progress, add_model, open_bench, write_json
from engine.data.problems import refuse
from engine.experiments.evaluation import evaluate
from engine.experiments.strategy import Strategy, read_strategy

MOST = 1001  # λ values in one evaluation


def arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    parser.add_argument("--strategy", type=Path, help="strategy JSON; its λ unless --diversity is given")
    parser.add_argument("--method", help="re-ranker (default mmr); not beside --strategy")
    parser.add_argument("--diversity", help="λ: 0.3, or 0,0.3,1, or from:to:step as 0:1:0.05")
    parser.add_argument("--k", type=int, help="products in a list (default 10); not beside --strategy")
    parser.add_argument("--json", required=True, help="write the rows (or the problems) here")


def run(options: argparse.Namespace) -> None:
    progress = Progress()
    if options.strategy:
        if options.method or options.k is not None:
            raise refuse("command line", "usage", "--method and --k stand in the strategy", "leave them out")
        strategy = read_strategy(options.strategy)
        diversities = read_diversities(options.diversity) if options.diversity else [strategy.diversity]
    else:
        diversities = read_diversities(options.diversity or "0")
        fields = {"method": options.method or "mmr", "diversity": diversities[0]}
        if options.k is not None:
            fields["k"] = options.k
        strategy = Strategy.checked(fields, "command line")
    rows = evaluate(open_bench(options, progress), strategy, diversities, progress)
    write_json(options.json, rows)
    progress.close()
    for row in rows:
        if row["metric"] in ("ndcg", "ild", "coverage"):
            print("{scope:>4}  λ {diversity:<5} {metric:<9} {value:.4f}  [{low:.4f}, {high:.4f}]".format(**row))


def read_diversities(text: str) -> list[float]:
    """λ values of `0.3`, `0,0.3,1` or `from:to:step`. Raises InputError for anything else or outside [0, 1]."""
    try:
        if ":" in text:
            first, last, step = (float(part) for part in text.split(":"))
            count = math.floor((last - first) / step + 1e-9)
            found = [round(first + i * step, 10) for i in range(min(count, MOST) + 1)]
        else:
            found = [float(part) for part in text.split(",")]
        if not found or len(found) > MOST or not all(0 <= value <= 1 for value in found):
            raise ValueError
    except (ValueError, ZeroDivisionError, OverflowError):
        fix = f"write 0.3, or 0,0.3,1, or 0:1:0.05, all between 0 and 1, {MOST} at most"
        raise refuse("command line", "diversity", "not a list of λ", fix, column="diversity", value=text) from None
    return found
