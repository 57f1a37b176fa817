"""Evaluate a model's lists by what shoppers went on to buy, at one or many λ."""

import argparse
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from engine.bench.bench import Bench, scope_of
from engine.bench.segments import segments
from engine.commands.shared import ProgressLine, add_model, open_bench, print_floor, print_kept, write_json
from engine.data import Progress, shop_folder
from engine.data.problems import refuse
from engine.evaluation.evaluate import against, by_segment, evaluate
from engine.evaluation.hindsight import RuleFigure, hindsight, rule_figures
from engine.evaluation.relevance_floor import capped
from engine.evaluation.rows import Figure, ModelTest
from engine.statistics.paired import Paired
from engine.strategy.strategy import Strategy, read_strategy
from engine.training.stored_models import load_model
from engine.words.numbers import signed

MOST = 1001  # λ values in one evaluation
OPTIONS = {"λ": "diversity", "σ": "spread"}
VERDICTS = {
    "better": "better", "worse": "worse", "unclear": "no measurable difference", "same": "no list changed",
    "too_few": "too few shoppers to tell",
}  # fmt: skip


def arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    parser.add_argument("--strategy", type=Path, help="strategy JSON; its λ unless --diversity is given")
    parser.add_argument("--method", help="re-ranker (default mmr); not beside --strategy")
    parser.add_argument("--diversity", help="λ: 0.3, or 0,0.3,1, or from:to:step as 0:1:0.05")
    parser.add_argument("--spread", help="σ in the same forms: spread between shoppers (default 0, or the strategy's)")
    parser.add_argument("--k", type=int, help="products in a list (default 10); not beside --strategy")
    parser.add_argument("--by", help="add figures by group of shoppers: a column of the shop, or `history`")
    parser.add_argument("--against", help="add paired tests against another trained model, such as frequency")
    parser.add_argument("--rules", action="store_true", help="add what each of the strategy's rules gained or cost")
    parser.add_argument("--json", required=True, help="write the rows (or the problems) here")


def run(options: argparse.Namespace) -> None:
    progress = ProgressLine()
    if options.strategy:
        if options.method or options.k is not None:
            raise refuse("command line", "usage", "--method and --k stand in the strategy", "leave them out")
        strategy = read_strategy(options.strategy)
        diversities = read_levels(options.diversity, "λ") if options.diversity else [strategy.diversity]
    else:
        diversities = read_levels(options.diversity or "0", "λ")
        fields = {"method": options.method or "mmr", "diversity": diversities[0]}
        if options.k is not None:
            fields["k"] = options.k
        strategy = Strategy.checked(fields, "command line")
    spreads = read_levels(options.spread, "σ") if options.spread else [strategy.spread]
    bench = open_bench(options, progress)
    other = open_other(options.against, bench, options.data, progress) if options.against else None
    groups = segments(bench, options.by) if options.by else None  # what is refused is refused before the work
    rows = evaluate(bench, strategy, diversities, progress, spreads)
    at = [strategy.at(diversity=diversity, spread=spread) for spread in spreads for diversity in diversities]
    grouped = [row for variant in at for row in by_segment(bench, variant, options.by)] if groups else []
    tested = [row for variant in at for row in against(bench, other, variant)] if other else []
    judged = [row for variant in at for row in by_rule(bench, variant, progress)] if options.rules else []
    records = [asdict(row) for table in (rows, grouped, tested) for row in table]
    write_json(options.json, records + [rule.record() for rule in judged])
    progress.close()
    highest = strategy.at(diversity=max(diversities), spread=max(spreads))
    for variant in (highest.at(surface=surface) for surface in bench.surfaces):
        print_floor(bench, variant)
        print_kept(bench, capped(bench, variant))
    for row in rows:
        if row.metric in ("ndcg", "ild", "coverage"):
            print(f"{_head(row)} {row.value:.4f}  [{row.low:.4f}, {row.high:.4f}]")
    for group in grouped:
        if group.metric == "ndcg":
            value = f"{group.value:.4f}  [{group.low:.4f}, {group.high:.4f}]"
            print(f"{_head(group)} {value}  {group.by} {group.group}, {group.group_size} shoppers")
    for test in tested:
        print(f"{_head(test)} {_change(test, test.q)}  against {test.against}")
    for rule in judged:
        figure = rule.figure
        change = _change(figure.effect.gain, figure.effect.q)
        print(f"{_head(rule)} {change}  rules {figure.rules}: {VERDICTS[figure.verdict]}")


@dataclass(frozen=True)
class JudgedRule:
    """A figure of `hindsight`, with what made the lists."""

    model: str
    method: str
    diversity: float
    scope: str
    figure: RuleFigure

    @property
    def metric(self) -> str:
        return self.figure.metric

    def record(self) -> dict[str, Any]:
        """A plain row."""
        head = {"model": self.model, "method": self.method, "diversity": self.diversity, "scope": self.scope}
        return head | self.figure.record()


def by_rule(bench: Bench, strategy: Strategy, report: Progress) -> list[JudgedRule]:
    """What each rule changes in the lists of each surface."""
    judged = []
    for surface in bench.surfaces:
        here = capped(bench, strategy.at(surface=surface))
        for figure in rule_figures(hindsight(bench, here, report)):
            judged.append(JudgedRule(bench.card["name"], here.method, here.diversity, scope_of(surface), figure))
    return judged


def _change(gain: ModelTest | Paired, q: float) -> str:
    """A paired change, its interval and its q."""
    low, high = signed(gain.low, 4), signed(gain.high, 4)
    return f"{signed(gain.difference, 4)}  [{low}, {high}]  q {q:.4f}"


def _head(row: Figure | ModelTest | JudgedRule) -> str:
    spread = f"σ {row.spread:<5} " if isinstance(row, Figure) and row.spread else ""
    return f"{row.scope:>4}  λ {row.diversity:<5} {spread}{row.metric:<11}"


def open_other(name: str, bench: Bench, data: str, progress: ProgressLine) -> Bench:
    """The bench of another model of the same shop and cut-off."""
    model, card = load_model(shop_folder(data), bench.data, name, bench.card["until"])
    return Bench(bench.data, model, card, progress)


def read_levels(text: str, name: str) -> list[float]:
    """The values of λ or σ in `0.3`, `0,0.3,1` or `from:to:step`. Raises InputError for anything else or outside
    [0, 1]."""
    try:
        if ":" in text:
            first, last, step = (float(number) for number in text.split(":"))
            count = math.floor((last - first) / step + 1e-9)
            levels = [round(first + i * step, 10) for i in range(min(count, MOST) + 1)]
        else:
            levels = [float(number) for number in text.split(",")]
        if not levels or len(levels) > MOST or not all(0 <= value <= 1 for value in levels):
            raise ValueError
    except (ValueError, ZeroDivisionError, OverflowError):
        fix = f"write 0.3, or 0,0.3,1, or 0:1:0.05, all between 0 and 1, {MOST} at most"
        column = OPTIONS[name]
        raise refuse("command line", column, f"not a list of {name}", fix, column=column, value=text) from None
    return levels
