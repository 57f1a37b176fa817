"""Export lists as CSV, Parquet or JSON, and a strategy as a setting for other systems."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine.bench.bench import Bench
from engine.commands.crowding import check_spread
from engine.commands.shared import ProgressLine, open_bench, write_json
from engine.data.problems import refuse
from engine.data.storage.disk import check_folder
from engine.data.storage.published import publish
from engine.evaluation.relevance_floor import capped
from engine.exports import TARGETS, Exported, Note, TargetNames, convert, note_text
from engine.exports.price_files import PRICE_FILES, price_file
from engine.exports.slates import SLATES, slates
from engine.slates.crowding import kept_crowding
from engine.strategy.strategy import Strategy, read_strategy

CROWDING = "crowding"
KINDS = (*SLATES, CROWDING, *TARGETS)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", help="a prepared shop's folder, or `sample`; for lists, prices, and a strategy with a floor"
    )
    parser.add_argument("--model", help="a trained model's name, such as blend; as --data")
    parser.add_argument("--strategy", type=Path, required=True, help="strategy JSON")
    parser.add_argument("--to", required=True, help=f"what to write, with commas between: {', '.join(KINDS)}")
    parser.add_argument("--out", type=Path, required=True, help="folder for the files")
    parser.add_argument(
        "--field", default=TargetNames.vectors, help="the other system's field of vectors (default embedding)"
    )
    parser.add_argument("--collection", default=TargetNames.collection, help="its collection (default Products)")
    parser.add_argument(
        "--span", type=float, help="best less last score of its pools; converts λ and prices of min-max scores"
    )
    parser.add_argument("--json", help="write what is carried over and what is not (or the problems) here")


def run(options: argparse.Namespace) -> None:
    wanted = _kinds(options.to)
    check_folder(options.out)
    strategy = read_strategy(options.strategy)
    progress = ProgressLine()
    bench = _bench(options, strategy, wanted, progress)
    used = strategy if bench is None else capped(bench, strategy)
    if bench is not None and set(wanted) & {*SLATES, CROWDING}:
        kept_crowding(bench, used)
    place = TargetNames(options.field, options.collection)
    settings = {
        kind: convert(strategy if kind == "strategy" else used, kind, place, _span(kind, used, options))
        for kind in wanted
        if kind in TARGETS
    }
    files = {exported.filename: exported.text.encode() for exported in settings.values()}
    files |= {f"slates.{kind}": slates(kind, bench, used) for kind in wanted if kind in SLATES and bench is not None}
    if CROWDING in wanted and bench is not None:
        files |= {f"{CROWDING}.{kind}": price_file(kind, bench, used) for kind in PRICE_FILES}
    publish(options.out, files, "export")
    if options.json:
        write_json(options.json, {kind: _record(exported) for kind, exported in settings.items()})
    progress.close()
    for name in files:
        print(options.out / name)
        if name.removesuffix(".json") in settings:
            _print(settings[name.removesuffix(".json")])


def _kinds(text: str) -> list[str]:
    """The kinds named, each once. Raises InputError for one that is not in KINDS."""
    names = list(dict.fromkeys(name.strip() for name in text.split(",")))
    for name in names:
        if name not in KINDS:
            fix = f"take of {', '.join(KINDS)}"
            raise refuse("command line", "target", "not something to export to", fix, column="to", value=name)
    return names


def _bench(options: argparse.Namespace, strategy: Strategy, wanted: list[str], progress: ProgressLine) -> Bench | None:
    """The bench where one is needed: lists are made on it, prices are found, and a floor is judged."""
    lists, prices = bool(set(wanted) & set(SLATES)), CROWDING in wanted
    if prices:
        check_spread(strategy)
    if not lists and not prices and strategy.floor is None:
        return None
    if not (options.data and options.model):
        why = "lists and prices are made by a model" if lists or prices else "a model says which λ the floor allows"
        raise refuse("command line", "usage", why, "give --data and --model")
    return open_bench(options, progress)


def _span(kind: str, strategy: Strategy, options: argparse.Namespace) -> float | None:
    """The span, for the systems that know a λ, or prices."""
    return None if kind == "strategy" or (kind == "pairec" and not strategy.spread) else options.span


def _print(exported: Exported) -> None:
    if exported.target == "strategy":
        return
    for carried in exported.carried:
        if isinstance(carried.value, dict):
            print(f"  carried  {carried.field} -> {carried.there}")
        else:
            print(f"  carried  {carried.field} {carried.value} -> {carried.there} {carried.becomes}")
    for title, notes in (("left out", exported.lost), ("to do", exported.needs)):
        for note in notes:
            print(f"  {title:<8} {note.field}: {note_text(note)}")


def _record(exported: Exported) -> dict[str, Any]:
    return {
        "file": exported.filename,
        "carried": [asdict(carried) for carried in exported.carried],
        "lost": [_note(note) for note in exported.lost],
        "needs": [_note(note) for note in exported.needs],
    }


def _note(note: Note) -> dict[str, Any]:
    return {"field": note.field, "key": note.key, "values": dict(note.values), "words": note_text(note)}
