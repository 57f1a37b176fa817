"""From a shop to a fitted formula."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch

from engine.data import Dataset, Progress
from engine.encoders.text import item_texts
from engine.encoders.transformer import Transformer, default_encoder
from engine.recommend.base import Start
from engine.recommend.counts import Ints, shoppers_lately
from engine.recommend.trilinear.catalogue import Catalogue, facet_sizes, group_flags
from engine.recommend.trilinear.checkpoints import TrainingProgress, training_key
from engine.recommend.trilinear.config import LossName, TrilinearConfig, Tuning
from engine.recommend.trilinear.examples import base_rate, windows
from engine.recommend.trilinear.formula import Formula, Sizes
from engine.recommend.trilinear.objective import Facts, TrainingObjective
from engine.recommend.trilinear.snapshot import Snapshot
from engine.recommend.trilinear.state import State
from engine.recommend.trilinear.texts import FrozenTexts, Texts, TrainedTexts, changed
from engine.recommend.trilinear.trainer import Trainer
from engine.recommend.trilinear.validation import Figures
from engine.recommend.trilinear.warm_start import warm_start

DRAWN_BY = 60.0  # days: half-life of the popularity that negatives are drawn by


def fitted(
    data: Dataset,
    items: Ints,
    config: TrilinearConfig,
    report: Progress,
    work: Path | None = None,
    start: Start | None = None,
) -> tuple[State, list[Figures]]:
    """The formula learned from `data`, and its validation curve. A log too short for a window of training and one of
    validation leaves W_b at its prior and the rest where it started: at `start`, an earlier Trilinear, if given."""
    catalogue = Catalogue.of(data, items, report)
    groups = group_flags(data) if config.groups else np.zeros((data.n_users, 0), dtype=np.float32)
    objective = _objective(data, catalogue, config)
    training, validation = windows(data, items, config, objective.loss.of_ratings, report)
    with torch.random.fork_rng(devices=[]), _repeatable():
        torch.manual_seed(config.seed)
        sizes = Sizes(len(items), catalogue.text.shape[1], tuple(facet_sizes(data)), 3 + groups.shape[1])
        net = Formula(sizes, config.dim, config.heads, config.dropout)
        learned: dict[str, torch.Tensor] = {}
        curve: list[Figures] = []
        if validation is not None:
            rate = base_rate(training)  # a β that has far to go would push all else aside on its way
            torch.nn.init.constant_(net.bias, math.log(rate / (1 - rate)))
        if start is not None:
            warm_start(net, start.model.net, start.known, data, items)  # type: ignore[attr-defined]
        if validation is not None:
            trainer = _trainer(net, data, items, catalogue, groups, objective, config, work)
            trainer.train(training, validation, report)
            curve, learned = trainer.progress.curve, changed(trainer.texts)
            catalogue = Catalogue(trainer.texts.table.cpu().numpy(), catalogue.codes, catalogue.price)
    del training, validation
    days = config.weeks * 7.0 if config.promotions else None
    snapshot = Snapshot.of(data, items, days)
    return State.of(net.cpu().eval(), sizes, catalogue, snapshot, groups, learned, config), curve


@contextmanager
def _repeatable() -> Iterator[None]:
    """Sums of several threads in one order, so that the same shop gives the same model."""
    before, warned = torch.are_deterministic_algorithms_enabled(), torch.is_deterministic_algorithms_warn_only_enabled()
    torch.use_deterministic_algorithms(True, warn_only=True)
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before, warn_only=warned)


def _objective(data: Dataset, catalogue: Catalogue, config: TrilinearConfig) -> TrainingObjective:
    loss = config.loss or (LossName.MSE if data.positive == "rate" else LossName.BCE)
    rated = "rating" in data.interactions and data.interactions["rating"].notna().any()
    if loss.of_ratings and not rated:
        raise ValueError(f"Loss {loss.value!r} learns from ratings, and {data.name!r} has none. Take softmax or bce.")
    codes, sizes = torch.from_numpy(catalogue.codes), facet_sizes(data)
    first = codes[:, 0] if sizes else torch.zeros(len(codes), dtype=torch.int64)
    facts = Facts(first, sizes[0] if sizes else 1, torch.from_numpy(catalogue.text))
    return TrainingObjective(loss, config.diversity, config.temperature, facts)


def _trainer(
    net: Formula,
    data: Dataset,
    items: Ints,
    catalogue: Catalogue,
    groups: np.ndarray,
    objective: TrainingObjective,
    config: TrilinearConfig,
    work: Path | None,
) -> Trainer:
    device = _device(config)
    facts = objective.facts
    facts = Facts(facts.codes.to(device), facts.n_values, facts.unit.to(device))
    return Trainer(
        net=net.to(device),
        texts=_texts(data, items, catalogue, config, device),
        codes=torch.from_numpy(catalogue.codes).to(device),
        price=torch.from_numpy(catalogue.price).to(device),
        groups=groups,
        popularity=shoppers_lately(data, items, DRAWN_BY),
        objective=TrainingObjective(objective.loss, objective.diversity, objective.temperature, facts),
        config=config,
        device=device,
        progress=TrainingProgress(training_key(data, config)),
        work=work,
    )


def _texts(data: Dataset, items: Ints, catalogue: Catalogue, config: TrilinearConfig, device: str) -> Texts:
    if config.tuning is Tuning.HEAD:
        return FrozenTexts(torch.from_numpy(catalogue.text).to(device))
    encoder = default_encoder()
    if not isinstance(encoder, Transformer):
        raise ValueError(f"Only a transformer can be tuned, and {encoder.name} is none. Take tuning 'head'.")
    return TrainedTexts(encoder, item_texts(data.items.iloc[items]), config, device)


def _device(config: TrilinearConfig) -> str:
    cuda = torch.cuda.is_available()
    if config.device == "cuda" and not cuda:
        raise ValueError("No CUDA GPU is here. Take device 'auto' or 'cpu'.")
    return "cuda" if cuda and config.device != "cpu" else "cpu"
