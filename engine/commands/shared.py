"""What several commands share: progress on stderr, common options, and JSON results."""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from engine.bench.bench import Bench
from engine.data import Dataset, InputError, Problem, open_shop, shop_folder
from engine.data.problems import ROWS_READ
from engine.data.storage.files import for_json, write_atomically
from engine.evaluation.exceptions import ExceptionUse, exception_uses
from engine.evaluation.relevance_floor import capped, own_floor_test
from engine.evaluation.relevance_kept import REFERENCES, kept_shares
from engine.evaluation.slates_file import SlatesFile
from engine.explain.rule_costs import responsible, rule_costs
from engine.explain.rule_prices import kind_of
from engine.slates.effective_lambdas import effective_lambdas
from engine.slates.exposure_cost import relevance_kept
from engine.slates.exposure_floor import exposure_outcome
from engine.statistics.fixed_sequence import FixedSequence
from engine.strategy.strategy import Strategy
from engine.training.stored_models import load_model
from engine.training.training import with_purchases

REFERENCE = {"plain": "plain ranking", "ruled": "ranking with your rules"}  # what is kept is a share of one of these


class ProgressLine:
    """A `Report` that keeps one line per step on stderr, redrawn at most ten times a second."""

    def __init__(self) -> None:
        self._step, self._drawn, self._rows = "", 0.0, 0

    def __call__(self, step: str, done: int, total: int) -> None:
        if step == ROWS_READ:
            self._rows = done
            return
        now = time.monotonic()
        if step == self._step and done < total and now - self._drawn < 0.1:
            return
        if self._step and step != self._step:
            print(file=sys.stderr)
        share = done / total if total else 1.0
        bar = "#" * round(20 * share)
        rows = f" {self._rows:,} rows" if self._rows else ""
        print(f"\r{step:<24} [{bar:<20}] {share:4.0%}{rows}", end="", file=sys.stderr, flush=True)
        self._step, self._drawn = step, now

    def close(self) -> None:
        if self._step:
            print(file=sys.stderr)
        self._step = ""


def add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", required=True, help="a prepared shop's folder, or `sample`")


def add_model(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    parser.add_argument("--model", required=True, help="a trained model's name, such as blend")


def open_data(options: argparse.Namespace, progress: ProgressLine) -> Dataset:
    return open_shop(options.data, progress)


def open_bench(options: argparse.Namespace, progress: ProgressLine) -> Bench:
    """The shop with the most recently trained model of that name, at that model's cut-off.

    Raises InputError where there is no such model, or the shop has no purchases to train one on.
    """
    data = open_data(options, progress)
    with_purchases(data)
    model, card = load_model(shop_folder(options.data), data, options.model)
    bench = Bench(data, model, card, progress)
    bench.folder = shop_folder(options.data)
    return bench


def print_floor(bench: Bench, strategy: Strategy) -> None:
    """Say what the strategy's floor allows on its surface, and which λ its lists have; nothing without a floor."""
    test = own_floor_test(bench, strategy)
    if strategy.floor is None or test is None:
        return
    used = capped(bench, strategy)
    what = "λ" if strategy.diversity or not strategy.spread else "σ"
    allowed = f"{what} up to {test.diversity:g}, where {test.sure[test.at]:.2%} is surely kept"
    with_spread = f" and σ {used.spread:g}" if strategy.spread else ""
    floor = f"{strategy.floor.metric} {strategy.floor.keep:g}"
    floor += f" of the {REFERENCE[strategy.floor.against]}" if strategy.entries(bench.today) else ""
    allowed = allowed if test.at else f"no {what} above 0"
    print(f"{strategy.surface}: {floor} allows {allowed}; lists have λ {used.diversity:g}{with_spread}")
    if not test.met:
        print_broken(bench, strategy, test)


def print_broken(bench: Bench, strategy: Strategy, test: FixedSequence) -> None:
    """Say that not even λ 0 keeps the floor, and which rules that is due to."""
    assert strategy.floor is not None, "a floor is broken"
    share = f"{test.kept[0]:.2%} [{test.low[0]:.2%}, {test.high[0]:.2%}]"
    print(f"{strategy.surface}: the rules alone break the floor: at λ 0 lists keep {share}")
    for rule in responsible(rule_costs(bench, capped(bench, strategy), strategy.floor.metric)):
        cost, low, high = (f"{100 * end:.2f}" for end in rule.cost)
        print(f"rule {rule.number + 1} ({kind_of(rule.entry)}): costs {cost} points [{low}, {high}]")


def print_kept(bench: Bench, strategy: Strategy) -> None:
    """Say what lists keep of both references; nothing where no rule holds, or later purchases are not known."""
    if bench.future is None or not strategy.entries(bench.today):
        return
    shares = kept_shares(bench, strategy)
    for against in REFERENCES:
        share = shares.of(against)
        text = f"{share.value:.2%} [{share.low:.2%}, {share.high:.2%}]"
        print(f"{strategy.surface}: nDCG kept of the {REFERENCE[against]}: {text}, {shares.n_users:,} shoppers")


def print_overrides(bench: Bench, requested: Strategy, strategy: Strategy, rows: np.ndarray | None) -> None:
    """Say what the strategy's overrides do to the lists of some shoppers, and what each costs those it is for; nothing
    without overrides. requested: the strategy before its floor lowered λ."""
    if strategy.overrides is None:
        return
    plan = effective_lambdas(bench, strategy, [strategy.diversity], rows)
    own = plan.diversities[0]
    print(f"λ from {own.min():g} to {own.max():g}, {own.mean():.2f} on average" if len(own) else "no lists")
    for number, policy in enumerate(strategy.overrides.policies):
        print(f"policy {policy.name}: {int((plan.policies == number).sum()):,} lists")
    if strategy.overrides.guard:
        lifted, short = (int(flags.sum()) for flags in (plan.lifted, plan.short))
        print(f"guard on {strategy.overrides.guard.key}: lifts {lifted:,} lists; {short:,} cannot be brought there")
    for use in exception_uses(bench, requested, strategy, costs=True):
        _print_exception(strategy, use)


def _print_exception(strategy: Strategy, use: ExceptionUse) -> None:
    """One exception: λ asked for and in use, why they differ, and what its shoppers keep."""
    assert strategy.overrides is not None, "it has exceptions"
    if use.part == "policies":
        who = f"policy {strategy.overrides.policies[use.number].name}"
    else:
        segment = strategy.overrides.segments[use.number].segment
        who = f"{segment.by} {segment.group}"
    if use.asked is not None and use.n:
        why = f"; the floor lowers it to {use.allowed:g}" if use.allowed != use.asked else ""
        why += f"; {use.earlier:,} lists follow another exception" if use.earlier else ""
        why += f"; {use.lifted:,} lists are lifted" if use.lifted else ""
        print(f"{who}: λ {use.asked:g} asked for, {use.low:g} to {use.high:g} in use{why}")
    if use.cost is not None:
        share, n_users = use.cost.kept.plain, use.cost.kept.n_users
        print(f"{who}: nDCG kept {share.value:.2%} [{share.low:.2%}, {share.high:.2%}], {n_users:,} shoppers")


def print_exposure(bench: Bench, strategy: Strategy) -> None:
    """Say what the strategy's exposure floor gives to whom; nothing without one."""
    outcome, exposure = exposure_outcome(bench, strategy), strategy.exposure
    if outcome is None or exposure is None:
        return
    values = sum(len(names) for names in outcome.names)
    now, had = outcome.lists.exposure, outcome.before
    if exposure.floor == "max-min":
        least = [f"{100 * float((shares / outcome.due).min()):.2f} %" for shares in (had, now)]
        text = f"each of {values:,} values gets at least {least[1]} of its due, before {least[0]}"
    else:
        text = (
            f"the {values:,} values worst off sell {outcome.due[0]:.2%} and get {now[0]:.2%} of exposure, "
            f"before {had[0]:.2%}"
        )
    print(f"{strategy.surface}: {exposure.facet}: {text}; strength {exposure.strength:g}")
    for name, (share, low, high) in relevance_kept(bench, strategy).items():
        print(f"{strategy.surface}: that keeps {share:.2%} of {name}  [{low:.2%}, {high:.2%}]")


def read_users(path: str, data: Dataset) -> list[int]:
    """User rows named by a file with one id a line. Raises InputError for unknown ids or an empty file."""
    try:
        lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            [
                Problem(
                    path,
                    None,
                    None,
                    None,
                    str(error),
                    "give a UTF-8 text file with one id a line",
                    "users_file",
                )
            ]
        ) from None
    numbered = [(number, line.strip()) for number, line in enumerate(lines, 1) if line.strip()]
    rows = pd.Index(data.users["user_id"]).get_indexer([text for _, text in numbered])
    name = Path(path).name
    bad = [
        Problem(
            name,
            number,
            "user_id",
            text,
            "this shopper is not in the shop",
            "remove the line",
            "unknown_user",
        )
        for (number, text), row in zip(numbered, rows, strict=True)
        if row < 0
    ]
    if bad or not numbered:
        raise InputError(
            bad or [Problem(name, None, None, None, "the file names nobody", "one id a line", "empty_file")]
        )
    return sorted(set(rows.tolist()))


def read_date(text: str) -> pd.Timestamp:
    """A date option. Raises InputError where it is not a date like 2017-12-04."""
    try:
        moment = pd.Timestamp(pd.to_datetime(text, format="ISO8601"))
        return moment if moment.tzinfo is None else moment.tz_convert(None)
    except (ValueError, TypeError):
        raise InputError(
            [Problem("command line", None, "date", text, "not a date", "write it like 2017-12-04", "bad_date")]
        ) from None


def write_json(path: str, content: Any) -> None:
    """Write a result; NaN and infinities become null."""
    text = json.dumps(for_json(content), indent=1, ensure_ascii=False, allow_nan=False)
    write_atomically(Path(path), lambda temporary: temporary.write_text(text, encoding="utf-8"))


def tell_gaps(path: Path, slates: SlatesFile) -> None:
    """Say that lists have empty slots between their products: it may be meant, or ranks went wrong."""
    if slates.gaps:
        notice = f"{path.name}: {slates.gaps:,} lists have ranks without a row above other products"
        print(f"{notice}; they count as empty slots", file=sys.stderr)
