"""The training loop: epochs over windows, validation, early stopping, checkpoints.

An epoch draws from generators seeded by (seed, epoch) alone, so a run that goes on from a checkpoint continues just
as the killed one would have; there is no state of a generator to keep.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.data import Progress
from engine.recommend.counts import Floats, Ints
from engine.recommend.trilinear import checkpoints, options
from engine.recommend.trilinear.batch import Batch
from engine.recommend.trilinear.checkpoints import TrainingProgress
from engine.recommend.trilinear.config import TrilinearConfig
from engine.recommend.trilinear.examples import TrainingWindow
from engine.recommend.trilinear.formula import Formula
from engine.recommend.trilinear.objective import TrainingObjective
from engine.recommend.trilinear.sampling import chances, draw
from engine.recommend.trilinear.steps import batches, decay, optimizer, set_rates
from engine.recommend.trilinear.texts import Texts
from engine.recommend.trilinear.validation import validate, worth

CLIP = 5.0  # longest gradient


@dataclass
class Trainer:
    """codes int64 [n, F] and price [n] of the products; groups float32 [n_users, G]; popularity float32 [n], by which
    negatives are drawn; work: where checkpoints are kept, if anywhere."""

    net: Formula
    texts: Texts
    codes: Tensor
    price: Tensor
    groups: Floats
    popularity: Floats
    objective: TrainingObjective
    config: TrilinearConfig
    device: str
    progress: TrainingProgress
    work: Path | None = None
    kept: dict[int, dict[str, Tensor]] = field(default_factory=dict)  # weights of the best epochs

    def __post_init__(self) -> None:
        self.named = dict(self.net.named_parameters()) | {f"θ.{k}": v for k, v in self.texts.parameters().items()}
        self.optimizer = optimizer(self.net.parameters(), self.texts.parameters().values(), self.config)
        self.chance = chances(self.popularity, self.config.negatives)

    def train(self, windows: list[TrainingWindow], validation: TrainingWindow, report: Progress) -> None:
        """Leaves the best epoch's weights in `net` and `texts` (the mean of the best few, if so configured)."""
        self._resume()
        self.texts.refresh(report)
        if not self.progress.curve:
            self._end_epoch(validation)
        steps = sum(-(-len(window.users) // self.config.batch) for window in windows)
        while windows and self.progress.epoch < self.config.epochs and not self._is_over():
            self._epoch(windows, steps, report)
            self.texts.refresh(report)
            self._end_epoch(validation)
        report("train.epochs", self.config.epochs * steps, self.config.epochs * steps)
        self._load(options.average([self.kept[epoch] for epoch in self.progress.best]))
        self.texts.refresh(report)

    def vectors(self, text: Tensor, promoted: Floats) -> Tensor:
        """Products' vectors [n, d] of text [n, d_text] and a moment's promotions [n]."""
        numbers = torch.stack([self.price, torch.from_numpy(promoted).to(self.device)], dim=1)  # [n, 2]
        return self.net.items(text, self.codes, numbers)

    def _epoch(self, windows: list[TrainingWindow], steps: int, report: Progress) -> None:
        number = self.progress.epoch + 1
        rng = np.random.default_rng([self.config.seed, number])
        torch.manual_seed(self.config.seed * 100_003 + number)
        self.net.train()
        set_rates(self.optimizer, decay(number, self.config.epochs))
        for done, (window, users) in enumerate(batches(windows, self.config.batch, rng)):
            report("train.epochs", (number - 1) * steps + done, self.config.epochs * steps)
            self._backward(window, users, rng)
            if (done + 1) % self.config.accumulate == 0 or done + 1 == steps:
                torch.nn.utils.clip_grad_norm_(self.named.values(), CLIP)
                self.optimizer.step()
                self.optimizer.zero_grad(set_to_none=True)

    def _backward(self, window: TrainingWindow, users: Ints, rng: np.random.Generator) -> None:
        """Gradients of one batch, those of FGM added."""
        _, number = window.snapshot.purchases.entries(users)
        bought = window.labels[users].indices
        columns, drawn = draw(self.chance, np.concatenate([window.snapshot.purchases.column[number], bought]), rng)
        batch = Batch.of(window.snapshot, users, self.groups, self.config.history, columns).to(self.device)
        labels = torch.from_numpy(window.asked(users, columns)).to(self.device)  # [B, C]
        shown = torch.from_numpy(drawn * window.snapshot.open[columns]).to(self.device)  # [C]
        rows = rng.choice(bought, min(self.config.live, len(bought)), replace=False)
        text = self.texts.at(np.unique(rows).astype(np.int64), rng)  # [n, d_text]
        if self.config.adversarial:
            text = text if text.requires_grad else text.clone().requires_grad_()
            text.retain_grad()
        torch.autograd.backward(self._loss(text, window, batch, labels, shown))
        if self.config.adversarial and text.grad is not None:
            moved = options.adversarial(text, text.grad, self.config.adversarial)
            torch.autograd.backward(self._loss(moved, window, batch, labels, shown))

    def _loss(self, text: Tensor, window: TrainingWindow, batch: Batch, labels: Tensor, shown: Tensor) -> Tensor:
        with self._precision():
            vectors = self.vectors(text, window.snapshot.promoted)  # [n, d]
            scores = self.net(vectors, batch)  # [2, B, C]
        return self.objective(scores.float(), labels, shown, batch) / self.config.accumulate

    def _precision(self) -> AbstractContextManager[object]:
        """bfloat16 where a GPU multiplies; CPUs gain nothing from it here."""
        return torch.autocast(self.device, dtype=torch.bfloat16, enabled=self.device == "cuda")

    def _end_epoch(self, validation: TrainingWindow) -> None:
        """Judge, remember the best, keep a checkpoint."""
        self.net.eval()
        with torch.no_grad():
            vectors = self.vectors(self.texts.table, validation.snapshot.promoted)
        figures = validate(self.net, vectors, validation, self.groups, self.config.history, self.objective)
        progress, epoch = self.progress, self.progress.epoch + 1
        first = progress.curve[0] if progress.curve else figures
        progress.epoch = epoch
        progress.curve.append(figures | {"epoch": epoch, "worth": worth(figures, first, self.objective)})
        ranked = sorted([*progress.best, epoch], key=self._rank)
        progress.best = ranked[: self.config.average]
        self.kept[epoch] = {name: value.detach().clone() for name, value in self.named.items()}
        self.kept = {number: self.kept[number] for number in progress.best}
        if self.work is not None:
            checkpoints.write_checkpoint(self.work, progress, self._tensors())

    def _rank(self, epoch: int) -> tuple[bool, float]:
        """The best epoch first; the untrained model, which nobody asked for diversity, last where λ is not 0."""
        return epoch == 0 and self.config.diversity > 0, -self.progress.curve[epoch]["worth"]

    def _is_over(self) -> bool:
        return bool(self.progress.best) and self.progress.epoch - self.progress.best[0] >= self.config.patience

    def _tensors(self) -> dict[str, Tensor]:
        best = {f"best{number}/{name}": value for number, state in self.kept.items() for name, value in state.items()}
        now = {f"now/{name}": value for name, value in self.named.items()}
        state = checkpoints.optimizer_tensors(self.optimizer)
        return best | now | {f"optimizer/{name}": value for name, value in state.items()}

    def _resume(self) -> None:
        checkpoint = checkpoints.read_checkpoint(self.work, self.progress.key) if self.work is not None else None
        if checkpoint is None:
            return
        self.progress, tensors = checkpoint
        parts: dict[str, dict[str, Tensor]] = {}
        for key, value in tensors.items():
            kind, name = key.split("/", 1)
            parts.setdefault(kind, {})[name] = value.to(self.device)
        self._load(parts["now"])
        self.kept = {number: parts[f"best{number}"] for number in self.progress.best}
        checkpoints.restore_optimizer(self.optimizer, parts.get("optimizer", {}))

    def _load(self, state: dict[str, Tensor]) -> None:
        with torch.no_grad():
            for name, value in self.named.items():
                value.copy_(state[name])
