"""The Pareto front: strategies that cannot be improved in one aim without losing in another, and how sure that is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np

from engine.bench.bench import Bench
from engine.data import Progress, silent
from engine.data.problems import refuse
from engine.evaluation.objectives import Objective
from engine.slates.make import make_slates
from engine.statistics.intervals import around, half_samples
from engine.strategy.strategy import Exposure, Strategy

Array = np.ndarray
DRAWS = 200


@dataclass(frozen=True)
class ParetoPoint:
    """One strategy and its figures.

    figures    the objectives' values over all shoppers; higher is better
    low, high  their 95 % delete-half intervals
    front      no other strategy is at least as good in all and better in one
    stays      share of half-samples of shoppers in which that is so
    beaten_by  number of the strategy that most surely beats it, -1 on the front; `sure` in that share of half-samples
    drawn      float64 [draws, M], the figures over half-samples of shoppers, the same halves for all points
    """

    strategy: Strategy
    figures: Mapping[str, float]
    low: Mapping[str, float]
    high: Mapping[str, float]
    front: bool
    stays: float
    beaten_by: int
    sure: float
    drawn: Array = field(repr=False, compare=False)

    def price(self, other: "ParetoPoint") -> dict[str, tuple[float, float, float]]:
        """By objective, how much more this point has than another, with its 95 % interval, paired by half-samples."""
        names = list(self.figures)
        ours, theirs = (np.array([point.figures[name] for name in names]) for point in (self, other))
        low, high = around(ours - theirs, self.drawn - other.drawn)
        return dict(zip(names, zip((ours - theirs).tolist(), low.tolist(), high.tolist(), strict=True), strict=True))


def pareto(
    bench: Bench,
    strategies: Sequence[Strategy],
    objectives: Mapping[str, Objective],
    draws: int = DRAWS,
    seed: int = 0,
    report: Progress = silent,
) -> tuple[ParetoPoint, ...]:
    """Compare strategies of one surface by several objectives over the same shoppers, in the order given.

    The same halves of the shoppers are drawn for every strategy, without replacement, because lists that are drawn
    twice would distort a figure of all lists. report: called after each strategy; it may raise to cancel. Raises
    InputError for no strategy, no objective, strategies of several surfaces, or an objective that is not known of some
    lists.
    """
    if not strategies or not objectives or len({strategy.surface for strategy in strategies}) > 1:
        raise refuse("command line", "pareto", "nothing to compare", "give strategies of one surface, and objectives")
    n, names = len(bench.users), list(objectives)
    halves = half_samples(n, draws, seed)
    whole, drawn = np.empty((len(strategies), len(names))), np.empty((len(strategies), draws, len(names)))
    for at, strategy in enumerate(strategies):
        items = make_slates(bench, strategy).items
        for column, name in enumerate(names):
            figure = objectives[name](items)
            whole[at, column] = figure(np.arange(n))
            drawn[at, :, column] = [figure(rows) for rows in halves]
        report("pareto", at + 1, len(strategies))
    if np.isnan(whole).any():
        unknown = names[int(np.isnan(whole).any(axis=0).argmax())]
        raise refuse("command line", "pareto", "not known of these lists", "leave it out", column=unknown)
    now, chance = beats(whole[None])[0], beats(drawn.swapaxes(0, 1))
    stays, sure = 1 - chance.any(axis=1).mean(axis=0), np.where(now, chance.mean(axis=0), -1)
    columns, limits = [], np.array([objectives[name].within for name in names])
    for at, strategy in enumerate(strategies):
        low, high = around(whole[at], drawn[at], limits)
        figures, lows, highs = (dict(zip(names, row.tolist(), strict=True)) for row in (whole[at], low, high))
        beaten = bool(now[:, at].any())
        by, chances = (int(sure[:, at].argmax()), float(sure[:, at].max())) if beaten else (-1, 0.0)
        columns.append(
            ParetoPoint(strategy, figures, lows, highs, not beaten, float(stays[at]), by, chances, drawn[at])
        )
    return tuple(columns)


def beats(values: Array) -> Array:
    """bool [..., S, S]: whether row strategy beats column strategy; values [..., S, M], higher is better.

    One beats another if it is at least as good in all M and better in one. NaN is worse than anything known.
    """
    known = np.where(np.isnan(values), -np.inf, values)
    row, column = known[..., :, None, :], known[..., None, :, :]
    return np.logical_and((row >= column).all(axis=-1), (row > column).any(axis=-1))


def grid(
    base: Strategy,
    methods: Sequence[str],
    diversities: Sequence[float],
    exposure: Exposure | None,
    strengths: Sequence[float],
) -> list[Strategy]:
    """Every method at every λ and every strength of an exposure floor, where 0 means no floor."""
    strategies = []
    for method, diversity, strength in product(methods, diversities, strengths if exposure else [0.0]):
        weaker = exposure.model_copy(update={"strength": strength}) if exposure and strength > 0 else None
        strategies.append(base.at(method=method, diversity=diversity, exposure=weaker))
    return list(dict.fromkeys(strategies))
