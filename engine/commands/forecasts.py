"""What a command says on stderr before its long part: its duration on this machine and its memory, both about."""

import sys
from pathlib import Path

from engine.bench.bench import Bench
from engine.data import Dataset
from engine.data.intake.time_forecast import byte_seconds, intake_memory, intake_seconds, text_bytes
from engine.data.storage.memory import gigabytes, taken
from engine.recommend import RECOMMENDERS
from engine.recommend.forecast import Size, forecast, lists_memory
from engine.recommend.time_forecast import lists_seconds, machine_speed, training_seconds


def duration(seconds: float) -> str:
    """A forecast in words, with no more digits than it deserves."""
    if seconds < 10:
        return "less than 10 seconds"
    if seconds < 100:
        return f"about {10 * round(seconds / 10)} seconds"
    if seconds < 5_400:
        return f"about {round(seconds / 60)} minutes"
    return f"about {seconds / 3_600:.1f} hours"


def sentence(work: str, seconds: float, n_bytes: int) -> str:
    """One line: the work, its duration and its memory."""
    return f"{work} takes {duration(seconds)} and about {gigabytes(n_bytes)} of memory on this machine"


def say_intake(paths: list[Path]) -> None:
    """Before the files of a shop are read."""
    n_bytes = text_bytes(paths)
    _say(sentence("reading and checking the files", intake_seconds(n_bytes, byte_seconds()), intake_memory(n_bytes)))


def say_training(name: str, history: Dataset) -> None:
    """Before a model is trained; nothing for a name that is no model's."""
    if name in RECOMMENDERS:
        size = Size.of(history)
        seconds = training_seconds(name, size, machine_speed())
        _say(sentence(f"training {name}", seconds, taken() + forecast(name, size)))


def say_lists(bench: Bench) -> None:
    """Before the lists of every shopper are made."""
    size, n_lists = Size.of(bench.history), len(bench.users)
    seconds = lists_seconds(bench.card["name"], size, n_lists, machine_speed())
    _say(sentence(f"making {n_lists:,} lists", seconds, taken() + lists_memory(size, n_lists)))


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
