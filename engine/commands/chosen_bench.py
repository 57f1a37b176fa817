"""The bench of commands that need no model named: they take the one that makes the shop's lists."""

import argparse

from engine.bench.bench import Bench
from engine.bench.contexts import untrained_bench
from engine.commands.shared import add_data
from engine.data import InputError, Progress, open_shop, shop_folder
from engine.training.registry import active
from engine.training.stored_models import load_model
from engine.training.training import fit, with_purchases


def add_chosen_model(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    parser.add_argument("--model", help="a trained model's name (default: the one that makes this shop's lists)")


def open_chosen_bench(options: argparse.Namespace, report: Progress) -> Bench:
    """The shop with the model asked for, the most recently trained of its name; without --model the shop's own, which
    is trained on the whole log if it never was. A shop that has only a catalogue has lists of similar products.

    Raises InputError for a model that is not there, or that has learned from other data.
    """
    data, folder = open_shop(options.data, report), shop_folder(options.data)
    if options.model:
        with_purchases(data)
    elif (untrained := untrained_bench(data, report)) is not None:
        untrained.folder = folder
        return untrained
    name = options.model or active(folder)
    try:
        model, card = load_model(folder, data, name)
    except InputError as refused:
        if options.model or refused.problems[0].kind != "no_model":
            raise
        model, card = fit(name, folder, data, report=report)
    bench = Bench(data, model, card, report)
    bench.folder = folder
    return bench
