"""Re-ranking on a graphics card beside our own kernels on the processor, in one process on the same data.

    python -m benchmarks.gpu                writes benchmarks/results/gpu.json; needs an NVIDIA card
    python -m benchmarks.gpu --users 50 --rounds 1 --device cpu     tries the harness without one, writes nothing

Each work is timed three ways: by `rerank` on the card (checks, sorting, transfers and all), the card's part
alone, and by `rerank` on the processor. Results are back on the processor when a timing ends, so the card has
finished. The embeddings stay on the card between calls, as they do for a caller who freezes them; bringing them
there is timed once. richness runs on the processor in either case, so it has no card figure.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from unittest.mock import patch

import numpy as np
import torch

from benchmarks.rerank import DIM, LEVELS, POOL, K, machine, seconds, shop, show
from engine.rerank import METHODS, api, sweep, warm
from engine.rerank.on_torch import torch_path, upload

RESULT = Path(__file__).parent / "results" / "gpu.json"
USERS, ROUNDS = 2000, 5
FEW = 200  # shoppers the processor's rate is taken from in a sweep
VALUES = 40
WORKS = (("λ 0.3", [0.3]), (f"sweep of {len(LEVELS)} λ", LEVELS))
Shop = tuple[np.ndarray, np.ndarray, np.ndarray]


class Card:
    """Where torch computes, and what its part of the last call took."""

    def __init__(self, device: str) -> None:
        self.device = device
        self.name = torch_path.cuda_name() if device == "cuda" else "torch on the processor"
        self.seconds = 0.0

    @contextmanager
    def behind_the_door(self) -> Iterator[None]:
        """device="auto" is this card, and its part is timed."""
        real = torch_path.rerank_on_device

        def fill(*arguments: object) -> int:
            start = time.perf_counter()
            broken = real(*arguments[:-1], self.device)
            self.seconds = time.perf_counter() - start
            return broken

        card = patch.object(api, "card", lambda device: "" if device == "cpu" else self.name)
        with card, patch.object(torch_path, "rerank_on_device", fill):
            yield


def facets(users: int, items: int) -> dict[str, object]:
    """A facet of 40 values and the shoppers' profiles of it, for the methods that choose by values."""
    rng = np.random.default_rng(1)
    codes = {"facet": rng.integers(VALUES, size=items)}
    return {"facets": codes, "profiles": {"facet": rng.random((users, VALUES)) ** 4}}


def median(work: Callable[[], object], rounds: int, part: Callable[[], float] | None = None) -> tuple[float, float]:
    """Median seconds of the work, and of `part` of it, after one round that does not count."""
    times = [(seconds(work), part() if part else 0.0) for _ in range(rounds + 1)][1:]
    whole, parts = zip(*times, strict=True)
    return statistics.median(whole), statistics.median(parts)


def measured(card: Card, data: Shop, method: str, work: str, levels: list[float], rounds: int) -> dict[str, object]:
    """Shoppers a second of one method, three ways, and how many slates are equal."""
    users, few = len(data[0]), len(data[0]) if len(levels) == 1 else min(FEW, len(data[0]))
    extra = facets(users, len(data[2])) if method in ("xquad", "calibrated", "richness") else {}
    some = {"facets": extra["facets"], "profiles": {"facet": extra["profiles"]["facet"][:few]}} if extra else {}

    def ours(device: str, users: int, extra: dict[str, object]) -> np.ndarray:
        return sweep(data[0][:users], data[1][:users], data[2], K, method, levels, **extra, device=device).items

    cpu, _ = median(lambda: ours("cpu", few, some), rounds)
    line = {"work": work, "method": method, "users": users, "cpu_users_per_s": round(few / cpu)}
    if method not in torch_path.METHODS:
        return line
    with card.behind_the_door():
        through, alone = median(lambda: ours("auto", users, extra), rounds, lambda: card.seconds)
        same = (ours("auto", few, some) == ours("cpu", few, some)).all(axis=2).mean()
    return line | {
        "card_users_per_s": round(users / through),
        "card_alone_users_per_s": round(users / alone),
        "ratio": round(users / through / (few / cpu), 2),
        "same_slates": round(float(same), 5),
    }


def upload_seconds(card: Card, embeddings: np.ndarray, rounds: int) -> float:
    """Seconds to bring the embeddings to the card and to unit length."""

    def work() -> None:
        upload._unit(embeddings, torch.device(card.device)).broken.any().item()  # waits for the card

    return median(work, rounds)[0]


def finding(card: Card, rows: list[dict[str, object]]) -> str:
    """One line: the card against the processor, λ 0.3 and the sweep, for many shoppers."""
    most = max(int(str(row["users"])) for row in rows)
    parts = [
        f"{row['method']} {row['work']}: {row['card_users_per_s']} to {row['cpu_users_per_s']} ({row['ratio']}x)"
        for row in rows
        if row["users"] == most and "ratio" in row
    ]
    return f"Shoppers a second, {card.name} to the processor, {most} shoppers: " + "; ".join(parts) + "."


def main() -> None:
    parser = argparse.ArgumentParser(description="Re-ranking on a graphics card beside the processor.")
    parser.add_argument("--users", type=int, default=USERS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
    options = parser.parse_args()
    card = Card(options.device)
    if not card.name:
        raise SystemExit("No NVIDIA card that torch can use is here: nothing measured. --device cpu tries the harness.")
    print(f"{card.name}, torch {torch.__version__}; same_slates: share equal to the processor's")
    warm()
    data = shop(options.users, clusters=200)
    data[2].flags.writeable = False
    rows = []
    for users in (options.users, 1):  # a page asks for one shopper at a time
        part = (data[0][:users], data[1][:users], data[2])
        for work, levels in WORKS:
            for method in METHODS:
                rows.append(measured(card, part, method, work, levels, options.rounds))
                show(rows[-1])
    result = {
        "finding": finding(card, rows),
        "setting": {"N": POOL, "d": DIM, "k": K, "rounds": options.rounds, "median": True, "few": FEW},
        "machine": machine() | {"card": card.name, "cuda": torch.version.cuda},
        "versions": {name: version(name) for name in ("numpy", "numba", "torch")},
        "upload_s": round(upload_seconds(card, data[2], options.rounds), 5),
        "rows": rows,
    }
    print(result["finding"])
    if options.device == "cuda" and options.users >= USERS and options.rounds >= ROUNDS:
        RESULT.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
