"""Find the λ that keeps a share of relevance, or that reaches a target, and say what it buys."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine.bench.segments import segments
from engine.commands.shared import REFERENCE, ProgressLine, add_model, open_bench, print_broken, write_json
from engine.data.problems import refuse
from engine.evaluation.curve import Curve
from engine.evaluation.knee import knee
from engine.evaluation.relevance_floor import LEAST, FloorResult, SegmentFloor, find_floor, floor_by
from engine.evaluation.relevance_kept import REFERENCES, Metric
from engine.evaluation.target import Target, find_target
from engine.statistics.fixed_sequence import FixedSequence
from engine.strategy.floor_text import read_floor
from engine.strategy.strategy import Floor, Strategy, read_strategy
from engine.surfaces import SURFACES
from engine.words.numbers import signed


def arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    parser.add_argument(
        "--strategy", type=Path, help="strategy JSON; its λ matters only beside overrides, its floor not"
    )
    parser.add_argument("--method", help="re-ranker (default mmr); not beside --strategy")
    parser.add_argument("--k", type=int, help="products in a list (default 10); not beside --strategy")
    parser.add_argument("--surface", choices=list(SURFACES), help="which lists (default: the strategy's, else for_you)")
    wish = parser.add_mutually_exclusive_group(required=True)
    wish.add_argument("--floor", help="keep a share of relevance: ndcg:0.99 or revenue:0.98 of the ranking with "
                      "the strategy's rules, ndcg:0.99:plain of the ranking without")  # fmt: skip
    wish.add_argument("--target", help="reach a figure: facet_entropy:category:3.2, ild:0.75, gini:0.8")
    parser.add_argument("--by", help="beside --floor, a λ for each group: a column of the shop, or `history`")
    parser.add_argument("--json", required=True, help="write everything (or the problems) here")


def run(options: argparse.Namespace) -> None:
    progress = ProgressLine()
    if options.by and not options.floor:
        raise refuse("command line", "usage", "--by goes with --floor", "leave it out")
    strategy = _strategy(options)
    wish = asked_floor(options.floor) if options.floor else read_target(options.target)
    bench = open_bench(options, progress)
    if options.by:
        segments(bench, options.by)  # what is refused is refused before the work
    head = {"model": bench.card["name"], "until": bench.card["until"], "strategy": strategy.model_dump()}
    if isinstance(wish, Floor):
        result = find_floor(bench, strategy, wish)
        parts = floor_by(bench, result, options.by) if options.by else []
        write_json(options.json, head | _floor_content(result, parts))
        progress.close()
        _print_floor(result, parts)
        if not result.test.met:
            print_broken(bench, strategy.at(diversity=0.0, floor=wish.model_dump()), result.test)
    else:
        reached = find_target(bench, strategy, *wish)
        write_json(options.json, head | _target_content(reached))
        progress.close()
        _print_target(reached)


def _strategy(options: argparse.Namespace) -> Strategy:
    if options.strategy:
        if options.method or options.k is not None:
            raise refuse("command line", "usage", "--method and --k stand in the strategy", "leave them out")
        strategy = read_strategy(options.strategy)
        return strategy.at(surface=options.surface) if options.surface else strategy
    fields: dict[str, Any] = {"method": options.method or "mmr", "diversity": 0.0}
    fields |= {name: getattr(options, name) for name in ("k", "surface") if getattr(options, name) is not None}
    return Strategy.checked(fields, "command line")


def asked_floor(text: str) -> Floor:
    """The floor of a text on the command line. Raises InputError where it is none."""
    try:
        return read_floor(text)
    except ValueError:
        fix = "write ndcg:0.99, revenue:0.98 or ndcg:0.99:plain, a share above 0 and up to 1"
        raise refuse("command line", "floor", "not a floor", fix, column="floor", value=text) from None


def read_target(text: str) -> tuple[str, float]:
    """The key and the number of `facet_entropy:category:3.2`. Raises InputError where there is no number."""
    key, _, number = text.rpartition(":")
    try:
        return key, float(number)
    except ValueError:
        fix = "write a figure and a number, as facet_entropy:category:3.2"
        raise refuse("command line", "target", "not a target", fix, column="target", value=text) from None


def _floor_content(result: FloorResult, parts: list[SegmentFloor]) -> dict[str, Any]:
    segments = [{"group": p.group, "own": p.own, "n_users": p.n_users, **_at(p.test)} for p in parts]
    content = {"floor": result.floor.model_dump(), **_at(result.test), "n_users": result.test.n_users}
    shares = result.curve.kept_shares(result.test.at, result.floor.metric)
    content |= {"shares": shares and {name: shares.of(name)._asdict() for name in REFERENCES}}
    content |= {"knee": knee(result.curve), "bought": [asdict(row) for row in result.gained], "segments": segments}
    return {**content, "curve": _floor_curve(result)}


def _at(test: FixedSequence) -> dict[str, float]:
    """The λ chosen, what it keeps, and whether that is what was asked for."""
    arrays = {name: float(getattr(test, name)[test.at]) for name in ("kept", "low", "high", "sure")}
    return {"diversity": test.diversity, "met": test.met, **arrays}


def _floor_curve(result: FloorResult) -> list[dict[str, Any]]:
    rows = _curve(result.curve)
    for name in ("kept", "low", "high", "sure"):
        for row, value in zip(rows, getattr(result.test, name).tolist(), strict=True):
            row[name] = value
    return rows


def _curve(curve: Curve) -> list[dict[str, Any]]:
    """One row a λ: every figure measured there."""
    pairs = zip(curve.diversities, curve.measured, strict=True)
    return [{"diversity": level} | {key: measured.value(key)[0] for key in measured.keys} for level, measured in pairs]


def _target_content(result: Target) -> dict[str, Any]:
    fields = {name: value for name, value in asdict(result).items() if name not in ("curve", "values", "sure", "best")}
    rows = _curve(result.curve)
    for row, sure in zip(rows, result.sure.tolist(), strict=True):
        row["sure"] = sure
    best = {"diversity": result.best[0], "sure": result.best[1]}
    return {"target": fields.pop("key"), **fields, "best": best, "knee": knee(result.curve), "curve": rows}


def _print_floor(result: FloorResult, parts: list[SegmentFloor]) -> None:
    floor, test = result.floor, result.test
    at = test.at
    of = floor.metric + (f" of the {REFERENCE[floor.against]}" if result.curve.plain is not None else "")
    print(f"floor       {floor.keep:.1%} of {of}, judged by {test.n_users:,} shoppers")
    print(f"λ           {test.diversity:g}" + ("" if at else ": no λ above 0 surely keeps that much"))
    print(f"kept        {test.kept[at]:.2%}  [{test.low[at]:.2%}, {test.high[at]:.2%}]")
    _print_shares(result.curve, at, floor.metric)
    print(f"surely kept {test.sure[at]:.2%}  (one-sided, 95 %)")
    for row in result.gained:
        gain, low, high = (signed(end, 4) for end in (row.difference, row.low, row.high))
        print(f"{row.metric:<24} {row.before:.4f} -> {row.after:.4f}  {gain}  [{low}, {high}]")
    for segment in parts:
        whose = "" if segment.own else f", that of all: fewer than {LEAST} can judge"
        print(f"{segment.group:<24} λ {segment.test.diversity:<5g} {segment.n_users:,} shoppers{whose}")


def _print_shares(curve: Curve, at: int, metric: Metric) -> None:
    """What lists keep of both references, where rules make them differ."""
    shares = curve.kept_shares(at, metric)
    if shares is None or curve.plain is None:
        return
    for name in REFERENCES:
        share = shares.of(name)
        print(f"  of the {REFERENCE[name]}: {share.value:.2%}  [{share.low:.2%}, {share.high:.2%}]")


def _print_target(result: Target) -> None:
    print(f"target      {result.key} {'at most' if result.at_most else 'at least'} {result.wanted:g}")
    if result.diversity is None:
        print(f"λ           none reaches it; the best is λ {result.best[0]:g}, surely {result.best[1]:.4f}")
        return
    at = result.curve.at(result.diversity)
    print(f"λ           {result.diversity:g}")
    print(f"there       {result.values[at]:.4f}, surely {result.sure[at]:.4f}  (95 %, all λ at once)")
    if result.curve.key("ndcg_kept"):
        print(f"nDCG kept   {result.curve.values('ndcg_kept')[at]:.2%}")
        _print_shares(result.curve, at, "ndcg")
