"""Find or refresh what spread makes products cost, and say how far lists have drifted from earlier ones."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from engine.bench.bench import Bench
from engine.commands.chosen_bench import add_chosen_model, open_chosen_bench
from engine.commands.shared import ProgressLine, print_floor, write_json
from engine.data.problems import refuse
from engine.data.storage.disk import check_file
from engine.data.storage.files import write_atomically
from engine.evaluation.relevance_floor import capped
from engine.slates.crowding import crowding_drift, kept_crowding, price_columns
from engine.slates.crowding_outcome import Crowding
from engine.slates.slot_drift import SlotDrift
from engine.strategy.strategy import Strategy, read_strategy

SHOWN = 10  # products with the highest prices
CAUSES = {
    "data": "the data changed", "model": "another model or training", "rules": "other rules hold",
    "encoder": "another text encoder", "version": "another version of Evenshelf",
}  # fmt: skip


def arguments(parser: argparse.ArgumentParser) -> None:
    add_chosen_model(parser)
    parser.add_argument("--strategy", type=Path, required=True, help='strategy JSON with "spread"')
    parser.add_argument("--refresh", action="store_true", help="find the prices anew, although they are stored")
    parser.add_argument("--out", type=Path, help="write item_id, price and slots here, Parquet")
    parser.add_argument("--json", help="write prices found, gap and drift (or the problems) here")


def run(options: argparse.Namespace) -> None:
    if options.out is not None:
        check_file(options.out)
    strategy, progress = read_strategy(options.strategy), ProgressLine()
    check_spread(strategy)
    bench = open_chosen_bench(options, progress)
    used = capped(bench, strategy)
    outcome = kept_crowding(bench, used, options.refresh)
    if outcome is not None and options.out:
        write_prices(bench, used, options.out)
    drift = crowding_drift(bench, used)
    if options.json:
        write_json(options.json, _record(bench, used, outcome, drift))
    progress.close()
    print_floor(bench, strategy)
    if outcome is None:
        print(f"{used.surface}: at λ {used.diversity:g} and σ {used.spread:g} no product has a price")
        return
    _print_prices(bench, used, outcome)
    print(drift_text(drift) if drift else "nothing stored earlier for this strategy to compare with")
    titles = _titles(bench)
    for moved in drift.products if drift else ():
        name = f"{moved.item_id} {titles.get(moved.item_id, '')}".strip()
        print(f"  {moved.before:,} slots before, {moved.now:,} now  {name}")


def check_spread(strategy: Strategy, option: str | None = None) -> None:
    """Raises InputError for a strategy without spread, where a command or an option of one is about prices."""
    if not strategy.spread:
        fix = 'add "spread": 0.2 to the strategy' + (f", or leave --{option} out" if option else "")
        raise refuse("command line", "no_spread", "without spread no product has a price", fix, column=option)


def write_prices(bench: Bench, strategy: Strategy, out: Path) -> None:
    """Write what every product costs a list, and in how many lists it stands: those that have a price or a slot."""
    table = price_columns(bench, strategy).table
    write_atomically(out, lambda temporary: pq.write_table(table, temporary))


def drift_text(drift: SlotDrift) -> str:
    """The share of slots that moved, since when and why, as one line."""
    causes = ", ".join(CAUSES[name] for name in drift.causes)
    since = drift.since or "the lists before"
    return f"{drift.moved:.1%} of slots have moved since {since}" + (f" ({causes})" if causes else "")


def _print_prices(bench: Bench, strategy: Strategy, outcome: Crowding) -> None:
    prices, eligible = outcome.lists.prices, len(bench.model.items)
    print(f"{strategy.surface}: λ {strategy.diversity:g}, σ {strategy.spread:g}, {len(bench.users):,} lists")
    print(f"{int((prices > 0).sum()):,} of {eligible:,} products cost something; prices made {outcome.made_at}")
    sure = "proven" if outcome.proven else "an estimate"
    print(f"lists lack at most {outcome.gap:.2%} of what lists at this λ and σ could reach ({sure})")
    ids, titles = bench.data.items["item_id"], _titles(bench)
    for row in _dearest(outcome):
        item = f"{ids.iloc[row]} {titles.get(ids.iloc[row], '')}".strip()
        print(f"  {prices[row]:.3f}  {outcome.lists.slots[row]:,} slots  {item}")


def _titles(bench: Bench) -> dict[str, str]:
    """The title of each product that has one, by id."""
    items = bench.data.items
    if "title" not in items:
        return {}
    known = items[items["title"].notna()]
    return dict(zip(known["item_id"].astype(str), known["title"].astype(str), strict=True))


def _dearest(outcome: Crowding) -> list[int]:
    """Catalogue rows of the highest prices, the highest first."""
    prices = outcome.lists.prices
    return [int(row) for row in np.argsort(-prices, kind="stable")[:SHOWN] if prices[row] > 0]


def _record(bench: Bench, strategy: Strategy, outcome: Crowding | None, drift: SlotDrift | None) -> dict[str, Any]:
    head: dict[str, Any] = {"model": bench.card["name"], "until": bench.card["until"], "data_hash": bench.data.hash}
    head |= {"strategy": strategy.model_dump(mode="json"), "lists": len(bench.users)}
    if outcome is None:
        return head | {"priced": 0, "products": [], "drift": None}
    ids, lists = bench.data.items["item_id"], outcome.lists
    products = [
        {"item_id": str(ids.iloc[row]), "price": float(lists.prices[row]), "slots": int(lists.slots[row])}
        for row in _dearest(outcome)
    ]
    head |= {"priced": int((lists.prices > 0).sum()), "gap": outcome.gap, "proven": outcome.proven}
    head |= {"passes": lists.passes, "error": lists.error, "scale": asdict(outcome.scale), "made_at": outcome.made_at}
    return head | {"products": products, "drift": asdict(drift) if drift else None}
