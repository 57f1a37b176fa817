"""Training and judging models in the background, one at a time, so that pages stay quick."""

import threading
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from engine.bench.bench import Bench
from engine.data import Dataset, Progress
from engine.training import registry
from ui.background.jobs import Job

Card = dict[str, Any]
# The steps that each model's training reports, in order, and the seconds that each takes on the bundled shop with two
# processor cores: their ratios move the bar.
_BLEND = (("train.counts", 0.7), ("train.ease", 2.0))
STEPS: dict[str, tuple[tuple[str, float], ...]] = {
    "popularity": (("train.trend", 0.6),),
    "frequency": (("train.counts", 0.3),),
    "ease": (("train.ease", 4.5),),
    "blend": (*_BLEND, ("train.ridges", 6.0), ("train.weights_all", 4.0), ("train.weights_new", 2.0), *_BLEND),
    "hybrid": (
        ("train.counts", 1.0), ("train.ease", 8.0),
        ("train.candidates_all", 3.0), ("train.ranker_all", 21.0), ("train.ranking_all", 11.0),
        ("train.candidates_new", 3.0), ("train.ranker_new", 39.0), ("train.ranking_new", 20.0),
        ("train.newcomers", 70.0),
    ),
    "trilinear": (("train.windows", 12.0), ("train.epochs", 20.0)),
}  # fmt: skip
JUDGING: tuple[tuple[str, float], ...] = (("retrieve", 4.0), ("retrieve", 4.0))
SURE = 0.05  # share of the work after which the time left is told


@dataclass(frozen=True)
class Roster:
    """The models of one shop at the pages' cut-off. shop: the argument of `open_shop`; cards: by name."""

    shop: str
    folder: Path
    data: Dataset
    until: pd.Timestamp
    cards: dict[str, Card]
    active: str
    bench: Bench | None

    def fresh(self, name: str) -> bool:
        """Whether the model is trained, and on the current data."""
        return name in self.cards and self.cards[name]["data_hash"] == self.data.hash


class ModelJob(Job):
    """Trains one model if it is not there, then judges its lists, and keeps both with the shop."""

    def __init__(self, roster: Roster, name: str) -> None:
        self.model, self.shop = name, roster.data.name  # not the roster: it holds the whole shop
        self._folder, self._until = roster.folder, roster.until
        steps = () if roster.fresh(name) else STEPS[name]
        self._steps = (*steps, *JUDGING)
        self._all = sum(seconds for _, seconds in self._steps)
        self._at, self._skipped, self._began = 0, 0.0, time.monotonic()
        super().__init__(f"model-{name}", partial(self._make, roster))

    @property
    def judging(self) -> bool:
        """Whether the model is trained and its lists are being evaluated."""
        return self._at >= len(self._steps) - len(JUDGING)

    @property
    def share(self) -> float:
        """The share of the work that is done, in [0, 1]."""
        done = sum(seconds for _, seconds in self._steps[: self._at])
        inside = self._steps[self._at][1] * self._step_share()
        return (done + inside) / self._all

    @property
    def left(self) -> float | None:
        """Seconds left at the pace so far, not counting what a checkpoint saved; None while too little is done to
        estimate.
        """
        done = self.share - self._skipped
        return (time.monotonic() - self._began) * (1 - self.share) / done if done > SURE else None

    def epochs(self) -> list[dict[str, float]]:
        """Validation figures so far, of a model that has epochs."""
        return registry.epochs(self._folder, self.model, self._until)

    def _step_share(self) -> float:
        return min(self.done / self.total, 1.0) if self.total and self.step == self._steps[self._at][0] else 0.0

    def _report(self, step: str, done: int, total: int) -> None:
        repeated = step == self.step and done == 0 < self.done  # the same step may come twice
        if step != self.step or repeated:
            later = range(self._at + repeated, len(self._steps))
            position = next((at for at in later if self._steps[at][0] == step), None)
            if position is None:  # a step within a step
                super()._report(self.step, self.done, self.total)
                return
            self._at = position
        new = step != self.step or repeated
        super()._report(step, done, total)
        if new and done:  # a checkpoint spared this part
            self._skipped = self._step_share() * self._steps[self._at][1] / self._all

    def _make(self, roster: Roster, report: Progress) -> None:
        from engine.evaluation import model_scores
        from engine.training.training import load_or_train

        bench = roster.bench
        if bench is None or not roster.fresh(self.model) or bench.card != roster.cards[self.model]:
            model, card = load_or_train(self.model, roster.folder, roster.data, roster.until, report)
            bench = Bench(roster.data, model, card, report)
        model_scores.store_scores(roster.folder, bench.card, model_scores.score_model(bench, report))


class TrainingQueue:
    """The one job of this process, and the last one that ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.job: ModelJob | None = None
        self._tried: set[str] = set()

    @property
    def busy(self) -> bool:
        """Whether a model is being trained or judged now."""
        return self.job is not None and self.job.running

    def start(self, roster: Roster, name: str) -> bool:
        """Train and judge a model; False where another job is running."""
        with self._lock:
            if self.busy:
                return False
            self.job = ModelJob(roster, name)
            return True

    def judge(self, roster: Roster, card: Card) -> None:
        """Evaluate a model that has no scores yet, once, and only while no other job is running."""
        if not self.busy and card["trained_at"] not in self._tried:
            self._tried.add(card["trained_at"])
            self.start(roster, card["name"])


training_queue = TrainingQueue()
