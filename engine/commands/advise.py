"""Advise λ and σ together: the pair that surely keeps a floor and gains most."""

import argparse
from dataclasses import asdict
from pathlib import Path

from engine.commands.shared import REFERENCE, ProgressLine, add_model, open_bench, write_json
from engine.commands.tune import asked_floor
from engine.data import silent
from engine.data.problems import refuse
from engine.evaluation.pairs.advised_pair import advised_pair
from engine.evaluation.pairs.pair_advice import AdvisedPair
from engine.evaluation.relevance_kept import require_held_out
from engine.metrics import Estimate
from engine.strategy.strategy import DEFAULT, Strategy, read_strategy
from engine.surfaces import SURFACES

FIGURES = {"coverage": "products reached", "shared_products": "products shared", "ild": "variety within lists"}


def arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    parser.add_argument("--strategy", type=Path, help="strategy JSON; its λ and σ do not matter (default: mmr, k 10)")
    parser.add_argument("--surface", choices=list(SURFACES), help="which lists (default: the strategy's, else for_you)")
    parser.add_argument("--floor", help="what to keep, as for tune (default: the strategy's, else ndcg:0.99:plain)")
    parser.add_argument("--json", help="write everything (or the problems) here")


def run(options: argparse.Namespace) -> None:
    strategy, progress = _strategy(options), ProgressLine()
    bench = open_bench(options, progress)
    bench.report = silent  # every pair would show progress of its own
    advised = advised_pair(bench, strategy, progress)
    progress.close()
    if advised is None:
        require_held_out(bench, strategy, strategy.floor.metric if strategy.floor else "ndcg")
        problem, fix = "too few shoppers' later purchases can judge lists", "take an earlier cut-off"
        if strategy.normalize == "none":
            problem, fix = "raw scores give spread no scale", "set normalize to minmax or rank"
        raise refuse("strategy", "no_advice", problem, fix)
    if options.json:
        head = {"model": bench.card["name"], "until": bench.card["until"], "surface": strategy.surface}
        write_json(options.json, head | {**asdict(advised), "floor": advised.floor.model_dump()})
    _print(advised)


def _strategy(options: argparse.Namespace) -> Strategy:
    strategy = read_strategy(options.strategy) if options.strategy else DEFAULT
    if options.surface:
        strategy = strategy.at(surface=options.surface)
    return strategy.at(floor=asked_floor(options.floor).model_dump()) if options.floor else strategy


def _print(advised: AdvisedPair) -> None:
    floor = advised.floor
    print(f"floor       {floor.keep:.1%} of {floor.metric} of the {REFERENCE[floor.against]}")
    sure = f"tested by {advised.n_users:,} shoppers who did not choose it"
    if not advised.met:
        print(f"advised     λ 0, σ 0: not even they keep it, {_share(advised.kept)}, {sure}")
    elif advised.pair == (0.0, 0.0):
        print(f"advised     λ 0, σ 0: no pair above surely keeps it, {sure}")
    else:
        print(f"advised     {_weights(advised.pair)}: surely keeps it, {_share(advised.kept)}, {sure}")
    if advised.hoped != advised.pair:
        print(
            f"to try live {_weights(advised.hoped)}: keeps {_share(advised.likely)} by the estimate, which is not sure"
        )
    for name, words in FIGURES.items():
        ends = (values[name] for values in (advised.before, advised.after, advised.then))
        before, after, then = (f"{end:.1%}" if name == "coverage" else f"{end:.3f}" for end in ends)
        live = f", to try live {then}" if advised.hoped != advised.pair else ""
        print(f"{words:<21} λ 0, σ 0 {before}, advised {after}{live}")


def _weights(pair: tuple[float, float]) -> str:
    return f"λ {pair[0]:g}, σ {pair[1]:g}"


def _share(estimate: Estimate) -> str:
    return f"{estimate.value:.2%}  [{estimate.low:.2%}, {estimate.high:.2%}]"
